"""Whether arithmetic on screen comes out with the figures that are shown, or only nearly."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from chainviz.formula.number import parse_number, show_number
from chainviz.formula.print_plain import to_plain
from chainviz.formula.tree import (
    Abs,
    Add,
    Call,
    Eq,
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

__all__ = ["exact_worth", "relation", "worth"]


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
        "sinh": math.sinh,
        "cosh": math.cosh,
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
    return _worth(f, lambda value: parse_number(show_number(value)), {})


def exact_worth(f: Formula, letters: Mapping[str, float]) -> float:
    """The value of a formula, with numbers for its letters (by how they read).

    >>> from chainviz.formula.read import read
    >>> exact_worth(read("2*u + w1"), {"u": 3.0, "w₁": 1.0})
    7.0
    """
    return _worth(f, float, letters)


def _worth(f: Formula, number: Callable[[Any], float], letters: Mapping[str, float]) -> float:
    def of(piece: Formula) -> float:
        return _worth(piece, number, letters)

    match f:
        case Keyed(_, body) | Paren(body):
            return of(body)
        case Num(value):
            return number(value)
        case Neg(body):
            return -of(body)
        case Add(terms):
            return math.fsum(map(of, terms))
        case Mul(factors, "juxtapose" | "dot" | "times" | "hadamard"):
            return math.prod(map(of, factors))
        case Frac(above, below):
            return of(above) / of(below)
        case Pow(base, exponent):
            return math.pow(of(base), of(exponent))
        case Root(body, None):
            return math.sqrt(of(body))
        case Abs(body):
            return abs(of(body))
        case Call(str(fn), args):
            return _FUNCTIONS[fn](*map(of, args))
        case Indicator(Eq(left, right, sign)):
            return float({">": of(left) > of(right), "<": of(left) < of(right)}[sign])
    read = to_plain(f)
    if read in letters:
        return letters[read]
    raise ValueError(f"{read} is no number")
