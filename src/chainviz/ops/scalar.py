"""The rows that work entry by entry: arithmetic and the functions of one variable."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from chainviz.ops.row import Op

__all__ = ["ROWS"]


def _either(scalar: Callable[[float], float], array: Callable[..., Any]) -> Callable[[Any], Any]:
    """One function for floats and arrays; math's are many times faster on floats."""

    def value(a: Any) -> Any:
        return scalar(a) if type(a) is float else array(a)

    return value


_exp = _either(math.exp, np.exp)
_log = _either(math.log, np.log)
_sin = _either(math.sin, np.sin)
_cos = _either(math.cos, np.cos)
_sign = _either(lambda a: (a > 0.0) - (a < 0.0) + 0.0, np.sign)
_step = _either(lambda a: 1.0 if a > 0.0 else 0.0, lambda a: np.greater(a, 0.0) * 1.0)


def _one(y: Any, *args: Any) -> float:
    return 1.0


def _minus_one(y: Any, *args: Any) -> float:
    return -1.0


def _none(y: Any, *args: Any) -> float:
    return 0.0


def _power(a: Any, b: Any) -> Any:
    if type(a) is float and type(b) is float:
        return math.pow(a, b)  # unlike **, never complex
    return np.power(a, b)


def _power_by_base(y: Any, a: Any, b: Any) -> Any:
    if type(a) is float and type(b) is float:
        return 0.0 if b == 0.0 else b * math.pow(a, b - 1.0)
    still = np.equal(b, 0.0)  # a^0 is 1 for every a, 0 among them
    return np.where(still, 0.0, b * np.power(a, np.where(still, 1.0, b - 1.0)))


def _power_by_exponent(y: Any, a: Any, b: Any) -> Any:
    if type(a) is float and type(b) is float:
        return 0.0 if a == 0.0 and b > 0.0 else y * math.log(a)
    still = np.equal(a, 0.0) & np.greater(b, 0.0)  # 0^b is 0 for every b > 0
    return np.where(still, 0.0, y * np.log(np.where(still, 1.0, a)))


def _sigmoid_array(a: Any) -> Any:
    small = np.exp(-np.abs(a))  # two forms, so that neither side overflows
    return np.where(np.greater_equal(a, 0.0), 1.0, small) / (1.0 + small)


def _sigmoid_float(a: float) -> float:
    small = math.exp(-abs(a))
    return (1.0 if a >= 0.0 else small) / (1.0 + small)


_sigmoid = _either(_sigmoid_float, _sigmoid_array)


def _softplus_array(a: Any) -> Any:
    return np.maximum(a, 0.0) + np.log1p(np.exp(-np.abs(a)))


def _softplus_float(a: float) -> float:
    return max(a, 0.0) + math.log1p(math.exp(-abs(a)))


def _larger(a: Any, b: Any) -> Any:
    """1 where a is larger, 0 where b is, a half each at a tie."""
    if type(a) is float and type(b) is float:
        return 1.0 if a > b else 0.0 if a < b else 0.5
    return np.greater(a, b) + 0.5 * np.equal(a, b)


def _maximum(a: Any, b: Any) -> Any:
    if type(a) is float and type(b) is float:
        return a if a >= b else b
    return np.maximum(a, b)


def _minimum(a: Any, b: Any) -> Any:
    if type(a) is float and type(b) is float:
        return a if a <= b else b
    return np.minimum(a, b)


def _where(a: Any, b: Any, c: Any) -> Any:
    return np.where(np.greater(a, 0.0), b, c)


def _function(
    name: str,
    value: Callable[[Any], Any],
    partial: Callable[[Any, Any], Any],
    formula: str,
    *,
    symbol: str = "",
    notation: str = "",
    called: tuple[str, ...] = (),
    domain: str = "",
    numpy: tuple[str, ...] | None = None,
) -> Op:
    """The row of a function of one variable, called as it is named."""
    return Op(
        name,
        symbol or name,
        value,
        (partial,),
        (formula,),
        notation or f"{name}(a)",
        called=called or (name,),
        numpy=(name,) if numpy is None else numpy,
        domain=domain,
    )


