"""Where mobjects are and how large, with less work: the same numbers, bit for bit."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject

__all__ = [
    "consider_points_equals",
    "family_members_with_points",
    "get_critical_point",
    "get_extremum_along_dim",
    "get_points_defining_boundary",
    "has_tip",
    "reduce_across_dimension",
]

_Make = Callable[..., Any]
_least, _most = np.minimum.reduce, np.maximum.reduce
_counts, _extreme = Mobject.get_num_points, Mobject.get_extremum_along_dim


def get_points_defining_boundary(original: _Make) -> _Make:
    """A faster ``VMobject.get_points_defining_boundary``."""

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


def get_critical_point(original: _Make) -> _Make:
    """A faster ``Mobject.get_critical_point``."""

    def get_critical_point(self: Any, direction: Any) -> Any:
        """Of each of the three columns only the extremes that are asked for."""
        if getattr(type(self).get_extremum_along_dim, "__module__", "") not in _OURS:
            return original(self, direction)
        points = self.get_points_defining_boundary()
        result = np.zeros(self.dim)
        if len(points):
            for dim in range(self.dim):
                result[dim] = _extremum(points[:, dim], direction[dim])
        return result

    return get_critical_point


_OURS = (__name__, Mobject.__module__)


def _extremum(values: Any, key: Any) -> Any:
    if key < 0:
        return _least(values)
    if key == 0:
        return (_least(values) + _most(values)) / 2
    return _most(values)


def get_extremum_along_dim(original: _Make) -> _Make:
    """A faster ``Mobject.get_extremum_along_dim``."""

    def get_extremum_along_dim(self: Any, points: Any = None, dim: int = 0, key: Any = 0) -> Any:
        """Without the wrappers round the two reductions."""
        found = self.get_points_defining_boundary() if points is None else np.asarray(points)
        return _extremum(found[:, dim], key)

    return get_extremum_along_dim


def reduce_across_dimension(original: _Make) -> _Make:
    """A faster ``Mobject.reduce_across_dimension``."""

    def reduce_across_dimension(self: Any, reduce_func: Any, dim: int) -> Any:
        """The extreme of a column found by the array, wherever it is the same in every bit."""
        reduce = _BY_ARRAY.get(reduce_func)
        points = self.points
        if reduce is None or not 0 <= dim <= 2 or points.dtype != np.float64:
            return original(self, reduce_func, dim)
        found = None
        if len(points):
            found = reduce(points[:, dim])
            if not found or found != found:  # which zero, or whether none, depends on the order
                found = reduce_func(points[:, dim])
        for part in self.submobjects:
            value = part.reduce_across_dimension(reduce_func, dim)
            if found is None:
                found = value
            elif value is not None:
                found = reduce_func([value, found])
        return found

    return reduce_across_dimension


_BY_ARRAY: dict[Any, Any] = {max: _most, min: _least}


def family_members_with_points(original: _Make) -> _Make:
    """A faster ``Mobject.family_members_with_points``."""

    def family_members_with_points(self: Any) -> Any:
        """Without a call for each member."""
        return [
            each for each in self.get_family()
            if (len(each.points) if type(each).get_num_points is _counts else each.get_num_points())
            > 0
        ]  # fmt: skip

    return family_members_with_points


def consider_points_equals(original: _Make) -> _Make:
    """A faster ``VMobject.consider_points_equals``."""

    def consider_points_equals(self: Any, p0: Any, p1: Any) -> Any:
        """Three numbers each, compared as NumPy does, without arrays."""
        tolerance = self.tolerance_for_point_equality
        plain = type(tolerance) is float and math.isfinite(tolerance)
        if not (plain and _is_point(p0) and _is_point(p1)):
            return original(self, p0, p1)
        for one, other in zip(p0.tolist(), p1.tolist(), strict=True):
            if one != other and not (
                abs(one - other) <= tolerance + _RELATIVE * abs(other) and math.isfinite(other)
            ):
                return False
        return True

    return consider_points_equals


_RELATIVE = 1.0e-5
"""What NumPy takes for close."""


def _is_point(value: Any) -> bool:
    return type(value) is np.ndarray and value.dtype == np.float64 and value.shape == (3,)


def has_tip(name: str) -> Callable[[_Make], _Make]:
    """What makes a faster ``has_tip`` or ``has_start_tip`` of a ``TipableVMobject``."""

    def make(original: _Make) -> _Make:
        def has_tip(self: Any) -> Any:
            """Without asking in vain for a tip that isn't there."""
            if name not in self.__dict__ and _has_no_other(self.__class__, name):
                return False
            return original(self)

        return has_tip

    return make


@cache
def _has_no_other(kind: Any, name: str) -> bool:
    """Whether mobjects of that class have something by that name only if it was given to them."""
    plain: Any = object.__getattribute__
    asks = kind.__getattr__ is _ask and kind.__getattribute__ is plain
    return asks and not hasattr(kind, name)


_ask: Any = Mobject.__getattr__
