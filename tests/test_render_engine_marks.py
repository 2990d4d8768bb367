"""A picture that is looked at is finer than those that pass: the one after which a band stays."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from chainviz.render.engine import band, marks, options
from chainviz.render.engine.encode import Encoding, Film
from chainviz.render.engine.marks import Marks
from chainviz.render.engine.options import FINER, LONG

WIDTH, HEIGHT = 320, 640
WHOLE = (0, 0, WIDTH, HEIGHT)
DARK = 16
MOVES = 24
STILL = 64
"""So many lines at the top hold what never changes."""


def drawn(number: int) -> Any:
    """Grains, others in each picture, below some that are always the same."""
    luma = np.full((HEIGHT, WIDTH), DARK, np.uint8)
    luma[32:48, 32:288] = grains(0, 4, 64)
    luma[400:464, 40:88] = grains(number, 16, 12)
    return luma


def grains(seed: int, high: int, wide: int) -> Any:
    some = np.random.default_rng(seed).integers(60, 220, (high, wide), np.uint8)
    return some.repeat(4, 0).repeat(4, 1)


def encode(target: Path, numbers: list[int], *, stays: int) -> list[float]:
    """How large the error of what changes is in each frame; so many are alike at the end."""
    film = [(drawn(number), 1) for number in numbers]
    return encode_film(target, [*film[:-1], (film[-1][0], 1 + stays)])


def encode_film(target: Path, pictures: list[tuple[Any, int]]) -> list[float]:
    """The same for any pictures, each with the number of frames it is shown for."""
    chroma = np.full((2, HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    film = Film(target, WIDTH, HEIGHT, Fraction(60))
    encoding, file = Encoding(film), film.file()
    for luma, frames in pictures:
        encoding.change([(WHOLE, [luma, *chroma])])
        encoding.stay(frames - 1)
    file.add(encoding.cut())
    file.close()
    with av.open(target) as clip:
        clip.streams.video[0].codec_context.options = {"err_detect": "explode"}
        seen = [frame.to_ndarray(format="yuv420p")[:HEIGHT] for frame in clip.decode(video=0)]
    lumas = [luma for luma, frames in pictures for _ in range(frames)]
    assert len(seen) == len(lumas)
    return [
        float(np.square(is_[STILL:].astype(float) - should[STILL:]).mean())
        for is_, should in zip(seen, lumas, strict=True)
    ]


def test_the_picture_after_which_a_band_stays_is_finer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finer = encode(tmp_path / "a.mp4", [*range(MOVES)], stays=3 * LONG)
    monkeypatch.setattr(band, "FINER", 0)
    alike = encode(tmp_path / "b.mp4", [*range(MOVES)], stays=3 * LONG)
    assert finer[-1] < 0.4 * alike[-1]
    assert finer[-1] == finer[MOVES]  # at once, and for as long as it stays
    assert sum(finer[1 : MOVES - 8]) == pytest.approx(sum(alike[1 : MOVES - 8]))


@pytest.mark.parametrize(("stays", "is_finer"), [(LONG - 2, False), (LONG - 1, True)])
def test_it_has_to_stay_for_long(
    stays: int, is_finer: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked: list[int] = []

    class Noted(Marks):
        def finer(self, frame: Any) -> Any:
            marked.append(frame.pts)
            return super().finer(frame)

    monkeypatch.setattr(band, "Marks", Noted)
    encode(tmp_path / "a.mp4", [*range(MOVES)], stays=stays)
    assert marked == [MOVES - 1] * is_finer


def test_a_pause_counts_as_long_as_it_lasts(tmp_path: Path) -> None:
    """What comes after it is as coarse as ever."""
    still = [MOVES] * 2 * LONG
    errors = encode(tmp_path / "a.mp4", [*range(MOVES), *still, *range(MOVES, 0, -1)], stays=0)
    pause = errors[MOVES + 1 : MOVES + len(still)]
    assert max(pause) < 0.5 * min(errors[1 : MOVES - 8])
    assert max(pause) < 0.5 * min(errors[MOVES + len(still) + 8 : -1])


def test_a_band_stays_while_others_change(tmp_path: Path) -> None:
    """Each of what these show may last for a while."""
    moving = [(drawn(number), 1) for number in range(MOVES)]
    others = []
    for number in (1, 2):
        luma = drawn(MOVES - 1)
        luma[32:48, 32:288] = grains(number, 4, 64)
        others.append(luma)
    for frames, is_finer in ((LONG // 2 + 1, True), (1, False)):
        film = [*moving, *((luma, frames) for luma in others), *moving]
        errors = encode_film(tmp_path / "a.mp4", film)
        assert (errors[MOVES] < 0.5 * min(errors[1 : MOVES - 8])) == is_finer


@pytest.mark.parametrize(("frames", "is_marked"), [(LONG + 2, True), (1, False)])
def test_high_bands_are_marked_where_little_is_to_be_encoded(
    frames: int, is_marked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes an encoder more time for each of the pictures."""
    film = []
    for number in range(MOVES):
        luma = drawn(0)
        luma[120:560, 40:88] = grains(number, 110, 12)
        film.append((luma, frames))
    film[-1] = film[-1][0], 3 * LONG
    finer = encode_film(tmp_path / "a.mp4", film)
    monkeypatch.setattr(band, "FINER", 0)
    alike = encode_film(tmp_path / "b.mp4", film)
    assert (finer[-1] < 0.5 * alike[-1]) == is_marked
    assert (finer[frames + 1] < 0.5 * alike[frames + 1]) == is_marked


def test_what_never_changes_is_finer_from_the_first_picture_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode(tmp_path / "a.mp4", [*range(MOVES)], stays=0)
    monkeypatch.setattr(options, "_LASTING", 0)
    encode(tmp_path / "b.mp4", [*range(MOVES)], stays=0)
    errors = []
    for name in ("a.mp4", "b.mp4"):
        with av.open(tmp_path / name) as clip:
            pictures = [frame.to_ndarray(format="yuv420p") for frame in clip.decode(video=0)]
        lines = {picture[:STILL].tobytes() for picture in pictures}
        assert len(lines) == 1
        errors.append(np.square(pictures[0][:STILL].astype(float) - drawn(0)[:STILL]).mean())
    assert errors[0] < 0.5 * errors[1]


def test_without_what_it_takes_pictures_are_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some builds of FFmpeg lack it."""
    monkeypatch.setattr(marks, "_FILTER", "nothing-by-that-name")
    without = encode(tmp_path / "b.mp4", [*range(MOVES)], stays=3 * LONG)
    monkeypatch.undo()
    finer = encode(tmp_path / "a.mp4", [*range(MOVES)], stays=3 * LONG)
    assert finer[-1] < 0.4 * without[-1]


def test_a_marked_picture_is_the_same_in_the_same_memory() -> None:
    frame = av.VideoFrame.from_ndarray(np.full((96, 64), 77, np.uint8), format="yuv420p")
    frame.pts, frame.time_base = 5, Fraction(1, 60)
    frame.pict_type = av.video.frame.PictureType.P
    marked = Marks(frame, FINER).finer(frame)
    assert marked.planes[0].buffer_ptr == frame.planes[0].buffer_ptr
    assert (marked.pts, marked.time_base) == (5, Fraction(1, 60))
    assert marked.pict_type == av.video.frame.PictureType.P
    assert len(marked.side_data) == 1 and not len(frame.side_data)
