"""The state of one mobject with points: its box, its colours, and the bytes they came from."""

from __future__ import annotations

from math import isfinite
from typing import Any

import manim as mn
import numpy as np

from chainviz.audit.timeline import RGBA, VISIBLE, Array, Box

__all__ = ["Leaf", "outline_of"]

_NOTHING: RGBA = (0.0, 0.0, 0.0, 0.0)


class Leaf:
    """The state of one mobject with points, kept until its bytes change."""

    __slots__ = ("box", "fill", "inked", "mobject", "placed", "plain", "points", "stroke",
                 "stroked", "view", "weight", "width")  # fmt: skip

    def __init__(
        self, mobject: Any, view: object, seen: Array | None, before: Leaf | None = None
    ) -> None:
        self.mobject = mobject  # holding it keeps its id from being given away
        self.plain = isinstance(mobject, mn.VMobject)
        self.view = view
        points = mobject.points
        self.placed = points.tobytes()
        self.inked, self.stroked = _bytes(mobject, "fill_rgbas"), _bytes(mobject, "stroke_rgbas")
        self.weight = getattr(mobject, "stroke_width", 0.0)  # a number, for all that is painted
        self.points: Array
        self.box: Box
        if seen is None and before is not None and before.view is None and (
            before.placed == self.placed and before.points.dtype == points.dtype
        ):  # fmt: skip
            self.points, self.box = before.points, before.box
        else:
            if seen is None:
                seen = np.frombuffer(self.placed, points.dtype).reshape(points.shape)
            self.points = seen[:, :2]
            self.box = _box(self.points)
        self.fill = _paint(getattr(mobject, "fill_rgbas", None))
        self.stroke = _paint(getattr(mobject, "stroke_rgbas", None))
        weight = self.weight
        plain = type(weight) is float or type(weight) is int
        self.width = float(weight if plain else np.max(weight) if np.size(weight) else 0.0)

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

    @property
    def drawn(self) -> bool:
        """Whether a glyph is all there: filled, or one of the rules that are only stroked."""
        return self.fill[3] >= VISIBLE or (self.ink[3] >= VISIBLE and len(self.points) <= 4)

    @property
    def ink(self) -> RGBA:
        """The colour a glyph is read by: its fill, or its stroke where the fill is not there."""
        if self.width > 0 and self.stroke[3] > self.fill[3]:
            return self.stroke
        return self.fill


def _box(points: Array) -> Box:
    left, bottom = np.minimum.reduce(points).tolist()
    right, top = np.maximum.reduce(points).tolist()
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
    widths = [getattr(glyph, f"{name}stroke_width", 0.0) or 0.0 for name in ("", "background_")]
    behind = int(widths[1] > widths[0])
    rgbas = getattr(glyph, ("stroke_rgbas", "background_stroke_rgbas")[behind], None)
    return _paint(rgbas), float(np.max(widths[behind]))
