"""Bands: only rows that change are encoded, and every player sees the picture that was drawn."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from chainviz.render.engine import convert, cutting
from chainviz.render.engine import stream as coding
from chainviz.render.engine.band import REACH, Band
from chainviz.render.engine.bits import join_units, split_units
from chainviz.render.engine.changes import Changes
from chainviz.render.engine.convert import YuvFrame
from chainviz.render.engine.cutting import Cutting
from chainviz.render.engine.encode import Encoding, Film
from chainviz.render.engine.h264 import Place, Slice
from chainviz.render.engine.parameters import Layout, layout_of
from chainviz.render.engine.partition import bands_for, filled, holds, outside, overlap, runs_of
from chainviz.render.engine.planes import BLOCK, Patch

WIDTH, HEIGHT = 192, 1072
WHOLE = (0, 0, WIDTH, HEIGHT)
ROWS = HEIGHT // BLOCK


def patch(luma: Any) -> Patch:
    """A whole picture, in two colours."""
    chroma = np.where(luma[::2, ::2] > 60, 140, 128).astype(np.uint8)
    return WHOLE, [luma, chroma, chroma]


def encode(target: Path, lumas: list[Any], stay: int = 0) -> None:
    """A film of one stretch."""
    film = Film(target, WIDTH, HEIGHT, Fraction(60))
    encoding, file = Encoding(film), film.file()
    for luma in lumas:
        encoding.change([patch(luma)])
        encoding.stay(stay)
    file.add(encoding.cut())
    file.close()


def decoded(target: Path) -> list[Any]:
    with av.open(target) as clip:
        clip.streams.video[0].codec_context.options = {"err_detect": "explode"}
        return [frame.to_ndarray(format="yuv420p") for frame in clip.decode(video=0)]


@pytest.fixture
def encoded_rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, int]]]:
    """The rows of every picture that was given to an encoder."""
    seen: list[tuple[int, int]] = []

    class Noted(Band):
        def encode(self, *args: Any, **settings: Any) -> Any:
            seen.append(self.rows)
            return super().encode(*args, **settings)

    monkeypatch.setattr(coding, "Band", Noted)
    yield seen


def lines_of_text(numbers: Any, luma: Any, top: int, high: int) -> None:
    """Something with edges in every direction."""
    for left in range(8, WIDTH - 16, 16):
        luma[top : top + high, left : left + int(numbers.integers(2, 12))] = numbers.integers(
            90, 220
        )
        luma[top + high // 3 : top + high // 2, left : left + 12] = 200


def drawn(seed: int, pictures: int = 70) -> list[Any]:
    """Texts that stay, and things that jump, fall fast, fade and turn up among them."""
    numbers = np.random.default_rng(seed)
    ground = np.full((HEIGHT, WIDTH), 16, np.uint8)
    for top in numbers.choice(range(20, HEIGHT - 60, 70), size=6, replace=False):
        lines_of_text(numbers, ground, int(top), 30)
    if seed % 3 == 0:
        ground[:, 40] = 120  # a line all the way down goes on alike, too
    made = []
    tops, speeds = numbers.integers(0, HEIGHT - 40, 3), numbers.integers(-90, 90, 3)
    for number in range(pictures):
        luma = ground.copy()
        for i, (top, speed) in enumerate(zip(tops, speeds, strict=True)):
            if 12 * i <= number < 12 * i + 40:
                y = int(top + speed * (number - 12 * i) // (1 + i)) % (HEIGHT - 40)
                lines_of_text(np.random.default_rng(i), luma, y, 36)
        if number > 50:
            luma = (luma.astype(int) * (pictures - number) // (pictures - 50)).astype(np.uint8)
        made.append(luma)
    return made


def rising(speed: int, below: int) -> list[Any]:
    """Something to the left that rises, and to the right, so far below it, something that stays.

    To the right of what moves an encoder takes the bare ground to move along: which it is free to
    do as long as there's nothing else where that would come from.
    """
    made = []
    for number in range(40):
        luma = np.full((HEIGHT, WIDTH), 16, np.uint8)
        top = 700 - speed * number
        if top > 20:
            for left in range(16, 80, 8):
                luma[top : top + 31, left : left + 5] = 90 + 20 * (left // 8 % 6)
                luma[top + left % 24 : top + left % 24 + 7, left : left + 8] = 210
        if below > 0 or number > 12:
            place = 700 + 31 + abs(below) - (0 if below > 0 else speed * 12)
            luma[place : place + 40, 96:] = 235
        made.append(luma)
    return made


def bouncing(speed: int, edge: int, *, jumps: bool) -> list[Any]:
    """Stripes whose lower end comes down to one line again and again, with a text below it."""
    grain = np.repeat(np.random.default_rng(5).integers(20, 230, 32, np.uint8), 4)
    made = []
    for number in range(36):
        luma = np.full((HEIGHT, WIDTH), 16, np.uint8)
        luma[edge + 64 : edge + 96, ::7] = 200
        luma[edge + 64 : edge + 96, 1::7] = 120
        way = number // 2 % 3 * speed if jumps else abs(number * speed % (4 * speed) - 2 * speed)
        if number:
            luma[edge - way - 40 : edge - way, 32:160] = grain
        else:
            luma[edge - 74 : edge] = 16
        made.append(luma)
    return made


@pytest.mark.parametrize(
    "lumas",
    [
        *(
            pytest.param(
                bouncing(speed, edge, jumps=jumps), id=f"bouncing by {speed} at {edge}, {jumps=}"
            )
            for speed in (3, 4, 8, 12, 16)
            for edge in (144, 540, 512)
            for jumps in (False, True)
        ),
        *(pytest.param(drawn(seed), id=f"drawn {seed}") for seed in range(12)),
        *(
            pytest.param(rising(speed, below), id=f"rising by {speed}, {below} below")
            for speed in (6, 10, 20, 40)
            for below in (70, 100, 150, 220, -30, -60)
        ),
    ],
)
def test_every_picture_is_the_one_that_was_drawn(lumas: list[Any], tmp_path: Path) -> None:
    """A block that refers to what isn't there shows rubbish: far more than a coarse quantiser."""
    encode(tmp_path / "a.mp4", lumas)
    frames = decoded(tmp_path / "a.mp4")
    assert len(frames) == len(lumas)
    for number, (frame, luma) in enumerate(zip(frames, lumas, strict=True)):
        errors = np.abs(frame[:HEIGHT].astype(int) - luma)
        blocks = errors.reshape(HEIGHT // 4, 4, WIDTH // 4, 4).mean(axis=(1, 3))
        assert blocks.max() < 50, (number, np.unravel_index(blocks.argmax(), blocks.shape))
        assert (errors**2).mean() < 60, number


@pytest.mark.parametrize("pause", [0, 6])
def test_a_high_band_is_encoded_plainly_beside_one_that_is_not(
    pause: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same pictures are references to the one that are none to the other."""
    seen: list[Band] = []

    def noted(*args: Any, **settings: Any) -> Band:
        seen.append(Band(*args, **settings))
        return seen[-1]

    monkeypatch.setattr(coding, "Band", noted)
    ground = np.full((HEIGHT, WIDTH), 16, np.uint8)
    for top in range(70, 580, 40):
        lines_of_text(np.random.default_rng(top), ground, top, 30)
    lumas = [ground.copy() for _ in range(60)]
    grain = np.random.default_rng(2).integers(30, 220, (4, 6), np.uint8).repeat(8, 0).repeat(4, 1)
    for number, luma in enumerate(lumas):
        if number % 20 >= pause:  # in the first pictures of each second it's the lower one alone
            luma[20 + number : 52 + number, 100 - number : 124 - number] = grain
        luma[920:952, number : number + 24] = grain
    encode(tmp_path / "a.mp4", lumas)
    moving = [band for band in seen if len(band.numbers) > 20]
    assert {band.plain for band in moving} == {True, False}
    for is_, should in zip(decoded(tmp_path / "a.mp4"), lumas, strict=True):
        error = (is_[:HEIGHT].astype(float) - should) ** 2
        assert error[should != ground].mean() < 300
        assert error.mean() < 6


def test_what_is_referred_to_is_never_farther_than_bands_allow_for(tmp_path: Path) -> None:
    """However fast something moves: what is farther away may be anything."""
    lumas = [np.full((HEIGHT, WIDTH), 16, np.uint8) for _ in range(80)]
    grain = np.random.default_rng(1).integers(20, 220, (64, 64), np.uint8)
    for number, luma in enumerate(lumas):
        top = 950 - number**2 // 7  # faster and faster
        luma[top : top + 64, 64:128] = grain
    encode(tmp_path / "a.mp4", lumas)
    moved = []
    with av.open(tmp_path / "a.mp4") as clip:
        clip.streams.video[0].codec_context.options = {"flags2": "+export_mvs"}
        for frame in clip.decode(video=0):
            vectors = frame.side_data.get("MOTION_VECTORS")
            if vectors is not None:
                table = vectors.to_ndarray()
                moved += list(np.abs(table["motion_y"] / table["motion_scale"]))
    assert 20 < max(moved) <= REACH - 3


def test_a_band_holds_until_something_changes_near_it() -> None:
    changes = np.zeros(40, np.bool_)
    changes[[2, 12, 30]] = True
    reach = 3 * BLOCK
    held = {end: holds((6, end), changes, reach) for end in (9, 10, 12, 13, 14)}
    assert held == {9: True, 10: False, 12: False, 13: False, 14: True}
    held = {top: holds((top, 20), changes, reach) for top in (0, 2, 3, 5, 6)}
    assert held == {0: True, 2: False, 3: False, 5: False, 6: True}
    assert holds((13, 27), changes, reach) is False
    assert holds((35, 40), changes, reach) is True


def test_a_stretch_is_the_same_whatever_came_before_it() -> None:
    """Which of two encoders makes it depends on how much they have to do."""
    film = Film(Path("nowhere.mp4"), WIDTH, HEIGHT, Fraction(60))
    grain = np.random.default_rng(2).integers(20, 220, (100, 160), np.uint8)
    lumas = [np.full((HEIGHT, WIDTH), 16, np.uint8) for _ in range(40)]
    for number, luma in enumerate(lumas):
        luma[100 + 14 * number : 200 + 14 * number, 16:176] = grain
    seasoned, fresh = Encoding(film), Encoding(film)
    for luma in lumas:
        seasoned.change([patch(luma)])
    seasoned.cut()
    for encoding in (seasoned, fresh):
        for luma in lumas[:30]:
            encoding.change([patch(luma)])
    assert seasoned.cut() == fresh.cut()


def test_what_does_not_change_is_not_encoded_again(
    tmp_path: Path, encoded_rows: list[tuple[int, int]]
) -> None:
    numbers = np.random.default_rng(1)
    ground = np.full((HEIGHT, WIDTH), 16, np.uint8)
    for top in (40, 900):
        lines_of_text(numbers, ground, top, 30)
    lumas = []
    for number in range(40):
        luma = ground.copy()
        lines_of_text(np.random.default_rng(7), luma, 400 + number, 30)
        lumas.append(luma)
    encode(tmp_path / "a.mp4", lumas)
    everything = sum(bottom - top for top, bottom in encoded_rows)
    assert everything < 0.4 * ROWS * len(lumas)
    frames = decoded(tmp_path / "a.mp4")
    for frame in frames[1:]:
        assert np.array_equal(frame[:300], frames[0][:300])
        assert np.array_equal(frame[700:HEIGHT], frames[0][700:HEIGHT])


def test_a_film_is_the_same_whatever_was_in_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lumas = drawn(3)
    encode(tmp_path / "a.mp4", lumas)
    made = convert.av.VideoFrame

    def spoiled(*args: Any) -> Any:
        frame: Any = made(*args)
        for plane in frame.planes:
            np.frombuffer(plane, np.uint8)[:] = np.frombuffer(
                random.Random(1).randbytes(plane.buffer_size), np.uint8
            )
        return frame

    monkeypatch.setattr(convert.av, "VideoFrame", spoiled)
    encode(tmp_path / "b.mp4", lumas)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("seed", range(60))
def test_bands_end_where_nothing_can_be_seen_beyond(seed: int) -> None:
    chance = random.Random(seed)
    rows = chance.randint(1, 60)
    alike = np.ones(rows * BLOCK - 1, np.bool_)
    for _ in range(chance.randint(0, 12)):
        begin = chance.randrange(rows * BLOCK)
        alike[begin : begin + chance.randint(1, 60)] = False
    changes, soon = np.zeros((2, rows), np.bool_)
    for marked in (changes, soon):
        for _ in range(chance.randint(1, 4)):
            begin = chance.randrange(rows)
            marked[begin : begin + chance.randint(1, 5)] = True
    first = bands_for(soon, soon, [], alike, REACH, chance.randint(0, 9), filled(alike, rows))
    kept = [band for band in first if holds(band, changes, REACH)]
    new = bands_for(changes, soon, kept, alike, REACH, chance.randint(0, 9), soon)
    assert not outside(changes, [*kept, *new]).any()
    assert not any(overlap(a, b) for a in new for b in new if a is not b)
    for bands, still in ((first, soon), (new, changes | soon)):
        for top, bottom in bands:
            above = slice(max(0, top * BLOCK - REACH), top * BLOCK)
            below = slice(bottom * BLOCK - 1, bottom * BLOCK - 1 + REACH)
            assert top == 0 or alike[above].all()
            assert bottom == rows or alike[below].all()
            beyond = -(-REACH // BLOCK)
            assert top == 0 or not still[max(0, top - beyond) : top + 1].any()
            assert bottom == rows or not still[bottom - 1 : bottom + beyond].any()
    for one in kept:  # swallowed whole, or left alone
        assert all(not overlap(one, b) or (b[0] <= one[0] and one[1] <= b[1]) for b in new)


def test_small_gaps_between_bands_are_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "_AIR", 0)
    frame = YuvFrame(64, 60 * BLOCK)

    def first(*changing: int) -> list[tuple[int, int]]:
        changes = Changes.none(60)
        changes.rows[list(changing)] = True
        return Cutting(60).first(frame, [changes])

    assert first(20, 40) == [(19, 22), (39, 42)]
    assert first(20, 26, 40) == [(19, 28), (39, 42)]
    assert first(5, 20, 53) == [(0, 7), (19, 22), (52, 60)]
    assert first(*range(10, 57)) == [(0, 60)]


def test_runs() -> None:
    assert runs_of(np.array([1, 1, 0, 0, 1, 0, 1])) == [(0, 2), (4, 5), (6, 7)]
    assert runs_of(np.zeros(3)) == []


LAYOUT = Layout(4, 6, 24, weighs=True)
AS_IT_WAS = "1100"
WEIGHTS = (
    AS_IT_WAS,
    *("00110" + "1" + "1" + weight + "1" + "0" for weight in ("0001000", "00000100001")),
    "1" + "1" + "0" + "1" + 4 * "00101",
)
"""What a slice says of the brightness and the colours of the one picture that it refers to."""
MODEL = {0: "1", 1: "1", 2: ""}
EDGES = "010"
FRONT = {0: "0", 1: "10", 2: ""}


@pytest.mark.parametrize("kind", [0, 1, 2])
@pytest.mark.parametrize("seed", range(20))
def test_a_slice_can_be_put_elsewhere(kind: int, seed: int) -> None:
    """Whatever it holds, and however many bits its new place takes."""
    chance = random.Random(seed)
    is_reference = kind != 1 or seed % 2 == 0
    data = bytes(chance.choice((0, 0, 0, 1, 3, 200)) for _ in range(60)) + b"\x80"
    weights = chance.choice(WEIGHTS) if kind == 0 else ""
    quantiser = chance.randint(10, 40)
    part = Slice(0, kind, is_reference, FRONT[kind], weights, MODEL[kind], quantiser, EDGES, data)
    film = replace(LAYOUT, quantiser=chance.randint(20, 26))
    for _ in range(20):
        block = chance.choice((0, 1, 119, 120, 8000))
        begins = kind == 2 and chance.random() < 0.5
        number, order = chance.randrange(99), 2 * chance.randrange(99)
        first = chance.choice(((0, 0), (2, 0), (0, 2), (4, 3)))
        forgets = chance.choice(((), (1,), (5, 2)))
        place = Place(block, number, order, begins=begins, first=first, forgets=forgets)
        unit = part.at(place, film)
        assert not any(mark in unit for mark in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))
        assert unit[0] & 31 == (5 if begins else 1)
        again = Slice.read(unit, film)
        assert again is not None
        assert again.first == block
        assert (again.kind, again.is_reference, again.data) == (kind, is_reference, data)
        assert (again.front, again.weights) == (FRONT[kind], weights)
        assert (again.model, again.quantiser, again.edges) == (MODEL[kind], quantiser, EDGES)


def test_a_slice_of_an_encoder_that_does_not_weigh_becomes_one_that_found_nothing() -> None:
    place = Place(120, 3, 8)
    for kind in (0, 1, 2):
        part = Slice(0, kind, True, FRONT[kind], "", MODEL[kind], 27, EDGES, b"\x12\x80")
        again = Slice.read(part.at(place, LAYOUT), replace(LAYOUT, weighs=False))
        assert again is not None
        assert (again.front, again.weights) == (FRONT[kind], AS_IT_WAS * (kind == 0))
        assert (again.model, again.quantiser, again.edges) == (MODEL[kind], 27, EDGES)


@pytest.mark.parametrize(
    ("order", "forgets"),
    [
        ("0", "0"),
        ("1" + "1" + "010" + "00100", "0"),  # the last but one of the references comes first
        ("0", "1" + "010" + "011" + "1"),  # one of them is forgotten
        ("1" + "1" + "010" + "00100", "1" + "00100" + "010" + "010" + "1"),  # and more of both
    ],
)
def test_what_an_encoder_says_of_its_own_references_stays_behind(order: str, forgets: str) -> None:
    """Among all the pictures of a film they have other numbers."""
    counts = "1" + "1" + "1"  # the first block, a slice whose blocks are predicted, parameters
    head = counts + "0101" + "001000" + "0" + order + AS_IT_WAS + forgets + "1" + "00111" + EDGES
    head += "1" * (-len(head) % 8)
    unit = b"\x41" + int(head, 2).to_bytes(len(head) // 8, "big") + b"\x12\x34\x80"
    part = Slice.read(unit, LAYOUT)
    assert part == Slice(0, 0, True, "0", AS_IT_WAS, "1", 21, EDGES, b"\x12\x34\x80")
    assert Slice.read(part.at(Place(7, 1, 2, first=(2, 0)), LAYOUT), LAYOUT) == replace(
        part, first=7
    )


def test_units_come_apart_and_together() -> None:
    units = [b"\x67\x01\x02", b"\x41\x9a\x00\x00\x03\x01", b"\x06\x05"]
    assert split_units(join_units(units)) == units
    assert split_units(b"\x00\x00\x01\x41\x9a\x00\x00\x00\x01\x06\x05") == [
        b"\x41\x9a",
        b"\x06\x05",
    ]
    assert split_units(b"") == []
    assert Slice.read(b"\x06\x05", LAYOUT) is None
    assert layout_of(join_units(units[1:])) is None
