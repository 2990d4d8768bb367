"""How tightly the pieces of a formula hold together, and how functions are written."""

from __future__ import annotations

from enum import IntEnum

from chainviz.formula.number import as_nested, mantissa_and_exponent
from chainviz.formula.pieces import walk
from chainviz.formula.tree import (
    Accent,
    Add,
    Big,
    Call,
    Deriv,
    Eq,
    Formula,
    Frac,
    Keyed,
    Matrix,
    Mul,
    Neg,
    Num,
    Pow,
    Root,
    Row,
    Text,
    Transpose,
    Under,
)

__all__ = [
    "FUNCTIONS",
    "RAISED_CALLS",
    "SQUARED_BY_NAME",
    "Level",
    "is_half",
    "is_named",
    "is_tall",
    "level",
    "number_level",
]


class Level(IntEnum):
    """How tightly a piece holds together; brackets come where a tighter one is needed."""

    RELATION = 0
    SUM = 1
    MINUS = 2
    PRODUCT = 3
    POWER = 4
    ATOM = 5


RAISED_CALLS = ("exp",)
"""Functions that are written as powers."""
FUNCTIONS: dict[str, str] = {
    **{"sigma": "σ", "sigmoid": "σ", "relu": "ReLU", "mse": "MSE"},
    **{"cross_entropy": "cross-entropy", "log_softmax": "log softmax"},
}
"""How a function is written, where it isn't by its own name."""
SQUARED_BY_NAME = ("sin", "cos", "tan", "tanh", "sinh", "cosh")
"""Functions whose power is written at the name: sin²(x)."""


def is_named(fn: str | Formula) -> bool:
    """Whether a function is written as an upright word, which keeps its own distance."""
    return isinstance(fn, str) and len(FUNCTIONS.get(fn, fn)) > 1


def is_tall(f: Formula) -> bool:
    """Whether brackets around a piece have to grow."""
    return any(isinstance(piece, (Frac, Deriv, Matrix, Big)) for piece in walk(f))


def level(f: Formula, line: bool) -> Level:
    """How tightly a piece holds together, when written on one line or freely."""
    match f:
        case Keyed(_, body) | Under(body):
            return level(body, line)
        case Num(value):
            return number_level(value)
        case Neg():
            return Level.MINUS
        case Add(terms):
            return Level.SUM if len(terms) > 1 else level(terms[0], line) if terms else Level.ATOM
        case Mul(factors):
            if not factors:
                return Level.ATOM
            first = level(factors[0], line)
            if len(factors) == 1:
                return first
            return Level.MINUS if first is Level.MINUS else Level.PRODUCT
        case Frac():
            return Level.ATOM if line and is_half(f) else Level.PRODUCT
        case Deriv():
            return Level.PRODUCT
        case Pow() | Transpose() | Accent("prime"):
            return Level.POWER
        case Root():
            return Level.POWER if line else Level.ATOM
        case Call(fn):
            return Level.POWER if fn in RAISED_CALLS else Level.ATOM
        case Eq():
            return Level.RELATION
        case Big():
            return Level.SUM
        case Row((_, Text("/"), _)):
            return Level.PRODUCT
        case Row(items):
            if any(isinstance(item, Text) and _is_sign(item.text) for item in items):
                return Level.RELATION
            return Level.POWER if items else Level.RELATION
        case _:
            return Level.ATOM


def _is_sign(text: str) -> bool:
    """Whether words in a row part what stands beside them: a comma does, a space or ∂ doesn't."""
    return not (any(map(str.isalnum, text)) or text.isspace() or text in ("∂", "∇", "…", "∞"))


def number_level(value: object) -> Level:
    """The same for a plain number: its minus, and a power of ten, count."""
    if isinstance(as_nested(value), list):
        return Level.ATOM
    mantissa, exponent = mantissa_and_exponent(value)
    if mantissa.startswith("-"):
        return Level.MINUS
    return Level.ATOM if exponent is None else Level.PRODUCT


def is_half(f: Formula) -> bool:
    """Whether one line has a sign of its own for the fraction: ½."""
    return f == Frac(Num(1), Num(2))
