"""One step back: the derivative by a node from the derivatives by the nodes it feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chainviz.formula.local import partial_body, pulled
from chainviz.formula.names import (
    Numbers,
    grad_name,
    grad_number,
    keyed_node,
    keyed_value,
    of_edge,
    partial_name,
)
from chainviz.formula.pieces import bare, walk
from chainviz.formula.rounding import relation
from chainviz.formula.shapes import (
    array_names,
    in_columns,
    is_all,
    is_array,
    is_large,
    shape_of,
    with_shapes,
)
from chainviz.formula.tree import Add, Big, Eq, Formula, Keyed, Mul, Neg, Num
from chainviz.graph import Edge, Graph
from chainviz.part import Kind

__all__ = ["added", "reaching", "step", "step_numbers", "step_shapes", "ways_to_output"]


@dataclass(frozen=True, slots=True)
class _Hand:
    """How gradients, partials and nodes are written: by name, or as numbers."""

    grad: Callable[[str], Formula]
    partial: Callable[[Edge], Formula]
    node: Callable[[str], Formula]


def step(graph: Graph, name: str, numbers: Numbers | None = None) -> Formula:
    """The derivative of the output by a node, from results that the sweep back has already.

    ``numbers`` (a Tape) only tells shapes: with it, arrays that were stretched are summed.

    >>> from chainviz.parse import parse
    >>> from chainviz.formula.print_plain import to_plain
    >>> graph = parse("f = x^2; g = sin(x); L = f*g")
    >>> to_plain(step(graph, "x"))
    'dL/dx = ∂L/∂f · df/dx + ∂L/∂g · dg/dx'
    >>> graph = parse("h = W @ x; a = relu(h); L = norm_squared(a)")
    >>> to_plain(step(graph, "h")), to_plain(step(graph, "x"))
    ('∂L/∂h = ∂L/∂a ⊙ 1[h > 0]', '∂L/∂x = Wᵀ ∂L/∂h')
    """
    left = grad_name(graph, name)
    arrays = array_names(graph, numbers)

    def partial(edge: Edge) -> Formula:
        if not arrays & {edge.source, edge.target}:
            return partial_name(graph, edge)
        return _keyed_partial(edge, partial_body(graph, edge))

    outgoing = reaching(graph, name)
    if name != graph.output and len(outgoing) == 1 and outgoing[0].target == graph.output:
        body = _keyed_partial(outgoing[0], partial_body(graph, outgoing[0]))
        return Eq(left, Keyed(of_edge(Kind.CONTRIBUTION, outgoing[0]), body))
    hand = _Hand(lambda n: grad_name(graph, n), partial, lambda n: keyed_node(graph, n))
    return Eq(left, _arriving(graph, name, hand, arrays, numbers))


def step_numbers(graph: Graph, name: str, numbers: Numbers) -> Formula:
    """The step with numbers put in: ∂L/∂u = 52 · 12 = 624, under the same keys.

    Nothing stands between where a single number would be repeated.
    """
    left = grad_name(graph, name)
    result = grad_number(name, numbers)
    hand = _Hand(
        lambda n: grad_number(n, numbers),
        lambda edge: _keyed_partial(edge, Num(numbers.partial_of(edge))),
        lambda n: keyed_value(n, numbers),
    )
    body = _arriving(graph, name, hand, array_names(graph, numbers), numbers)
    if isinstance(bare(body), Num):
        return Eq(left, _under_keys(body, result))
    if any(isinstance(piece, Num) and is_large(piece.value) for piece in walk(Eq(body, result))):
        return Eq(left, result)
    return in_columns(Eq(left, Eq(body, result, relation(body, numbers.grad(name)))))


def step_shapes(graph: Graph, name: str, numbers: Numbers) -> Formula:
    """The step with the shape of each array beneath it."""
    return with_shapes(step(graph, name, numbers), numbers)


def _keyed_partial(edge: Edge, body: Formula) -> Formula:
    part = of_edge(Kind.PARTIAL, edge)
    return body if isinstance(body, Keyed) and body.part == part else Keyed(part, body)


def _under_keys(body: Formula, result: Keyed) -> Formula:
    """The result under the keys of the single number that it equals."""
    if isinstance(body, Keyed):
        return Keyed(body.part, _under_keys(body.body, result))
    return result


def ways_to_output(graph: Graph) -> dict[str, int]:
    """How many ways lead from each node to the output."""
    ways = {graph.output: 1}
    for node in reversed(graph.nodes):
        if node.name != graph.output:
            ways[node.name] = sum(ways[edge.target] for edge in graph.edges_out_of(node.name))
    return ways


def reaching(graph: Graph, name: str) -> list[Edge]:
    """The edges out of a node along which something comes back."""
    ways = ways_to_output(graph)
    return [edge for edge in graph.edges_out_of(name) if ways[edge.target]]


def added(terms: Iterable[Formula]) -> Formula:
    """A sum, or its only term."""
    done = tuple(terms)
    return done[0] if len(done) == 1 else Add(done)


def _arriving(
    graph: Graph, name: str, hand: _Hand, arrays: frozenset[str], numbers: Numbers | None
) -> Formula:
    """What arrives at a node, edge by edge."""
    if name == graph.output:
        return Num(1)
    outgoing = reaching(graph, name)
    if not outgoing:
        return Num(0)
    return added(
        Keyed(of_edge(Kind.CONTRIBUTION, edge), _contribution(graph, edge, hand, arrays, numbers))
        for edge in outgoing
    )


def _contribution(
    graph: Graph, edge: Edge, hand: _Hand, arrays: frozenset[str], numbers: Numbers | None
) -> Formula:
    """Upstream times local, in the way that suits numbers, arrays, or ops on whole arrays."""
    op = graph.node(edge.target).op
    assert op is not None
    grad = None if edge.target == graph.output else hand.grad(edge.target)
    if not op.elementwise:
        return pulled(graph, edge, grad, hand.node)
    local = hand.partial(edge)
    if not arrays & {edge.source, edge.target}:
        return local if grad is None else Mul((grad, local), "dot")
    whole = _by_entries(grad, local, arrays)
    if numbers is None:
        return whole
    stretched = shape_of(numbers.value(edge.source)) != shape_of(numbers.value(edge.target))
    return Big("sum", whole) if stretched else whole


def _by_entries(grad: Formula | None, local: Formula, arrays: frozenset[str]) -> Formula:
    if grad is None:
        return local
    if is_all(local, 1):
        return grad
    if is_all(local, -1):
        return Neg(grad)
    return Mul((grad, local), "hadamard") if is_array(local, arrays) else Mul((local, grad))
