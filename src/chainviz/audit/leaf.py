"""The state of one mobject with points: its box, its colours, and the bytes they came from."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import manim as mn
import numpy as np

from chainviz.audit.timeline import RGBA, VISIBLE, Array, Box

__all__ = ["Leaf", "outline_of", "place"]

_NOTHING: RGBA = (0.0, 0.0, 0.0, 0.0)


class Leaf:
    """The state of one mobject with points, kept until its bytes change.

    It is made without its box, unless that is known from the state before: see ``place``.
    """

    __slots__ = ("_kind", "_points", "box", "count", "drawn", "fill", "ink", "inked", "mobject",
                 "placed", "plain", "stroke", "stroked", "view", "weight", "width")  # fmt: skip

    box: Box | None

    def __init__(
        self, mobject: Any, view: object, seen: Array | None, before: Leaf | None = None
    ) -> None:
        self.mobject = mobject  # holding it keeps its id from being given away
        self.plain = isinstance(mobject, mn.VMobject)
        self.view = view
        points = mobject.points
        self.count = len(points)
        self.placed = points.tobytes()
        self.inked, self.stroked = _bytes(mobject, "fill_rgbas"), _bytes(mobject, "stroke_rgbas")
        self.weight = getattr(mobject, "stroke_width", 0.0)  # a number, for all that is painted
        self._kind = (points.dtype, points.shape)
        self._points: Array | None = None
        self.box = None
        if seen is not None:
            self._points = seen[:, :2]
            self.box = _box(self._points)
        elif before is not None and before.view is None and (
            before.placed == self.placed and before._kind[0] == points.dtype
        ):  # fmt: skip
            self._points, self.box = before._points, before.box
        self.fill = fill = _paint(getattr(mobject, "fill_rgbas", None))
        self.stroke = stroke = _paint(getattr(mobject, "stroke_rgbas", None))
        weight = self.weight
        plain = type(weight) is float or type(weight) is int
        self.width = float(weight if plain else np.max(weight) if np.size(weight) else 0.0)
        # a glyph is read by its fill, or by its stroke where the fill is not there
        self.ink = stroke if self.width > 0 and stroke[3] > fill[3] else fill
        # a glyph is all there when it is filled, or one of the rules that are only stroked
        self.drawn = fill[3] >= VISIBLE or (self.ink[3] >= VISIBLE and self.count <= 4)

    @property
    def points(self) -> Array:
        """Where its points are seen: rows of x, y."""
        if self._points is None:
            dtype, shape = self._kind
            self._points = np.frombuffer(self.placed, dtype).reshape(shape)[:, :2]
        return self._points

    def is_of(self, mobject: Any, view: object) -> bool:
        """Whether this still is the mobject's state."""
        if mobject.points.tobytes() != self.placed or view != self.view:
            return False
        if self.plain:  # this is asked most of all
            return bool(
                mobject.fill_rgbas.tobytes() == self.inked
                and mobject.stroke_rgbas.tobytes() == self.stroked
                and mobject.stroke_width == self.weight
            )
        return bool(
            _bytes(mobject, "fill_rgbas") == self.inked
            and _bytes(mobject, "stroke_rgbas") == self.stroked
            and getattr(mobject, "stroke_width", 0.0) == self.weight
        )


def place(leaves: Sequence[Leaf]) -> None:
    """Work out the boxes of new leaves, all at one go."""
    bare = [leaf for leaf in leaves if leaf.box is None]
    if len(bare) < 2 or len({leaf._kind[1][1:] for leaf in bare}) > 1:
        for leaf in bare:
            leaf.box = _box(leaf.points)
        return
    points = np.concatenate([leaf.mobject.points for leaf in bare])[:, :2]
    starts = np.cumsum([0, *(leaf.count for leaf in bare[:-1])])
    low, high = np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)
    for leaf, (left, bottom), (right, top) in zip(bare, low.tolist(), high.tolist(), strict=True):
        leaf.box = _finite(left, bottom, right, top)


def _box(points: Array) -> Box:
    left, bottom = np.minimum.reduce(points).tolist()
    right, top = np.maximum.reduce(points).tolist()
    return _finite(left, bottom, right, top)


def _finite(left: float, bottom: float, right: float, top: float) -> Box:
    return (left, bottom, right, top) if isfinite(left + bottom + right + top) else _NOTHING


def _bytes(mobject: Any, name: str) -> bytes:
    found = getattr(mobject, name, None)
    return b"" if found is None else found.tobytes()


def _paint(rgbas: Any) -> RGBA:
    if rgbas is None or not len(rgbas):
        return _NOTHING
    red, green, blue, alpha = rgbas[0].tolist()[:4]
    return (red, green, blue, alpha)


def outline_of(glyph: Any) -> tuple[RGBA, float]:
    """The broader of a glyph's two strokes: the one over its fill, or the one behind it."""
    over = getattr(glyph, "stroke_width", 0.0) or 0.0
    behind = getattr(glyph, "background_stroke_width", 0.0) or 0.0
    name, width = ("background_stroke_rgbas", behind) if behind > over else ("stroke_rgbas", over)
    return _paint(getattr(glyph, name, None)), float(np.max(width))
