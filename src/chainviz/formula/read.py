"""Formula text of the table of operations, read into a tree over the names of the day."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

from chainviz.formula.notation import symbol
from chainviz.formula.tree import (
    Abs,
    Accent,
    Add,
    Big,
    Call,
    Eq,
    Formula,
    Frac,
    Indicator,
    Matrix,
    Mul,
    Neg,
    Norm,
    Num,
    Pow,
    Root,
    Transpose,
)
from chainviz.parse import Binary, Expression, List, Name, Number, Unary, syntax
from chainviz.parse import Call as Calling

__all__ = ["number", "read", "stepped"]


def read(text: str, names: Mapping[str, Formula] | None = None) -> Formula:
    """The tree of a formula text, with other formulas put in for its names.

    >>> from chainviz.formula.print_plain import to_plain
    >>> to_plain(read("y*(1 - y)"))
    'y·(1 - y)'
    >>> to_plain(read("1/(2*y)", {"y": symbol("y_hat")}))
    '1/(2ŷ)'
    """
    return _tree(_syntax(text), names or {})


@lru_cache(maxsize=512)
def _syntax(text: str) -> Expression:
    return syntax(text)


def number(value: float | Fraction) -> Formula:
    """A number as a tree: whole ones as such, thirds and sevenths as fractions.

    >>> number(2.0), number(0.25), number(1 / 3)
    (Num(value=2), Num(value=0.25), Frac(above=Num(value=1), below=Num(value=3)))
    """
    if isinstance(value, float) and value.is_integer():
        return Num(int(value))
    found = value if isinstance(value, Fraction) else _simple_fraction(value)
    if found is None:
        return Num(value)
    if found.denominator == 1:
        return Num(found.numerator)
    fraction = Frac(Num(abs(found.numerator)), Num(found.denominator))
    return Neg(fraction) if found < 0 else fraction


def _simple_fraction(value: object) -> Fraction | None:
    """The fraction that a number is, where decimals can't say it."""
    if not isinstance(value, float) or not math.isfinite(value):
        return None
    for below in (3, 6, 7, 9, 11, 12):
        above = round(value * below)
        if math.gcd(above, below) == 1 and above / below == value:
            return Fraction(above, below)
    return None


def _tree(piece: Expression, names: Mapping[str, Formula]) -> Formula:
    match piece:
        case Name(name):
            return names[name] if name in names else symbol(name)
        case Number(value):
            return number(value)
        case Unary(_, operand):
            return Neg(_tree(operand, names))
        case Binary(operator, left, right):
            return _BINARY[operator](_tree(left, names), _tree(right, names))
        case Calling(function, arguments):
            given = tuple(_tree(argument, names) for argument in arguments)
            return _CALLS.get(function, lambda *args: Call(function, args))(*given)
        case List(items):
            return Matrix(tuple((_tree(item, names),) for item in items))
    raise TypeError(f"not a piece of a formula text: {piece!r}")


_BINARY: dict[str, Callable[[Formula, Formula], Formula]] = {
    "+": lambda a, b: Add((a, b)),
    "-": lambda a, b: Add((a, Neg(b))),
    "*": lambda a, b: Mul((a, b)),
    "/": Frac,
    "^": Pow,
    "@": lambda a, b: Mul((a, b), "matrix"),
}


def stepped(a: Formula) -> Formula:
    """1 where a difference is above 0 is 1 where one side is above the other."""
    match a:
        case Add((left, Neg(right))):
            return Indicator(Eq(left, right, ">"))
    return Indicator(Eq(a, Num(0), ">"))


_CALLS: dict[str, Callable[..., Formula]] = {
    "abs": Abs,
    "sqrt": Root,
    "step": stepped,
    "transpose": Transpose,
    "norm": Norm,
    "norm_squared": lambda a: Pow(Norm(a), Num(2)),
    "dot": lambda a, b: Mul((a, b), "dot"),
    "sum": lambda a: Big("sum", a),
    "ones": lambda a: Accent("bold", Num(1)),
    "log": lambda a: Call("ln", (a,)),
    "sigmoid": lambda a: Call("sigma", (a,)),
}
