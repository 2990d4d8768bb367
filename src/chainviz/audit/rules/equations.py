"""Whether an equation holds: its sides against each other, and its letters against the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isclose, isfinite
from typing import Any

import numpy as np

from chainviz.audit.memo import memo
from chainviz.formula import (
    Deriv,
    Eq,
    Formula,
    Keyed,
    Num,
    Row,
    Text,
    bare,
    name_of,
    rebuild,
    show_number,
    to_plain,
    walk,
)
from chainviz.formula.number import parse_number
from chainviz.formula.rounding import exact_worth
from chainviz.graph import Edge
from chainviz.part import Kind, Part
from chainviz.tape import Tape

__all__ = ["untrue"]

_LARGE = 60  # nodes from which on derivatives are not worked out for every pair
_ROUNDED = 3  # decimals from which on a number within a sum or a product may have been rounded
_NEARLY = 0.01  # what "≈" forgives besides rounding
_NEVER = (ArithmeticError, KeyError, TypeError, ValueError)  # arrays, letters of other things


@memo
def untrue(tree: Formula, tape: Tape | None) -> tuple[str, ...]:
    """What does not hold in a formula, in words: "w + x is 5, but u is 6"."""
    letters = _letters(tape) if tape is not None else {}
    return tuple(told for chain in _chains(tree) for told in _faults(chain, letters, tape))


def _chains(tree: Formula) -> Iterator[Eq]:
    """The equations of a formula, or of a list of them."""
    if isinstance(tree, Eq):
        yield tree
    elif isinstance(tree, Row):
        yield from (item for item in map(bare, tree.items) if isinstance(item, Eq))


def _faults(chain: Eq, letters: Mapping[str, float], tape: Tape | None) -> Iterator[str]:
    known: list[tuple[Formula, float, float]] = []
    nearly = False
    piece: Formula = chain
    sign = "="
    while True:
        side = piece.left if isinstance(piece, Eq) else piece
        if sign not in "=≈":
            known, nearly = [], False  # an arrow: what follows is another thing
        nearly = nearly or sign == "≈"
        worth = _worth(side, letters, tape, nearly)
        if worth is not None:
            known.append((side, *worth))
        if not isinstance(piece, Eq) or _differ(known, nearly):
            break
        sign, piece = piece.sign, piece.right
    if _differ(known, nearly):
        (one, a, _), (other, b, _) = known[-2:]
        yield f"{_said(one, a)}, but {_said(other, b)}"


def _differ(known: list[tuple[Formula, float, float]], nearly: bool) -> bool:
    for (_, a, rounded), (_, b, other) in list(pairwise(known))[-1:]:
        slack = rounded + other + (_NEARLY * abs(a) if nearly else 0.0)
        return abs(a - b) > slack + 1e-12 and not isclose(a, b, rel_tol=1e-6)
    return False


def _said(side: Formula, worth: float) -> str:
    read, number = to_plain(side), show_number(worth)
    return f"the other side is {number}" if read == number else f"{read} is {number}"


def _worth(
    side: Formula, letters: Mapping[str, float], tape: Tape | None, nearly: bool
) -> tuple[float, float] | None:
    """What a side comes to, and how far off it may be for rounding; None where none can tell."""
    keyed = dict(letters)
    side = _of_parts(side, tape, keyed)
    try:
        worth = exact_worth(side, keyed)
        slack = 0.0
        for leaf in {piece for piece in walk(side) if isinstance(piece, Num)}:
            half = _half(leaf.value, alone=bare(side) == leaf, nearly=nearly)
            if half:
                moved = exact_worth(_with(side, leaf, Num(leaf.value + half)), keyed)
                slack += abs(moved - worth)
    except _NEVER:
        return None
    return (worth, slack) if isfinite(worth) and isfinite(slack) else None


def _with(f: Formula, old: Formula, new: Formula) -> Formula:
    return new if f == old else rebuild(f, lambda piece: _with(piece, old, new))


def _half(value: Any, *, alone: bool, nearly: bool) -> float:
    """Half a unit of a number's last figure, where it may have been rounded."""
    shown = show_number(value)
    figures, _, power = shown.partition("·")
    decimals = len(figures.partition(".")[2])
    if not nearly and not power and decimals < (1 if alone else _ROUNDED):
        return 0.0
    scale = parse_number(f"1·{power}") if power else 1.0
    return float(0.5 * 10.0**-decimals * scale)


def _of_parts(f: Formula, tape: Tape | None, letters: dict[str, float]) -> Formula:
    """Names with a key stand for what the key says, whatever else is written like them."""
    if isinstance(f, Keyed) and tape is not None and isinstance(bare(f.body), Deriv):
        number = _number(f.part, tape)
        if number is not None:
            read = f"@{f.part}"
            letters[to_plain(Text(read))] = number
            return Text(read)
    return rebuild(f, lambda piece: _of_parts(piece, tape, letters))


def _number(part: Part, tape: Tape) -> float | None:
    if part.kind is Kind.GRAD and tape.mode == "reverse" and part.key[0] in tape.graph:
        return _scalar(tape.grad(str(part.key[0])))
    edge = Edge(*part.key) if part.kind is Kind.PARTIAL else None  # type: ignore[arg-type]
    return _scalar(tape.partial_of(edge)) if edge in tape.graph.edges else None


def _scalar(value: Any) -> float | None:
    return float(value) if np.ndim(value) == 0 else None


@memo
def _letters(tape: Tape) -> Mapping[str, float]:
    """Every letter and every derivative that the run has a number for, by how it reads."""
    graph = tape.graph
    names = {node.name: name_of(graph, node.name) for node in graph}
    found: dict[str, float] = {}
    for node in graph:
        value = _scalar(tape.value(node.name))
        if value is None:
            return {}  # equations between arrays are not worked out
        found[to_plain(names[node.name])] = value
    if len(graph) > _LARGE:
        return found
    for source in graph:
        slopes = {source.name: 1.0}
        for node in graph:
            edges = graph.edges_into(node.name)
            through = [edge for edge in edges if edge.source in slopes]
            if not through or node.name == source.name:
                continue
            slopes[node.name] = sum(
                float(tape.partial_of(edge)) * slopes[edge.source] for edge in through
            )
            direct = any(edge.source == source.name for edge in edges)
            if direct and len(through) > 1:
                continue  # written alike, the whole derivative and the direct one differ
            for total in (True, False):
                read = to_plain(Deriv(names[node.name], names[source.name], total))
                found[read] = slopes[node.name]
    return found
