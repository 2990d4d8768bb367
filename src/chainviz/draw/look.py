"""Which role a part of a picture plays, and so which colour it wears."""

from __future__ import annotations

from chainviz.draw.typeset import Look
from chainviz.graph import Graph
from chainviz.part import Kind, Part
from chainviz.theme import Role, Theme

__all__ = ["look_of", "role_of", "role_of_node"]

_GRADS = frozenset({Kind.GRAD, Kind.CONTRIBUTION})  # a partial is local: it is no gradient yet


def role_of_node(graph: Graph, name: str) -> Role:
    """Input, parameter, intermediate or output, as the graph has it."""
    if name == graph.output:
        return Role.OUTPUT
    node = graph.node(name)
    if node.is_parameter:
        return Role.PARAMETER
    return Role.INPUT if node.op is None else Role.INTERMEDIATE


def role_of(graph: Graph, part: Part) -> Role:
    """The role of any part of a picture of that graph."""
    if part.kind in _GRADS:
        return Role.GRAD
    if part.kind in (Kind.NODE, Kind.VALUE):
        return role_of_node(graph, str(part.key[0]))
    return Role.EDGE if part.kind is Kind.EDGE else Role.TEXT


def look_of(graph: Graph | None, theme: Theme) -> Look:
    """Formula parts in the colours of what they stand for; plain text colour otherwise."""

    def look(part: Part) -> str | None:
        if part.kind is Kind.GRAD:
            return theme[Role.GRAD]
        if part.kind is Kind.PARTIAL:
            return theme[Role.TEXT]
        if part.kind is Kind.NODE and graph is not None and part.key[0] in graph:
            return theme[role_of_node(graph, str(part.key[0]))]
        return None

    return look
