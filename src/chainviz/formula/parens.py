"""Where brackets must stand: one rule for all printers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chainviz.formula.levels import RAISED_CALLS, Level, is_half, level, number_level
from chainviz.formula.number import CELLS, as_nested, measure, show_shape
from chainviz.formula.pieces import bare, rebuild
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
    Paren,
    Pow,
    Root,
    Row,
    Sub,
    Sym,
    Text,
    Transpose,
)

__all__ = ["subtracted", "with_parens"]

Held = Callable[[Formula, int], Formula]  # a piece, in brackets if it holds less tightly than that


def with_parens(f: Formula, *, line: bool = False, slash: bool = False) -> Formula:
    """The same formula with a :class:`Paren` wherever reading it back needs one.

    ``line``: everything stands on one line. ``slash``: only fractions do, as in exponents,
    where small stacked ones can't be read.

    >>> a_and_b = Add((Sym("a"), Sym("b")))
    >>> with_parens(Neg(a_and_b)) == Neg(Paren(a_and_b))
    True
    """

    def inside(piece: Formula) -> Formula:
        return with_parens(piece, line=line, slash=slash)

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
            return Mul(tuple(_factors(factors, sign, held, line or slash)), sign)
        case Frac(above, below) if line or slash:
            if line and is_half(f):
                return f
            over = held(above, Level.PRODUCT)
            over = Paren(over) if isinstance(bare(above), (Frac, Deriv)) else over
            under = held(below, Level.POWER)
            return Frac(over, under) if line else Row((over, Text("/"), under))
        case Pow(base, exponent):
            raised = with_parens(exponent, line=line, slash=not line)
            return Pow(held(base, Level.ATOM), raised)
        case Call(fn, args) if fn in RAISED_CALLS:
            return Call(fn, tuple(with_parens(a, line=line, slash=not line) for a in args))
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


def _held_name(f: Formula, held: Held) -> Formula:
    atom = isinstance(bare(f), (Sym, Sub, Accent, Text, Row, Num, Transpose, Paren))
    return held(f, Level.ATOM if atom else Level.ATOM + 1)


def _terms(terms: tuple[Formula, ...], held: Held) -> Iterator[Formula]:
    for at, term in enumerate(terms):
        taken = subtracted(term)
        if at == 0:
            yield held(term, Level.SUM)
        elif taken is not None:
            yield Neg(held(taken, Level.PRODUCT))
        else:
            least = Level.SUM if isinstance(term, Add) and not _starts_minus(term) else None
            yield held(term, least or Level.PRODUCT)


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
        case Num(value) if number_level(value) is Level.MINUS:
            return Num(-value)
        case Mul(factors, sign) if factors:
            first = subtracted(factors[0])
            return None if first is None else Mul((first, *factors[1:]), sign)
        case _:
            return None


def _factors(
    factors: tuple[Formula, ...], sign: str, held: Held, slashes: bool
) -> Iterator[Formula]:
    for at, factor in enumerate(factors):
        least = Level.MINUS if at == 0 else Level.PRODUCT
        inner = bare(factor)
        foreign = isinstance(inner, Mul) and {inner.sign, sign} == {"matrix", "hadamard"}
        slashed = slashes and sign == "juxtapose" and at < len(factors) - 1 and _has_slash(inner)
        if len(factors) > 1 and (foreign or slashed):
            least = Level.POWER
        yield held(factor, least)


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


def _array(nested: list[object]) -> Formula:
    """Bracketed rows for a small array, the shape for a large one."""
    cells, shape = measure(nested)
    if cells > CELLS or len(shape) > 2 or not cells:
        return Text(show_shape(shape))
    rows = nested if len(shape) == 2 else [nested]
    return Matrix(tuple(tuple(Num(cell) for cell in row) for row in rows))  # type: ignore[attr-defined]
