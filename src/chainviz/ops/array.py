"""The rows that work on whole arrays: products, reductions and changes of shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainviz.ops.row import Op, unbroadcast

__all__ = ["ROWS"]


def _swap(a: Any) -> Any:
    return np.swapaxes(a, -1, -2)


def _matmul_by_left(g: Any, y: Any, a: Any, b: Any) -> Any:
    if np.ndim(b) == 1:
        return np.expand_dims(g, -1) * b
    if np.ndim(a) == 1:
        return (b @ np.expand_dims(g, -1))[..., 0]
    return g @ _swap(b)


def _matmul_by_right(g: Any, y: Any, a: Any, b: Any) -> Any:
    if np.ndim(a) == 1:
        return g * a if np.ndim(b) == 1 else a[:, None] * np.expand_dims(g, -2)
    if np.ndim(b) == 1:
        return np.expand_dims(g, -1) * a
    return _swap(a) @ g


def _matmul_work(y: Any, a: Any, b: Any) -> int:
    return int(np.size(y)) * int(np.shape(a)[-1])


def _dot(a: Any, b: Any) -> Any:
    if np.ndim(a) != 1 or np.shape(a) != np.shape(b):
        raise ValueError(
            f"dot takes two vectors of one length, not shapes {np.shape(a)} and {np.shape(b)}"
        )
    return np.dot(a, b)


def size_of_first(y: Any, a: Any, *rest: Any) -> int:
    return int(np.size(a))


def _nothing(y: Any, *args: Any) -> int:
    return 0  # copies and sums: nothing is multiplied


def _spread(g: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    """A gradient of a reduction, back over the entries that were reduced."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, np.shape(a))


def _count(a: Any, axis: Any) -> int:
    axes = range(np.ndim(a)) if axis is None else np.atleast_1d(axis)
    return int(np.prod([np.shape(a)[i] for i in axes]))


def _mean(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    if _count(a, axis) == 0:
        raise ValueError("an empty array has no mean")
    return np.mean(a, axis=axis, keepdims=keepdims)


def key_of(index: Any) -> Any:
    """The index that a record of getitem stands for."""
    return tuple(slice(*part) if isinstance(part, tuple) else part for part in index)


def _getitem_by(g: Any, y: Any, a: Any, index: Any) -> Any:
    found = np.zeros(np.shape(a))
    found[key_of(index)] = g  # basic indexing: no entry is hit twice
    return found


def _stack(*args: Any) -> Any:
    return np.stack(np.broadcast_arrays(*args)) if len(args) > 1 else np.asarray(args[0])[None]


def _stack_push(slot: int, t: Any, y: Any, *args: Any) -> Any:
    found = np.zeros(np.shape(y))
    found[slot] = t
    return found


PRODUCTS = (
    Op(
        "matmul",
        "@",
        np.matmul,
        formulas=("g @ transpose(b)", "transpose(a) @ g"),
        notation="a @ b",
        arity=2,
        vjps=(_matmul_by_left, _matmul_by_right),
        jvps=(lambda t, y, a, b: t @ b, lambda t, y, a, b: a @ t),
        numpy=("matmul",),
        shapes="(m, n) @ (n, p) -> (m, p)",
        work=_matmul_work,
    ),
    Op(
        "dot",
        "·",
        _dot,
        formulas=("g*b", "g*a"),
        notation="dot(a, b)",
        arity=2,
        vjps=(lambda g, y, a, b: g * b, lambda g, y, a, b: g * a),
        jvps=(lambda t, y, a, b: np.dot(t, b), lambda t, y, a, b: np.dot(a, t)),
        called=("dot",),
        numpy=("inner", "vdot"),
        shapes="(n), (n) -> ()",
        work=size_of_first,
    ),
    Op(
        "norm_squared",
        "‖·‖²",
        lambda a: np.sum(a * a),
        formulas=("2*g*a",),
        notation="norm_squared(a)",
        vjps=(lambda g, y, a: 2.0 * g * a,),
        jvps=(lambda t, y, a: 2.0 * np.sum(a * t),),
        called=("norm_squared", "norm2"),
        shapes="any -> ()",
        work=size_of_first,
    ),
)

SHAPES = (
    Op(
        "transpose",
        "T",
        lambda a, axes=None: np.transpose(a, axes),
        formulas=("transpose(g)",),
        notation="transpose(a)",
        vjps=(
            lambda g, y, a, axes=None: np.transpose(g, None if axes is None else np.argsort(axes)),
        ),
        jvps=(lambda t, y, a, axes=None: np.transpose(t, axes),),
        called=("transpose", "T"),
        numpy=("transpose",),
        params=(("axes", None),),
        shapes="(m, n) -> (n, m)",
        work=_nothing,
    ),
    Op(
        "reshape",
        "reshape",
        lambda a, shape: np.reshape(a, shape),
        formulas=("reshape(g)",),
        notation="reshape(a)",
        vjps=(lambda g, y, a, shape: np.reshape(g, np.shape(a)),),
        jvps=(lambda t, y, a, shape: np.reshape(t, np.shape(y)),),
        params=(("shape", None),),
        shapes="any -> any of the same size",
        work=_nothing,
    ),
    Op(
        "getitem",
        "[ ]",
        lambda a, index: np.asarray(a)[key_of(index)],
        formulas=("place(g)",),
        notation="item(a)",
        vjps=(_getitem_by,),
        jvps=(lambda t, y, a, index: np.asarray(t)[key_of(index)],),
        params=(("index", ()),),
        shapes="any -> a part of it",
        work=_nothing,
        domain="the index must lie inside the array",
    ),
    Op(
        "stack",
        "[ ]",
        _stack,
        formulas=("item(g)",),
        notation="",  # [a, b, ...]: as many as there are
        arity=None,
        vjps=(lambda slot, g, y, *args: unbroadcast(g[slot], np.shape(args[slot])),),
        jvps=(_stack_push,),
        called=("stack",),
        shapes="n of one shape -> (n, ...)",
        work=_nothing,
    ),
)

REDUCTIONS = (
    Op(
        "sum",
        "Σ",
        lambda a, axis=None, keepdims=False: np.sum(a, axis=axis, keepdims=keepdims),
        formulas=("g*ones(a)",),
        notation="sum(a)",
        vjps=(lambda g, y, a, axis=None, keepdims=False: _spread(g, a, axis, keepdims),),
        jvps=(lambda t, y, a, axis=None, keepdims=False: np.sum(t, axis=axis, keepdims=keepdims),),
        called=("sum",),
        numpy=("sum",),
        params=(("axis", None), ("keepdims", False)),
        shapes="any -> (), or without the summed axis",
        work=_nothing,
    ),
    Op(
        "mean",
        "mean",
        _mean,
        formulas=("g*ones(a)/size(a)",),
        notation="mean(a)",
        vjps=(
            lambda g, y, a, axis=None, keepdims=False: (
                _spread(g, a, axis, keepdims) / _count(a, axis)
            ),
        ),
        jvps=(lambda t, y, a, axis=None, keepdims=False: np.mean(t, axis=axis, keepdims=keepdims),),
        called=("mean",),
        numpy=("mean",),
        params=(("axis", None), ("keepdims", False)),
        shapes="any -> (), or without the averaged axis",
        work=size_of_first,
    ),
)

ROWS = PRODUCTS + SHAPES + REDUCTIONS
