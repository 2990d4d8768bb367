"""In what way a picture differs from the one before, and what is made of it: fades are weighed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.frame import PictureType

from chainviz.render.engine import cutting, options, stream
from chainviz.render.engine.band import Band
from chainviz.render.engine.changes import Changes, Difference
from chainviz.render.engine.convert import YuvFrame
from chainviz.render.engine.encode import Encoding, Film
from chainviz.render.engine.options import how_for, options_for
from chainviz.render.engine.planes import Patch, parts_of

WIDTH, HEIGHT = 640, 360
WHOLE = (0, 0, WIDTH, HEIGHT)
DARK = 16


def patch(luma: Any, blue: int = 128) -> Patch:
    chroma = np.full((2, HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    chroma[0, 40:80, 40:120] = blue
    return WHOLE, [luma, *chroma]


def text(shift: int = 0) -> Any:
    """Bars of many widths and shades, so far to the right."""
    numbers = np.random.default_rng(7)
    luma = np.full((HEIGHT, WIDTH), DARK, np.uint8)
    for left in range(40, WIDTH - 80, 24):
        wide, shade = int(numbers.integers(4, 18)), numbers.integers(90, 235)
        luma[150:200, left + shift : left + shift + wide] = shade
    return luma


def faded(share: float) -> Any:
    """The text, so far faded in."""
    return (DARK + (text().astype(float) - DARK) * share).round().astype(np.uint8)


def fading(before: Any, after: Any, blue: int = 128) -> tuple[bool, bool]:
    changes = Changes.all_of([between(before, after, blue)], (WIDTH, HEIGHT), closely=True)
    assert not (changes.fades | changes.smooth)[~changes.rows].any()
    row = int(np.flatnonzero(changes.rows)[0])
    return bool(changes.fades[row]), bool(changes.smooth[row])


def between(before: Any, after: Any, blue: int = 128) -> Difference:
    return Difference(WHOLE, patch(before)[1], patch(after, blue)[1])


def test_what_becomes_brighter_as_a_whole_fades() -> None:
    assert fading(faded(0.4), faded(0.5)) == (True, True)
    assert fading(faded(0.5), faded(0.4)) == (True, True)


def test_if_something_moves_among_it_it_is_not_smooth() -> None:
    before, after = faded(0.4), faded(0.8)
    before[300:320, 100:110] = 90
    after[300:320, 102:112] = 90
    assert fading(before, after) == (True, False)


def test_what_moves_does_not_fade() -> None:
    assert fading(text(), text(3)) == (False, False)
    assert fading(text(), text(40)) == (False, False)


def test_what_changes_places_with_the_ground_does_not_fade() -> None:
    before, after = (np.full((HEIGHT, WIDTH), DARK, np.uint8) for _ in range(2))
    before[100:140, 100:140] = after[100:140, 180:220] = 200
    assert fading(before, after) == (False, False)


def test_what_turns_up_does_not_fade() -> None:
    assert fading(np.full((HEIGHT, WIDTH), DARK, np.uint8), text()) == (False, False)


def test_what_is_faint_is_smooth() -> None:
    plain = np.full((HEIGHT, WIDTH), 40, np.uint8)
    ramp = plain + np.linspace(0, 6, WIDTH).astype(np.uint8)
    assert fading(plain, ramp) == (True, True)
    assert fading(plain, plain + 1) == (True, True)


def test_so_is_what_changes_in_colour_alone() -> None:
    assert fading(text(), text(), blue=200) == (True, True)


def test_where_it_fades_is_said_row_by_row() -> None:
    one, other = between(faded(0.4), faded(0.5)), between(text(), text(3))
    changes = Changes.all_of([one], (WIDTH, HEIGHT), closely=True)
    for marks in (changes.rows, changes.fades, changes.smooth):
        assert list(np.flatnonzero(marks)) == list(range(150 // 16, 199 // 16 + 1))
    assert not Changes.all_of([other], (WIDTH, HEIGHT), closely=True).fades.any()
    for nothing in (
        Changes.all_of([], (WIDTH, HEIGHT), closely=True),
        Changes.all_of([one], (WIDTH, HEIGHT), closely=False),
    ):
        assert not nothing.fades.any() and not nothing.smooth.any()


def test_little_is_kept_of_what_differs_here_and_there() -> None:
    """A line from corner to corner, in tiles: all of it, and far less than the whole."""
    before, after = (np.full((HEIGHT, WIDTH), DARK, np.uint8) for _ in range(2))
    at = np.arange(HEIGHT)
    after[at, at * WIDTH // HEIGHT] = 200
    tiles = list(between(before, after, blue=90).tiles())
    held = np.zeros((HEIGHT, WIDTH), np.int8)
    for left, top, right, bottom in tiles:
        assert left % 2 == top % 2 == 0
        held[top:bottom, left:right] += 1
    assert held.max() == 1
    assert held[at, at * WIDTH // HEIGHT].all() and held[80:160, 80:240].all()
    assert held.mean() < 0.4


class Noted(Band):
    """One that knows whether its encoder says what fades."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        assert self.weighs == ("weightp=1" in args[3]["x264-params"])
        self.quantiser = int(args[3].get("qp") or args[3]["crf"])


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Noted]:
    """The bands that were opened, in order."""
    seen: list[Noted] = []

    def noted(*args: Any, **settings: Any) -> Noted:
        seen.append(Noted(*args, **settings))
        return seen[-1]

    monkeypatch.setattr(stream, "Band", noted)
    return seen


