"""Outlines read from SVG with less work: the same segments, the same points, bit for bit.

Pango, Typst and dvisvgm write glyphs as moves, lines and curves. svgelements reads these number
by number, a method call and some objects for each; here a path is split at one go, remembered by
its text (fonts repeat themselves), and every arithmetic step is done as svgelements and Manim do
it, in their order. Whatever else a path may hold (arcs, say) is left to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import svgelements as se
from numpy.typing import NDArray

__all__ = ["handle_commands", "parse", "reify"]

_Make = Callable[..., Any]
_Pair = tuple[float, float]
_Step = tuple[type, bool, bool, tuple[_Pair | None, ...]]
"""A segment to be made: its class, whether relative, whether smooth, and its points."""

_PIECE = re.compile(r"([MLHVCSQZ])([^MLHVCSQZ]*)", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?")
_BETWEEN = str.maketrans("", "", " ,\t\n\f\r")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "Z": 0}
_CLOSED = 0.0001  # Manim's: a path that ends this near to its start needs no line


class _Foreign(Exception):
    """Something that isn't read here."""


def parse(original: _Make) -> _Make:
    """A faster ``svgelements.Path.parse``."""

    def parse(self: Any, pathdef: Any) -> Any:
        if type(self) is not se.Path or self._segments or type(pathdef) is not str:
            return original(self, pathdef)
        steps = _steps(pathdef)
        if steps is None:
            return original(self, pathdef)
        self._length = None
        self._segments = [_made(step) for step in steps]
        return None

    return parse


def _made(step: _Step) -> Any:
    kind, relative, smooth, points = step
    segment: Any = object.__new__(kind)
    segment.relative, segment.smooth = relative, smooth
    start, end = points[0], points[-1]
    segment.start = None if start is None else se.Point(*start)
    segment.end = None if end is None else se.Point(*end)
    if kind is se.CubicBezier:
        _, first, second, _ = points
        segment.control1, segment.control2 = se.Point(*first), se.Point(*second)  # type: ignore[misc]
    elif kind is se.QuadraticBezier:
        segment.control = se.Point(*points[1])  # type: ignore[misc]
    return segment


@lru_cache(maxsize=2048)
def _steps(pathdef: str) -> tuple[_Step, ...] | None:
    """What a path consists of; None where this reader isn't sure."""
    pieces = _PIECE.findall(pathdef)
    if sum(1 + len(numbers) for _, numbers in pieces) != len(pathdef.lstrip(" ,\t\n\f\r")):
        return None
    try:
        return tuple(_Reader().read(pieces))
    except _Foreign:
        return None


class _Reader:
    """Follows the pen along a path."""

    def __init__(self) -> None:
        self.pen: _Pair | None = None
        self.begun: _Pair = (0.0, 0.0)  # where the last move went
        self.control: _Pair | None = None  # the last one, if the last segment was a curve

    def read(self, pieces: list[tuple[str, str]]) -> Iterator[_Step]:
        """The segments, one by one."""
        if pieces and pieces[0][0] not in "Mm":
            raise _Foreign
        for command, text in pieces:
            name, relative = command.upper(), command.islower()
            numbers = _numbers(text)
            takes = _TAKES[name]
            if not takes:
                if numbers:
                    raise _Foreign
                yield self._close(relative)
                continue
            if not numbers or len(numbers) % takes:
                raise _Foreign
            for at in range(0, len(numbers), takes):
                yield self._segment(name, relative, numbers[at : at + takes])
                if name == "M":
                    name = "L"  # further points of a move are lines

    def _close(self, relative: bool) -> _Step:
        step = (se.Close, relative, True, (self.pen, self.begun))
        self.pen, self.control = self.begun, None
        return step

    def _segment(self, name: str, relative: bool, numbers: list[float]) -> _Step:
        pen = self.pen
        control, self.control = self.control, None
        if name == "M":
            self.pen = self.begun = self._pairs(relative, numbers)[0]
            return se.Move, relative, True, (pen, self.pen)
        assert pen is not None
        if name in "HV":
            (value,) = numbers
            x, y = pen
            if name == "H":
                self.pen = (x + value if relative else value), y
            else:
                self.pen = x, (y + value if relative else value)
            return se.Line, relative, True, (pen, self.pen)
        pairs = self._pairs(relative, numbers)
        self.pen = pairs[-1]
        if name == "L":
            return se.Line, relative, True, (pen, self.pen)
        if name == "Q":
            self.control = pairs[0]
            return se.QuadraticBezier, relative, False, (pen, *pairs)
        if name == "S":
            x, y = pen
            first = pen if control is None else (x + (x - control[0]), y + (y - control[1]))
            pairs = [first, *pairs]
        self.control = pairs[1]
        return se.CubicBezier, relative, name == "S", (pen, *pairs)

    def _pairs(self, relative: bool, numbers: list[float]) -> list[_Pair]:
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        if not relative or self.pen is None:
            return list(pairs)
        left, top = self.pen
        return [(x + left, y + top) for x, y in pairs]


