"""Faster bodies for some of Manim's own functions, put in place only while a film runs."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject
from manim.utils.color import ManimColor

from chainviz.faster.copying import deepcopy_mobject

__all__ = ["faster_manim"]

_DEEP = 200
"""A family tree deeper than this is taken for a ring and left to Manim."""


@dataclass(frozen=True, slots=True)
class _Speedup:
    """A function of Manim's, and what makes a faster one of it."""

    owner: type
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
        """One colour with one opacity, which is nearly always what is asked for."""
        plain = type(color) is ManimColor and type(opacity) in (float, int)
        if not plain or self.get_sheen_factor() != 0:
            return original(self, color, opacity)
        rgbas = np.empty((1, 4))
        rgbas[0] = color._internal_value
        rgbas[0, 3] = opacity
        return rgbas

    return generate_rgbas_array


_MOBJECT = "manim.mobject.mobject"
_VMOBJECT = "manim.mobject.types.vectorized_mobject"
_SPEEDUPS = (
    _Speedup(Mobject, "__deepcopy__", _MOBJECT, _deepcopy),
    _Speedup(Mobject, "get_family", _MOBJECT, _get_family),
    _Speedup(Mobject, "update", _MOBJECT, _update),
    _Speedup(VMobject, "generate_rgbas_array", _VMOBJECT, _generate_rgbas_array),
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
