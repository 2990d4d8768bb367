"""The small algebra that a reader does without noticing: 2u^(2-1) is 2u, 1x is x."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from operator import mul

from chainviz.formula.pieces import rebuild
from chainviz.formula.read import number
from chainviz.formula.tree import Add, Formula, Frac, Keyed, Mul, Neg, Num, Pow, Root

__all__ = ["tidy"]


def tidy(f: Formula) -> Formula:
    """The formula with plain numbers worked out, and ones and zeros gone.

    Keyed pieces stay pieces: nothing is worked out across a key.

    >>> from chainviz.formula.print_plain import to_plain
    >>> from chainviz.formula.read import read
    >>> texts = ("2*u^(2-1)", "-1*x^(-1-1)", "0.5*x^(0.5-1)", "1/b*c")
    >>> [to_plain(tidy(read(text))) for text in texts]
    ['2u', '-1/x²', '1/(2√x)', 'c/b']
    """
    f = rebuild(f, tidy)
    match f:
        case Neg(body):
            return _minus(body)
        case Add(terms):
            return _sum(list(_flat(terms, Add)))
        case Mul(factors, "juxtapose"):
            return _product(list(_flat(factors, Mul)))
        case Frac(above, below):
            return _fraction(above, below)
        case Pow(base, exponent):
            return _power(base, exponent)
    return f


def _minus(body: Formula) -> Formula:
    match body:
        case Num(0):
            return body
        case Num(value) if _is_plain(value):
            return Num(-value)
        case Neg(inner):
            return inner
    return Neg(body)


def _is_plain(value: object) -> bool:
    return isinstance(value, (int, float))


def _figure(f: Formula) -> float | Fraction | None:
    """The number that a piece is: a figure, or a fraction of whole ones."""
    match f:
        case Num(value) if _is_plain(value):
            return value
        case Frac(Num(int(above)), Num(int(below))) if below:
            return Fraction(above, below)
    return None


def _flat(pieces: tuple[Formula, ...], kind: type[Add] | type[Mul]) -> Iterator[Formula]:
    for piece in pieces:
        if isinstance(piece, Add) and kind is Add:
            yield from piece.terms
        elif isinstance(piece, Mul) and kind is Mul and piece.sign == "juxtapose":
            yield from piece.factors
        else:
            yield piece


def _sum(terms: list[Formula]) -> Formula:
    kept: list[Formula] = []
    total: float | Fraction = 0
    at = 0
    for term in terms:
        minus = isinstance(term, Neg)
        figure = _figure(term.body) if isinstance(term, Neg) else _figure(term)
        if figure is not None:
            at = at if total else len(kept)
            total += -figure if minus else figure
        else:
            kept.append(term)
    if total:
        kept.insert(min(at, len(kept)), number(total))
    if not kept:
        return Num(0)
    return kept[0] if len(kept) == 1 else Add(tuple(kept))


def _product(factors: list[Formula]) -> Formula:
    kept: list[Formula] = []
    numbers: list[float | Fraction] = []
    negative = False
    for factor in factors:
        if isinstance(factor, Neg):
            negative = not negative
            factor = factor.body
        figure = _figure(factor)
        if figure is not None:
            numbers.append(figure)
        else:
            kept.append(factor)
    scale: float | Fraction = reduce(mul, numbers, 1)
    if scale == 0:
        return Num(0)
    if scale < 0:
        negative, scale = not negative, -scale
    done = _scaled(scale, kept)
    return _minus(done) if negative else done


def _scaled(scale: float | Fraction, kept: list[Formula]) -> Formula:
    if len(kept) == 1 and isinstance(kept[0], Frac) and kept[0].above == Num(1):
        if isinstance(scale, Fraction):
            below = _product([Num(scale.denominator), kept[0].below])
            return _fraction(Num(scale.numerator), below)
        return _fraction(number(scale), kept[0].below)
    if scale != 1 or not kept:
        kept = [number(scale), *kept]
    ones = [f for f in kept if isinstance(f, Frac) and f.above == Num(1)]
    if len(ones) == 1:  # (1/b) c is c/b
        rest = [f for f in kept if f is not ones[0]]
        return Frac(rest[0] if len(rest) == 1 else Mul(tuple(rest)), ones[0].below)
    return kept[0] if len(kept) == 1 else Mul(tuple(kept))


def _fraction(above: Formula, below: Formula) -> Formula:
    match above, below:
        case Num(0), _:
            return Num(0)
        case _, Num(1):
            return above
        case Neg(inner), _:
            return Neg(Frac(inner, below))
        case Num(a), Num(b) if _is_plain(a) and _is_plain(b) and b:
            return number(a / b) if a % b == 0 else Frac(above, below)
        case Num(a), _ if _is_plain(a) and a < 0:
            return _minus(_fraction(Num(-a), below))
        case Num(float(a)), _ if a and (1 / a).is_integer():
            return Frac(Num(1), _product([number(1 / a), below]))
    return Frac(above, below)


def _power(base: Formula, exponent: Formula) -> Formula:
    match exponent:
        case Num(1):
            return base
        case Num(0):
            return Num(1)
        case Num(0.5):
            return Root(base)
        case Num(n) if _is_plain(n) and n < 0:
            return _fraction(Num(1), _power(base, number(-n)))
        case Neg(Frac(Num(), Num()) as n):
            return _fraction(Num(1), _power(base, n))
    return Pow(base, exponent)


def is_number(f: Formula, value: float) -> bool:
    """Whether a piece is just that number, keys apart."""
    while isinstance(f, Keyed):
        f = f.body
    return isinstance(f, Num) and _is_plain(f.value) and f.value == value
