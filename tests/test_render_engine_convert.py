"""Patches: a picture converted part by part has the numbers of one converted whole."""

from __future__ import annotations

import random
from typing import Any

import av
import numpy as np
import pytest

from chainviz.render.engine.convert import Converter, YuvFrame
from chainviz.render.engine.planes import BLOCK, Patch, plane_shapes


def whole(pixels: Any) -> Any:
    return av.VideoFrame.from_ndarray(pixels, format="rgba").reformat(format="yuv420p").to_ndarray()


@pytest.mark.parametrize(("width", "height"), [(640, 360), (322, 182), (854, 480)])
def test_patches_add_up_to_the_whole(width: int, height: int) -> None:
    chance = random.Random(width)
    numbers = np.random.default_rng(width)
    pixels = numbers.integers(0, 256, (height, width, 4), np.uint8)
    converter, yuv = Converter(), YuvFrame(width, height)
    yuv.put(converter.patches(pixels, [(0, 0, width, height)]))
    assert np.array_equal(yuv.frame.to_ndarray(), whole(pixels))
    for _ in range(120):
        x, y = chance.randrange(width), chance.randrange(height)
        x1, y1 = chance.randint(x + 1, width), chance.randint(y + 1, height)
        pixels[y:y1, x:x1] = numbers.integers(0, 256, (y1 - y, x1 - x, 4), np.uint8)
        yuv.put(converter.patches(pixels, [(x, y, x1, y1)]))
        assert np.array_equal(yuv.frame.to_ndarray(), whole(pixels)), (x, y, x1, y1)


def test_the_parts_of_a_patch_at_an_odd_edge() -> None:
    assert plane_shapes((2, 4, 7, 9)) == [(5, 5), (3, 3), (3, 3)]
    pixels = np.zeros((9, 7, 4), np.uint8)
    ((rect, parts),) = Converter().patches(pixels, [(5, 6, 7, 9)])
    assert rect == (2, 4, 7, 9)
    assert [part.shape for part in parts] == plane_shapes(rect)


def test_what_differs_is_counted_in_blocks() -> None:
    pixels = np.zeros((160, 320, 4), np.uint8)
    converter, yuv = Converter(), YuvFrame(320, 160)

    def update() -> tuple[float, list[int]]:
        changes, _ = yuv.update(converter.patches(pixels, [(0, 0, 320, 160)]))
        return changes.share, list(np.flatnonzero(changes.rows))

    update()
    assert update() == (0, [])
    pixels[32:64, 64:112] = 200  # 2 by 3 of 10 by 20 blocks
    share, rows = update()
    assert share == pytest.approx(6 / 200)
    assert rows == [2, 3]
    pixels[...] = 90
    assert update() == (1, list(range(10)))
    assert update() == (0, [])


@pytest.mark.parametrize(("width", "height"), [(640, 360), (322, 182)])
def test_only_what_differs_is_kept_and_no_row_of_it_is_missed(width: int, height: int) -> None:
    """One frame gets whole pictures, another only what was kept of them: they show the same."""
    numbers = np.random.default_rng(height)
    pixels = np.zeros((height, width, 4), np.uint8)
    converter, whole_one, other = Converter(), YuvFrame(width, height), YuvFrame(width, height)
    for _ in range(60):
        before = whole_one.frame.to_ndarray()[:height].copy()
        for _ in range(numbers.integers(0, 3)):
            x, y = numbers.integers(0, width), numbers.integers(0, height)
            colour = numbers.integers(0, 256, 4)
            pixels[y : y + numbers.integers(1, 9), x : x + numbers.integers(1, 40)] = colour
        patches = converter.patches(pixels, [(0, 0, width, height)])
        changes, kept = whole_one.update(patches)
        for _, parts in patches:
            for part in parts:
                part[...] = 77  # whoever gave them may use them again
        other.put(kept)
        after = whole_one.frame.to_ndarray()
        assert np.array_equal(other.frame.to_ndarray(), after)
        assert sum(size(patch) for patch in kept) <= size(((0, 0, width, height), patches[0][1]))
        lines = np.flatnonzero((before != after[:height]).any(axis=1))
        assert set(lines // BLOCK) <= set(np.flatnonzero(changes.rows))


def size(patch: Patch) -> int:
    return sum(part.size for part in patch[1])


def test_which_lines_go_on_alike() -> None:
    yuv = YuvFrame(64, 64)
    assert yuv.alike().all()
    luma = np.zeros((64, 64), np.uint8)
    luma[:, 5] = 200  # a line that runs down is the same in every line
    luma[20:22] = 9
    chroma = np.full((32, 32), 128, np.uint8)
    chroma[25:] = 90
    yuv.put([((0, 0, 64, 64), [luma, chroma, chroma])])
    assert list(np.flatnonzero(~yuv.alike())) == [19, 21, 49]
