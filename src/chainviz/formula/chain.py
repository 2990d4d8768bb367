"""The chain rule written out for a graph: a sum over paths of products of partials."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chainviz.formula.local import partial_body
from chainviz.formula.names import grad_name, of_edge, partial_name
from chainviz.formula.step import added, step, ways_to_output
from chainviz.formula.tree import Eq, Formula, Keyed, Mul, Num
from chainviz.graph import Edge, Graph
from chainviz.part import Kind

__all__ = ["MOST_PATHS", "chain", "count_paths", "over_paths", "paths"]

MOST_PATHS = 6
"""Sums over more paths than this are written as a step instead."""


def chain(graph: Graph, name: str) -> Formula:
    """The derivative of the output by a node, as a sum over paths of products of partials.

    With many paths the recursive form of :func:`step` is given.

    >>> from chainviz.parse import parse
    >>> from chainviz.formula.print_plain import to_plain
    >>> graph = parse("u = w*x; y = u^2; L = ln(y)")
    >>> to_plain(chain(graph, "w"))
    '∂L/∂w = ∂L/∂y · ∂y/∂u · ∂u/∂w'
    """
    if count_paths(graph, name) > MOST_PATHS:
        return step(graph, name)
    body = over_paths(graph, name, lambda edge: partial_name(graph, edge))
    return Eq(grad_name(graph, name), body)


def over_paths(graph: Graph, name: str, write: Callable[[Edge], Formula]) -> Formula:
    """Products along each path from the output to a node, summed; factors by the caller."""
    if name == graph.output:
        return Num(1)
    found: dict[Edge, list[tuple[Edge, ...]]] = {}
    for way in paths(graph, name):
        found.setdefault(way[-1], []).append(way)
    if not found:
        return Num(0)
    if [[len(way) for way in ways] for ways in found.values()] == [[1]]:
        (edge,) = found
        said = write(edge)
        named = said == partial_name(graph, edge)
        return Keyed(of_edge(Kind.PARTIAL, edge), partial_body(graph, edge)) if named else said
    return added(
        Keyed(of_edge(Kind.CONTRIBUTION, edge), added(_product(map(write, way)) for way in ways))
        for edge, ways in found.items()
    )


def _product(factors: Iterator[Formula]) -> Formula:
    done = tuple(factors)
    return done[0] if len(done) == 1 else Mul(done, "dot")


def paths(graph: Graph, name: str) -> Iterator[tuple[Edge, ...]]:
    """Every way from the output back to a node; the edge next to the output comes first."""
    waiting: list[tuple[str, tuple[Edge, ...]]] = [(name, ())]
    while waiting:
        at, way = waiting.pop()
        if at == graph.output:
            yield way
        waiting += [(edge.target, (edge, *way)) for edge in reversed(graph.edges_out_of(at))]


def count_paths(graph: Graph, name: str) -> int:
    """How many ways lead from a node to the output, without walking them."""
    return ways_to_output(graph)[graph.node(name).name]
