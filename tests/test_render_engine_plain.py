"""A picture of one colour: an array like any other, in next to no memory."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from chainviz.render.engine import plain as plain_pixels
from chainviz.render.engine.plain import PlainPixels

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux has such memory")
SHAPE = (1080, 1920, 4)
WORD = np.frombuffer(bytes([10, 20, 30, 255]), np.uint32)[0]


def private() -> int:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Dirty:"))


def plain() -> PlainPixels:
    made = PlainPixels.of(SHAPE, WORD)
    assert made is not None
    return made


def test_it_holds_the_colour_and_little_memory() -> None:
    plain()
    before = private()
    pixels = plain().pixels
    taken = private() - before
    assert pixels.shape == SHAPE and pixels.dtype == np.uint8
    assert (pixels.reshape(-1, 4) == [10, 20, 30, 255]).all()
    assert taken < pixels.nbytes / 8


def test_painting_on_it_changes_what_was_painted_and_nothing_else() -> None:
    pixels, other = plain().pixels, plain().pixels
    pixels[500:600, 3:9] = 7
    expected = np.full((1080, 1920), WORD).view(np.uint8).reshape(SHAPE)
    assert np.array_equal(other, expected)
    expected[500:600, 3:9] = 7
    assert np.array_equal(pixels, expected)


@pytest.mark.parametrize("known", [True, False])
def test_what_shows_the_colour_again_is_given_back_and_what_does_not_stays(
    known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether or not the system says which pages were painted on."""
    if not known:
        monkeypatch.setattr(plain_pixels, "own_pages", lambda *_: None)
    made = plain()
    made.pixels[...] = 7
    made.pixels[200:900] = [10, 20, 30, 255]
    made.pixels[500, 800, 1] = 21
    before, expected = private(), made.pixels.copy()
    taken = private() - before
    made.give_back()
    assert before + taken - private() > 0.9 * 700 * 1920 * 4
    assert np.array_equal(made.pixels, expected)


def test_wiped_it_is_as_it_was_in_the_beginning() -> None:
    made, before = plain(), private()
    made.pixels[...] = 7
    assert private() - before > 0.9 * made.pixels.nbytes
    made.wipe()
    assert private() - before < made.pixels.nbytes / 4
    assert (made.pixels.reshape(-1, 4) == [10, 20, 30, 255]).all()


def test_small_pictures_are_not_worth_it() -> None:
    assert PlainPixels.of((90, 160, 4), WORD) is None
