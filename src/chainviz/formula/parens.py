"""Where brackets must stand, and what stands between factors: one rule for all printers."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Literal

from chainviz.formula.number import (
    CELLS,
    as_nested,
    mantissa_and_exponent,
    measure,
    show_shape,
)
from chainviz.formula.tree import (
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
    Under,
    bare,
    rebuild,
    walk,
)

__all__ = [
    "FUNCTIONS",
    "Glue",
    "Level",
    "glues",
    "is_named",
    "is_tall",
    "level",
    "subtracted",
    "with_parens",
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
            return _number_level(value)
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
            return Level.ATOM if line and _is_half(f) else Level.PRODUCT
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
        case Row(items):
            if any(isinstance(item, Text) and _is_sign(item.text) for item in items):
                return Level.RELATION
            return Level.POWER if items else Level.RELATION
        case _:
            return Level.ATOM


def _is_sign(text: str) -> bool:
    """Whether words in a row part what stands beside them: a comma does, a space or ∂ doesn't."""
    return not (any(map(str.isalnum, text)) or text.isspace() or text in ("∂", "∇", "…", "∞"))


def _number_level(value: object) -> Level:
    if isinstance(as_nested(value), list):
        return Level.ATOM
    mantissa, exponent = mantissa_and_exponent(value)
    if mantissa.startswith("-"):
        return Level.MINUS
    return Level.ATOM if exponent is None else Level.PRODUCT


def _is_half(f: Formula) -> bool:
    return f == Frac(Num(1), Num(2))


def with_parens(f: Formula, *, line: bool = False) -> Formula:
    """The same formula with a :class:`Paren` wherever reading it back needs one.

    >>> a_and_b = Add((Sym("a"), Sym("b")))
    >>> with_parens(Neg(a_and_b)) == Neg(Paren(a_and_b))
    True
    """

    def inside(piece: Formula) -> Formula:
        return with_parens(piece, line=line)

    def held(piece: Formula, least: int) -> Formula:
        done = inside(piece)
        return done if level(piece, line) >= least else Paren(done)

    match f:
        case Num(value) if not line and isinstance(as_nested(value), list):
            return _array(as_nested(value))
        case Add(terms):
            return Add(tuple(_terms(terms, held)))
        case Neg(body):
            return Neg(held(body, Level.PRODUCT))
        case Mul(factors, sign):
            return Mul(tuple(_factors(factors, sign, held, line)), sign)
        case Frac(above, below) if line:
            if _is_half(f):
                return f
            over = held(above, Level.PRODUCT)
            return Frac(
                Paren(over) if isinstance(bare(above), (Frac, Deriv)) else over,
                held(below, Level.POWER),
            )
        case Pow(base, exponent):
            return Pow(held(base, Level.ATOM), inside(exponent))
        case Eq(left, right, sign):
            return Eq(held(left, Level.SUM), inside(right), sign)
        case Deriv(of, wrt, total):
            return Deriv(_held_name(of, held), _held_name(wrt, held), total)
        case Accent("prime", body):
            again = isinstance(bare(body), Accent)
            return Accent("prime", held(body, Level.POWER if again else Level.ATOM))
        case Sub(body, index):
            stacked = isinstance(bare(body), Sub)
            return Sub(held(body, Level.ATOM + 1 if stacked else Level.ATOM), inside(index))
        case Transpose(body):
            return Transpose(held(body, Level.ATOM))
        case Root(body, index) if line and not isinstance(bare(body), (Sym, Num, Sub, Accent)):
            return Root(Paren(inside(body)), index)
        case Root(body, index) if line:
            return Root(held(body, Level.ATOM), index)
        case Big(op, body, lower, upper):
            return Big(
                op,
                held(body, Level.PRODUCT),
                lower and inside(lower),
                upper and inside(upper),
            )
        case _:
            return rebuild(f, inside)


def _array(nested: list[object]) -> Formula:
    """Bracketed rows for a small array, the shape for a large one."""
    cells, shape = measure(nested)
    if cells > CELLS or len(shape) > 2 or not cells:
        return Text(show_shape(shape))
    rows = nested if len(shape) == 2 else [nested]
    return Matrix(tuple(tuple(Num(cell) for cell in row) for row in rows))  # type: ignore[attr-defined]


def _held_name(f: Formula, held: object) -> Formula:
    atom = isinstance(bare(f), (Sym, Sub, Accent, Text, Row, Num, Transpose, Paren))
    return held(f, Level.ATOM if atom else Level.ATOM + 1)  # type: ignore[operator]


def _terms(terms: tuple[Formula, ...], held: object) -> Iterator[Formula]:
    for at, term in enumerate(terms):
        taken = subtracted(term)
        if at == 0 and not isinstance(term, Add):
            yield held(term, Level.SUM)  # type: ignore[operator]
        elif taken is not None:
            yield Neg(held(taken, Level.PRODUCT))  # type: ignore[operator]
        else:
            least = Level.SUM if isinstance(term, Add) and not _starts_minus(term) else None
            yield held(term, least or Level.PRODUCT)  # type: ignore[operator]


def _starts_minus(f: Formula) -> bool:
    match f:
        case Keyed(_, body):
            return _starts_minus(body)
        case Add(terms) if terms:
            return _starts_minus(terms[0])
        case _:
            return level(f, line=False) in (Level.MINUS,)


def subtracted(term: Formula) -> Formula | None:
    """What is taken away, if the term is written with a minus sign of its own.

    >>> subtracted(Neg(Sym("x"))), subtracted(Num(-3)), subtracted(Sym("x"))
    (Sym(name='x'), Num(value=3), None)
    """
    match term:
        case Neg(body):
            return body
        case Num(value) if _number_level(value) is Level.MINUS:
            return Num(-value)
        case Mul(factors, sign) if factors:
            first = subtracted(factors[0])
            return None if first is None else Mul((first, *factors[1:]), sign)
        case _:
            return None


def _factors(
    factors: tuple[Formula, ...], sign: str, held: object, line: bool
) -> Iterator[Formula]:
    for at, factor in enumerate(factors):
        least = Level.MINUS if at == 0 else Level.PRODUCT
        inner = bare(factor)
        foreign = isinstance(inner, Mul) and {inner.sign, sign} == {"matrix", "hadamard"}
        slashed = line and sign == "juxtapose" and at < len(factors) - 1 and _has_slash(inner)
        if len(factors) > 1 and (foreign or slashed):
            least = Level.POWER
        yield held(factor, least)  # type: ignore[operator]


def _has_slash(f: Formula) -> bool:
    match f:
        case Frac():
            return True
        case Neg(body) | Keyed(_, body):
            return _has_slash(body)
        case Mul(factors):
            return any(map(_has_slash, factors))
        case _:
            return False


Glue = Literal["", "thin", "deriv", "name", "dot", "times", "odot"]
_FORCED: dict[str, Glue] = {"dot": "dot", "times": "times", "hadamard": "odot", "matrix": "thin"}


def glues(mul: Mul) -> Iterator[Glue]:
    """What stands between the factors of a product whose brackets are in place.

    >>> list(glues(Mul((Num(3), Sym("x"))))), list(glues(Mul((Num(3), Num(2)))))
    ([''], ['dot'])
    """
    for left, right in zip(mul.factors, mul.factors[1:], strict=False):
        yield _FORCED.get(mul.sign) or _beside(_edge(left, -1), _edge(right, 0))


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