def _numbers(text: str) -> list[float]:
    found = _NUMBER.findall(text)
    if sum(map(len, found)) != len(text.translate(_BETWEEN)):
        raise _Foreign
    return list(map(float, found))


def reify(original: _Make) -> _Make:
    """A faster ``svgelements.Path.reify``."""

    def reify(self: Any) -> Any:
        matrix = self.transform
        if type(self) is not se.Path or type(matrix) is not se.Matrix:
            return original(self)
        a, b, c, d, e, f = matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
        if not all(type(each) is float for each in (a, b, c, d, e, f)):
            return original(self)
        se.GraphicObject.reify(self)
        se.Transformable.reify(self)
        for segment in self._segments:
            if type(segment) not in _POINTS:
                segment *= matrix
                continue
            for name in _POINTS[type(segment)]:
                point = getattr(segment, name)
                if point is not None:
                    x, y = point.x, point.y
                    point.x, point.y = x * a + y * c + 1 * e, x * b + y * d + 1 * f
        matrix.reset()
        return self

    return reify


_POINTS: dict[type, tuple[str, ...]] = {
    se.Move: ("start", "end"),
    se.Line: ("start", "end"),
    se.Close: ("start", "end"),
    se.QuadraticBezier: ("start", "control", "end"),
    se.CubicBezier: ("start", "control1", "control2", "end"),
}


def handle_commands(original: _Make) -> _Make:
    """A faster ``VMobjectFromSVGPath.handle_commands``."""

    def handle_commands(self: Any) -> Any:
        path = self.path_obj
        if self.n_points_per_curve != 4 or type(path) is not se.Path:
            return original(self)
        try:
            points = _points(path._segments)
        except _Foreign:
            return original(self)
        self.points = points
        return self

    return handle_commands


def _points(segments: list[Any]) -> NDArray[np.float64]:
    flat: list[tuple[float, float, float]] = []
    pen: Any = None
    begun: Any = None
    for segment in segments:
        kind = type(segment)
        if kind is se.Move:
            pen = begun = _pair(segment.end)
            continue
        if pen is None:
            raise _Foreign
        if kind is se.CubicBezier:
            first, second, end = map(_pair, (segment.control1, segment.control2, segment.end))
            flat += (*pen, 0.0), (*first, 0.0), (*second, 0.0), (*end, 0.0)
        elif kind is se.Line:
            end = _pair(segment.end)
            flat += _line(pen, end)
        elif kind is se.QuadraticBezier:
            end = _pair(segment.end)
            flat += _quadratic(pen, _pair(segment.control), end)
        elif kind is se.Close:
            if not _open(pen, begun):
                continue
            end = begun
            flat += _line(pen, end)
        else:
            raise _Foreign
        pen = end
    return np.array(flat, dtype="float64") if flat else np.zeros((0, 3))


def _pair(point: Any) -> _Pair:
    x, y = point.x, point.y
    if type(x) is not float or type(y) is not float:
        raise _Foreign
    return x, y


def _line(a: _Pair, b: _Pair) -> Iterator[tuple[float, float, float]]:
    (x, y), (u, v) = a, b
    return iter(
        (
            (x, y, 0.0),
            ((x + x + u) / 3, (y + y + v) / 3, 0.0),
            ((x + u + u) / 3, (y + v + v) / 3, 0.0),
            (u, v, 0.0),
        )
    )


def _quadratic(a: _Pair, b: _Pair, c: _Pair) -> Iterator[tuple[float, float, float]]:
    (x, y), (p, q), (u, v) = a, b, c
    return iter(
        (
            (x, y, 0.0),
            ((x + p + p) / 3, (y + q + q) / 3, 0.0),
            ((p + p + u) / 3, (q + q + v) / 3, 0.0),
            (u, v, 0.0),
        )
    )


def _open(pen: _Pair, begun: _Pair) -> bool:
    """Whether a path must be closed with a line."""
    x, y = pen[0] - begun[0], pen[1] - begun[1]
    return bool(abs(np.linalg.norm(np.array([x, y, 0.0]))) > _CLOSED)
