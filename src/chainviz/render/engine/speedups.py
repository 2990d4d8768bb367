"""Faster bodies for some of Manim's own functions, put in place only while our engine runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from manim.mobject.mobject import Mobject

from chainviz.render.engine.copying import deepcopy_mobject

__all__ = ["faster_manim"]


@dataclass(frozen=True, slots=True)
class _Speedup:
    """A function of Manim's, where it lives, and what to run instead."""

    owner: Any
    name: str
    module: str
    instead: Callable[..., Any]


_SPEEDUPS = (_Speedup(Mobject, "__deepcopy__", "manim.mobject.mobject", deepcopy_mobject),)


@contextmanager
def faster_manim() -> Iterator[None]:
    """Swap them in, and out again; one that a plugin has replaced already is left alone."""
    swapped = []
    try:
        for each in _SPEEDUPS:
            original = vars(each.owner)[each.name]
            if getattr(original, "__module__", None) == each.module:
                swapped.append((each, original))
                setattr(each.owner, each.name, each.instead)
        yield
    finally:
        for each, original in reversed(swapped):
            setattr(each.owner, each.name, original)
