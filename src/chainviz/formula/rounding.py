"""Whether arithmetic on screen comes out with the figures that are shown, or only nearly."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from chainviz.formula.number import parse_number, show_number
from chainviz.formula.tree import (
    Abs,
    Add,
    Call,
    Formula,
    Frac,
    Indicator,
    Keyed,
    Mul,
    Neg,
    Num,
    Paren,
    Pow,
    Root,
)

__all__ = ["relation", "worth"]


def relation(body: Formula, result: Any) -> str:
    """``=`` where the numbers shown give the result shown, ``≈`` where rounding is seen.

    >>> relation(Mul((Num(52.0), Num(12.0))), 624.0)
    '='
    >>> relation(Mul((Num(-0.00246651), Num(3.0))), -0.00739953)
    '≈'
    """
    try:
        got = worth(body)
        return "=" if show_number(got) == show_number(result) else "≈"
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return "="  # arrays, and what can't be worked out by hand anyway


_FUNCTIONS: Mapping[str, Callable[..., float]] = MappingProxyType(
    {
        "sin": math.sin,
        "cos": math.cos,
        "tan": math.tan,
        "tanh": math.tanh,
        "exp": math.exp,
        "ln": math.log,
        "sigma": lambda a: 1 / (1 + math.exp(-a)),
        "relu": lambda a: max(a, 0.0),
        "softplus": lambda a: math.log1p(math.exp(a)),
        "sign": lambda a: math.copysign(1.0, a) if a else 0.0,
        "max": max,
        "min": min,
    }
)


def worth(f: Formula) -> float:
    """The value of a formula of numbers, each taken as it is shown."""
    match f:
        case Keyed(_, body) | Paren(body):
            return worth(body)
        case Num(value):
            return parse_number(show_number(value))
        case Neg(body):
            return -worth(body)
        case Add(terms):
            return math.fsum(map(worth, terms))
        case Mul(factors, "juxtapose" | "dot" | "times" | "hadamard"):
            return math.prod(map(worth, factors))
        case Frac(above, below):
            return worth(above) / worth(below)
        case Pow(base, exponent):
            return math.pow(worth(base), worth(exponent))
        case Root(body, None):
            return math.sqrt(worth(body))
        case Abs(body):
            return abs(worth(body))
        case Call(str(fn), args):
            return _FUNCTIONS[fn](*map(worth, args))
        case Indicator(condition):
            return _holds(condition)
    raise ValueError("not a formula of numbers")


def _holds(condition: Any) -> float:
    left, right = worth(condition.left), worth(condition.right)
    return float({">": left > right, "<": left < right}[condition.sign])
