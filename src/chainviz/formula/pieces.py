"""What every tree offers: its pieces, its keys, and equations put together from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from chainviz.formula.tree import Eq, Formula, Keyed
from chainviz.part import Part

__all__ = [
    "bare",
    "children",
    "continued",
    "equals",
    "keyed_parts",
    "keys",
    "rebuild",
    "unkeyed",
    "walk",
]


def children(f: Formula) -> Iterator[Formula]:
    """The pieces directly inside, from left to right.

    >>> from chainviz.formula.tree import Mul, Sym
    >>> [child.name for child in children(Mul((Sym("w"), Sym("x"))))]
    ['w', 'x']
    """
    for field in fields(f):  # type: ignore[arg-type]
        yield from _formulas_in(getattr(f, field.name))


def _formulas_in(value: object) -> Iterator[Formula]:
    if isinstance(value, Formula):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _formulas_in(item)


def rebuild(f: Formula, change: Callable[[Formula], Formula]) -> Formula:
    """The same piece with every piece directly inside changed.

    >>> from chainviz.formula.tree import Neg, Num, Sym
    >>> rebuild(Neg(Sym("x")), lambda child: Num(2))
    Neg(body=Num(value=2))
    """
    changed: dict[str, Any] = {}
    for field in fields(f):  # type: ignore[arg-type]
        before = getattr(f, field.name)
        after = _changed(before, change)
        if after is not before:
            changed[field.name] = after
    return replace(f, **changed) if changed else f  # type: ignore[type-var]


def _changed(value: Any, change: Callable[[Formula], Formula]) -> Any:
    if isinstance(value, Formula):
        return change(value)
    if isinstance(value, tuple):
        items = tuple(_changed(item, change) for item in value)
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


def walk(f: Formula) -> Iterator[Formula]:
    """The piece and everything inside it, outermost first, left to right."""
    yield f
    for child in children(f):
        yield from walk(child)


def keyed_parts(f: Formula) -> Iterator[Keyed]:
    """Every addressable piece, outermost first, left to right."""
    return (piece for piece in walk(f) if isinstance(piece, Keyed))


def keys(f: Formula) -> tuple[Part, ...]:
    """The parts a formula can be addressed by, each once, in reading order.

    >>> from chainviz.formula.tree import Add, Num, Sym
    >>> from chainviz.part import Kind
    >>> u = Keyed(Part.of_node(Kind.NODE, "u"), Sym("u"))
    >>> [str(part) for part in keys(Eq(u, Add((u, Num(1)))))]
    ['node(u)']
    """
    return tuple(dict.fromkeys(piece.part for piece in keyed_parts(f)))


def bare(f: Formula) -> Formula:
    """The piece without the keys around it (keys inside stay)."""
    while isinstance(f, Keyed):
        f = f.body
    return f


def unkeyed(f: Formula) -> Formula:
    """The formula without any keys."""
    return rebuild(bare(f), unkeyed)


def equals(*sides: Formula) -> Formula:
    """A chain of equalities (see :func:`continued` for joining whole equations).

    >>> from chainviz.formula.tree import Num, Sym
    >>> equals(Sym("u"), Num(2), Num(3)) == Eq(Sym("u"), Eq(Num(2), Num(3)))
    True
    """
    *others, last = sides
    for side in reversed(others):
        last = Eq(side, last)
    return last


def continued(*equations: Formula) -> Formula:
    """Equations with the same left side as one chain, each side once, signs kept.

    >>> from chainviz.formula.tree import Num, Sym
    >>> u, x, two = Sym("u"), Sym("x"), Num(2)
    >>> continued(Eq(u, x), Eq(u, Eq(x, two, "≈"))) == Eq(u, Eq(x, two, "≈"))
    True
    """
    first = equations[0]
    left = first.left if isinstance(first, Eq) else first
    links: list[tuple[str, Formula]] = []
    for equation in equations:
        while isinstance(equation, Eq):
            sign, right = equation.sign, equation.right
            side = right.left if isinstance(right, Eq) else right
            if unkeyed(side) != unkeyed(links[-1][1] if links else left):
                links.append((sign, side))
            elif links:  # written alike: the later one says what it is the value of
                links[-1] = (links[-1][0], side)
            equation = right
    if not links:
        return left
    sign, done = links.pop()
    while links:
        before, side = links.pop()
        done, sign = Eq(side, done, sign), before
    return Eq(left, done, sign)
