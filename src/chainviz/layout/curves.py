"""Smooth curves from body to body: where they touch, and how they pass their way points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from chainviz.layout.geometry import Place, Point, Route

__all__ = ["rim_at_angle", "rim_at_height", "rim_point", "smooth_route", "stepped_route"]


def rim_point(place: Place, toward: Point, *, box: bool) -> Point:
    """Where the line from a body's centre towards a point leaves the body.

    >>> from chainviz.layout.geometry import Size
    >>> rim_point(Place(0, 0, Size(1, 1)), (4, 0), box=False)
    (0.5, 0.0)
    """
    dx, dy = toward[0] - place.x, toward[1] - place.y
    length = math.hypot(dx, dy) or 1.0
    if box:
        across = place.size.width / 2 / abs(dx) if dx else math.inf
        along = place.size.height / 2 / abs(dy) if dy else math.inf
        reach = min(across, along)
    else:
        radii = (place.size.width / 2, place.size.height / 2)
        reach = 1 / math.hypot(dx / radii[0], dy / radii[1]) if length else 0.0
    return (place.x + dx * reach, place.y + dy * reach)


def rim_at_height(place: Place, offset: float, side: int, *, box: bool) -> Point:
    """The point of a body's left (-1) or right (1) rim that lies `offset` above its centre."""
    half = place.size.width / 2
    if not box:
        half *= math.sqrt(max(0.0, 1 - (2 * offset / place.size.height) ** 2))
    return (place.x + side * half, place.y + offset)


def smooth_route(points: Sequence[Point], first_slope: float, last_slope: float) -> Route:
    """The curve through points from left to right that never swings past them."""
    slopes = [first_slope, *_inner_slopes(points), last_slope]
    control: list[Point] = [points[0]]
    for (x0, y0), (x1, y1), m0, m1 in zip(points, points[1:], slopes, slopes[1:], strict=False):
        third = (x1 - x0) / 3
        control += [(x0 + third, y0 + m0 * third), (x1 - third, y1 - m1 * third), (x1, y1)]
    return Route(tuple(control))


def _inner_slopes(points: Sequence[Point]) -> list[float]:
    """Slopes at the points between the ends: flat at turns, harmonic means elsewhere."""
    steps = [(b[0] - a[0], (b[1] - a[1]) / (b[0] - a[0])) for a, b in pairwise(points)]
    slopes = []
    for (w0, s0), (w1, s1) in pairwise(steps):
        if s0 * s1 <= 0:
            slopes.append(0.0)
        else:
            a, b = 2 * w1 + w0, w1 + 2 * w0
            slopes.append((a + b) / (a / s0 + b / s1))
    return slopes


def stepped_route(stops: Sequence[tuple[float, float, float]]) -> Route:
    """Level stretches (x from, x to, height) joined by S-bends: keeps to its own lane."""
    control: list[Point] = [(stops[0][0], stops[0][2])]
    for (_, x1, y1), following in zip(stops, [*stops[1:], None], strict=True):
        x0 = control[-1][0]
        if x1 - x0 > 1e-9:
            third = (x1 - x0) / 3
            control += [(x0 + third, y1), (x1 - third, y1), (x1, y1)]
        if following is not None:
            x2, y2 = following[0], following[2]
            half = (x2 - x1) / 2
            control += [(x1 + half, y1), (x2 - half, y2), (x2, y2)]
    return Route(tuple(control))


def rim_at_angle(place: Place, angle: float, side: int, *, box: bool) -> Point:
    """The rim point seen from the centre at an angle above the level, to one side."""
    toward = (place.x + side * math.cos(angle), place.y + math.sin(angle))
    return rim_point(place, toward, box=box)
