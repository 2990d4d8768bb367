"""One numeric run of a graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainviz.graph.record import Constant, Edge, Graph
from chainviz.tape.record import Contribution, RunError, Tape

__all__ = ["run"]


def _number(value: Any) -> Any:
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else array


def run(graph: Graph, *, mode: str = "reverse", wrt: str | None = None, **inputs: Any) -> Tape:
    """One numeric run: every value, partial, contribution and gradient."""
    values: dict[str, Any] = {}
    for name in graph.inputs:
        if name not in inputs:
            raise RunError(f"input {name!r} has no value; give {name}=...")
        values[name] = _number(inputs[name])
    for node in graph:
        if node.op is not None:
            given = [a.value if isinstance(a, Constant) else values[a] for a in node.arguments]
            values[node.name] = _number(node.op.value(*given))
    arrived: dict[str, tuple[Contribution, ...]] = dict.fromkeys(values, ())
    partials: dict[Edge, Any] = {}
    grads: dict[str, Any] = {graph.output: 1.0}
    for node in reversed(graph.nodes):
        if node.name != graph.output:
            grads[node.name] = (
                sum(c.value for c in arrived[node.name]) if arrived[node.name] else 0.0
            )
        if node.op is None:
            continue
        given = [a.value if isinstance(a, Constant) else values[a] for a in node.arguments]
        for edge in graph.edges_into(node.name):
            partial = _number(node.op.partials[edge.slot](values[node.name], *given))
            partials[edge] = partial
            arrived[edge.source] += (Contribution(edge, grads[node.name] * partial),)
    return Tape(graph, values, grads, arrived, partials)
