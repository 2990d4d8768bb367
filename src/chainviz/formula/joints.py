"""What stands between the factors of a product: nothing, a thin space, or a sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from chainviz.formula.levels import RAISED_CALLS, is_named
from chainviz.formula.number import as_nested, mantissa_and_exponent
from chainviz.formula.pieces import bare, unkeyed
from chainviz.formula.tree import (
    Abs,
    Accent,
    Call,
    Deriv,
    Formula,
    Frac,
    Indicator,
    Keyed,
    Matrix,
    Mul,
    Neg,
    Norm,
    Num,
    Paren,
    Pow,
    Root,
    Row,
    Sub,
    Sym,
    Text,
    Transpose,
    Under,
)

__all__ = ["Glue", "glues"]

Glue = Literal["", "thin", "deriv", "name", "dot", "times", "odot"]
_FORCED: dict[str, Glue] = {"dot": "dot", "times": "times", "hadamard": "odot", "matrix": "thin"}


def glues(mul: Mul) -> Iterator[Glue]:
    """What stands between the factors of a product whose brackets are in place.

    >>> list(glues(Mul((Num(3), Sym("x"))))), list(glues(Mul((Sym("x"), Sym("x")))))
    ([''], ['dot'])
    """
    for left, right in zip(mul.factors, mul.factors[1:], strict=False):
        twin: Glue | None = (
            "dot" if mul.sign == "juxtapose" and unkeyed(left) == unkeyed(right) else None
        )
        yield twin or _FORCED.get(mul.sign) or _beside(_edge(left, -1), _edge(right, 0))


def _beside(left: str, right: str) -> Glue:
    if right == "number" or "word" in (left, right):
        return "dot"
    if "deriv" in (left, right):
        return "deriv"
    if right == "named":
        return "name"
    if left in ("number", "paren"):
        if right == "fraction" and left == "number":
            return "dot"
        return "" if right in ("letter", "paren", "root") else "thin"
    return "thin"


def _edge(f: Formula, side: int) -> str:
    """What the eye meets first at the left (0) or the right (-1) of a piece."""
    match f:
        case Keyed(_, body) | Under(body):
            return _edge(body, side)
        case Neg(body):
            return _edge(body, side)
        case Num(value):
            mantissa, exponent = ("", None)
            if not isinstance(as_nested(value), list):
                mantissa, exponent = mantissa_and_exponent(value)
            if mantissa[-1:].isdigit():
                return "number" if side == 0 or exponent is None else "power"
            return "word"
        case Paren(body):
            inner = bare(body)
            inner = bare(inner.body) if isinstance(inner, Neg) else inner
            return "number" if isinstance(inner, Num) and side == 0 else "paren"
        case Mul(factors) if factors:
            return _edge(factors[side], side)
        case Pow(base, _) | Sub(base, _) | Transpose(base) if side == 0:
            return _edge(base, side)
        case Call(fn) if fn not in RAISED_CALLS:
            return "named" if side == 0 and is_named(fn) else "call"
        case Frac(above, below):
            return (
                "fraction"
                if isinstance(bare(above), Num) and isinstance(bare(below), Num)
                else "power"
            )
        case Text():
            return "word"
        case Deriv():
            return "deriv"
        case Sym() | Accent() | Sub() | Row():
            return "letter"
        case Root():
            return "root"
        case Abs() | Norm() | Matrix() | Indicator():
            return "bracket"
        case _:
            return "power"
