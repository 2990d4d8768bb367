from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from chainviz.render.engine.h264 import Layout, Numbering, join_units, renumbered, split_units
from chainviz.render.engine.mp4 import Mp4File
from chainviz.render.engine.stream import Coder, options_for

WIDTH, HEIGHT = 320, 180
Film = list[tuple[Any, int]]


def film(seed: int, pictures: int, longest: int) -> Film:
    """A ball that hops about on a gradient, and stays for a random while."""
    rng = np.random.default_rng(seed)
    ys, xs = np.mgrid[:HEIGHT, :WIDTH]
    made: Film = []
    for _ in range(pictures):
        x, y = rng.integers(20, 300), rng.integers(20, 160)
        luma = (60 + xs / 4 + 100 * ((xs - x) ** 2 + (ys - y) ** 2 < 200)).astype(np.uint8)
        frame = np.concatenate([luma.ravel(), np.full(HEIGHT * WIDTH // 2, 128, np.uint8)])
        stay = int(rng.integers(1, longest)) if rng.random() < 0.5 else 1
        made.append((frame.reshape(-1, WIDTH), stay))
    return made


def write(target: Path, *stretches: Film, **options: Any) -> Coder:
    """A film of stretches; the coder that made the last of them."""
    file = Mp4File(target, width=WIDTH, height=HEIGHT, rate=Fraction(60))
    for shown in stretches:
        coder = Coder(width=WIDTH, height=HEIGHT, rate=Fraction(60), **options)
        for pixels, frames in shown:
            coder.show(av.VideoFrame.from_ndarray(pixels, format="yuv420p"), frames)
        file.add(coder.finish())
    file.close()
    return coder


def decoded(path: Path) -> list[Any]:
    with av.open(path) as clip:
        clip.streams.video[0].codec_context.options = {"err_detect": "explode"}
        return [frame.to_ndarray(format="yuv420p") for frame in clip.decode(video=0)]


@pytest.mark.parametrize(
    ("seed", "pictures", "longest"),
    [(0, 40, 12), (1, 20, 60), (2, 9, 700), (3, 330, 6), (4, 1, 50)],
)
def test_held_pictures_are_what_they_were(
    seed: int, pictures: int, longest: int, tmp_path: Path
) -> None:
    shown = film(seed, pictures, longest)
    fine = options_for(Fraction(15))  # the finest quantiser: what is shown is nearly what was given
    assert write(tmp_path / "a.mp4", shown, options=fine).repeats
    frames = decoded(tmp_path / "a.mp4")
    wanted = [pixels for pixels, stay in shown for _ in range(stay)]
    assert len(frames) == len(wanted)
    for is_, should in zip(frames, wanted, strict=True):
        assert np.abs(is_.astype(int) - should).max() < 70
        assert ((is_.astype(float) - should) ** 2).mean() < 6
    place = 0
    for _, stay in shown:
        if stay > 4:
            for frame in frames[place : place + stay]:
                assert np.array_equal(frame, frames[place])
        place += stay


def test_the_rate_is_constant_and_the_file_smaller(tmp_path: Path) -> None:
    shown = film(5, 12, 300)
    write(tmp_path / "a.mp4", shown[:3], shown[3:7], shown[7:])
    write(tmp_path / "b.mp4", shown, repeat=False)
    assert (tmp_path / "a.mp4").stat().st_size < (tmp_path / "b.mp4").stat().st_size
    with av.open(tmp_path / "a.mp4") as clip:
        stream = clip.streams.video[0]
        packets = [p for p in clip.demux(stream) if p.pts is not None]
        assert stream.average_rate == 60
        assert len(packets) == stream.frames == sum(stay for _, stay in shown)
    assert len(set(np.diff(sorted(p.pts or 0 for p in packets)))) == 1
    assert len(set(np.diff([p.dts for p in packets if p.dts is not None]))) == 1
    assert all(p.pts >= p.dts for p in packets if p.pts is not None and p.dts is not None)


def test_seeking_into_a_held_picture(tmp_path: Path) -> None:
    shown = [*film(6, 300, 5), (film(7, 1, 2)[0][0], 90), *film(8, 4, 2)]
    write(tmp_path / "a.mp4", shown[:200], shown[200:])
    whole = decoded(tmp_path / "a.mp4")
    place = sum(stay for _, stay in shown[:300]) + 40
    with av.open(tmp_path / "a.mp4") as clip:
        stream = clip.streams.video[0]
        assert stream.time_base is not None
        clip.seek(int(place / 60 / stream.time_base), stream=stream)
        for frame in clip.decode(stream):
            assert frame.time is not None
            if round(frame.time * 60) >= place:
                assert np.array_equal(frame.to_ndarray(format="yuv420p"), whole[place])
                break


def test_another_encoders_way_is_left_alone(tmp_path: Path) -> None:
    """With two slices a picture there's nothing to repeat, so everything is encoded."""
    sliced = options_for(Fraction(60))
    sliced["x264-params"] = sliced["x264-params"].replace("sliced-threads=0", "slices=2")
    shown = film(9, 5, 30)
    assert not write(tmp_path / "a.mp4", shown, options=sliced).repeats
    assert len(decoded(tmp_path / "a.mp4")) == sum(stay for _, stay in shown)


def test_units_come_apart_and_together() -> None:
    units = [b"\x67\x01\x02", b"\x41\x9a\x00\x00\x03\x01", b"\x06\x05"]
    assert split_units(join_units(units)) == units
    assert split_units(b"\x00\x00\x01\x41\x9a\x00\x00\x00\x01\x06\x05") == [
        b"\x41\x9a",
        b"\x06\x05",
    ]


def test_numbers_move_on_and_escapes_stay_right() -> None:
    # A P slice: block 0, kind 5, parameters 0, then 4 bits of 15 and 6 bits of 62.
    bits = "1" + "00110" + "1" + "1111" + "111110" + "0" * 200 + "1" * 7
    unit = bytes([0x41]) + int(bits, 2).to_bytes(len(bits) // 8, "big")
    escaped, _ = renumbered(unit, Layout(4, 6), Numbering(0, 0))
    assert b"\x00\x00\x00" not in escaped
    moved, numbers = renumbered(escaped, Layout(4, 6), Numbering(2, 6))
    assert numbers == Numbering(1, 4)
    back, _ = renumbered(moved, Layout(4, 6), Numbering(14, 58))
    assert back == escaped
    assert renumbered(moved, Layout(4, 6), Numbering(3, 8), absolute=True)[1] == Numbering(3, 8)


def test_held_pictures_at_the_rate_of_a_film(tmp_path: Path) -> None:
    shown = film(0, 40, 12)
    assert write(tmp_path / "a.mp4", shown).repeats
    frames = decoded(tmp_path / "a.mp4")
    wanted = [pixels for pixels, stay in shown for _ in range(stay)]
    assert len(frames) == len(wanted)
    for is_, should in zip(frames, wanted, strict=True):
        assert ((is_.astype(float) - should) ** 2).mean() < 20


def test_stretches_need_nothing_of_each_other(tmp_path: Path) -> None:
    """A film of three is shown as each of them is shown alone."""
    films = [film(seed, 30, 9) for seed in (10, 11, 12)]
    write(tmp_path / "all.mp4", *films)
    together = decoded(tmp_path / "all.mp4")
    apart = []
    for shown in films:
        write(tmp_path / "one.mp4", shown)
        apart += decoded(tmp_path / "one.mp4")
    assert len(together) == len(apart) == sum(stay for shown in films for _, stay in shown)
    assert all(np.array_equal(a, b) for a, b in zip(together, apart, strict=True))


@pytest.mark.parametrize(
    ("rate", "differing", "longest"), [(60, 0.05, 4), (60, 0.2, 2), (30, 0.05, 3), (30, 0.2, 1)]
)
def test_where_much_moves_fewer_coarse_pictures_follow_each_other(
    rate: int, differing: float, longest: int, tmp_path: Path
) -> None:
    coder = Coder(width=WIDTH, height=HEIGHT, rate=Fraction(rate))
    for pixels, _ in film(0, 40, 2):
        coder.show(av.VideoFrame.from_ndarray(pixels, format="yuv420p"), 1, differing=differing)
    file = Mp4File(tmp_path / "a.mp4", width=WIDTH, height=HEIGHT, rate=Fraction(rate))
    file.add(coder.finish())
    file.close()
    with av.open(tmp_path / "a.mp4") as clip:
        kinds = "".join("?IPB"[int(frame.pict_type)] for frame in clip.decode(video=0))
    assert max(map(len, re.findall("B+", kinds))) == longest
