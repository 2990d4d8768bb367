"""One mobject's look as a painting operation: what it depends on and where it lands."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import cairo
import numpy as np
from manim.camera.camera import CAP_STYLE_MAP, LINE_JOIN_MAP

from chainviz.render.engine.outline import CURVE as _CURVE
from chainviz.render.engine.outline import Span, sharpness, subpaths
from chainviz.render.engine.region import Rect

__all__ = ["Foreign", "Op", "View", "look_of", "op_of"]

_FAR = 2.0**21
"""Beyond this many pixels cairo's fixed-point numbers wrap round, so all bets are off."""
_MITER = cairo.LineJoin.MITER


class Foreign(Exception):
    """Something on screen that only Manim's own painter draws; the text says what."""


class View:
    """The camera as far as a painted shape depends on it."""

    __slots__ = ("key", "line_width", "matrix", "scale", "size")

    def __init__(self, matrix: cairo.Matrix, size: tuple[int, int], line_width: float) -> None:
        numbers: Any = tuple(matrix)  # type: ignore[arg-type]
        self.matrix = matrix
        self.size = size
        self.line_width = line_width
        self.key = (*numbers, *size, line_width)
        self.scale = max(map(abs, numbers[:4]))

    def landing(self, low: list[float], high: list[float], reach: float) -> Rect:
        """The pixels that a shape between two corners may touch, with its strokes' reach."""
        xx, _, _, yy, x0, y0 = self.key[:6]
        left, right = sorted((low[0] * xx + x0, high[0] * xx + x0))
        top, bottom = sorted((low[1] * yy + y0, high[1] * yy + y0))
        if max(-left, right, -top, bottom, reach) > _FAR:
            raise Foreign("a shape that reaches further than cairo can count")
        reach += 2
        width, height = self.size
        return (
            max(0, math.floor(left - reach)),
            max(0, math.floor(top - reach)),
            min(width, math.ceil(right + reach)),
            min(height, math.ceil(bottom + reach)),
        )


class Op:
    """A painting operation; equal looks share one, so identity means "nothing changed"."""

    __slots__ = ("_build", "_layers", "_path", "_uses", "_view", "rect")

    def __init__(
        self,
        rect: Rect | None,
        view: View,
        build: Callable[[cairo.Context], None],
        layers: tuple[_Layer, ...],
    ) -> None:
        self.rect = rect
        self._view = view
        self._build = build
        self._layers = layers
        self._path: cairo.Path | None = None
        self._uses = 0

    @classmethod
    def opaque(cls) -> Op:
        """Stands for a whole picture that somebody else made; never painted."""
        return cls(None, View(cairo.Matrix(), (0, 0), 0.0), _never, ())

    def paint(self, context: cairo.Context) -> None:
        """Lay it down; never clipped, because clipping changes cairo's anti-aliasing."""
        context.new_path()
        if self._path is not None:
            context.identity_matrix()
            context.append_path(self._path)
            context.set_matrix(self._view.matrix)
        else:
            context.set_matrix(self._view.matrix)
            self._build(context)
            self._uses += 1
            if self._uses == 2:
                context.identity_matrix()
                self._path = context.copy_path()
                context.set_matrix(self._view.matrix)
        for layer in self._layers:
            layer.lay(context)


def _never(context: cairo.Context) -> None:
    raise AssertionError("a picture made elsewhere can't be painted again")


class _Layer:
    """A fill, or a stroke when it has a width."""

    __slots__ = ("cap", "join", "source", "width")

    def __init__(self, source: Any, width: float = 0.0, join: Any = None, cap: Any = None) -> None:
        self.source = source
        self.width = width
        self.join = join
        self.cap = cap

    def lay(self, context: cairo.Context) -> None:
        if type(self.source) is tuple:
            context.set_source_rgba(*self.source)
        else:
            context.set_source(self.source)
        if self.join is None:
            context.fill_preserve()
            return
        context.set_line_width(self.width)
        context.set_line_join(self.join)
        context.set_line_cap(self.cap)
        context.stroke_preserve()


