"""Telling: a run becomes a storyboard, one thing to notice at a time."""

from __future__ import annotations

from chainviz.formula import (
    Deriv,
    Eq,
    Formula,
    Keyed,
    Num,
    Row,
    Text,
    definition,
    definition_numbers,
    equals,
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
    Reveal,
    SeedOutput,
    Storyboard,
    Title,
)
from chainviz.tape import Tape

__all__ = ["tell", "tell_backward", "tell_forward", "tell_graph"]

_COMMA = Text(",  ")


def tell(tape: Tape, *, title: str | None = None) -> Storyboard:
    """The whole film of a run: title, graph, forward pass, backward pass, result."""
    opening = (Title(title or _title(tape.graph), None),)
    told = Storyboard(opening) + tell_graph(tape.graph) + tell_forward(tape) + tell_backward(tape)
    return told + tell_result(tape)


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
        formula = _continued(
            definition(graph, node.name), definition_numbers(graph, node.name, tape)
        )
        beats.append(Evaluate(node.name, formula, f"Forward: {to_plain(formula)}."))
    return Storyboard(tuple(beats))


def tell_backward(tape: Tape) -> Storyboard:
    """The seed, then every node's gradient in reverse order, contribution by contribution."""
    graph = tape.graph
    beats: list[Beat] = []
    for node in reversed(graph.nodes):
        name = node.name
        if name == graph.output:
            formula = _seed(graph)
            beats.append(SeedOutput(name, formula, f"Backward, from the seed {to_plain(formula)}."))
            continue
        edges = tuple(came.edge for came in tape.contributions(name))
        formula = _continued(step(graph, name), step_numbers(graph, name, tape))
        beats.append(Differentiate(name, edges, formula, f"{to_plain(formula)}."))
    return Storyboard(tuple(beats))


def tell_result(tape: Tape) -> Storyboard:
    """What came out: the gradient of every input, in one line."""
    graph = tape.graph
    rows = [_last(step_numbers(graph, name, tape)) for name in graph.inputs]
    if not rows:
        return Storyboard(())
    return Storyboard((Conclude((_listed(*rows),), "All the gradients, from one sweep."),))


# -- putting formulas together ----------------------------------------------------------------


def _continued(first: Formula, second: Formula) -> Formula:
    """Join u = w x and u = 3 · 2 = 6 as one chain: u = w x = 3 · 2 = 6."""
    sides: list[Formula] = []
    for formula in (first, second):
        skip = formula is second
        while isinstance(formula, Eq):
            if not skip:
                sides.append(formula.left)
            skip, formula = False, formula.right
        sides.append(formula)
    read = [to_plain(side) for side in sides]
    fresh = [side for side, now, last in zip(sides, read, ["", *read], strict=False) if now != last]
    return equals(*fresh)


def _last(formula: Formula) -> Formula:
    """Only the two ends of a chain of equals: dL/dw = ... = 1248 becomes dL/dw = 1248."""
    assert isinstance(formula, Eq)
    end = formula.right
    while isinstance(end, Eq):
        end = end.right
    return Eq(formula.left, end)


def _listed(*formulas: Formula) -> Formula:
    items: list[Formula] = []
    for formula in formulas:
        items += [_COMMA, formula] if items else [formula]
    return Row(tuple(items)) if len(items) > 1 else items[0]


def _definitions(graph: Graph) -> Formula:
    return _listed(*(definition(graph, node.name) for node in graph if node.op is not None))


def _seed(graph: Graph) -> Formula:
    name = symbol(graph.output)
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
