"""The rows that work entry by entry: arithmetic and the functions of one variable."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from chainviz.ops.row import Op

__all__ = ["ROWS"]


def _one(y: Any, *args: Any) -> Any:
    return 1.0


def _minus_one(y: Any, *args: Any) -> Any:
    return -1.0


def _power_by_base(y: Any, a: Any, b: Any) -> Any:
    if type(a) is float and type(b) is float:
        return 0.0 if b == 0.0 else b * a ** (b - 1.0)
    still = np.equal(b, 0.0)
    return np.where(still, 0.0, b * np.power(a, np.where(still, 1.0, b - 1.0)))


def _power_by_exponent(y: Any, a: Any, b: Any) -> Any:
    if type(a) is float and type(b) is float:
        return 0.0 if a == 0.0 and b > 0.0 else y * math.log(a)
    zero = np.equal(a, 0.0) & np.greater(b, 0.0)
    return np.where(zero, 0.0, y * np.log(np.where(zero, 1.0, a)))


def _sigmoid(a: Any) -> Any:
    # two forms, so that neither side overflows
    small = np.exp(-np.abs(a))
    return np.where(np.greater_equal(a, 0.0), 1.0, small) / (1.0 + small)


def _scalar_sigmoid(a: float) -> float:
    small = math.exp(-abs(a))
    return (1.0 if a >= 0.0 else small) / (1.0 + small)


def _softplus(a: Any) -> Any:
    return np.maximum(a, 0.0) + np.log1p(np.exp(-np.abs(a)))


def _scalar_softplus(a: float) -> float:
    return max(a, 0.0) + math.log1p(math.exp(-abs(a)))


def _step(a: Any) -> Any:
    return (1.0 if a > 0.0 else 0.0) if type(a) is float else np.greater(a, 0.0) * 1.0


def _larger(a: Any, b: Any) -> Any:
    """1 where a wins, 0 where b does, a half each at a tie."""
    if type(a) is float and type(b) is float:
        return 1.0 if a > b else 0.0 if a < b else 0.5
    return np.greater(a, b) + 0.5 * np.equal(a, b)


ROWS = (
    Op("constant", "c", lambda a: a, (_one,), ("1",), "a", called=("constant",)),
    Op("add", "+", operator.add, (_one, _one), ("1", "1"), "a + b", 2, ufuncs=("add",)),
    Op("sub", "−", operator.sub, (_one, _minus_one), ("1", "-1"), "a - b", 2, ufuncs=("subtract",)),
    Op(
        "mul",
        "×",
        operator.mul,
        (lambda y, a, b: b, lambda y, a, b: a),
        ("b", "a"),
        "a*b",
        2,
        ufuncs=("multiply",),
    ),
    Op(
        "div",
        "÷",
        operator.truediv,
        (lambda y, a, b: 1.0 / b, lambda y, a, b: -y / b),
        ("1/b", "-a/b^2"),
        "a/b",
        2,
        ufuncs=("true_divide", "divide"),
        domain="the divisor must not be 0",
    ),
    Op(
        "pow",
        "^",
        operator.pow,
        (_power_by_base, _power_by_exponent),
        ("b*a^(b-1)", "y*ln(a)"),
        "a^b",
        2,
        ufuncs=("power", "float_power"),
        domain="a negative base needs a whole exponent, and 0 a positive one",
    ),
    Op("neg", "−", operator.neg, (_minus_one,), ("-1",), "-a", ufuncs=("negative",)),
    Op(
        "abs",
        "|·|",
        abs,
        (lambda y, a: np.sign(a),),
        ("sign(a)",),
        "abs(a)",
        called=("abs",),
        ufuncs=("absolute", "fabs"),
    ),
    Op(
        "exp",
        "exp",
        np.exp,
        (lambda y, a: y,),
        ("y",),
        "exp(a)",
        scalar=math.exp,
        called=("exp",),
        ufuncs=("exp",),
    ),
    Op(
        "log",
        "ln",
        np.log,
        (lambda y, a: 1.0 / a,),
        ("1/a",),
        "ln(a)",
        scalar=math.log,
        called=("ln", "log"),
        ufuncs=("log",),
        domain="a logarithm needs a positive number",
    ),
    Op(
        "sin",
        "sin",
        np.sin,
        (lambda y, a: np.cos(a),),
        ("cos(a)",),
        "sin(a)",
        scalar=math.sin,
        called=("sin",),
        ufuncs=("sin",),
    ),
    Op(
        "cos",
        "cos",
        np.cos,
        (lambda y, a: -np.sin(a),),
        ("-sin(a)",),
        "cos(a)",
        scalar=math.cos,
        called=("cos",),
        ufuncs=("cos",),
    ),
    Op(
        "tan",
        "tan",
        np.tan,
        (lambda y, a: 1.0 + y * y,),
        ("1 + y^2",),
        "tan(a)",
        scalar=math.tan,
        called=("tan",),
        ufuncs=("tan",),
    ),
    Op(
        "tanh",
        "tanh",
        np.tanh,
        (lambda y, a: 1.0 - y * y,),
        ("1 - y^2",),
        "tanh(a)",
        scalar=math.tanh,
        called=("tanh",),
        ufuncs=("tanh",),
    ),
    Op(
        "sqrt",
        "√",
        np.sqrt,
        (lambda y, a: 0.5 / y,),
        ("1/(2*y)",),
        "sqrt(a)",
        scalar=math.sqrt,
        called=("sqrt",),
        ufuncs=("sqrt",),
        domain="a square root needs a number that isn't negative, and its slope at 0 is infinite",
    ),
    Op(
        "sigmoid",
        "σ",
        _sigmoid,
        (lambda y, a: y * (1.0 - y),),
        ("y*(1 - y)",),
        "sigma(a)",
        scalar=_scalar_sigmoid,
        called=("sigma", "sigmoid"),
    ),
    Op(
        "relu",
        "relu",
        lambda a: np.maximum(a, 0.0),
        (lambda y, a: _step(a),),
        ("step(a)",),
        "relu(a)",
        scalar=lambda a: a if a > 0.0 else 0.0,
        called=("relu",),
    ),
    Op(
        "softplus",
        "softplus",
        _softplus,
        (lambda y, a: _sigmoid(a),),
        ("sigma(a)",),
        "softplus(a)",
        scalar=_scalar_softplus,
        called=("softplus",),
    ),
    Op(
        "max",
        "max",
        np.maximum,
        (lambda y, a, b: _larger(a, b), lambda y, a, b: _larger(b, a)),
        ("step(a - b)", "step(b - a)"),
        "max(a, b)",
        2,
        scalar=lambda a, b: a if a >= b else b,
        called=("max",),
        ufuncs=("maximum",),
    ),
    Op(
        "min",
        "min",
        np.minimum,
        (lambda y, a, b: _larger(b, a), lambda y, a, b: _larger(a, b)),
        ("step(b - a)", "step(a - b)"),
        "min(a, b)",
        2,
        scalar=lambda a, b: a if a <= b else b,
        called=("min",),
        ufuncs=("minimum",),
    ),
)
