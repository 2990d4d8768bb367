"""RGBA to YUV 4:2:0, only where it changed, with the numbers of a whole-frame conversion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from chainviz.render.engine.region import Rect, padded

__all__ = ["Converter", "Patch", "YuvFrame", "plane_shapes"]

_REACH = 2
"""So far beyond what changed, the filtering of chroma lets it show."""
_HALO = _REACH + 2
"""What has to be seen for that: once more as far, and evenly so."""
_BLOCK, _SPARSE = 16, 4
"""What changed is counted in blocks, each of which is judged by pixels so far apart."""
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
        """Patches for these rectangles; what they hold stays theirs."""
        return [self._patch(pixels, rect) for rect in rects]

    def _patch(self, pixels: Any, rect: Rect) -> Patch:
        height, width = pixels.shape[:2]
        core = padded(rect, _REACH, 2, width, height)
        x0, y0, x1, y1 = padded(rect, _HALO, 2, width, height)
        source = av.VideoFrame.from_numpy_buffer(pixels[y0:y1, x0:x1], format="rgba")
        done = self._reformatter.reformat(source, format="yuv420p", threads=1)
        inside = core[0] - x0, core[1] - y0, core[2] - x0, core[3] - y0
        return core, _parts(_planes(done), inside)


class YuvFrame:
    """A frame in the encoder's format that is brought up to date patch by patch."""

    def __init__(self, width: int, height: int) -> None:
        self.frame = av.VideoFrame(width, height, "yuv420p")
        self._planes = _planes(self.frame)

    def update(self, patches: Iterable[Patch]) -> None:
        """Put the patches in their places."""
        for rect, parts in patches:
            for target, part in zip(_parts(self._planes, rect), parts, strict=True):
                target[...] = part

    def differing(self, patches: Iterable[Patch]) -> float:
        """On which share of the frame they differ from what it shows, in blocks: about."""
        blocks = sum(_blocks(_parts(self._planes, rect)[0], parts[0]) for rect, parts in patches)
        return blocks * _BLOCK**2 / self._planes[0].size


def _blocks(before: Any, after: Any) -> int:
    """How many blocks of a patch differ, judged by some of their pixels."""
    differs = before[::_SPARSE, ::_SPARSE] != after[::_SPARSE, ::_SPARSE]
    side = _BLOCK // _SPARSE
    high, wide = (size // side for size in differs.shape)
    whole = differs[: high * side, : wide * side].reshape(high, side, wide, side)
    return int(whole.any(axis=(1, 3)).sum())


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
