"""What nodes, gradients and partials are called in formulas, and the keys they carry."""

from __future__ import annotations

from typing import Any, Protocol

from chainviz.formula.latex_in import from_latex
from chainviz.formula.notation import symbol
from chainviz.formula.tree import Deriv, Formula, Keyed, Num, Sub, Text
from chainviz.graph import Edge, Graph
from chainviz.part import Kind, Part

__all__ = [
    "Numbers",
    "grad_name",
    "grad_number",
    "keyed_node",
    "keyed_value",
    "name_of",
    "of_edge",
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
    """The notation of a node: its label, else its name by rule.

    >>> from chainviz.parse import parse
    >>> name_of(parse("L = w1*x"), "w1") == symbol("w_1")
    True
    """
    node = graph.node(name)
    return symbol(node.name) if node.label is None else from_latex(node.label)


def keyed_node(graph: Graph, name: str) -> Formula:
    """A node's notation, addressable as the node."""
    return Keyed(Part.of_node(Kind.NODE, name), name_of(graph, name))


def keyed_value(name: str, numbers: Numbers) -> Keyed:
    """A node's number, addressable as its value."""
    return Keyed(Part.of_node(Kind.VALUE, name), Num(numbers.value(name)))


def of_edge(kind: Kind, edge: Edge) -> Part:
    """The part of an edge."""
    return Part.of_edge(kind, edge.source, edge.target, edge.slot)


def partial_name(graph: Graph, edge: Edge) -> Formula:
    """The fraction that names the local derivative on an edge.

    Where several edges join the same two nodes each has its number; where it would be written
    like the whole derivative without being it, it is called direct.
    """
    several = [e for e in graph.edges_into(edge.target) if e.source == edge.source]
    total = _is_total(graph) and len(graph.edges_into(edge.target)) == 1
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


def grad_name(graph: Graph, name: str) -> Keyed:
    """The fraction that names the derivative of the output by a node."""
    return Keyed(Part.of_node(Kind.GRAD, name), grad_deriv(graph, name))


def grad_number(name: str, numbers: Numbers) -> Keyed:
    """The number of a gradient, addressable as the gradient."""
    return Keyed(Part.of_node(Kind.GRAD, name), Num(numbers.grad(name)))


def grad_deriv(graph: Graph, name: str) -> Deriv:
    """The derivative by a node, without its key; d where one variable decides everything."""
    total = _is_total(graph) and (graph.node(name).op is None or _is_single_file(graph))
    return Deriv(name_of(graph, graph.output), name_of(graph, name), total)


def _is_total(graph: Graph) -> bool:
    """Whether derivatives are written with d: there is one input."""
    return len(graph.inputs) == 1


def _is_single_file(graph: Graph) -> bool:
    """Whether each node depends on one other only, so that no derivative is partial."""
    return all(len(graph.edges_into(node.name)) <= 1 for node in graph)
