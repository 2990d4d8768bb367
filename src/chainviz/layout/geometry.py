"""Sizes, boxes and curves in the plane: x grows to the right, y grows upwards."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Box", "Place", "Point", "Route", "Size"]

Point = tuple[float, float]
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Size:
    """How much room a thing takes, in frame units.

    >>> Size(2, 1).scaled(0.5)
    Size(width=1.0, height=0.5)
    """

    width: float
    height: float

    def scaled(self, factor: float) -> Size:
        """The same size, enlarged or reduced."""
        return Size(self.width * factor, self.height * factor)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle from (x0, y0), bottom left, to (x1, y1), top right.

    >>> Box(0, 0, 2, 1).centre
    (1.0, 0.5)
    """

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def around(cls, x: float, y: float, size: Size) -> Box:
        """The box of that size with its centre at (x, y)."""
        return cls(x - size.width / 2, y - size.height / 2, x + size.width / 2, y + size.height / 2)

    @classmethod
    def hull(cls, boxes: Iterable[Box]) -> Box:
        """The smallest box that holds them all."""
        every = list(boxes)
        return cls(
            min(box.x0 for box in every),
            min(box.y0 for box in every),
            max(box.x1 for box in every),
            max(box.y1 for box in every),
        )

    @property
    def width(self) -> float:
        """From left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """From bottom to top."""
        return self.y1 - self.y0

    @property
    def centre(self) -> Point:
        """The middle."""
        return ((self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2)

    def grown(self, by: float) -> Box:
        """The box with a margin added on every side."""
        return Box(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)

    def moved(self, scale: float, dx: float, dy: float) -> Box:
        """The box scaled about the origin, then shifted."""
        return Box(
            self.x0 * scale + dx, self.y0 * scale + dy, self.x1 * scale + dx, self.y1 * scale + dy
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node's body stands: its centre and its size after scaling."""

    x: float
    y: float
    size: Size

    @property
    def box(self) -> Box:
        """The body's bounding box."""
        return Box.around(self.x, self.y, self.size)


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow's path: cubic Bezier pieces sharing their end points (4, 7, 10 ... points).

    >>> Route.straight((0, 0), (3, 0)).at(0.5)
    (1.5, 0.0)
    """

    points: tuple[Point, ...]

    @classmethod
    def straight(cls, start: Point, end: Point) -> Route:
        """The line from start to end as one cubic piece."""
        (x0, y0), (x1, y1) = start, end
        dx, dy = (x1 - x0) / 3, (y1 - y0) / 3
        return cls((start, (x0 + dx, y0 + dy), (x1 - dx, y1 - dy), end))

    @property
    def start(self) -> Point:
        """Where the path leaves its source."""
        return self.points[0]

    @property
    def end(self) -> Point:
        """Where the path touches its target."""
        return self.points[-1]

    @property
    def pieces(self) -> int:
        """How many cubic pieces there are."""
        return (len(self.points) - 1) // 3

    @property
    def bounds(self) -> Box:
        """The box around the curve."""
        ends, inner = self.points[::3], self.points
        if _box_of(ends) == (whole := _box_of(inner)):
            return whole
        return _box_of([(float(x), float(y)) for x, y in self.sampled(40)])

    @property
    def is_straight(self) -> bool:
        """Whether every control point lies on the line from start to end."""
        (x0, y0), (x1, y1) = self.start, self.end
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        return all(
            abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length < 1e-6 for x, y in self.points
        )

    def at(self, share: float) -> Point:
        """The point at that share (0 to 1) of the pieces."""
        piece = min(int(share * self.pieces), self.pieces - 1)
        found = cubic(self.points[3 * piece : 3 * piece + 4], [share * self.pieces - piece])
        return (float(found[0, 0]), float(found[0, 1]))

    def sampled(self, steps: int = 16) -> Array:
        """Points along the path, `steps` to each piece, both ends included."""
        shares = np.linspace(0.0, 1.0, steps + 1)
        parts = [
            cubic(self.points[3 * k : 3 * k + 4], shares if k == 0 else shares[1:])
            for k in range(self.pieces)
        ]
        return np.concatenate(parts)

    def moved(self, scale: float, dx: float, dy: float) -> Route:
        """The path scaled about the origin, then shifted."""
        return Route(tuple((x * scale + dx, y * scale + dy) for x, y in self.points))


def _box_of(points: Sequence[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def cubic(control: Sequence[Point], shares: Array | Sequence[float]) -> Array:
    """Points of one cubic Bezier piece at the given shares."""
    p = np.asarray(control, dtype=float)
    t = np.asarray(shares, dtype=float)[:, None]
    s = 1 - t
    result: Array = s**3 * p[0] + 3 * s * s * t * p[1] + 3 * s * t * t * p[2] + t**3 * p[3]
    return result
