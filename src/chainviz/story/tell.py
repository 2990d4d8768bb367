"""Telling: a run becomes a storyboard, one thing to notice at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.formula import (
    Deriv,
    Eq,
    Formula,
    Keyed,
    Num,
    Row,
    Text,
    closed_form,
    continued,
    definition,
    definition_numbers,
    equals,
    name_of,
    step,
    step_numbers,
    symbol,
    to_plain,
)
from chainviz.graph import Graph
from chainviz.part import Kind, Part
from chainviz.story.beats import (
    Beat,
    Conclude,
    Differentiate,
    Evaluate,
    Given,
    Note,
    Reveal,
    SeedOutput,
    Storyboard,
    Title,
)
from chainviz.tape import Tape

__all__ = ["tell", "tell_backward", "tell_forward", "tell_graph", "tell_result"]

CLOSED_INPUTS, CLOSED_STEPS, CLOSED_LENGTH = 2, 4, 40  # beyond these no closed form is shown
PAGE = 4  # results at a time
MOST_TERMS = 4  # a sum of more contributions is told in numbers alone
_COMMA = Text(",  ")


def tell(
    tape: Tape,
    *,
    title: str | None = None,
    wrt: Sequence[str] = (),
    folded: Sequence[Sequence[str]] = (),
) -> Storyboard:
    """The whole film of a run: title, graph, forward pass, backward pass, result.

    ``folded`` names groups of nodes that a gate stands for, so that the film can say it.

    ``wrt`` names the nodes whose gradients the film is after: the backward pass goes no other
    way and the result lists just these. By default it is after every input.
    """
    opening = Storyboard((Title(title or _title(tape.graph)),))
    if folded:
        gates = "; ".join(", ".join(map(_plain, group)) for group in folded)
        note = f"To fit, some steps share a gate: {gates}"
        opening += Storyboard((Note(note, f"{note}."),))
    passes = tell_forward(tape) + tell_backward(tape, wrt=wrt)
    return opening + tell_graph(tape.graph) + passes + tell_result(tape, wrt=wrt)


def tell_graph(graph: Graph) -> Storyboard:
    """The graph is drawn beside the definitions it is made of."""
    return Storyboard((Reveal(_definitions(graph), f"The graph of {_plain(graph.output)}."),))


def tell_forward(tape: Tape) -> Storyboard:
    """The inputs' numbers, then every node's value in order."""
    graph = tape.graph
    given = graph.inputs
    beats: list[Beat] = []
    if given:
        formula = _listed(*(definition_numbers(graph, name, tape) for name in given))
        beats.append(Given(given, formula, f"We start with {to_plain(formula)}."))
    for node in graph:
        if node.op is None:
            continue
        formula = continued(
            definition(graph, node.name), definition_numbers(graph, node.name, tape)
        )
        beats.append(Evaluate(node.name, formula, f"Forward: {to_plain(formula)}."))
    return Storyboard(tuple(beats))


def tell_backward(tape: Tape, *, wrt: Sequence[str] = ()) -> Storyboard:
    """The seed, then every node's gradient in reverse order, contribution by contribution."""
    graph = tape.graph
    beats: list[Beat] = []
    needed = _needed(graph, wrt)
    for node in reversed(graph.nodes):
        name = node.name
        if name not in needed:
            continue
        if name == graph.output:
            formula = _seed(graph)
            beats.append(SeedOutput(name, formula, f"Backward, from the seed {to_plain(formula)}."))
            continue
        came = {contribution.edge for contribution in tape.contributions(name)}
        edges = tuple(edge for edge in graph.edges_out_of(name) if edge in came)
        formula = step_numbers(graph, name, tape)
        if len(edges) <= MOST_TERMS:
            formula = continued(step(graph, name, tape), formula)
        beats.append(Differentiate(name, edges, formula, f"{to_plain(formula)}."))
    return Storyboard(tuple(beats))


def tell_result(tape: Tape, *, wrt: Sequence[str] = ()) -> Storyboard:
    """What came out: the gradient of every input (or of what was asked for), in one line."""
    graph = tape.graph
    rows = [_result(tape, name) for name in wrt or graph.inputs]
    if not rows:
        return Storyboard(())
    said = "All the gradients, from one backward pass." if len(rows) > 1 else "There it is."
    pages = tuple(_listed(*rows[at : at + PAGE]) for at in range(0, len(rows), PAGE))
    return Storyboard((Conclude(pages, said),))


def _needed(graph: Graph, wrt: Sequence[str]) -> set[str]:
    """The nodes that a backward pass to those nodes goes through: all that depend on them."""
    if not wrt:
        return {node.name for node in graph}
    found = {graph.node(name).name for name in wrt}
    for node in graph:
        if any(edge.source in found for edge in graph.edges_into(node.name)):
            found.add(node.name)
    return found


# -- putting formulas together ----------------------------------------------------------------


def _last(formula: Formula) -> Eq:
    """Only the two ends of a chain of equals: dL/dw = ... = 1248 becomes dL/dw = 1248."""
    assert isinstance(formula, Eq)
    end = formula.right
    while isinstance(end, Eq):
        end = end.right
    return Eq(formula.left, end)


def _result(tape: Tape, name: str) -> Formula:
    """dL/dw = 1248; with the closed form between where that is short: dy/dx = 2x cos(x²)."""
    result = _last(step_numbers(tape.graph, name, tape))
    closed = _closed(tape.graph, name) if _is_small(tape) else None
    if closed is None or to_plain(closed.right) == to_plain(result.right):
        return result
    return equals(result.left, closed.right, result.right)


def _is_small(tape: Tape) -> bool:
    """Whether algebra on the whole graph is quick, and its result short enough to be read."""
    graph = tape.graph
    return (
        len(graph.inputs) <= CLOSED_INPUTS
        and len(graph) - len(graph.inputs) <= CLOSED_STEPS
        and all(np.ndim(tape.value(node.name)) == 0 for node in graph)
    )


@lru_cache(maxsize=64)
def _closed(graph: Graph, name: str) -> Eq | None:
    try:
        found = closed_form(graph, name)
    except ChainvizError:  # algebra does not know every operation
        return None
    return found if isinstance(found, Eq) and len(to_plain(found)) <= CLOSED_LENGTH else None


def _listed(*formulas: Formula) -> Formula:
    items: list[Formula] = []
    for formula in formulas:
        items += [_COMMA, formula] if items else [formula]
    return Row(tuple(items)) if len(items) > 1 else items[0]


def _definitions(graph: Graph) -> Formula:
    return _listed(*(definition(graph, node.name) for node in graph if node.op is not None))


def _seed(graph: Graph) -> Formula:
    name = name_of(graph, graph.output)
    part = Part.of_node(Kind.GRAD, graph.output)
    total = len(graph.inputs) == 1
    return Eq(Keyed(part, Deriv(name, name, total)), Keyed(part, Num(1.0)))


def _title(graph: Graph) -> str:
    wanted = graph.inputs
    named = ", ".join(_plain(name) for name in wanted[:-1])
    both = f"{named} and {_plain(wanted[-1])}" if named else _plain(wanted[-1])
    return f"How {_plain(graph.output)} depends on {both}"


def _plain(name: str) -> str:
    return to_plain(symbol(name))
