"""What stands in the way of a line or a text: fast checks against everything placed so far."""

from __future__ import annotations

import numpy as np

from chainviz.layout.geometry import Array, Box, Route

__all__ = ["box_array", "boxes_apart", "crossings_between", "curve_clear", "finely"]

STEP = 0.05  # distance of the points at which a curve is looked at


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


def boxes_apart(box: Box, boxes: Array, margin: float) -> bool:
    """Whether a box keeps the margin to all of the others."""
    return not (
        (box.x0 - margin < boxes[:, 2])
        & (box.x1 + margin > boxes[:, 0])
        & (box.y0 - margin < boxes[:, 3])
        & (box.y1 + margin > boxes[:, 1])
    ).any()


def crossings_between(first: Array, second: Array) -> int:
    """How often two polylines cross."""
    if (
        first[:, 0].max() < second[:, 0].min()
        or second[:, 0].max() < first[:, 0].min()
        or first[:, 1].max() < second[:, 1].min()
        or second[:, 1].max() < first[:, 1].min()
    ):
        return 0
    a, b = first[:-1, None], first[1:, None]
    c, d = second[None, :-1], second[None, 1:]
    one = _side(a, b, c) * _side(a, b, d) < 0
    two = _side(c, d, a) * _side(c, d, b) < 0
    return int((one & two).sum())


def _side(a: Array, b: Array, c: Array) -> Array:
    result: Array = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (
        c[..., 0] - a[..., 0]
    )
    return result
