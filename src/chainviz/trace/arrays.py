"""What NumPy's own functions mean on traced values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainviz.ops import op_named, ops_by_numpy
from chainviz.trace.condition import Condition, choose
from chainviz.trace.errors import TraceError

__all__ = ["apply_function", "apply_ufunc"]


def _clip(a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    found = a if a_min is None else np.maximum(a, a_min)
    return found if a_max is None else np.minimum(found, a_max)


def _norm(x: Any) -> Any:
    return np.sqrt(op_named("norm_squared")(x))


def _stack(arrays: Any) -> Any:
    return op_named("stack")(*arrays)


# NumPy functions that are a row in disguise, or two
SPELLED: Mapping[str, Callable[..., Any]] = {
    "square": lambda x: x**2,
    "reciprocal": lambda x: 1 / x,
    "positive": lambda x: x,
    "dot": lambda a, b: op_named("matmul")(a, b),
    "reshape": lambda a, shape: a.reshape(shape),
    "ravel": lambda a: a.reshape(-1),
    "where": choose,
    "clip": _clip,
    "norm": _norm,
    "stack": _stack,
}
COMPARED = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">="}


def _unknown(name: str) -> TraceError:
    known = sorted({*ops_by_numpy, *SPELLED})
    return TraceError(
        f"np.{name} can't be traced; these can: {', '.join(known)}. "
        "An operation of your own is a row of cv.op(...)"
    )


def apply_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A ufunc (np.exp, np.maximum, ...) on traced values."""
    name = ufunc.__name__
    if method != "__call__":
        raise _unknown(f"{name}.{method}")
    if "out" in options:
        raise TraceError(
            f"np.{name} would write a traced value into an array of numbers (as += does there); "
            "make a new value instead: a = a + x"
        )
    if options:
        raise TraceError(f"np.{name} can't be traced with {', '.join(options)}=...; leave it out")
    if name in COMPARED:
        return Condition(inputs[0], COMPARED[name], inputs[1])
    return _apply(name, inputs, {})


def apply_function(function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A function of arrays (np.sum, np.transpose, ...) on traced values."""
    return _apply(function.__name__, args, options)


def _apply(name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    if name in SPELLED:
        try:
            return SPELLED[name](*args, **options)
        except TypeError as cause:
            raise TraceError(f"np.{name} can't be traced in this form: {cause}") from None
    row = ops_by_numpy.get(name)
    if row is None:
        raise _unknown(name)
    operands, rest = args[: row.arity], args[row.arity :]
    named = dict(zip((key for key, _ in row.params), rest, strict=False))
    return row(*operands, **named, **options)
