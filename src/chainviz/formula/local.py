"""What one node says by itself: its definition, its partials, and both with numbers put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from chainviz.formula.latex_in import from_latex
from chainviz.formula.notation import symbol
from chainviz.formula.read import number, read
from chainviz.formula.rounding import relation
from chainviz.formula.tidy import tidy
from chainviz.formula.tree import (
    Call,
    Deriv,
    Eq,
    Formula,
    Keyed,
    Mul,
    Num,
    Sub,
    Text,
)
from chainviz.graph import Constant, Edge, Graph, Node
from chainviz.ops import ARGUMENTS
from chainviz.part import Kind, Part

__all__ = [
    "Numbers",
    "definition",
    "definition_numbers",
    "grad_name",
    "name_of",
    "partial",
    "partial_body",
    "partial_name",
]


class Numbers(Protocol):
    """Where numbers come from: a Tape, or anything that answers like one."""

    def value(self, name: str) -> Any:
        """The node's number of the forward pass."""

    def grad(self, name: str) -> Any:
        """d(output)/d(node)."""

    def partial_of(self, edge: Edge) -> Any:
        """The local derivative on an edge."""


def name_of(graph: Graph, name: str) -> Formula:
    """The notation of a node: its label, else its name by rule."""
    node = graph.node(name)
    return symbol(node.name) if node.label is None else from_latex(node.label)


def keyed_node(graph: Graph, name: str) -> Formula:
    """A node's notation, addressable as the node."""
    return Keyed(Part.of_node(Kind.NODE, name), name_of(graph, name))


def of_edge(kind: Kind, edge: Edge) -> Part:
    """The part of an edge."""
    return Part.of_edge(kind, edge.source, edge.target, edge.slot)


def definition(graph: Graph, name: str) -> Formula:
    """How a node is made from what flows into it: u = w x. An input is just its name.

    >>> from chainviz.parse import parse
    >>> from chainviz.formula.print_plain import to_plain
    >>> graph = parse("u = w*x; L = (u - 3)^2")
    >>> to_plain(definition(graph, "u")), to_plain(definition(graph, "L"))
    ('u = w·x', 'L = v₁²')
    """
    node = graph.node(name)
    left = keyed_node(graph, name)
    if node.op is None:
        return left
    return Eq(left, _notation(node, lambda edge: keyed_node(graph, edge.source)))


def definition_numbers(graph: Graph, name: str, numbers: Numbers) -> Formula:
    """The definition with numbers put in: u = 3 · 2 = 6. An input is its number: x = 2."""
    node = graph.node(name)
    left = keyed_node(graph, name)
    result = Keyed(Part.of_node(Kind.VALUE, name), Num(numbers.value(name)))
    if node.op is None:
        return Eq(left, result)

    def put_in(edge: Edge) -> Formula:
        return Keyed(Part.of_node(Kind.VALUE, edge.source), Num(numbers.value(edge.source)))

    body = _notation(node, put_in)
    return Eq(left, Eq(body, result, relation(body, numbers.value(name))))


def _notation(node: Node, write: Callable[[Edge], Formula]) -> Formula:
    """How the node's value is written, with each argument written by the caller."""
    assert node.op is not None
    arguments = _arguments(node, lambda edge: Keyed(of_edge(Kind.EDGE, edge), write(edge)))
    if not node.op.notation:
        return Call(node.op.called[0] if node.op.called else node.op.name, tuple(arguments))
    return _figures_first(read(node.op.notation, dict(zip(ARGUMENTS, arguments, strict=False))))


def _arguments(node: Node, write: Callable[[Edge], Formula]) -> list[Formula]:
    return [
        number(argument.value)
        if isinstance(argument, Constant)
        else write(Edge(argument, node.name, slot))
        for slot, argument in enumerate(node.arguments)
    ]


def _figures_first(f: Formula) -> Formula:
    """3x, even where the user wrote x*3."""
    match f:
        case Mul((left, Num() as right), "juxtapose") if not isinstance(left, Num):
            return Mul((right, left))
    return f


def partial(graph: Graph, edge: Edge) -> Formula:
    """The local derivative on an edge: ∂y/∂u = 2u.

    >>> from chainviz.parse import parse
    >>> from chainviz.formula.print_plain import to_plain
    >>> graph = parse("u = w*x; y = u^2")
    >>> [to_plain(partial(graph, edge)) for edge in graph.edges]
    ['∂u/∂w = x', '∂u/∂x = w', '∂y/∂u = 2u']
    """
    return Eq(partial_name(graph, edge), partial_body(graph, edge))


def partial_body(
    graph: Graph, edge: Edge, write: Callable[[str], Formula] | None = None
) -> Formula:
    """The right side of a partial, with each node's name written by the caller (or as usual)."""
    node = graph.node(edge.target)
    assert node.op is not None
    put_in = write or (lambda name: keyed_node(graph, name))
    names = dict(zip(ARGUMENTS, _arguments(node, lambda e: put_in(e.source)), strict=False))
    names["y"] = put_in(node.name)
    return tidy(read(node.op.formulas[edge.slot], names))


def partial_name(graph: Graph, edge: Edge) -> Formula:
    """The fraction that names the local derivative on an edge.

    Where several edges join the same two nodes each has its number; where it would be written
    like the whole derivative without being it, it is called direct.
    """
    several = [e for e in graph.edges_into(edge.target) if e.source == edge.source]
    total = is_total(graph) and len(graph.edges_into(edge.target)) == 1
    deriv = Deriv(name_of(graph, edge.target), name_of(graph, edge.source), total)
    named: Formula = deriv
    if len(several) > 1:
        named = Sub(deriv, Num(several.index(edge) + 1))
    elif (
        edge.target == graph.output
        and len(graph.edges_out_of(edge.source)) > 1
        and grad_deriv(graph, edge.source) == deriv
    ):
        named = Sub(deriv, Text("direct"))
    return Keyed(of_edge(Kind.PARTIAL, edge), named)


def grad_name(graph: Graph, name: str) -> Formula:
    """The fraction that names the derivative of the output by a node."""
    return Keyed(Part.of_node(Kind.GRAD, name), grad_deriv(graph, name))


def grad_deriv(graph: Graph, name: str) -> Deriv:
    """The same without its key; d where one variable decides everything, else ∂."""
    total = is_total(graph) and (graph.node(name).op is None or is_single_file(graph))
    return Deriv(name_of(graph, graph.output), name_of(graph, name), total)


def is_total(graph: Graph) -> bool:
    """Whether derivatives are written with d: there is one input."""
    return len(graph.inputs) == 1


def is_single_file(graph: Graph) -> bool:
    """Whether each node depends on one other only, so that no derivative is partial."""
    return all(len(graph.edges_into(node.name)) <= 1 for node in graph)