def encode(target: Path, lumas: list[Any]) -> float:
    """A film of one stretch; the mean squared error of its pictures."""
    film = Film(target, WIDTH, HEIGHT, Fraction(60))
    encoding, file = Encoding(film), film.file()
    for luma in lumas:
        encoding.change([patch(luma)])
        encoding.stay(0)
    file.add(encoding.cut())
    file.close()
    with av.open(target) as clip:
        clip.streams.video[0].codec_context.options = {"err_detect": "explode"}
        frames = [frame.to_ndarray(format="yuv420p")[:HEIGHT] for frame in clip.decode(video=0)]
    errors = [(a.astype(float) - b) ** 2 for a, b in zip(frames, lumas, strict=True)]
    return float(np.mean(errors))


def coarse(rate: Fraction, **wishes: Any) -> dict[str, str]:
    """Options of an encoder that keeps nothing in particular."""
    return options_for(rate, **wishes | {"fine": False})


def test_a_fade_is_weighed_and_takes_less(
    tmp_path: Path, begun: list[Noted], monkeypatch: pytest.MonkeyPatch
) -> None:
    film = [faded(0.02 * number) for number in range(48)]
    how = how_for(Fraction(60))
    alike = replace(how, little=how.quantiser, fading=how.quantiser)
    monkeypatch.setattr(options, "_RATES", ((60, alike),))
    monkeypatch.setattr(cutting, "_AIR", HEIGHT)  # one band: what stays takes its bytes, too
    error = encode(tmp_path / "a.mp4", film)
    assert [band.weighs for band in begun] == [True]
    monkeypatch.setattr(cutting, "_USUAL", 2)
    begun.clear()
    encode(tmp_path / "b.mp4", film)
    assert not any(band.weighs for band in begun)
    sizes = [(tmp_path / name).stat().st_size for name in ("a.mp4", "b.mp4")]
    assert sizes[0] < 0.6 * sizes[1]
    assert error < 0.25


def test_a_high_band_that_is_weighed_keeps_fewer_pictures(
    tmp_path: Path, begun: list[Noted]
) -> None:
    """All of the picture fades; where x264 and we disagree on a row of B-frames nothing decodes."""
    ground = np.tile(text()[150:200], (8, 1))[:HEIGHT]
    film = [(DARK + (ground - DARK) * (number / 50)).astype(np.uint8) for number in range(50)]
    assert encode(tmp_path / "a.mp4", film) < 1
    how = how_for(Fraction(60))
    assert [(band.rows, band.weighs, band.row) for band in begun] == [((0, 23), True, how.weighed)]
    assert how.weighed < how.row
    kinds = "".join(kinds_in(tmp_path / "a.mp4"))
    assert "B" in kinds and "B" * (how.weighed + 1) not in kinds


