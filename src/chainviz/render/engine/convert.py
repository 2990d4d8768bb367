"""RGBA to YUV 4:2:0, only where it changed, with the numbers of a whole-frame conversion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from chainviz.render.engine.region import Rect, area, padded

__all__ = ["BLOCK", "Changes", "Converter", "Patch", "YuvFrame", "plane_shapes"]

BLOCK = 16
"""What is encoded goes by squares of so many pixels."""

_REACH = 2
"""So far beyond what changed, the filtering of chroma lets it show."""
_SPARSE = 4
"""Blocks that changed are counted; each of them is judged by pixels so far apart."""
_HALVES = (1, 2, 2)
"""By how much each of the three planes is smaller."""

Patch = tuple[Rect, list[Any]]
"""Where it goes, all but the frame's own edges at even places, and what goes into each plane."""


def plane_shapes(rect: Rect) -> list[tuple[int, int]]:
    """How high and wide the three parts of a patch are."""
    wide, high = rect[2] - rect[0], rect[3] - rect[1]
    return [(-(-high // half), -(-wide // half)) for half in _HALVES]


class Converter:
    """Makes patches of a picture's parts."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def patches(self, pixels: Any, rects: Iterable[Rect]) -> list[Patch]:
        """Patches for these rectangles; what they hold stays theirs.

        All of them together are never larger than the picture.
        """
        height, width = pixels.shape[:2]
        cores = [padded(rect, _REACH, 2, width, height) for rect in rects]
        if sum(map(area, cores)) > width * height:
            cores = [(0, 0, width, height)]
        return [self._patch(pixels, core) for core in cores]

    def _patch(self, pixels: Any, core: Rect) -> Patch:
        height, width = pixels.shape[:2]
        x0, y0, x1, y1 = padded(core, _REACH, 2, width, height)
        source = av.VideoFrame.from_numpy_buffer(pixels[y0:y1, x0:x1], format="rgba")
        done = self._reformatter.reformat(source, format="yuv420p", threads=1)
        inside = core[0] - x0, core[1] - y0, core[2] - x0, core[3] - y0
        return core, _parts(_planes(done), inside)


@dataclass(frozen=True, slots=True)
class Changes:
    """Where a picture differs from the one before."""

    rows: Any
    """Of blocks: whether anything in it does."""
    shares: Any
    """Of blocks: which part of the picture it holds of that which does, about."""

    @classmethod
    def none(cls, rows: int) -> Changes:
        """A picture that is the same."""
        return cls(np.zeros(rows, np.bool_), np.zeros(rows))

    @property
    def share(self) -> float:
        """Which part of the picture differs."""
        return float(self.shares.sum())


class YuvFrame:
    """A frame in the encoder's format that is brought up to date patch by patch."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.frame = av.VideoFrame(width, height, "yuv420p")
        self._planes = _planes(self.frame)
        for plane in self._planes:
            plane[...] = 0  # what was in the memory before is nobody's picture

    @property
    def rows(self) -> int:
        """How many rows of blocks it has."""
        return -(-self.height // BLOCK)

    def update(self, patches: Iterable[Patch]) -> tuple[Changes, list[Patch]]:
        """Put the patches in their places; what it changed, and copies of that alone."""
        rows, blocks = np.zeros(self.rows, np.bool_), np.zeros(self.rows)
        changed = []
        for rect, parts in patches:
            shown = _parts(self._planes, rect)
            differ = [before != after for before, after in zip(shown, parts, strict=True)]
            lines = _pairs(differ, axis=1)
            if not len(lines):
                continue
            rows[(rect[1] + 2 * lines) // BLOCK] = True
            counts = _blocks(differ[0])
            np.add.at(blocks, rect[1] // BLOCK + np.arange(len(counts)), counts)
            differ = [
                differs[lines[0] * 2 // half :]
                for differs, half in zip(differ, _HALVES, strict=True)
            ]
            columns = _pairs(differ, axis=0)
            inside = 2 * columns[0], 2 * lines[0], 2 * columns[-1] + 2, 2 * lines[-1] + 2
            new = [part.copy() for part in _parts(parts, inside)]
            for target, part in zip(_parts(shown, inside), new, strict=True):
                target[...] = part
            changed.append((_moved(inside, rect), new))
        return Changes(rows, blocks * BLOCK**2 / self._planes[0].size), changed

    def put(self, patches: Iterable[Patch]) -> None:
        """Put the patches in their places."""
        for rect, parts in patches:
            for target, part in zip(_parts(self._planes, rect), parts, strict=True):
                target[...] = part

    def show(self, other: YuvFrame, lines: tuple[int, int]) -> None:
        """Show the part of another, just as wide, that is so many lines high."""
        for mine, theirs, half in zip(self._planes, other._planes, _HALVES, strict=True):
            mine[...] = theirs[lines[0] // half : -(-lines[1] // half)]

    def alike(self) -> Any:
        """Of each line but the last: whether the next shows just the same."""
        luma, *chroma = self._planes
        same = (luma[1:] == luma[:-1]).all(axis=1)
        for plane in chroma:
            same[1::2] &= (plane[1:] == plane[:-1]).all(axis=1)[: len(same[1::2])]
        return same


def _pairs(differ: list[Any], axis: int) -> Any:
    """Which pairs of lines, or of columns, differ in any plane."""
    luma, *chroma = (differs.any(axis=axis) for differs in differ)
    pairs = np.logical_or.reduceat(luma, np.arange(0, len(luma), 2))
    return np.flatnonzero(pairs | chroma[0] | chroma[1])


def _blocks(differs: Any) -> Any:
    """How many blocks of a patch differ, row by row, judged by some of their pixels."""
    some = differs[::_SPARSE, ::_SPARSE]
    side = BLOCK // _SPARSE
    high, wide = (size // side for size in some.shape)
    whole = some[: high * side, : wide * side].reshape(high, side, wide, side)
    return whole.any(axis=(1, 3)).sum(axis=1)


def _moved(rect: Rect, by: Rect) -> Rect:
    return rect[0] + by[0], rect[1] + by[1], rect[2] + by[0], rect[3] + by[1]


def _parts(planes: list[Any], rect: Rect) -> list[Any]:
    """The part of each plane that a rectangle with an even corner covers."""
    return [
        plane[rect[1] // half : rect[1] // half + high, rect[0] // half : rect[0] // half + wide]
        for plane, half, (high, wide) in zip(planes, _HALVES, plane_shapes(rect), strict=True)
    ]


def _planes(frame: Any) -> list[Any]:
    return [
        np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    ]
