"""Colours set and mixed with less work: the same arrays, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from manim.mobject.mobject import Mobject
from manim.mobject.types import vectorized_mobject
from manim.utils.color import ManimColor

__all__ = ["color", "generate_rgbas_array", "interpolate_color", "update_rgbas_array"]

_mix = vectorized_mobject.interpolate


def color(original: Callable[..., Any]) -> Callable[..., Any]:
    """A faster ``ManimColor.__init__``."""

    def __init__(self: Any, value: Any, alpha: float = 1.0) -> None:
        """Of another colour, or of what is in an array of colours."""
        kind = type(value)
        if kind is ManimColor:
            self._internal_value = value._internal_value
        elif kind is np.ndarray and value.dtype == np.float64 and value.shape == (4,):
            self._internal_value = value
        elif kind is np.ndarray and value.dtype == np.float64 and value.shape == (3,):
            inside = np.empty(4)
            inside[:3] = value
            inside[3] = alpha
            self._internal_value = inside
        else:
            original(self, value, alpha)

    return __init__


def generate_rgbas_array(original: Callable[..., Any]) -> Callable[..., Any]:
    """A faster ``VMobject.generate_rgbas_array``."""

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


def update_rgbas_array(original: Callable[..., Any]) -> Callable[..., Any]:
    """A faster ``VMobject.update_rgbas_array``."""

    def update_rgbas_array(
        self: Any, array_name: str, color: Any = None, opacity: Any = None
    ) -> Any:
        """Without asking in vain for an array that isn't there yet."""
        known = self.__dict__.get(array_name)
        if known is None:
            if type(self).__getattr__ is not _ask or hasattr(type(self), array_name):
                return original(self, array_name, color, opacity)
            setattr(self, array_name, self.generate_rgbas_array(color, opacity))
            return self
        rgbas = self.generate_rgbas_array(color, opacity)
        if len(known) < len(rgbas):
            known = _stretched(known, len(rgbas))
            setattr(self, array_name, known)
        elif len(rgbas) < len(known):
            rgbas = _stretched(rgbas, len(known))
        if color is not None:
            known[:, :3] = rgbas[:, :3]
        if opacity is not None:
            known[:, 3] = rgbas[:, 3]
        return self

    return update_rgbas_array


_ask = Mobject.__getattr__
_stretched = vectorized_mobject.stretch_array_to_length


def interpolate_color(original: Callable[..., Any]) -> Callable[..., Any]:
    """A faster ``VMobject.interpolate_color``."""

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
