"""A comparison of traced values: it can't decide a branch, but it can choose in where()."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from chainviz.ops import op_named
from chainviz.trace.errors import TraceError

__all__ = ["Condition", "choose"]


class Condition:
    """``left sign right``, where at least one side is traced."""

    __slots__ = ("left", "right", "sign")

    def __init__(self, left: Any, sign: str, right: Any) -> None:
        self.left, self.sign, self.right = left, sign, right

    def _side(self, side: Any) -> str:
        traced = hasattr(side, "session")
        return side.session.describe(side.number).split(" = ")[0] if traced else repr(side)

    def __str__(self) -> str:
        return f"{self._side(self.left)} {self.sign} {self._side(self.right)}"

    def _refuse(self) -> NoReturn:
        traced = self.left if hasattr(self.left, "session") else self.right
        raise TraceError(
            f"'{self}' can't decide a branch: {traced.session.describe(traced.number)!r} has no "
            "number while the function is traced, and the graph must hold for all numbers. "
            "Use cv.where(condition, a, b), np.maximum(a, b) or cv.relu(x) for both branches "
            "in one graph, or branch on a constant"
        )

    def __bool__(self) -> bool:
        self._refuse()

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        from chainviz.trace.arrays import apply_function

        return apply_function(function, args, options)


def choose(condition: Any, a: Any, b: Any) -> Any:
    """``a`` where the condition holds, ``b`` elsewhere; the traced form of np.where."""
    if not isinstance(condition, Condition):
        if hasattr(condition, "session"):
            raise TraceError("where needs a comparison, such as x > 0, not a traced value")
        return op_named("where")(np.asarray(condition, dtype=np.float64), a, b)
    left, sign, right = condition.left, condition.sign, condition.right
    if sign not in ("<", "<=", ">", ">="):
        raise TraceError(f"where can't choose by '{condition}'; <, <=, > and >= are accepted")
    # the row chooses its second argument where the first is above 0
    if sign in ("<", ">="):
        left, right = right, left
    if sign in ("<=", ">="):
        a, b = b, a
    from_zero = not hasattr(right, "session") and np.ndim(right) == 0 and right == 0
    return op_named("where")(left if from_zero else left - right, a, b)
