"""A nudge: one input moved a little, and what that does to everything after it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.formula import (
    Eq,
    Formula,
    Frac,
    Keyed,
    Mul,
    Num,
    Row,
    Sym,
    grad_name,
    parse_number,
    paths,
    show_number,
    symbol,
    to_plain,
)
from chainviz.formula.rounding import relation
from chainviz.graph import Constant, Edge
from chainviz.part import Kind, Part
from chainviz.story.beats import Storyboard
from chainviz.story.path_beats import Nudge
from chainviz.tape import Tape, run

__all__ = ["tell_nudge"]


def tell_nudge(tape: Tape, name: str, *, by: Sequence[float] = (0.1, 0.01, 0.001)) -> Storyboard:
    """Nudge an input by the first step; the smaller ones show what the ratio tends to.

    >>> from chainviz import parse, run
    >>> beat, = tell_nudge(run(parse("u = 2*x; y = 3*u"), x=1.0), "x", by=[0.5])
    >>> beat.changes
    (('x', 0.5), ('u', 1.0), ('y', 3.0))
    """
    graph = tape.graph
    if name not in graph.inputs:
        raise ChainvizError(
            f"{name!r} is no input{graph.suggest(name, graph.inputs)}; only inputs can be nudged"
        )
    if not by or not all(by):
        raise ChainvizError("a nudge moves its input: give by=(0.1,) or some such steps")
    if any(np.ndim(tape.value(node.name)) for node in graph):
        raise ChainvizError("a wiggle shows numbers, and this run holds arrays")
    first = _changes(tape, name, by[0])
    changes = tuple((node, change) for node, change in first.items() if change)
    ratios = tuple(
        (edge, _alone(tape, edge, first[edge.source]) / first[edge.source])
        for edge in graph.edges
        if first[edge.source]
    )
    formula = _ratio(tape, name, first, dict(ratios))
    tends = [_changes(tape, name, step)[graph.output] / step for step in by]
    told = f"A nudge of {to_plain(symbol(name))}: {to_plain(formula)}."
    closer = _closer(tape, name, tends)
    return Storyboard((Nudge(name, by[0], changes, ratios, formula, closer, told),))


def _changes(tape: Tape, name: str, by: float) -> dict[str, float]:
    """How much every node moves, from a second run; float noise is no move."""
    given = {other: tape.value(other) for other in tape.graph.inputs}
    moved = run(tape.graph, **{**given, name: given[name] + by})
    found = {}
    for node in tape.graph:
        before, after = float(tape.value(node.name)), float(moved.value(node.name))
        noise = 1e-12 * max(abs(before), abs(after), 1.0)
        found[node.name] = after - before if abs(after - before) > noise else 0.0
    found[name] = by
    return found


def _alone(tape: Tape, edge: Edge, change: float) -> float:
    """How much the target moves when only this argument does."""
    node = tape.graph.node(edge.target)
    assert node.op is not None
    given = [a.value if isinstance(a, Constant) else tape.value(a) for a in node.arguments]
    given[edge.slot] = given[edge.slot] + change
    return float(node.op.value(*given, **dict(node.params))) - float(tape.value(edge.target))


def _ratio(tape: Tape, name: str, changes: dict[str, float], ratios: dict[Edge, float]) -> Formula:
    """Δy/Δx = Δy/Δu · Δu/Δx = 3 · 2 = 6 along a single path, else the two changes' ratio."""
    graph = tape.graph
    whole = changes[graph.output] / changes[name]
    ways = list(paths(graph, name))
    left = _quotient(graph.output, name)
    if len(ways) != 1 or len(ways[0]) < 2:
        body: Formula = Frac(Num(changes[graph.output]), Num(changes[name]))
        return Eq(left, Eq(body, Num(whole), relation(body, whole)))
    names = Mul(tuple(_quotient(edge.target, edge.source) for edge in ways[0]), "dot")
    numbers = Mul(tuple(Num(ratios[edge]) for edge in ways[0]), "dot")
    return Eq(left, Eq(names, Eq(numbers, Num(whole), relation(numbers, whole))))


def _closer(tape: Tape, name: str, tends: Sequence[float]) -> Formula:
    """Δy/Δx = 24.4 → 24.04 → 24.004 → 24 = dy/dx."""
    grad = Keyed(Part.of_node(Kind.GRAD, name), Num(tape.grad(name)))
    tail: Formula = Eq(grad, grad_name(tape.graph, name))
    shown = list(dict.fromkeys(show_number(value) for value in tends))
    if shown == [show_number(tape.grad(name))]:
        return Eq(_quotient(tape.graph.output, name), tail)
    for text in reversed(shown):
        tail = Eq(Num(parse_number(text)), tail, "→")
    return Eq(_quotient(tape.graph.output, name), tail)


def _quotient(above: str, below: str) -> Formula:
    return Frac(*(Row((Sym("Delta"), symbol(name))) for name in (above, below)))
