"""Why a local derivative is 0 or 1: the sentence that a reader needs beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from chainviz.formula.local import definition, partial_body
from chainviz.formula.names import Numbers, name_of
from chainviz.formula.number import show_number
from chainviz.formula.pieces import bare, keys
from chainviz.formula.print_plain import to_plain
from chainviz.formula.tidy import is_number
from chainviz.graph import Constant, Edge, Graph
from chainviz.part import Kind

__all__ = ["because", "because_none"]


def because(graph: Graph, edge: Edge, numbers: Numbers | None = None) -> str | None:
    """Why the partial on an edge is 0 or 1, by its formula or by the numbers of a run.

    >>> from chainviz.parse import parse
    >>> graph = parse("y = u + b; L = y*t")
    >>> because(graph, graph.edges_into("y")[0])
    '1 because y = u + b grows by as much as u grows'
    >>> because(graph, graph.edges_into("L")[0]) is None
    True
    """
    body = bare(partial_body(graph, edge))
    whole = to_plain(definition(graph, edge.target))
    source = to_plain(name_of(graph, edge.source))
    if is_number(body, 1):
        return f"1 because {whole} grows by as much as {source} grows"
    if is_number(body, 0):
        return f"0 because {whole} does not change with {source}"
    if numbers is None:
        return None
    worth = _plain(numbers.partial_of(edge))
    if worth not in (0, 1):
        return None
    op = graph.node(edge.target).op
    reason = _REASONS.get(op.name if op else "", _at_this_place)(graph, edge, numbers, worth == 1)
    return f"{show_number(worth)} because {reason}"


def because_none(graph: Graph, name: str) -> str:
    """Why the gradient of a node that doesn't reach the output is 0.

    >>> from chainviz.parse import parse
    >>> because_none(parse("L = w*x"), "w")
    '0 because L does not depend on w'
    """
    output = to_plain(name_of(graph, graph.output))
    return f"0 because {output} does not depend on {to_plain(name_of(graph, name))}"


def _plain(x: Any) -> float | None:
    """A single number, or None for an array."""
    try:
        return float(x)
    except (TypeError, ValueError):
        return None


def _with_value(graph: Graph, name: str, numbers: Numbers) -> str:
    return f"{to_plain(name_of(graph, name))} = {show_number(numbers.value(name))}"


def _at_this_place(graph: Graph, edge: Edge, numbers: Numbers, one: bool) -> str:
    body = partial_body(graph, edge)
    names = [str(part.key[0]) for part in keys(body) if part.kind is Kind.NODE]
    here = " and ".join(_with_value(graph, name, numbers) for name in names or [edge.source])
    return f"{to_plain(body)} is {'1' if one else '0'} at {here}"


def _relu(graph: Graph, edge: Edge, numbers: Numbers, one: bool) -> str:
    here = _with_value(graph, edge.source, numbers)
    return f"{here} is above 0 and goes through" if one else f"{here} is not above 0 and is cut off"


def _other(graph: Graph, edge: Edge) -> str | Constant:
    arguments = graph.node(edge.target).arguments
    return arguments[1 - edge.slot]


def _times(graph: Graph, edge: Edge, numbers: Numbers, one: bool) -> str:
    other = _other(graph, edge)
    worth = "1" if one else "0"
    if isinstance(other, Constant):
        return f"the other factor is {worth}"
    return f"the other factor, {to_plain(name_of(graph, other))}, is {worth}"


def _chosen(word: str) -> Callable[[Graph, Edge, Numbers, bool], str]:
    def reason(graph: Graph, edge: Edge, numbers: Numbers, one: bool) -> str:
        other = _other(graph, edge)
        mine = _with_value(graph, edge.source, numbers)
        if one:
            return f"{mine} is the {word} one and goes through"
        theirs = (
            show_number(other.value)
            if isinstance(other, Constant)
            else _with_value(graph, other, numbers)
        )
        return f"{theirs} is the {word} one, so {mine} changes nothing"

    return reason


_REASONS: Mapping[str, Callable[[Graph, Edge, Numbers, bool], str]] = MappingProxyType(
    {"relu": _relu, "mul": _times, "max": _chosen("larger"), "min": _chosen("smaller")}
)
