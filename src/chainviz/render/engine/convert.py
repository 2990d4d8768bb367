"""RGBA to YUV 4:2:0, only where it changed, with the numbers of a whole-frame conversion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import av
from av.video.reformatter import VideoReformatter

from chainviz.render.engine.changes import Changes, Difference
from chainviz.render.engine.planes import BLOCK, HALVES, Patch, parts_of, planes_of
from chainviz.render.engine.region import Rect, area, moved, padded

__all__ = ["Converter", "YuvFrame"]

_REACH = 2
"""So far beyond what changed, the filtering of chroma lets it show."""


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
        return core, parts_of(planes_of(done), inside)


class YuvFrame:
    """A frame in the encoder's format that is brought up to date patch by patch."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.frame = av.VideoFrame(width, height, "yuv420p")
        self._planes = planes_of(self.frame)
        for plane in self._planes:
            plane[...] = 0  # what was in the memory before is nobody's picture

    @property
    def rows(self) -> int:
        """How many rows of blocks it has."""
        return -(-self.height // BLOCK)

    def update(
        self, patches: Iterable[Patch], *, closely: bool = False
    ) -> tuple[Changes, list[Patch]]:
        """Put the patches in their places; what it changed, and copies of that alone."""
        differences = []
        for rect, parts in patches:
            shown = parts_of(self._planes, rect)
            if difference := Difference(rect, shown, parts):
                differences.append((rect, shown, parts, difference))
        changes = Changes.all_of(
            [one for *_, one in differences], (self.width, self.height), closely=closely
        )
        changed = []
        for rect, shown, parts, difference in differences:
            for tile in difference.tiles():
                new = [part.copy() for part in parts_of(parts, tile)]
                for target, part in zip(parts_of(shown, tile), new, strict=True):
                    target[...] = part
                changed.append((moved(tile, *rect[:2]), new))
        return changes, changed

    def put(self, patches: Iterable[Patch]) -> None:
        """Put the patches in their places."""
        for rect, parts in patches:
            for target, part in zip(parts_of(self._planes, rect), parts, strict=True):
                target[...] = part

    def show(self, other: YuvFrame, lines: tuple[int, int], at: int) -> None:
        """Show these lines of another, just as wide, from that line on."""
        for mine, theirs, half in zip(self._planes, other._planes, HALVES, strict=True):
            part = theirs[lines[0] // half : -(-lines[1] // half)]
            mine[at // half : at // half + len(part)] = part

    def alike(self) -> Any:
        """Of each line but the last: whether the next shows just the same."""
        luma, *chroma = self._planes
        same = (luma[1:] == luma[:-1]).all(axis=1)
        for plane in chroma:
            same[1::2] &= (plane[1:] == plane[:-1]).all(axis=1)[: len(same[1::2])]
        return same
