"""Which side of its line a label and a partial stand on, and where exactly."""

from __future__ import annotations

from enum import Enum

import numpy as np

from chainviz.layout.geometry import Array, Box, Size
from chainviz.layout.order import Columns

__all__ = ["Side", "Sizes", "Texts", "own_side", "text_box", "texts_beside"]

Sizes = tuple[Size | None, Size | None]  # of an edge's label and partial
Texts = tuple[Box | None, Box | None]

STACKED = 0.08  # between two texts on one side of a line


class Side(Enum):
    """How an edge's two texts stand about its line."""

    SPLIT = "label below, partial above"
    FLIPPED = "partial below, label above"
    BELOW = "both below, the label next to the line"
    ABOVE = "both above, the label next to the line"


def own_side(columns: Columns, edge: int) -> Side:
    """Split, but flipped for the lower edges of several that join the same two nodes."""
    ends = (columns.chains[edge][0], columns.chains[edge][-1])
    twins = [e for e, chain in enumerate(columns.chains) if (chain[0], chain[-1]) == ends]
    place = {item: i for column in columns.columns for i, item in enumerate(column)}
    if len(twins) == 1:
        return Side.SPLIT
    twins.sort(key=lambda e: place[columns.chains[e][1]])
    return Side.FLIPPED if 2 * twins.index(edge) >= len(twins) else Side.SPLIT


def texts_beside(points: Array, x: float, sizes: Sizes, side: Side, pad: float) -> Texts:
    """Label and partial, centred at x, each clear of a curve over its whole width."""
    label, partial = sizes
    if side is Side.SPLIT:
        return _beneath(points, x, label, pad), _over(points, x, partial, pad)
    if side is Side.FLIPPED:
        return _over(points, x, label, pad), _beneath(points, x, partial, pad)
    down = side is Side.BELOW
    near, far = ((_beneath if down else _over)(points, x, size, pad) for size in sizes)
    if near and far:
        gap = near.y0 - far.y1 if down else far.y0 - near.y1
        lack = max(0.0, STACKED - gap)
        far = far.moved(1.0, 0.0, -lack if down else lack)
    return near, far


def text_box(x: float, y: float, size: Size | None, side: int) -> Box | None:
    """A text centred at x whose near edge is at y; it stands above (1) or below (-1)."""
    return Box.around(x, y + side * size.height / 2, size) if size else None


def _beneath(points: Array, x: float, size: Size | None, pad: float) -> Box | None:
    return text_box(x, float(_span(points, x, size).min()) - pad, size, -1)


def _over(points: Array, x: float, size: Size | None, pad: float) -> Box | None:
    return text_box(x, float(_span(points, x, size).max()) + pad, size, 1)


def _span(points: Array, x: float, size: Size | None) -> Array:
    """The heights of a curve where a text stands."""
    half = size.width / 2 + 0.05 if size else 0.1
    near: Array = points[np.abs(points[:, 0] - x) <= half, 1]
    return near if len(near) else points[:, 1]
