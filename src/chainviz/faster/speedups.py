"""Faster bodies for some of Manim's own functions, put in place only while a film runs."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import typst
from manim.mobject.mobject import Mobject
from manim.mobject.svg.svg_mobject import VMobjectFromSVGPath
from manim.mobject.types import vectorized_mobject
from manim.mobject.types.vectorized_mobject import VMobject
from manim.utils.color import ManimColor
from svgelements import Path as SvgPath

from chainviz.faster import outlines
from chainviz.faster.copying import deepcopy_mobject

__all__ = ["faster_manim"]

_mix = vectorized_mobject.interpolate
_DEEP = 200
"""A family tree deeper than this is taken for a ring and left to Manim."""


@dataclass(frozen=True, slots=True)
class _Speedup:
    """A function of Manim's, and what makes a faster one of it."""

    owner: Any
    name: str
    module: str
    make: Callable[[Callable[..., Any]], Callable[..., Any]]


def _deepcopy(original: Callable[..., Any]) -> Callable[..., Any]:
    return deepcopy_mobject


def _get_family(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_family(self: Any, recurse: bool = True) -> list[Any]:
        """Without a generator per generation."""
        if not self.submobjects:
            return [self]
        family: list[Any] = []
        if not _gather(self, family, _DEEP):
            return list(original(self, recurse))
        if len(set(family)) == len(family):
            return family
        last = {each: place for place, each in enumerate(family)}
        return sorted(last, key=last.__getitem__)

    return get_family


def _gather(mobject: Any, family: list[Any], depth: int) -> bool:
    family.append(mobject)
    if depth == 0:
        return False
    for part in mobject.submobjects:
        if not part.submobjects:
            family.append(part)
        elif not _gather(part, family, depth - 1):
            return False
    return True


def _update(original: Callable[..., Any]) -> Callable[..., Any]:
    takes_dt: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()

    def wants_dt(updater: Any) -> bool:
        if type(updater) is not types.FunctionType:
            return "dt" in inspect.signature(updater).parameters
        known = takes_dt.get(updater)
        if known is None:
            known = takes_dt[updater] = "dt" in inspect.signature(updater).parameters
        return known

    def update(self: Any, dt: float = 0, recursive: bool = True) -> Any:
        """Without asking each function for its signature in each frame."""
        if self.updating_suspended:
            return self
        for updater in self.updaters:
            if wants_dt(updater):
                updater(self, dt)
            else:
                updater(self)
        if recursive:
            for part in self.submobjects:
                if part.submobjects or part.updaters or type(part).update is not update:
                    part.update(dt, recursive=recursive)
        return self

    return update


def _generate_rgbas_array(original: Callable[..., Any]) -> Callable[..., Any]:
    def generate_rgbas_array(self: Any, color: Any, opacity: Any) -> Any:
        """One colour with one opacity, or none: nearly always what is asked for."""
        kind = type(color)
        plain = kind is ManimColor or kind is str or color is None
        if not plain or type(opacity) not in _OPACITIES or self.get_sheen_factor() != 0:
            return original(self, color, opacity)
        rgbas = np.zeros((1, 4))
        if kind is ManimColor:
            rgbas[0] = color._internal_value
        elif kind is str:
            rgbas[0] = _parsed(color)
        rgbas[0, 3] = 0.0 if opacity is None else opacity
        return rgbas

    return generate_rgbas_array


_OPACITIES = (float, int, type(None), np.float64)


@lru_cache(maxsize=512)
def _parsed(color: str) -> Any:
    return ManimColor(color)._internal_value


def _get_points_defining_boundary(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_points_defining_boundary(self: Any) -> Any:
        """The anchors of the whole family, gathered by the array instead of point by point."""
        arrays = []
        for each in self.get_family():
            points, count = each.points, each.n_points_per_cubic_curve
            if type(each).get_anchors is not VMobject.get_anchors or points.dtype != np.float64:
                return original(self)
            if len(points) == 1:
                arrays.append(points)
            elif len(points) % count:
                return original(self)
            elif len(points):
                curves = points.reshape(-1, count, points.shape[1])
                arrays.append(curves[:, [0, -1]].reshape(-1, points.shape[1]))
        return np.concatenate(arrays) if arrays else original(self)

    return get_points_defining_boundary


def _interpolate_color(original: Callable[..., Any]) -> Callable[..., Any]:
    def interpolate_color(self: Any, mobject1: Any, mobject2: Any, alpha: float) -> Any:
        """The same mixtures of all that is paint, without a call for each."""
        if alpha == 1.0 or vectorized_mobject.interpolate is not _mix:
            return original(self, mobject1, mobject2, alpha)
        left = 1 - alpha
        self.fill_rgbas = left * mobject1.fill_rgbas + alpha * mobject2.fill_rgbas
        self.stroke_rgbas = left * mobject1.stroke_rgbas + alpha * mobject2.stroke_rgbas
        self.background_stroke_rgbas = (
            left * mobject1.background_stroke_rgbas + alpha * mobject2.background_stroke_rgbas
        )
        self.stroke_width = left * mobject1.stroke_width + alpha * mobject2.stroke_width
        self.background_stroke_width = (
            left * mobject1.background_stroke_width + alpha * mobject2.background_stroke_width
        )
        self.sheen_direction = left * mobject1.sheen_direction + alpha * mobject2.sheen_direction
        self.sheen_factor = left * mobject1.sheen_factor + alpha * mobject2.sheen_factor
        return self

    return interpolate_color


def _compile(original: Callable[..., Any]) -> Callable[..., Any]:
    def compile(*args: Any, **kwargs: Any) -> Any:
        """The system's fonts are searched for once, not for each formula."""
        if kwargs.get("font_paths") == []:
            kwargs["font_paths"] = _system_fonts()
        return original(*args, **kwargs)

    return compile


@cache
def _system_fonts() -> Any:
    return typst.Fonts()


_MOBJECT = "manim.mobject.mobject"
_VMOBJECT = "manim.mobject.types.vectorized_mobject"
_SVG = "manim.mobject.svg.svg_mobject"
_ELEMENTS = "svgelements.svgelements"
_SPEEDUPS = (
    _Speedup(Mobject, "__deepcopy__", _MOBJECT, _deepcopy),
    _Speedup(Mobject, "get_family", _MOBJECT, _get_family),
    _Speedup(Mobject, "update", _MOBJECT, _update),
    _Speedup(VMobject, "generate_rgbas_array", _VMOBJECT, _generate_rgbas_array),
    _Speedup(VMobject, "get_points_defining_boundary", _VMOBJECT, _get_points_defining_boundary),
    _Speedup(VMobject, "interpolate_color", _VMOBJECT, _interpolate_color),
    _Speedup(VMobjectFromSVGPath, "handle_commands", _SVG, outlines.handle_commands),
    _Speedup(SvgPath, "parse", _ELEMENTS, outlines.parse),
    _Speedup(SvgPath, "reify", _ELEMENTS, outlines.reify),
    _Speedup(typst, "compile", "typst._typst", _compile),
)


@contextmanager
def faster_manim() -> Iterator[None]:
    """Swap them in, and out again; one that a plugin has replaced already is left alone."""
    swapped = []
    try:
        for each in _SPEEDUPS:
            original = vars(each.owner)[each.name]
            if getattr(original, "__module__", None) == each.module:
                swapped.append((each, original))
                setattr(each.owner, each.name, each.make(original))
        yield
    finally:
        for each, original in reversed(swapped):
            setattr(each.owner, each.name, original)
