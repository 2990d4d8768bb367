"""The three planes of a picture as it is encoded: how bright it is, and two for its colours."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainviz.render.engine.region import Rect

__all__ = ["BLOCK", "HALVES", "Patch", "parts_of", "plane_shapes", "planes_of"]

BLOCK = 16
"""What is encoded goes by squares of so many pixels."""
HALVES = (1, 2, 2)
"""By how much each of the three planes is smaller."""

Patch = tuple[Rect, list[Any]]
"""Where it goes, all but the frame's own edges at even places, and what goes into each plane."""


def plane_shapes(rect: Rect) -> list[tuple[int, int]]:
    """How high and wide the three parts of a patch are."""
    wide, high = rect[2] - rect[0], rect[3] - rect[1]
    return [(-(-high // half), -(-wide // half)) for half in HALVES]


def parts_of(planes: list[Any], rect: Rect) -> list[Any]:
    """The part of each plane that a rectangle with an even corner covers."""
    return [
        plane[rect[1] // half : rect[1] // half + high, rect[0] // half : rect[0] // half + wide]
        for plane, half, (high, wide) in zip(planes, HALVES, plane_shapes(rect), strict=True)
    ]


def planes_of(frame: Any) -> list[Any]:
    """A frame's planes, as arrays that share its memory."""
    return [
        np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    ]
