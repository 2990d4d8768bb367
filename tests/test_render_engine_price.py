"""What changes for next to nothing is encoded finely; what is dear isn't."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from chainviz.render.engine import price, stream
from chainviz.render.engine.band import Band
from chainviz.render.engine.convert import Patch
from chainviz.render.engine.encode import Encoding, Film
from chainviz.render.engine.price import Price

WIDTH, HEIGHT = 1280, 720
WHOLE = (0, 0, WIDTH, HEIGHT)


def shapes(number: int) -> Any:
    """Three large plain discs that move and fade in."""
    ys, xs = np.mgrid[:HEIGHT, :WIDTH]
    luma = np.full((HEIGHT, WIDTH), 16, np.uint8)
    for i, radius in enumerate((100, 150, 130)):
        x, y = 240 + 360 * i + 1.7 * number, 210 + 120 * i - 0.9 * number
        luma[(xs - x) ** 2 + (ys - y) ** 2 < radius**2] = 60 + 30 * i + number
    return luma


def grain(number: int) -> Any:
    """A part of the picture that is full of detail, which changes."""
    luma = np.full((HEIGHT, WIDTH), 16, np.uint8)
    luma[100:300, 200:600] = np.random.default_rng(number).integers(16, 60, (200, 400), np.uint8)
    return luma


def patch(luma: Any) -> Patch:
    grey = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    return WHOLE, [luma, grey, grey]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Band]:
    """The bands that were opened, in order."""
    seen: list[Band] = []

    class Noted(Band):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            seen.append(self)

    monkeypatch.setattr(stream, "Band", Noted)
    return seen


def encode(target: Path, lumas: list[Any]) -> None:
    """A film of one stretch."""
    film = Film(target, WIDTH, HEIGHT, Fraction(60))
    encoding, file = Encoding(film), film.file()
    for luma in lumas:
        encoding.change([patch(luma)])
        encoding.stay(0)
    file.add(encoding.cut())
    file.close()


def errors(target: Path, lumas: list[Any]) -> list[float]:
    """The mean squared error of each picture."""
    with av.open(target) as clip:
        frames = [frame.to_ndarray(format="yuv420p") for frame in clip.decode(video=0)]
    return [
        float(((frame[:HEIGHT].astype(float) - luma) ** 2).mean())
        for frame, luma in zip(frames, lumas, strict=True)
    ]


def test_plain_shapes_in_motion_are_encoded_finely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: list[Band]
) -> None:
    fine, coarse = tmp_path / "fine.mp4", tmp_path / "coarse.mp4"
    lumas = [shapes(number) for number in range(60)]
    encode(fine, lumas)
    begin = next(band for band in begun if band.fine).begin  # it began anew
    assert all(band.fine for band in begun if band.begin > begin)
    begun.clear()
    monkeypatch.setattr(price, "_LOW", 0.0)
    encode(coarse, lumas)
    assert not any(band.fine for band in begun)
    assert sum(errors(fine, lumas)[begin:]) < 0.7 * sum(errors(coarse, lumas)[begin:])
    assert fine.stat().st_size < 1.5 * coarse.stat().st_size


def test_what_is_full_of_detail_is_not(tmp_path: Path, begun: list[Band]) -> None:
    encode(tmp_path / "a.mp4", [grain(number) for number in range(40)])
    assert not any(band.fine for band in begun)


def test_detail_that_comes_later_ends_it(tmp_path: Path, begun: list[Band]) -> None:
    lumas = [shapes(number) for number in range(30)] + [grain(number) for number in range(30)]
    encode(tmp_path / "a.mp4", lumas)
    lasting = [band.fine for band in begun if len(band.numbers) > 1]
    assert True in lasting and lasting[-1] is False
    seen = errors(tmp_path / "a.mp4", lumas)
    assert max(seen[:30]) < 5 and max(seen[30:]) < 60  # each of them in its place


def test_a_price_is_told_when_enough_has_changed() -> None:
    account = Price(1600 * 160)  # a thousand blocks
    for number in range(8):
        assert not account.is_low and not account.is_high
        account.expect(number, 0.1)
        account.note(number, 50, is_key=False)
    assert account.is_low and not account.is_high
    for number in range(8, 16):
        account.expect(number, 0.1)
        account.note(number, 500, is_key=False)
    assert account.is_high and not account.is_low
    for number in range(16, 24):
        account.expect(number, 0.001)
        account.note(number, 1, is_key=False)
    assert not account.is_low and not account.is_high
    account.expect(24, 1.0)
    account.note(24, 10, is_key=True)  # what begins anew says nothing about changes
    assert not account.is_low
