"""The rows of networks: softmax, its logarithm, and the losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainviz.ops.array import size_of_first
from chainviz.ops.row import Op

__all__ = ["ROWS"]


def _softmax(a: Any, axis: int = -1) -> Any:
    powers = np.exp(a - np.max(a, axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _log_softmax(a: Any, axis: int = -1) -> Any:
    shifted = a - np.max(a, axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def _softmax_by(g: Any, y: Any, a: Any, axis: int = -1) -> Any:
    return y * (g - np.sum(g * y, axis=axis, keepdims=True))


def _rows(a: Any) -> int:
    return int(np.size(a)) // int(np.shape(a)[-1])


def _same_shape(name: str, a: Any, b: Any) -> None:
    if np.shape(a) != np.shape(b):
        raise ValueError(
            f"{name} takes two arrays of one shape, not {np.shape(a)} and {np.shape(b)}"
        )


def _cross_entropy(a: Any, b: Any) -> Any:
    _same_shape("cross_entropy", a, b)
    return -np.sum(b * _log_softmax(a)) / _rows(a)


def _cross_entropy_by_scores(a: Any, b: Any) -> Any:
    return (_softmax(a) * np.sum(b, axis=-1, keepdims=True) - b) / _rows(a)


def _cross_entropy_by_target(a: Any, b: Any) -> Any:
    return -_log_softmax(a) / _rows(a)


def _mse(a: Any, b: Any) -> Any:
    _same_shape("mse", a, b)
    return np.mean((a - b) ** 2)


def _mse_by(a: Any, b: Any) -> Any:
    return 2.0 * (a - b) / np.size(a)


ROWS = (
    Op(
        "softmax",
        "softmax",
        _softmax,
        formulas=("y*(g - dot(g, y))",),
        notation="softmax(a)",
        vjps=(_softmax_by,),
        jvps=(_softmax_by,),  # its Jacobian is symmetric
        called=("softmax",),
        params=(("axis", -1),),
        shapes="(n) -> (n)",
        work=lambda y, a: 2 * int(np.size(a)),
    ),
    Op(
        "log_softmax",
        "ln softmax",
        _log_softmax,
        formulas=("g - exp(y)*sum(g)",),
        notation="log_softmax(a)",
        vjps=(lambda g, y, a, axis=-1: g - np.exp(y) * np.sum(g, axis=axis, keepdims=True),),
        jvps=(lambda t, y, a, axis=-1: t - np.sum(np.exp(y) * t, axis=axis, keepdims=True),),
        called=("log_softmax",),
        params=(("axis", -1),),
        shapes="(n) -> (n)",
        work=size_of_first,
    ),
    Op(
        "cross_entropy",
        "H",
        _cross_entropy,
        formulas=("g*(softmax(a)*sum(b) - b)", "-g*log_softmax(a)"),
        notation="cross_entropy(a, b)",
        arity=2,
        vjps=(
            lambda g, y, a, b: g * _cross_entropy_by_scores(a, b),
            lambda g, y, a, b: g * _cross_entropy_by_target(a, b),
        ),
        jvps=(
            lambda t, y, a, b: np.sum(t * _cross_entropy_by_scores(a, b)),
            lambda t, y, a, b: np.sum(t * _cross_entropy_by_target(a, b)),
        ),
        called=("cross_entropy",),
        shapes="scores (n), target (n) -> (); the mean over leading axes",
        work=size_of_first,
    ),
    Op(
        "mse",
        "MSE",
        _mse,
        formulas=("2*g*(a - b)/size(a)", "-2*g*(a - b)/size(a)"),
        notation="mse(a, b)",
        arity=2,
        vjps=(
            lambda g, y, a, b: g * _mse_by(a, b),
            lambda g, y, a, b: -g * _mse_by(a, b),
        ),
        jvps=(
            lambda t, y, a, b: np.sum(t * _mse_by(a, b)),
            lambda t, y, a, b: -np.sum(t * _mse_by(a, b)),
        ),
        called=("mse",),
        shapes="two of one shape -> ()",
        work=size_of_first,
    ),
)