def test_when_a_fade_is_over_its_band_is_begun_anew(
    tmp_path: Path, begun: list[Noted], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What moves afterwards is no better for weights, which take time."""

    def shown(number: int) -> Any:
        luma = np.full((HEIGHT, WIDTH), DARK, np.uint8)
        piece = text()[150:200, 40:110].astype(float) - DARK
        shift = max(0, number - 40)
        luma[196:246, 40 + shift : 110 + shift] = DARK + piece * min(1, number / 40)
        return luma

    film = [shown(number) for number in range(140)]
    error = encode(tmp_path / "a.mp4", film)
    faded_in, moving = (band for band in begun if len(band.numbers) > 1)
    assert faded_in.weighs and 30 < len(faded_in.numbers) < 60
    assert not moving.weighs
    monkeypatch.setattr(stream, "has_faded", lambda *_: False)
    begun.clear()
    assert error < 1.5 * encode(tmp_path / "b.mp4", film)
    assert any(band.weighs and len(band.numbers) > 100 for band in begun)


def kinds_in(target: Path) -> list[str]:
    with av.open(target) as clip:
        return [PictureType(frame.pict_type).name for frame in clip.decode(video=0)]


def test_what_moves_is_not_weighed(tmp_path: Path, begun: list[Noted]) -> None:
    encode(tmp_path / "a.mp4", [text(number) for number in range(40)])
    assert begun and not any(band.weighs for band in begun)


def spotlight(number: int) -> Any:
    """A large disc, a shade brighter than its ground, that shrinks."""
    ys, xs = np.mgrid[:HEIGHT, :WIDTH]
    inside = (xs - 320) ** 2 + (ys - 180) ** 2 < (340 - 6 * number) ** 2
    return np.where(inside, 22 + number // 8, DARK).astype(np.uint8)


def test_what_changes_smoothly_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Coarse pictures in between would lose it."""
    film = [spotlight(number) for number in range(50)]
    error = encode(tmp_path / "a.mp4", film)
    monkeypatch.setattr(stream.Coder.__init__, "__kwdefaults__", {"options": coarse})
    assert error < 0.7 * encode(tmp_path / "b.mp4", film)


def mixed(number: int) -> Any:
    """Something that fades, with something above and below it that moves."""
    luma = faded(min(1, 0.1 + number / 50))
    luma[20:60, 2 * number : 2 * number + 60] = 40 + 3 * number
    luma[300 + number % 9, 5:600] = 90
    return luma


def pieces_of(planes: list[Any], across: int, down: int) -> list[Patch]:
    """All of a picture in three pieces."""
    rects = [(0, 0, across, down), (across, 0, WIDTH, down), (0, down, WIDTH, HEIGHT)]
    return [(rect, parts_of(planes, rect)) for rect in rects]


@pytest.mark.parametrize("down", [80, 170, 296])
def test_what_a_change_is_like_does_not_depend_on_the_pieces_that_it_comes_in(down: int) -> None:
    one, other = YuvFrame(WIDTH, HEIGHT), YuvFrame(WIDTH, HEIGHT)
    for number in range(12):
        _, planes = patch(mixed(number))
        whole, _ = one.update([(WHOLE, planes)], closely=True)
        pieces, _ = other.update(pieces_of(planes, 26 * number + 2, down), closely=True)
        for name in ("rows", "shares", "fades", "smooth"):
            assert np.array_equal(getattr(whole, name), getattr(pieces, name)), (number, name)


def test_nor_does_a_film(tmp_path: Path) -> None:
    numbers = np.random.default_rng(3)
    film = Film(tmp_path / "a.mp4", WIDTH, HEIGHT, Fraction(60))
    whole, pieces = Encoding(film), Encoding(film)
    for number in range(60):
        _, planes = patch(mixed(number))
        whole.change([(WHOLE, planes)])
        across, down = (2 * int(numbers.integers(1, side // 2)) for side in (WIDTH, HEIGHT))
        pieces.change(pieces_of(planes, across, down) if number else [(WHOLE, planes)])
        for encoding in (whole, pieces):
            encoding.stay(number % 2)
    assert whole.cut() == pieces.cut()


def test_how_much_changes_decides_how_fine_it_is(
    tmp_path: Path, begun: list[Noted], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changes very much is finer: nothing stays there that could be looked at instead."""
    usual, chosen = how_for(Fraction(60)), []
    assert usual.crowded < usual.quantiser
    how = replace(usual, little=22, quantiser=25, crowded=23)  # so that each can be told
    monkeypatch.setattr(options, "_RATES", ((60, how),))
    for high, wide in ((4, 80), (16, WIDTH), (300, WIDTH)):
        begun.clear()
        film = [text(3 * number) for number in range(12)]
        for luma in film:
            bars = luma[150].copy()
            luma[:] = DARK
            luma[:high, :wide] = bars[:wide]
        encode(tmp_path / "a.mp4", film)
        chosen.append(max(begun, key=lambda band: len(band.numbers)).quantiser)
    assert chosen == [how.little, how.quantiser, how.crowded]


@pytest.mark.parametrize("rate", [15, 30, 60])
def test_what_fades_and_what_is_small_is_never_coarser_than_the_rest(rate: int) -> None:
    """They take few bytes, and a coarse picture of them is seen."""
    wishes: list[dict[str, Any]] = [{}, {"little": True}, {"weighs": True}]
    usual, little, fading = (int(options_for(Fraction(rate), **one)["qp"]) for one in wishes)
    assert fading <= little <= usual
    assert (little < usual) == (20 < rate <= 40)
