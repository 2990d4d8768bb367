"""Telling the chain rule as a product: the factors by themselves, then path by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chainviz.formula import (
    Accent,
    Call,
    Eq,
    Formula,
    Keyed,
    Mul,
    Num,
    Row,
    Text,
    bare,
    chain,
    definition,
    equals,
    grad_name,
    partial,
    paths,
    rebuild,
    symbol,
    to_plain,
)
from chainviz.formula.rounding import relation
from chainviz.graph import Edge, Graph, GraphError
from chainviz.part import Kind, Part
from chainviz.story.beats import Beat, Conclude, Reveal, Storyboard, Title
from chainviz.story.labels import edge_part
from chainviz.story.path_beats import Along, Local
from chainviz.story.tell import tell_backward, tell_forward, tell_graph, tell_result
from chainviz.tape import Tape

__all__ = ["tell_factors", "tell_network", "tell_paths", "tell_pipeline", "tell_stages"]

_COMMA = Text(",   ")


def tell_pipeline(
    tape: Tape, names: Mapping[str, str | Formula], *, title: str | None = "The chain rule"
) -> Storyboard:
    """A function of a function of ...: the stages, their values, their factors, the product.

    ``names`` calls the stages: ``{"u": "g", "y": "f"}``. Without a title it can continue a film.
    """
    graph = tape.graph
    called = _as_formulas(names)
    opening: list[Beat] = [Title(title, None, f"{title}.")] if title else []
    told = Storyboard(tuple(opening)) + tell_stages(tape, names) + tell_forward(tape)
    told += tell_factors(tape) + tell_paths(tape, *graph.inputs)
    if len(called) == len(graph) - len(graph.inputs):
        rule = _rule(graph, called)
        told += Storyboard((Conclude((rule,), f"The chain rule: {to_plain(rule)}."),))
    return told


def tell_stages(tape: Tape, names: Mapping[str, str | Formula]) -> Storyboard:
    """The stages are drawn, beside what each of them does: u = g(x) = 2x."""
    called = _as_formulas(names)
    written = _listed(_called(tape.graph, name, called) for name in called)
    said = f"One stage after the other: {to_plain(written)}."
    return Storyboard((Reveal(written, said),))


def _as_formulas(names: Mapping[str, str | Formula]) -> dict[str, Formula]:
    return {name: symbol(word) if isinstance(word, str) else word for name, word in names.items()}


def tell_network(tape: Tape, *weights: str, title: str = "The chain rule") -> Storyboard:
    """Forward with numbers, then the gradient of each weight along its path back."""
    opening = Storyboard((Title(title, None, f"{title}."),)) + tell_graph(tape.graph)
    wanted = weights or tuple(reversed(tape.graph.parameters))
    told = opening + tell_forward(tape)
    told += tell_backward(tape, wrt=(tape.graph.output,))  # the seed
    return told + tell_paths(tape, *wanted) + tell_result(tape, wrt=wanted)


def tell_factors(tape: Tape) -> Storyboard:
    """The local derivative of every edge, in the order of the forward pass."""
    graph = tape.graph
    beats = []
    for edge in graph.edges:
        local = partial(graph, edge)
        assert isinstance(local, Eq)
        number = Keyed(edge_part(Kind.PARTIAL, edge), Num(tape.partial_of(edge)))
        if isinstance(bare(local.right), Num):
            local = Eq(local.left, number)
        else:
            local = equals(local.left, local.right, number)
        formula = Row((definition(graph, edge.target), _COMMA, local))
        beats.append(Local(edge, formula, f"{to_plain(local)}."))
    return Storyboard(tuple(beats))


def tell_paths(tape: Tape, *names: str) -> Storyboard:
    """The gradients of some nodes, one at a time, each as a product along its paths."""
    return Storyboard(tuple(_along(tape, name) for name in names))


def _along(tape: Tape, name: str) -> Along:
    graph = tape.graph
    ways = tuple(paths(graph, name))
    if not ways or not ways[0]:
        raise GraphError(f"no path leads from {name!r} to the output; name a node before it")
    symbols = chain(graph, name)
    assert isinstance(symbols, Eq)
    result = Keyed(Part.of_node(Kind.GRAD, name), Num(tape.grad(name)))
    numbers = _in_numbers(symbols.right, tape)
    sides = [symbols.left, symbols.right]
    formula: Formula = result
    if isinstance(bare(numbers), Num):
        formula = Eq(sides[1], result)
    else:
        formula = Eq(sides[1], Eq(numbers, result, relation(numbers, tape.grad(name))))
    formula = Eq(sides[0], formula)
    return Along(name, ways, formula, f"{to_plain(symbols)} = {to_plain(result)}.")


def _in_numbers(formula: Formula, tape: Tape) -> Formula:
    """The same products with each partial's number put in, under the same keys."""
    if isinstance(formula, Keyed) and formula.part.kind is Kind.PARTIAL:
        source, target, slot = formula.part.key
        number = tape.partial_of(Edge(str(source), str(target), int(slot)))
        return Keyed(formula.part, Num(number))
    return rebuild(formula, lambda piece: _in_numbers(piece, tape))


# -- a pipeline's stages by their names ---------------------------------------------------------


def _called(graph: Graph, name: str, called: Mapping[str, Formula]) -> Formula:
    """U = g(x) = 2x."""
    made = definition(graph, name)
    assert isinstance(made, Eq)
    return equals(made.left, _stage(graph, name, called), made.right)


def _stage(
    graph: Graph, name: str, called: Mapping[str, Formula], *, prime: bool = False
) -> Formula:
    source = graph.edges_into(name)[0].source
    given = Keyed(Part.of_node(Kind.NODE, source), symbol(source))
    return Call(Accent("prime", called[name]) if prime else called[name], (given,))


def _rule(graph: Graph, called: Mapping[str, Formula]) -> Formula:
    """dy/dx = f'(u) · g'(x)."""

    def factors() -> Iterator[Formula]:
        for node in reversed(graph.nodes):
            if node.op is not None:
                edge = graph.edges_into(node.name)[0]
                slope = _stage(graph, node.name, called, prime=True)
                yield Keyed(edge_part(Kind.PARTIAL, edge), slope)

    return Eq(grad_name(graph, graph.inputs[0]), Mul(tuple(factors()), "dot"))


def _listed(formulas: Iterator[Formula]) -> Formula:
    items: list[Formula] = []
    for formula in formulas:
        items += [_COMMA, formula] if items else [formula]
    return Row(tuple(items))
