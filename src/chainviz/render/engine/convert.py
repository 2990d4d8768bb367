"""RGBA to YUV 4:2:0, only where it changed, with the numbers of a whole-frame conversion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from chainviz.render.engine.region import Rect, padded

__all__ = ["Patch", "YuvFrame", "cut"]

_HALO = 4
"""Neighbours that chroma filtering looks at; two suffice, and it has to be even."""

Patch = tuple[Rect, Rect, Any]
"""Where it counts, where it was cut, and the RGBA pixels."""


def cut(pixels: Any, rects: Iterable[Rect]) -> list[Patch]:
    """Views of what changed, with what the conversion needs around it."""
    height, width = pixels.shape[:2]
    patches = []
    for rect in rects:
        core = padded(rect, 0, 2, width, height)
        x0, y0, x1, y1 = outer = padded(rect, _HALO, 2, width, height)
        patches.append((core, outer, pixels[y0:y1, x0:x1]))
    return patches


class YuvFrame:
    """A frame in the encoder's format that is brought up to date patch by patch."""

    def __init__(self, width: int, height: int) -> None:
        self.frame = av.VideoFrame(width, height, "yuv420p")
        self._planes = _planes(self.frame)
        self._reformatter = VideoReformatter()

    def update(self, patches: Iterable[Patch]) -> None:
        """Convert the patches, each contiguous, and put them in their places."""
        for core, outer, pixels in patches:
            source = av.VideoFrame.from_numpy_buffer(pixels, format="rgba")
            done = self._reformatter.reformat(source, format="yuv420p", threads=1)
            x0, y0, x1, y1 = core
            for plane, fresh, half in zip(self._planes, _planes(done), (1, 2, 2), strict=True):
                left, top = (x0 - outer[0]) // half, (y0 - outer[1]) // half
                wide, high = -(-(x1 - x0) // half), -(-(y1 - y0) // half)
                target = plane[y0 // half : y0 // half + high, x0 // half : x0 // half + wide]
                target[...] = fresh[top : top + high, left : left + wide]


def _planes(frame: Any) -> list[Any]:
    return [
        np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    ]
