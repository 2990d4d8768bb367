"""What stands in the way of a line or a text: fast checks against everything placed so far."""

from __future__ import annotations

import numpy as np

from chainviz.layout.geometry import Array, Box, Route

__all__ = ["box_array", "boxes_apart", "crossings_between", "curve_clear", "finely", "segments"]

STEP = 0.08  # distance of the points at which a curve is looked at


def finely(route: Route, step: float = STEP) -> Array:
    """Points along a route, about `step` apart."""
    rough = route.sampled(4)
    length = float(np.hypot(*np.diff(rough, axis=0).T).sum())
    return route.sampled(max(4, int(length / step / route.pieces) + 1))


def box_array(boxes: list[Box]) -> Array:
    """Boxes as rows x0, y0, x1, y1."""
    return np.array([(b.x0, b.y0, b.x1, b.y1) for b in boxes], dtype=float).reshape(-1, 4)


def curve_clear(points: Array, boxes: Array, margin: float) -> bool:
    """Whether no point comes nearer than the margin to any box."""
    if not len(boxes):
        return True
    x, y = points[:, :1], points[:, 1:]
    inside = (
        (x > boxes[:, 0] - margin)
        & (x < boxes[:, 2] + margin)
        & (y > boxes[:, 1] - margin)
        & (y < boxes[:, 3] + margin)
    )
    return not inside.any()


def boxes_apart(box: Box, boxes: Array, margin: float, aside: float | None = None) -> bool:
    """Whether a box keeps the margin to all others; `aside` is the one to left and right."""
    aside = margin if aside is None else aside
    return not (
        (box.x0 - aside < boxes[:, 2])
        & (box.x1 + aside > boxes[:, 0])
        & (box.y0 - margin < boxes[:, 3])
        & (box.y1 + margin > boxes[:, 1])
    ).any()


def segments(points: Array) -> Array:
    """The lines between successive points, as rows x0, y0, x1, y1."""
    return np.concatenate([points[:-1], points[1:]], axis=1)


def crossings_between(first: Array, second: Array) -> int:
    """How often the lines of two sets cross."""
    if not len(first) or not len(second):
        return 0
    low, high = _corners(first)
    near = (
        (np.maximum(second[:, 0], second[:, 2]) >= low[0])
        & (np.minimum(second[:, 0], second[:, 2]) <= high[0])
        & (np.maximum(second[:, 1], second[:, 3]) >= low[1])
        & (np.minimum(second[:, 1], second[:, 3]) <= high[1])
    )
    if not near.any():
        return 0
    a, b = first[:, None, :2], first[:, None, 2:]
    c, d = second[None, near, :2], second[None, near, 2:]
    one = _side(a, b, c) * _side(a, b, d) < 0
    two = _side(c, d, a) * _side(c, d, b) < 0
    return int((one & two).sum())


def _corners(lines: Array) -> tuple[Array, Array]:
    ends = lines.reshape(-1, 2)
    return ends.min(axis=0), ends.max(axis=0)


def _side(a: Array, b: Array, c: Array) -> Array:
    result: Array = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (
        c[..., 0] - a[..., 0]
    )
    return result
