"""The records of one numeric run: Tape, Step and Contribution."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.graph.record import Edge, Graph

__all__ = ["Contribution", "RunError", "Step", "Tape"]


class RunError(ChainvizError):
    """A run that has no answer: which node, its formula, its inputs' values, the way out."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """grad(target) x partial, arriving at the edge's source."""

    edge: Edge
    value: Any


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the run, in the order in which a film tells it."""

    kind: Literal["value", "seed", "contribution", "grad"]
    node: str
    edge: Edge | None
    value: Any


@dataclass(frozen=True, eq=False)
class Tape:
    """The numbers of one run: values, partials, contributions and gradients."""

    graph: Graph
    values: dict[str, Any]
    grads: dict[str, Any]
    arrived: dict[str, tuple[Contribution, ...]]
    partials: dict[Edge, Any]

    def value(self, name: str) -> Any:
        """The number (or array) of the forward pass."""
        return self.values[self.graph.node(name).name]

    def grad(self, name: str) -> Any:
        """d(output)/d(node)."""
        return self.grads[self.graph.node(name).name]

    def partial(self, target: str, source: str) -> Any:
        """The local derivative of target by source; a tuple where several edges join them."""
        edges = [e for e in self.graph.edges_into(target) if e.source == source]
        if not edges:
            raise RunError(f"no edge from {source!r} to {target!r}")
        found = tuple(self.partials[edge] for edge in edges)
        return found[0] if len(found) == 1 else found

    def partial_of(self, edge: Edge) -> Any:
        """The local derivative on one edge."""
        return self.partials[edge]

    def contributions(self, name: str) -> tuple[Contribution, ...]:
        """What arrives at a node in the backward pass, edge by edge, in order."""
        return self.arrived.get(self.graph.node(name).name, ())

    def contribution_of(self, edge: Edge) -> Any:
        """What arrives along one edge."""
        return next(c.value for c in self.contributions(edge.source) if c.edge == edge)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every value in order, the seed, then each node's contributions and its grad."""
        found = [Step("value", node.name, None, self.values[node.name]) for node in self.graph]
        for node in reversed(self.graph.nodes):
            name = node.name
            if name == self.graph.output:
                found.append(Step("seed", name, None, self.grads[name]))
                continue
            found += [Step("contribution", name, c.edge, c.value) for c in self.contributions(name)]
            found.append(Step("grad", name, None, self.grads[name]))
        return tuple(found)

    def __deepcopy__(self, memo: Any) -> Tape:
        return self


_ = np