ARITHMETIC = (
    Op("constant", "c", lambda a: a, (_one,), ("1",), "a"),
    Op("add", "+", operator.add, (_one, _one), ("1", "1"), "a + b", 2, numpy=("add",)),
    Op("sub", "−", operator.sub, (_one, _minus_one), ("1", "-1"), "a - b", 2, numpy=("subtract",)),
    Op(
        "mul",
        "×",
        operator.mul,
        (lambda y, a, b: b, lambda y, a, b: a),
        ("b", "a"),
        "a*b",
        2,
        numpy=("multiply",),
    ),
    Op(
        "div",
        "÷",
        operator.truediv,
        (lambda y, a, b: 1.0 / b, lambda y, a, b: -y / b),
        ("1/b", "-a/b^2"),
        "a/b",
        2,
        numpy=("divide",),
        domain="nothing can be divided by 0",
    ),
    Op(
        "pow",
        "^",
        _power,
        (_power_by_base, _power_by_exponent),
        ("b*a^(b - 1)", "y*ln(a)"),
        "a^b",
        2,
        numpy=("power", "float_power"),
        domain="a negative base needs a whole exponent that is fixed, a base of 0 a positive one",
    ),
    Op("neg", "−", operator.neg, (_minus_one,), ("-1",), "-a", numpy=("negative",)),
)

CHOICES = (
    Op(
        "max",
        "max",
        _maximum,
        (lambda y, a, b: _larger(a, b), lambda y, a, b: _larger(b, a)),
        ("step(a - b)", "step(b - a)"),
        "max(a, b)",
        2,
        called=("max",),
        numpy=("maximum",),
    ),
    Op(
        "min",
        "min",
        _minimum,
        (lambda y, a, b: _larger(b, a), lambda y, a, b: _larger(a, b)),
        ("step(b - a)", "step(a - b)"),
        "min(a, b)",
        2,
        called=("min",),
        numpy=("minimum",),
    ),
    Op(
        "where",
        "where",
        _where,
        (
            _none,
            lambda y, a, b, c: np.greater(a, 0.0) * 1.0,
            lambda y, a, b, c: np.less_equal(a, 0.0) * 1.0,
        ),
        ("0", "step(a)", "1 - step(a)"),
        "where(a, b, c)",
        3,
        called=("where",),
    ),
)

FUNCTIONS = (
    _function(
        "abs",
        abs,
        lambda y, a: _sign(a),
        "sign(a)",
        symbol="|·|",
        numpy=("absolute", "fabs"),
    ),
    _function("exp", _exp, lambda y, a: y, "y"),
    _function(
        "log",
        _log,
        lambda y, a: 1.0 / a,
        "1/a",
        symbol="ln",
        notation="ln(a)",
        called=("ln", "log"),
        domain="a logarithm needs a number above 0",
    ),
    _function("sin", _sin, lambda y, a: _cos(a), "cos(a)"),
    _function("cos", _cos, lambda y, a: -_sin(a), "-sin(a)"),
    _function("tan", _either(math.tan, np.tan), lambda y, a: 1.0 + y * y, "1 + y^2"),
    _function("tanh", _either(math.tanh, np.tanh), lambda y, a: 1.0 - y * y, "1 - y^2"),
    _function(
        "sqrt",
        _either(math.sqrt, np.sqrt),
        lambda y, a: 0.5 / y,
        "1/(2*y)",
        symbol="√",
        domain="a square root needs a number of at least 0, and its slope at 0 is infinite",
    ),
    _function(
        "sigmoid",
        _sigmoid,
        lambda y, a: y * (1.0 - y),
        "y*(1 - y)",
        symbol="σ",
        notation="sigma(a)",
        called=("sigma", "sigmoid"),
        numpy=(),
    ),
    _function(
        "relu",
        _either(lambda a: a if a > 0.0 else 0.0, lambda a: np.maximum(a, 0.0)),
        lambda y, a: _step(a),
        "step(a)",
        notation="max(0, a)",
        numpy=(),
    ),
    _function(
        "softplus",
        _either(_softplus_float, _softplus_array),
        lambda y, a: _sigmoid(a),
        "sigma(a)",
        numpy=(),
    ),
)

ROWS = ARITHMETIC + CHOICES + FUNCTIONS
