"""Patches: a picture converted part by part has the numbers of one converted whole."""

from __future__ import annotations

import random
from typing import Any

import av
import numpy as np
import pytest

from chainviz.render.engine.convert import Converter, YuvFrame, plane_shapes


def whole(pixels: Any) -> Any:
    return av.VideoFrame.from_ndarray(pixels, format="rgba").reformat(format="yuv420p").to_ndarray()


@pytest.mark.parametrize(("width", "height"), [(640, 360), (322, 182), (854, 480)])
def test_patches_add_up_to_the_whole(width: int, height: int) -> None:
    chance = random.Random(width)
    numbers = np.random.default_rng(width)
    pixels = numbers.integers(0, 256, (height, width, 4), np.uint8)
    converter, yuv = Converter(), YuvFrame(width, height)
    yuv.update(converter.patches(pixels, [(0, 0, width, height)]))
    assert np.array_equal(yuv.frame.to_ndarray(), whole(pixels))
    for _ in range(120):
        x, y = chance.randrange(width), chance.randrange(height)
        x1, y1 = chance.randint(x + 1, width), chance.randint(y + 1, height)
        pixels[y:y1, x:x1] = numbers.integers(0, 256, (y1 - y, x1 - x, 4), np.uint8)
        yuv.update(converter.patches(pixels, [(x, y, x1, y1)]))
        assert np.array_equal(yuv.frame.to_ndarray(), whole(pixels)), (x, y, x1, y1)


def test_the_parts_of_a_patch_at_an_odd_edge() -> None:
    assert plane_shapes((2, 4, 7, 9)) == [(5, 5), (3, 3), (3, 3)]
    pixels = np.zeros((9, 7, 4), np.uint8)
    ((rect, parts),) = Converter().patches(pixels, [(5, 6, 7, 9)])
    assert rect == (2, 4, 7, 9)
    assert [part.shape for part in parts] == plane_shapes(rect)


def test_what_differs_is_counted_in_blocks() -> None:
    pixels = np.zeros((160, 320, 4), np.uint8)
    whole_frame = [(0, 0, 320, 160)]
    converter, yuv = Converter(), YuvFrame(320, 160)
    yuv.update(converter.patches(pixels, whole_frame))
    assert yuv.differing(converter.patches(pixels, whole_frame)) == 0
    pixels[32:64, 64:112] = 200  # 2 by 3 of 10 by 20 blocks
    assert yuv.differing(converter.patches(pixels, whole_frame)) == pytest.approx(6 / 200)
    pixels[...] = 90
    assert yuv.differing(converter.patches(pixels, whole_frame)) == 1
    yuv.update(converter.patches(pixels, whole_frame))
    assert yuv.differing(converter.patches(pixels, whole_frame)) == 0
