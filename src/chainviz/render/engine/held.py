"""Held pictures for next to nothing: "the same again" is a slice that the encoder wrote once.

A held picture is the same reference frame shown once more. The encoder is asked, once, how it
says that; its answer is then repeated with the picture's own number in it, and the numbers of
the frames that follow are moved on. Each of these frames is a frame like any other to a player:
nothing about the rate varies. Where the encoder's answer isn't as expected there is no
answer, and held pictures are encoded one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType

from chainviz.render.engine.h264 import (
    Layout,
    Numbering,
    join_units,
    layout_of,
    renumbered,
    split_units,
)

__all__ = ["Again", "Repeater", "how_to_repeat"]

_SLICE, _IDR = 1, 5
_LONGEST = 400
"""Bytes that "the same again" takes at the very most; more means that it says something else."""
_STEP = 2
"""The count of the order goes by twos, one for each field."""


@dataclass(frozen=True, slots=True)
class Again:
    """What an encoder says for "the same again"."""

    unit: bytes
    layout: Layout


class Repeater:
    """Moves a stream's counters on where repeated pictures were put between its frames."""

    def __init__(self, again: Again) -> None:
        self._again = again.unit
        self._layout = again.layout
        self._added = Numbering(0, 0)
        self._last = Numbering(0, 0)

    def passed(self, data: bytes) -> bytes:
        """A packet of the encoder's, as it has to be now."""
        units = split_units(data)
        for i, unit in enumerate(units):
            kind, is_reference = unit[0] & 31, unit[0] >> 5 & 3
            if kind == _IDR:
                self._added = self._last = Numbering(0, 0)
            elif kind == _SLICE:
                units[i], numbers = renumbered(unit, self._layout, self._added)
                if is_reference:
                    self._last = numbers
        return join_units(units)

    def repeated(self) -> bytes:
        """A packet that shows the last reference picture again."""
        following = Numbering(self._last.frame_num + 1, self._last.order + _STEP)
        unit, self._last = renumbered(self._again, self._layout, following, absolute=True)
        self._added = Numbering(self._added.frame_num + 1, self._added.order + _STEP)
        return join_units([unit])


def how_to_repeat(context: Any) -> Again | None:
    """Ask an encoder how it repeats a picture: one with the very settings of the film's."""
    frame: Any = av.VideoFrame(context.width, context.height, context.pix_fmt)
    for plane in frame.planes:
        np.frombuffer(plane, np.uint8)[:] = 128
    packets = []
    for i in range(2):
        frame.pts = i
        frame.time_base = context.time_base
        frame.pict_type = PictureType.P if i else PictureType.I
        packets += context.encode(frame)
    packets += context.encode(None)
    layout = layout_of(bytes(context.extradata or b""))
    if layout is None or len(packets) != 2:
        return None
    slices = [unit for unit in split_units(bytes(packets[1])) if unit[0] & 31 == _SLICE]
    if len(slices) != 1 or not slices[0][0] >> 5 & 3 or len(slices[0]) > _LONGEST:
        return None
    return Again(slices[0], layout)