def look_of(mobject: Any) -> tuple[Any, ...]:
    """Everything the picture of a mobject depends on, by content, camera apart."""
    points = mobject.points
    if points.dtype != np.float64 or mobject.n_points_per_cubic_curve != _CURVE:
        raise Foreign(f"{type(mobject).__name__} has points of an unusual kind")
    if mobject.get_background_image():
        raise Foreign(f"{type(mobject).__name__} is coloured by a background image")
    fill = mobject.get_fill_rgbas()
    width = mobject.get_stroke_width(False)
    under = mobject.get_stroke_width(True)
    stroke = mobject.get_stroke_rgbas(False) if width else None
    under_stroke = mobject.get_stroke_rgbas(True) if under else None
    gradient = None
    if (
        len(fill) != 1
        or (stroke is not None and len(stroke) != 1)
        or (under_stroke is not None and len(under_stroke) != 1)
    ):
        gradient = b"".join(
            np.asarray(end, float).tobytes() for end in mobject.get_gradient_start_and_end_points()
        )
    return (
        points.tobytes(),
        _bytes(fill),
        width and (width, _bytes(stroke)),
        under and (under, _bytes(under_stroke)),
        gradient,
        mobject.joint_type,
        mobject.cap_style,
        mobject.tolerance_for_point_equality,
    )


def op_of(mobject: Any, look: tuple[Any, ...], view: View) -> Op | None:
    """The operation that paints this look, or None where it would leave no mark."""
    raw, fill, stroke, under, gradient, joint, cap, tolerance = look
    points = np.frombuffer(raw).reshape(-1, 3)
    if len(points) < _CURVE:
        return None
    low, high = points.min(0).tolist(), points.max(0).tolist()
    if not all(map(math.isfinite, low + high)):
        return None
    join, end = LINE_JOIN_MAP[joint], CAP_STYLE_MAP[cap]
    layers = []
    for kind in (under, None, stroke):
        if kind is None:
            source, width = _source(fill, gradient), None
        elif kind:
            source, width = _source(kind[1], gradient), kind[0] * view.line_width
        else:
            continue
        if source is None:
            continue
        if width is None:
            layers.append(_Layer(source))
        else:
            layers.append(_Layer(source, width, join, end))
    if not layers:
        return None
    flat: list[float] = points[:, :2].ravel().tolist()
    spans = subpaths(mobject, points, flat, tolerance)
    reach = 0.0
    for layer in layers:
        if layer.join is not None:
            sharp = sharpness(flat, spans, view.scale) if layer.join == _MITER else math.sqrt(2)
            reach = max(reach, layer.width / 2 * view.scale * sharp)
    rect = view.landing(low, high, reach)
    if rect[0] >= rect[2] or rect[1] >= rect[3]:
        return None
    return Op(rect, view, lambda context: _trace(context, flat, spans), tuple(layers))


def _bytes(rgbas: Any) -> bytes:
    if rgbas.dtype != np.float64:
        rgbas = rgbas.astype(np.float64)
    return bytes(rgbas.tobytes())


def _source(raw: bytes, gradient: bytes | None) -> Any:
    """A tuple for one colour, a cairo gradient for more, None for nothing to see."""
    rgbas = np.frombuffer(raw).reshape(-1, 4)
    if len(rgbas) == 1:
        red, green, blue, alpha = rgbas[0].tolist()
        return None if alpha == 0 else (blue, green, red, alpha)
    assert gradient is not None
    start, stop = np.frombuffer(gradient).reshape(2, -1)
    if not (np.isfinite(start).all() and np.isfinite(stop).all()):
        raise Foreign("a gradient without a direction")
    pattern = cairo.LinearGradient(start[0], start[1], stop[0], stop[1])
    for rgba, offset in zip(rgbas, np.linspace(0, 1, len(rgbas)), strict=True):
        red, green, blue, alpha = rgba.tolist()
        pattern.add_color_stop_rgba(offset, blue, green, red, alpha)
    return pattern


def _trace(context: cairo.Context, flat: list[float], spans: list[Span]) -> None:
    """Put the curves into the context as Manim's camera does."""
    curve_to = context.curve_to
    for start, end, closed in spans:
        context.new_sub_path()
        context.move_to(flat[2 * start], flat[2 * start + 1])
        for i in range(start, end - _CURVE + 1, _CURVE):
            b = 2 * i + 2
            curve_to(*flat[b : b + 6])
        if closed:
            context.close_path()
