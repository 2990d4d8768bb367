from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from chainviz.render.engine.assembly import Stretch
from chainviz.render.engine.bits import split_units
from chainviz.render.engine.convert import YuvFrame
from chainviz.render.engine.h264 import Slice
from chainviz.render.engine.mp4 import Mp4File
from chainviz.render.engine.options import options_for
from chainviz.render.engine.parameters import layout_of
from chainviz.render.engine.planes import Patch
from chainviz.render.engine.stream import Coder

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


def patch(pixels: Any) -> Patch:
    """A whole picture."""
    parts = np.split(pixels.ravel(), [HEIGHT * WIDTH, HEIGHT * WIDTH * 5 // 4])
    shapes = (HEIGHT, WIDTH), (HEIGHT // 2, WIDTH // 2), (HEIGHT // 2, WIDTH // 2)
    planes = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
    return (0, 0, WIDTH, HEIGHT), planes


def stretch(coder: Coder, shown: Film) -> Stretch:
    """What becomes of a film when all of it is known from the start."""
    known, frame = YuvFrame(WIDTH, HEIGHT), YuvFrame(WIDTH, HEIGHT)
    updates = [known.update([patch(pixels)]) for pixels, _ in shown]
    for i, ((_, patches), (_, frames)) in enumerate(zip(updates, shown, strict=True)):
        frame.put(patches)
        coder.show(frame, frames, [changes for changes, _ in updates[i + 1 :]])
    return coder.finish()


def write(target: Path, *stretches: Film, rate: int = 60, **options: Any) -> Coder:
    """A film of stretches; the coder that made the last of them."""
    file = Mp4File(target, width=WIDTH, height=HEIGHT, rate=Fraction(rate))
    for shown in stretches:
        coder = Coder(width=WIDTH, height=HEIGHT, rate=Fraction(rate), **options)
        file.add(stretch(coder, shown))
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
    # at 15 pictures a second what is shown is nearly what was given
    assert write(tmp_path / "a.mp4", shown, rate=15).cuts
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
    write(tmp_path / "b.mp4", shown, options=other_encoder)
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


def other_encoder(rate: Fraction, **wishes: Any) -> dict[str, str]:
    """Options of one that writes its numbers in another way."""
    options = options_for(rate, **wishes)
    return options | {"x264-params": options["x264-params"] + ":cabac=0"}


def test_another_encoders_way_is_left_alone(tmp_path: Path) -> None:
    shown = film(9, 5, 30)
    assert not write(tmp_path / "a.mp4", shown, options=other_encoder).cuts
    frames = decoded(tmp_path / "a.mp4")
    wanted = [pixels for pixels, stay in shown for _ in range(stay)]
    for is_, should in zip(frames, wanted, strict=True):
        assert ((is_.astype(float) - should) ** 2).mean() < 20


def test_held_pictures_at_the_rate_of_a_film(tmp_path: Path) -> None:
    shown = film(0, 40, 12)
    assert write(tmp_path / "a.mp4", shown).cuts
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


def moving(radius: int) -> Film:
    """A disc of that size that moves."""
    ys, xs = np.mgrid[:HEIGHT, :WIDTH]
    shown: Film = []
    for number in range(40):
        x = 80 + 4 * number * (1 + radius // 40) % 160
        luma = (60 + 100 * ((xs - x) ** 2 + (ys - 90) ** 2 < radius**2)).astype(np.uint8)
        frame = np.concatenate([luma.ravel(), np.full(HEIGHT * WIDTH // 2, 128, np.uint8)])
        shown.append((frame.reshape(-1, WIDTH), 1))
    return shown


def kinds_of(shown: Film, rate: int) -> str:
    """Each picture in the order of decoding: b for one between two, B if others refer to it."""
    done = stretch(Coder(width=WIDTH, height=HEIGHT, rate=Fraction(rate)), shown)
    layout = layout_of(done.headers)
    assert layout is not None
    slices = [Slice.read(split_units(packet.data)[-1], layout) for packet in done.packets]
    return "".join("PBI"[one.kind] if one.is_reference else "b" for one in slices if one)


@pytest.mark.parametrize(
    ("rate", "radius", "longest"), [(60, 9, 5), (60, 70, 3), (30, 70, 3), (15, 70, 1)]
)
def test_where_much_moves_fewer_coarse_pictures_follow_each_other(
    rate: int, radius: int, longest: int
) -> None:
    kinds = kinds_of(moving(radius), rate)
    assert max(map(len, re.findall("[Bb]+", kinds))) == longest


@pytest.mark.parametrize(("rate", "radius"), [(15, 9), (30, 9), (60, 70)])
def test_the_middle_one_of_several_is_decoded_first_and_the_others_refer_to_it(
    rate: int, radius: int
) -> None:
    groups = re.findall("[Bb]+", kinds_of(moving(radius), rate))
    assert len(groups) > 4
    assert all(re.fullmatch("Bb+|b", group) for group in groups)
    assert any("B" in group for group in groups)


def test_high_pictures_in_which_little_moves_are_encoded_plainly() -> None:
    assert "B" not in kinds_of(moving(3), 60)


def remembering(headers: bytes, pictures: int) -> bytes:
    """The same headers, that tell a player to remember so many pictures."""
    bits = "".join(f"{byte:08b}" for byte in headers)
    number = "(?:1|01.|001..|0001...)"
    before = f"01100111.{{24}}1{number}1{number}"  # a sequence's parameters, up to that number
    named = f"{pictures + 1:b}"
    changed, times = re.subn(
        f"({before})00101", lambda found: found[1] + f"{named:0>{2 * len(named) - 1}}", bits
    )
    assert times == 1
    assert len(changed) == len(bits)
    return int(changed, 2).to_bytes(len(headers), "big")


@pytest.mark.parametrize(
    "shown",
    [moving(9) + moving(70) + film(3, 40, 9), film(4, 60, 5) + moving(70), moving(70) + moving(9)],
)
def test_three_remembered_pictures_are_enough(shown: Film, tmp_path: Path) -> None:
    """Some players have room for not one more than they need, as a film is shown."""
    done = stretch(Coder(width=WIDTH, height=HEIGHT, rate=Fraction(60)), shown)
    frames = []
    for pictures in (4, 3):
        file = Mp4File(tmp_path / "a.mp4", width=WIDTH, height=HEIGHT, rate=Fraction(60))
        file.add(Stretch(remembering(done.headers, pictures), done.packets))
        file.close()
        frames.append(decoded(tmp_path / "a.mp4"))
    assert len(frames[0]) == sum(stay for _, stay in shown)
    assert all(np.array_equal(is_, should) for is_, should in zip(*frames, strict=True))


def test_what_moves_fast_is_found_where_it_was(tmp_path: Path) -> None:
    """It costs a seventh less than with a search of x264's usual range."""
    grains = np.random.default_rng(0).integers(60, 220, (6, 6), np.uint8).repeat(4, 0).repeat(4, 1)
    shown: Film = []
    for number in range(96):
        luma = np.full((HEIGHT, WIDTH), 16, np.uint8)
        x = 140 + int(120 * np.sin(number / 12))
        luma[60:84, x : x + 24] = grains
        frame = np.concatenate([luma.ravel(), np.full(HEIGHT * WIDTH // 2, 128, np.uint8)])
        shown.append((frame.reshape(-1, WIDTH), 1))

    def near(*args: Any, **wishes: Any) -> dict[str, str]:
        options = options_for(*args, **wishes)
        params = re.sub(r"merange=\d+", "merange=16", options["x264-params"])
        return options | {"x264-params": params}

    sizes = []
    for options in (options_for, near):
        write(tmp_path / "a.mp4", shown, options=options)
        sizes.append((tmp_path / "a.mp4").stat().st_size)
    assert sizes[0] < 0.86 * sizes[1]
