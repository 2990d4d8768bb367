"""Faster bodies for some of Manim's own functions, put in place only while a film runs."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import typst
from manim.mobject.geometry.arc import TipableVMobject
from manim.mobject.mobject import Mobject
from manim.mobject.svg.svg_mobject import VMobjectFromSVGPath
from manim.mobject.types.vectorized_mobject import VMobject
from manim.utils.color import ManimColor
from svgelements import Path as SvgPath

from chainviz.faster import lengths, outlines, paint, places
from chainviz.faster.copying import deepcopy_mobject

__all__ = ["faster_manim", "system_fonts"]

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


def _compile(original: Callable[..., Any]) -> Callable[..., Any]:
    def compile(*args: Any, **kwargs: Any) -> Any:
        """The system's fonts are searched for once, not for each formula."""
        if kwargs.get("font_paths") == []:
            kwargs["font_paths"] = system_fonts()
        return original(*args, **kwargs)

    return compile


@cache
def system_fonts() -> Any:
    """The system's fonts, as Typst knows them; forks of this process needn't search again."""
    return typst.Fonts()


_MOBJECT = "manim.mobject.mobject"
_VMOBJECT = "manim.mobject.types.vectorized_mobject"
_ARC = "manim.mobject.geometry.arc"
_SVG = "manim.mobject.svg.svg_mobject"
_ELEMENTS = "svgelements.svgelements"
_COLOR = "manim.utils.color.core"
_SPEEDUPS = (
    _Speedup(Mobject, "__deepcopy__", _MOBJECT, _deepcopy),
    _Speedup(Mobject, "get_family", _MOBJECT, _get_family),
    _Speedup(Mobject, "update", _MOBJECT, _update),
    _Speedup(Mobject, "family_members_with_points", _MOBJECT, places.family_members_with_points),
    _Speedup(Mobject, "get_critical_point", _MOBJECT, places.get_critical_point),
    _Speedup(Mobject, "get_extremum_along_dim", _MOBJECT, places.get_extremum_along_dim),
    _Speedup(Mobject, "reduce_across_dimension", _MOBJECT, places.reduce_across_dimension),
    _Speedup(
        VMobject, "get_points_defining_boundary", _VMOBJECT, places.get_points_defining_boundary
    ),
    _Speedup(
        VMobject, "get_nth_curve_length_pieces", _VMOBJECT, lengths.get_nth_curve_length_pieces
    ),
    _Speedup(
        VMobject,
        "get_nth_curve_function_with_length",
        _VMOBJECT,
        lengths.get_nth_curve_function_with_length,
    ),
    _Speedup(VMobject, "consider_points_equals", _VMOBJECT, places.consider_points_equals),
    _Speedup(TipableVMobject, "has_tip", _ARC, places.has_tip("tip")),
    _Speedup(TipableVMobject, "has_start_tip", _ARC, places.has_tip("start_tip")),
    _Speedup(ManimColor, "__init__", _COLOR, paint.color),
    _Speedup(VMobject, "generate_rgbas_array", _VMOBJECT, paint.generate_rgbas_array),
    _Speedup(VMobject, "update_rgbas_array", _VMOBJECT, paint.update_rgbas_array),
    _Speedup(VMobject, "interpolate_color", _VMOBJECT, paint.interpolate_color),
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
