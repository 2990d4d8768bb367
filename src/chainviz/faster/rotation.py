"""The one thing that Manim asks of SciPy, without SciPy: a rotation vector's matrix.

The steps and their order are those of SciPy's own code, so that every bit of the result is
the same; a test compares them. Whatever else is asked of a `Rotation` is SciPy's business.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["Rotation"]

_SMALL = 1e-3


class _Turn:
    """A rotation given by its axis and angle in one vector."""

    __slots__ = ("_vector",)

    def __init__(self, vector: Any) -> None:
        self._vector = vector

    def as_matrix(self) -> Any:
        """The matrix, three by three."""
        a, b, c = self._vector.tolist()
        angle = math.sqrt(a * a + b * b + c * c)
        if angle <= _SMALL:
            square = angle * angle
            scale = 0.5 - square / 48 + square * square / 3840
        else:
            scale = math.sin(angle / 2) / angle
        x, y, z, w = scale * a, scale * b, scale * c, math.cos(angle / 2)
        xx, yy, zz, ww = x * x, y * y, z * z, w * w
        xy, zw, xz, yw, yz, xw = x * y, z * w, x * z, y * w, y * z, x * w
        return np.array(
            [
                [xx - yy - zz + ww, 2 * (xy - zw), 2 * (xz + yw)],
                [2 * (xy + zw), -xx + yy - zz + ww, 2 * (yz - xw)],
                [2 * (xz - yw), 2 * (yz + xw), -xx - yy + zz + ww],
            ]
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(_scipys().from_rotvec(self._vector), name)


class _Rotation:
    """Stands where Manim has imported SciPy's class."""

    def from_rotvec(self, vector: Any, *args: Any, **kwargs: Any) -> Any:
        """A rotation by its vector."""
        plain = type(vector) is np.ndarray and vector.shape == (3,) and vector.dtype == float
        if not plain or args or kwargs:
            return _scipys().from_rotvec(vector, *args, **kwargs)
        return _Turn(vector)

    def __getattr__(self, name: str) -> Any:
        return getattr(_scipys(), name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _scipys()(*args, **kwargs)

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, _scipys())


def _scipys() -> Any:
    from scipy.spatial.transform import Rotation as Real

    return Real


Rotation = _Rotation()
