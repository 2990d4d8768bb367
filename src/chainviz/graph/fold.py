"""Some nodes folded into one gate with a partial of its own, and opened again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from chainviz.graph.derive import formulas_of, notation_of
from chainviz.graph.grow import unique
from chainviz.graph.record import Constant, Graph, GraphError, Node
from chainviz.graph.sweep import pull, push, values_of
from chainviz.ops import Op, as_number

__all__ = ["fold", "gate_of", "unfold"]


def gate_of(name: str, inner: Graph, *, symbol: str = "", spelled: bool = False) -> Op:
    """The op that does what a whole graph does; its slots are the graph's inputs, in order."""
    places, output = inner.program.inputs, inner.program.output
    slots = len(places)
    elementwise = all(node.op is None or node.op.elementwise for node in inner)

    def value(*arguments: Any) -> Any:
        return values_of(inner, arguments)[output]

    def tangent(slot: int, t: Any, y: Any, *arguments: Any) -> Any:
        tangents: list[Any] = [None] * len(inner)
        tangents[places[slot]] = as_number(np.broadcast_to(t, np.shape(arguments[slot])))
        found = push(inner, values_of(inner, arguments), tangents).nodes[output]
        return 0.0 if found is None else found

    def gradient(slot: int, g: Any, y: Any, *arguments: Any) -> Any:
        found = pull(inner, values_of(inner, arguments), g).nodes[places[slot]]
        return 0.0 if found is None else found

    def by_slot(function: Any, *first: Any) -> tuple[Any, ...]:
        def bound(slot: int) -> Any:
            if first:
                return lambda y, *arguments: function(slot, *first, y, *arguments)
            return lambda moved, y, *arguments: function(slot, moved, y, *arguments)

        return tuple(bound(slot) for slot in range(slots))

    return Op(
        name,
        symbol or name,
        value,
        by_slot(tangent, 1.0) if elementwise else (),
        formulas_of(inner),
        notation_of(name, inner, spelled=spelled),
        slots,
        () if elementwise else by_slot(gradient),
        () if elementwise else by_slot(tangent),
        inner=inner,
        made_by=(_gate_again, (name, inner, symbol, spelled)),
    )


def _gate_again(name: str, inner: Graph, symbol: str, spelled: bool) -> Op:
    return gate_of(name, inner, symbol=symbol, spelled=spelled)


def fold(
    graph: Graph, name: str, nodes: Collection[str], *, symbol: str = "", spelled: bool = False
) -> Graph:
    """Fold nodes into one gate; it takes the place and the name of the last of them.

    ``spelled``: formulas write out what the gate folds (-ln(s)) instead of its name (neglog(s)).

    Values and gradients of all other nodes stay as they are; ``graph.open`` opens it again.

    >>> from chainviz import parse
    >>> graph = parse("z = w*x; e = exp(-z); s = 1/(1 + e); L = s^2")
    >>> print(fold(graph, "sigma", ["v1", "e", "v2", "s"]))
    input w
    input x
    z = w*x
    s = sigma(z)
    L = s^2
    output L
    """
    if isinstance(nodes, str):
        raise GraphError(f"the nodes to fold are a list of names, not the text {nodes!r}")
    inside = [node for node in graph if node.name in {graph.node(name).name for name in nodes}]
    if not inside:
        raise GraphError(f"gate {name!r} folds no node; name at least one")
    given = [node.name for node in inside if node.op is None]
    if given:
        raise GraphError(f"{given[0]!r} is an input; an input can't be folded into a gate")
    names = {node.name for node in inside}
    left = _leaving(graph, names)
    last = inside[-1].name
    if left != [last]:
        others = " and ".join(repr(other) for other in left if other != last)
        raise GraphError(
            f"gate {name!r} would have several outputs: {others} is used outside of it, too; "
            "fold the nodes that use it as well, or leave it out"
        )
    arguments = tuple(
        dict.fromkeys(
            e.source for n in inside for e in graph.edges_into(n.name) if e.source not in names
        )
    )
    inner = Graph((*(Node(source) for source in arguments), *inside), last)
    gate = Node(
        last,
        gate_of(name, inner, symbol=symbol, spelled=spelled),
        arguments,
        label=inside[-1].label,
    )
    kept = [
        gate if node.name == last else node for node in graph if node.name not in names - {last}
    ]
    return Graph(tuple(kept), graph.output)


def _leaving(graph: Graph, names: set[str]) -> list[str]:
    """The nodes among those named that are used by others, or are the output."""
    return [
        node.name
        for node in graph
        if node.name in names
        and (
            node.name == graph.output
            or any(edge.target not in names for edge in graph.edges_out_of(node.name))
        )
    ]


def unfold(graph: Graph, name: str) -> Graph:
    """Open the gate at a node: the nodes that it folds take its place."""
    gate = graph.node(name)
    if gate.op is None or gate.op.inner is None:
        gates = [n.name for n in graph if n.op is not None and n.op.inner is not None]
        raise GraphError(
            f"node {name!r} is not a folded gate"
            + (f"; gates are: {', '.join(gates)}" if gates else "; there is none in this graph")
        )
    inner: Graph = gate.op.inner
    given = dict(zip(inner.inputs, gate.arguments, strict=True))
    taken = {node.name for node in graph} - {name}
    opened: list[Node] = []
    for node in inner:
        if node.op is None:
            continue
        fresh = name if node.name == inner.output else unique(node.name, taken)
        taken.add(fresh)
        opened.append(replace(node, name=fresh, arguments=_renamed(node.arguments, given)))
        given[node.name] = fresh
    nodes = [n for node in graph for n in (opened if node.name == name else [node])]
    return Graph(tuple(nodes), graph.output)


def _renamed(
    arguments: Sequence[str | Constant], names: dict[str, Any]
) -> tuple[str | Constant, ...]:
    return tuple(a if isinstance(a, Constant) else names[a] for a in arguments)
