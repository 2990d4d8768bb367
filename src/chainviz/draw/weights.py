"""Which parameters are weights: those that only multiply what flows along one edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chainviz.graph import Edge, Graph, Node

__all__ = ["Wiring", "wire"]


@dataclass(frozen=True, slots=True)
class Wiring:
    """A graph as a network: neurons, the edges between them, and the weight on each edge."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    carrier: Mapping[str, Edge]  # the edge that a weight stands on
    weight: Mapping[Edge, Edge]  # and the other way: edge -> the weight's own argument slot

    @property
    def columns(self) -> dict[str, int]:
        """The column of each neuron; an input stands just before what it feeds."""
        found: dict[str, int] = {}
        for node in self.nodes:
            before = [found[edge.source] for edge in self.edges if edge.target == node.name]
            found[node.name] = 1 + max(before, default=-1)
        for node in self.nodes:
            if node.op is None:
                fed = [found[edge.target] for edge in self.edges if edge.source == node.name]
                found[node.name] = min(fed, default=1) - 1
        return found

    def line_of(self, edge: Edge) -> Edge:
        """The edge that is drawn for an argument slot; a weight's slot shares its carrier's."""
        return self.carrier.get(edge.source, edge)


def wire(graph: Graph) -> Wiring:
    """Put each weight on the edge it multiplies; other parameters stay nodes.

    >>> from chainviz import parse
    >>> graph = parse("h = w*x + b", parameters=["w", "b"])
    >>> {name: edge.source for name, edge in wire(graph).carrier.items()}
    {'w': 'x'}
    """
    carrier: dict[str, Edge] = {}
    weight: dict[Edge, Edge] = {}
    for name in graph.parameters:
        slots = graph.edges_out_of(name)
        if len(slots) != 1:
            continue
        partner = _partner(graph.node(slots[0].target), name)
        lines = [e for e in graph.edges_into(slots[0].target) if e.source == partner]
        if len(lines) == 1 and lines[0] not in weight and partner not in graph.parameters:
            carrier[name] = lines[0]
            weight[lines[0]] = slots[0]
    nodes = tuple(node for node in graph if node.name not in carrier)
    edges = tuple(edge for edge in graph.edges if edge.source not in carrier)
    return Wiring(nodes, edges, carrier, weight)


def _partner(node: Node, name: str) -> str | None:
    """What the node multiplies the weight with, itself or inside the gate that it is."""
    op = node.op
    if op is None:
        return None
    if op.name == "mul":
        return next((a for a in node.arguments if isinstance(a, str) and a != name), None)
    if op.inner is None:
        return None
    outer = dict(zip(op.inner.inputs, node.arguments, strict=True))
    inside = next((own for own, given in outer.items() if given == name), None)
    uses: tuple[Edge, ...] = op.inner.edges_out_of(inside) if inside else ()
    if len(uses) != 1:
        return None
    found = _partner(op.inner.node(uses[0].target), str(inside))
    given = outer.get(found) if found else None
    return given if isinstance(given, str) else None
