"""The curves of a mobject: where its subpaths begin and end, and how sharp its corners are."""

from __future__ import annotations

import itertools
import math
from typing import Any

__all__ = ["CURVE", "Span", "sharpness", "subpaths"]

CURVE = 4
"""Points of one cubic curve."""

Span = tuple[int, int, bool]
"""First point, one past the last, and whether the ends meet."""

_MITER_LIMIT = 10.0
_CLEAR = 0.75
"""Handles shorter than so many pixels don't tell a direction that survives cairo's rounding."""
_SMALL = 2000


def subpaths(mobject: Any, points: Any, flat: list[float], tolerance: float) -> list[Span]:
    """The subpaths as Manim's camera finds them; ``flat`` holds the finite points' x and y."""
    count = len(points)
    if count > _SMALL:
        bounds = mobject.get_subpath_split_indices_from_points(points, n_dims=2).tolist()
    else:
        cuts = [0]
        for start in range(CURVE, count, CURVE):
            b = 2 * start
            # Nearly always the very same point, so that is asked first.
            if flat[b] == flat[b - 2] and flat[b + 1] == flat[b - 1]:
                continue
            if not _meet(flat, b - 2, b, tolerance):
                cuts.append(start)
        cuts.append(count)
        bounds = list(itertools.pairwise(cuts))
    return [
        (start, end, _meet(flat, 2 * start, 2 * end - 2, tolerance))
        for start, end in bounds
        if end - start >= CURVE
    ]


def sharpness(flat: list[float], spans: list[Span], scale: float) -> float:
    """How far mitred corners reach, in half stroke widths; at least 1, at most cairo's limit."""
    worst = 1.0
    clear = (_CLEAR / scale) ** 2
    for start, end, closed in spans:
        whole = start + (end - start) // CURVE * CURVE
        incoming = None
        for first in range(start, whole, CURVE):
            p = flat[2 * first : 2 * first + 2 * CURVE]
            outgoing = _direction(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], clear)
            if incoming is not None or first > start:
                worst = max(worst, _miter(incoming, outgoing))
            if first == start:
                opening = outgoing
            incoming = _direction(p[6], p[7], p[4], p[5], p[2], p[3], p[0], p[1], clear)
            if incoming is not None:
                incoming = (-incoming[0], -incoming[1])
        if closed:
            worst = max(worst, _miter(incoming, opening))
        if worst >= _MITER_LIMIT:
            return _MITER_LIMIT
    return worst


def _meet(flat: list[float], a: int, b: int, tolerance: float) -> bool:
    """Manim's `consider_points_equals_2d` for finite points."""
    for one, other in ((flat[a], flat[b]), (flat[a + 1], flat[b + 1])):
        if not abs(one - other) <= tolerance + 1.0e-5 * abs(other):
            return False
    return True


def _direction(
    x: float,
    y: float,
    ax: float,
    ay: float,
    bx: float,
    by: float,
    cx: float,
    cy: float,
    clear: float,
) -> tuple[float, float] | None:
    """Where a curve heads from its first point; None if that is too close to call."""
    for px, py in ((ax, ay), (bx, by), (cx, cy)):
        dx, dy = px - x, py - y
        length = dx * dx + dy * dy
        if length > clear:
            root = math.sqrt(length)
            return dx / root, dy / root
        if length > 0:
            return None
    return None


def _miter(incoming: tuple[float, float] | None, outgoing: tuple[float, float] | None) -> float:
    """The reach of one corner, with some room for rounding."""
    if incoming is None or outgoing is None:
        return _MITER_LIMIT
    turn = incoming[0] * outgoing[0] + incoming[1] * outgoing[1]
    if turn > 0.9:
        return 1.1
    half = math.sqrt(max(0.0, (1 + turn) / 2))
    return min(_MITER_LIMIT, 1.2 / half + 0.1) if half > 0.1 else _MITER_LIMIT
