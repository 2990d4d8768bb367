"""A picture of one colour: an array like any other, in next to no memory."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from chainviz.render.engine.plain import plain_pixels

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux has such memory")
SHAPE = (1080, 1920, 4)
WORD = np.frombuffer(bytes([10, 20, 30, 255]), np.uint32)[0]


def private() -> int:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Dirty:"))


def test_it_holds_the_colour_and_little_memory() -> None:
    plain_pixels(SHAPE, WORD)
    before = private()
    pixels = plain_pixels(SHAPE, WORD)
    assert pixels.shape == SHAPE and pixels.dtype == np.uint8
    assert (pixels.reshape(-1, 4) == [10, 20, 30, 255]).all()
    assert private() - before < pixels.nbytes / 8


def test_painting_on_it_changes_what_was_painted_and_nothing_else() -> None:
    pixels, other = plain_pixels(SHAPE, WORD), plain_pixels(SHAPE, WORD)
    pixels[500:600, 3:9] = 7
    expected = np.full((1080, 1920), WORD).view(np.uint8).reshape(SHAPE)
    assert np.array_equal(other, expected)
    expected[500:600, 3:9] = 7
    assert np.array_equal(pixels, expected)


def test_small_pictures_are_not_worth_it() -> None:
    assert plain_pixels((90, 160, 4), WORD) is None
