"""The chain rule written out for a graph: along all paths, or one step from the results before."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chainviz.formula.local import (
    Numbers,
    grad_name,
    of_edge,
    partial_body,
    partial_name,
)
from chainviz.formula.rounding import relation
from chainviz.formula.tree import Add, Eq, Formula, Keyed, Mul, Num
from chainviz.graph import Edge, Graph
from chainviz.part import Kind, Part

__all__ = ["chain", "count_paths", "paths", "step", "step_numbers"]

MOST_PATHS = 6
"""Sums over more paths than this are written as a step instead."""

WriteEdge = Callable[[Edge], Formula]


def chain(graph: Graph, name: str) -> Formula:
    """The derivative of the output by a node, as a sum over paths of products of partials.

    With many paths the recursive form of :func:`step` is given.

    >>> from chainviz.parse import parse
    >>> from chainviz.formula.print_plain import to_plain
    >>> graph = parse("u = w*x; y = u^2; L = ln(y)")
    >>> to_plain(chain(graph, "w"))
    '∂L/∂w = ∂L/∂y · ∂y/∂u · ∂u/∂w'
    """
    left = grad_name(graph, name)
    if count_paths(graph, name) > MOST_PATHS:
        return step(graph, name)
    return Eq(left, over_paths(graph, name, lambda edge: partial_name(graph, edge)))


def over_paths(graph: Graph, name: str, write: WriteEdge) -> Formula:
    """Products along each path from the output to a node, summed; factors by the caller."""
    if name == graph.output:
        return Num(1)
    found: dict[Edge, list[tuple[Edge, ...]]] = {}
    for way in paths(graph, name):
        found.setdefault(way[-1], []).append(way)
    if not found:
        return Num(0)
    if len(found) == 1 and [len(way) for way in next(iter(found.values()))] == [1]:
        edge = next(iter(found))
        return Keyed(of_edge(Kind.PARTIAL, edge), partial_body(graph, edge))
    terms = [
        Keyed(of_edge(Kind.CONTRIBUTION, edge), _sum(_product(map(write, way)) for way in ways))
        for edge, ways in found.items()
    ]
    return _sum(terms)


def _product(factors: Iterator[Formula]) -> Formula:
    done = tuple(factors)
    return done[0] if len(done) == 1 else Mul(done, "dot")


def _sum(terms: Iterator[Formula] | list[Keyed]) -> Formula:
    done = tuple(terms)
    return done[0] if len(done) == 1 else Add(done)


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
    return _ways(graph)[graph.node(name).name]


def _ways(graph: Graph) -> dict[str, int]:
    ways = {graph.output: 1}
    for node in reversed(graph.nodes):
        if node.name != graph.output:
            ways[node.name] = sum(ways[edge.target] for edge in graph.edges_out_of(node.name))
    return ways


def step(graph: Graph, name: str) -> Formula:
    """The derivative by a node from the derivatives by the nodes it feeds.

    >>> from chainviz.parse import parse
    >>> from chainviz.formula.print_plain import to_plain
    >>> graph = parse("f = x^2; g = sin(x); L = f*g")
    >>> to_plain(step(graph, "x"))
    'dL/dx = ∂L/∂f · df/dx + ∂L/∂g · dg/dx'
    """
    outgoing = _useful(graph, name)
    if name != graph.output and len(outgoing) == 1 and outgoing[0].target == graph.output:
        edge = outgoing[0]
        body: Formula = Keyed(of_edge(Kind.PARTIAL, edge), partial_body(graph, edge))
        return Eq(grad_name(graph, name), Keyed(of_edge(Kind.CONTRIBUTION, edge), body))
    body = _contributions(
        graph, name, lambda n: grad_name(graph, n), lambda edge: partial_name(graph, edge)
    )
    return Eq(grad_name(graph, name), body)


def step_numbers(graph: Graph, name: str, numbers: Numbers) -> Formula:
    """The step with numbers put in: ∂L/∂u = 52 · 12 = 624, under the same keys.

    Nothing stands between where a single number would be repeated.
    """
    result = grad_number(name, numbers)
    body = _contributions(
        graph,
        name,
        lambda n: grad_number(n, numbers),
        lambda edge: Keyed(of_edge(Kind.PARTIAL, edge), Num(numbers.partial_of(edge))),
    )
    if len(_useful(graph, name)) <= 1 and not isinstance(_unwrapped(body), Mul):
        return Eq(grad_name(graph, name), _with_key(result, body))
    return Eq(grad_name(graph, name), Eq(body, result, relation(body, numbers.grad(name))))


def _with_key(result: Keyed, body: Formula) -> Formula:
    """The result under the keys of the single number it equals."""
    if isinstance(body, Keyed):
        return Keyed(body.part, _with_key(result, body.body))
    return result


def _unwrapped(f: Formula) -> Formula:
    while isinstance(f, Keyed):
        f = f.body
    return f


def grad_number(name: str, numbers: Numbers) -> Keyed:
    """The number of a gradient, addressable as the gradient."""
    return Keyed(Part.of_node(Kind.GRAD, name), Num(numbers.grad(name)))


def _useful(graph: Graph, name: str) -> list[Edge]:
    """The edges out of a node along which something comes back."""
    ways = _ways(graph)
    return [edge for edge in graph.edges_out_of(name) if ways[edge.target]]


def _contributions(
    graph: Graph, name: str, grad: Callable[[str], Formula], part: WriteEdge
) -> Formula:
    """What arrives at a node, edge by edge: upstream times local."""
    if name == graph.output:
        return Num(1)
    outgoing = _useful(graph, name)
    if not outgoing:
        return Num(0)
    return _sum(
        Keyed(
            of_edge(Kind.CONTRIBUTION, edge),
            part(edge)
            if edge.target == graph.output
            else Mul((grad(edge.target), part(edge)), "dot"),
        )
        for edge in outgoing
    )
