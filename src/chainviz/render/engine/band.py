"""Bands: some rows of blocks of every picture, with an encoder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType

from chainviz.render.engine.changes import Changes
from chainviz.render.engine.convert import YuvFrame
from chainviz.render.engine.marks import Marks
from chainviz.render.engine.options import FINER
from chainviz.render.engine.parameters import Layout, layout_of
from chainviz.render.engine.partition import Rows, runs_of
from chainviz.render.engine.planes import BLOCK

__all__ = ["REACH", "Band", "open_encoder"]

_RANGE = 120
REACH = _RANGE + 3
"""So many lines beyond its edges an encoder may refer to: it moves by its range at the most, and
takes a few lines more to find what is between two."""


class Band:
    """Encodes these rows of the pictures that it is given: those in which they change."""

    def __init__(
        self,
        rows: Rows,
        frame: YuvFrame,
        rate: Fraction,
        options: dict[str, str],
        *,
        row: int,
        plain: bool = False,
        weighs: bool = False,
        heeds: bool = False,
    ) -> None:
        self.rows = rows
        self.weighs = weighs
        """Whether its encoder looks for what fades."""
        self.plain = plain
        """Whether what it makes refers to nothing that is between two references."""
        self.row = row
        """How many pictures between two references it can take."""
        self._lines = rows[0] * BLOCK, min(rows[1] * BLOCK, frame.height)
        height = self._lines[1] - self._lines[0]
        self._own = frame
        if height < frame.height:
            self._own = YuvFrame(frame.width, height)
            options = options | {"x264-params": f"{options['x264-params']}:mvrange={_RANGE}"}
        self._context = open_encoder(frame.width, height, rate, options)
        self._stale = np.ones(rows[1] - rows[0], np.bool_)
        """Its rows of blocks that changed since it looked at them."""
        self._heeds = heeds
        self._marks: Marks | None = None
        self._layout: Layout | None = None
        self.numbers: list[int] = []
        """Of the pictures it was given."""

    @property
    def layout(self) -> Layout:
        """How what it says is to be read, once it has said something."""
        if self._layout is None:
            self._layout = layout_of(bytes(self._context.extradata or b""))
        if self._layout is None:
            raise ValueError("an encoder that can't be read")
        return self._layout

    @property
    def begin(self) -> int:
        """The number of its first picture."""
        return self.numbers[0]

    def sees(self, changes: Changes) -> bool:
        """Whether anything there changes."""
        return bool(changes.rows[slice(*self.rows)].any())

    def note(self, changes: Changes) -> None:
        """Remember that this changes; it is looked at when it has."""
        self._stale |= changes.rows[slice(*self.rows)]

    def take(self, frame: YuvFrame) -> None:
        """Look at what the picture shows there, where it changed."""
        if self._own is frame:
            return
        first, last = self._lines
        for top, bottom in runs_of(self._stale):
            lines = first + top * BLOCK, min(first + bottom * BLOCK, last)
            self._own.show(frame, lines, top * BLOCK)
        self._stale[:] = False

    def encode(
        self, number: int, kind: PictureType, *, finely: bool = False
    ) -> Iterator[tuple[int, bytes]]:
        """Encode what was taken as a part of the picture of that number; what is done so far."""
        frame = self._own.frame
        frame.pict_type = kind if self.numbers else PictureType.I
        frame.pts, frame.time_base = len(self.numbers), self._context.time_base
        self.numbers.append(number)
        if finely and self._heeds:
            self._marks = self._marks or Marks(frame, FINER)
            frame = self._marks.finer(frame)
        return self._coded(frame)

    def finish(self) -> Iterator[tuple[int, bytes]]:
        """What hasn't been given yet."""
        return self._coded(None)

    def _coded(self, frame: Any) -> Iterator[tuple[int, bytes]]:
        for packet in self._context.encode(frame):
            yield self.numbers[packet.pts], bytes(packet)


def open_encoder(width: int, height: int, rate: Fraction, options: dict[str, str]) -> Any:
    """An encoder of pictures of that size."""
    context: Any = av.codec.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.framerate, context.time_base = rate, 1 / rate
    context.options = dict(options)
    context.flags |= av.codec.context.Flags.global_header
    return context
