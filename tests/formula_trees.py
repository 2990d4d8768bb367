"""Random formulas, and what they are worth: for the tests of the formula room."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping

from chainviz.formula import (
    Abs,
    Accent,
    Add,
    Big,
    Call,
    Deriv,
    Eq,
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
    bare,
    symbol,
    to_plain,
)
from chainviz.part import Kind, Part

NAMES = ("x", "w_1", "y_hat", "alpha", "target", "h_pre", "W2", "t", "dL", "f'")
NUMBERS = (0, 1, 2, 3, 10, -1, -3, 0.5, -1.0025, 0.0025, 3e-7, -2e7, 1248)
FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "exp": math.exp,
    "sigma": lambda a: 1 / (1 + math.exp(-a)),
    "relu": lambda a: max(a, 0.0),
}


def algebra(rng: random.Random, depth: int, *, keyed: bool = True) -> Formula:
    """A random formula whose value is a number."""
    if keyed and rng.random() < 0.25:
        return Keyed(_part(rng), algebra(rng, depth, keyed=False))
    if depth == 0 or rng.random() < 0.15:
        if rng.random() < 0.5:
            return symbol(rng.choice(NAMES))
        return Num(rng.choice(NUMBERS))

    def inner() -> Formula:
        return algebra(rng, depth - 1)

    def some() -> tuple[Formula, ...]:
        return tuple(inner() for _ in range(rng.choice((2, 2, 3))))

    made: list[Callable[[], Formula]] = [
        lambda: Neg(inner()),
        lambda: Add(some()),
        lambda: Add(some()),
        lambda: Mul(some()),
        lambda: Mul(some()),
        lambda: Mul(some(), rng.choice(("dot", "times"))),
        lambda: Frac(inner(), inner()),
        lambda: Frac(Num(1), Num(2)),
        lambda: Pow(inner(), Num(rng.choice((2, 3, 10)))),
        lambda: Pow(inner(), inner()),
        lambda: Root(inner()),
        lambda: Abs(inner()),
        lambda: Paren(inner()),
        lambda: Call(rng.choice(list(FUNCTIONS)), (inner(),)),
        lambda: Call("max", (inner(), inner())),
    ]
    return rng.choice(made)()


def anything(rng: random.Random, depth: int) -> Formula:
    """A random formula with every kind of piece in it."""
    if depth == 0:
        return algebra(rng, 1)

    def inner() -> Formula:
        return anything(rng, depth - 1)

    made: list[Callable[[], Formula]] = [
        lambda: algebra(rng, depth),
        lambda: Eq(inner(), inner(), rng.choice(("=", "<", "≤", "≈", "≠"))),
        lambda: Deriv(inner(), symbol("x"), rng.random() < 0.5),
        lambda: Keyed(_part(rng), inner()),
        lambda: Matrix(((inner(), inner()), (inner(), Num(-2)))),
        lambda: Num([[1, -2.5], [3, 4]]),
        lambda: Transpose(inner()),
        lambda: Indicator(Eq(inner(), Num(0), ">")),
        lambda: Norm(inner()),
        lambda: Accent(rng.choice(("hat", "bar", "tilde", "vec", "dot", "prime", "bold")), inner()),
        lambda: Sub(inner(), inner()),
        lambda: Mul((inner(), inner()), rng.choice(("matrix", "hadamard", "dot"))),
        lambda: Add((inner(), Neg(inner()))),
        lambda: Frac(inner(), inner()),
        lambda: Pow(inner(), inner()),
        lambda: Root(inner(), Num(3)),
        lambda: Big(rng.choice(("sum", "prod")), inner(), Eq(symbol("i"), Num(1)), symbol("n")),
        lambda: Call(symbol("g'"), (inner(), inner())),
        lambda: Row((inner(), Text(","), inner(), Text(";"), inner(), Text(":"), inner())),
        lambda: Text(rng.choice(('say "hi"', "a\\b", "#let", "$", "_", "a, b; c", "100%", ""))),
        lambda: Num(rng.choice((math.nan, math.inf, -math.inf, -0.0))),
    ]
    return rng.choice(made)()


def _part(rng: random.Random) -> Part:
    return Part.of_node(Kind.NODE, rng.choice(("x", "w", "u")))


def worth(f: Formula, values: Mapping[str, float]) -> float:
    """The value of a formula, straight from its tree; names are looked up as they print."""

    def of(piece: Formula) -> float:
        return worth(piece, values)

    f = bare(f)
    match f:
        case Num(value):
            return float(value)
        case Neg(body):
            return -of(body)
        case Add(terms):
            return math.fsum(map(of, terms))
        case Mul(factors):
            return math.prod(map(of, factors))
        case Frac(above, below):
            return of(above) / of(below)
        case Pow(base, exponent):
            return _power(of(base), of(exponent))
        case Root(body):
            return math.sqrt(of(body))
        case Abs(body):
            return abs(of(body))
        case Paren(body):
            return of(body)
        case Row((above, Text("/"), below)):
            return of(above) / of(below)
        case Call("max", args):
            return max(map(of, args))
        case Call(str(fn), (arg,)):
            return FUNCTIONS[{"ReLU": "relu"}.get(fn, fn)](of(arg))
        case Call(Sym("sigma"), (arg,)):
            return FUNCTIONS["sigma"](of(arg))
    return values[to_plain(f)]


def _power(base: float, exponent: float) -> float:
    result = base**exponent
    if isinstance(result, complex):
        raise ValueError("not a real number")
    return float(result)
