"""The records of one numeric run: Tape, Step, Contribution and Counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from chainviz.graph import Edge, Graph, RunError
from chainviz.graph.sweep import Sweep, local_partial
from chainviz.graph.text import number_text

__all__ = ["Contribution", "Counts", "Mode", "Step", "Tape"]

Mode = Literal["reverse", "forward", "values"]


@dataclass(frozen=True, slots=True, eq=False)
class Contribution:
    """What arrives along one edge.

    In reverse mode grad(target) x partial, arriving at the source; in forward mode
    tangent(source) x partial, arriving at the target.
    """

    edge: Edge
    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One entry of the run, in the order in which a film tells it."""

    kind: Literal["value", "seed", "contribution", "grad", "tangent"]
    node: str
    edge: Edge | None
    value: Any


@dataclass(frozen=True, slots=True)
class Counts:
    """What one sweep of derivatives cost.

    A multiplication is one number times one number where a gradient (or a tangent) meets a
    partial: one for each entry of the target on an edge into an elementwise op, m*n*p for a
    matrix product, none where numbers are only copied or added. The seed counts as a factor;
    working out the partials themselves is not counted, since both modes share it.
    """

    edges: int  # that a gradient or a tangent passed
    multiplications: int


@dataclass(frozen=True, eq=False)  # not slotted: steps and counts are worked out when asked for
class Tape:
    """The numbers of one run: values, partials, contributions and gradients.

    >>> from chainviz import parse, run
    >>> tape = run(parse("u = w*x; L = (u - t)^2"), w=3.0, x=2.0, t=10.0)
    >>> tape.value("u"), tape.partial("u", "w"), tape.grad("w")
    (6.0, 2.0, -16.0)
    >>> tape.counts.multiplications
    5
    """

    graph: Graph
    mode: Mode
    wrt: str | None
    _values: list[Any]
    _sweep: Sweep

    def _place(self, name: str) -> int:
        place = self.graph.places.get(name)
        return self.graph.places[self.graph.node(name).name] if place is None else place

    def value(self, name: str) -> Any:
        """The number or array of the forward pass."""
        return self._values[self._place(name)]

    def grad(self, name: str) -> Any:
        """d(output)/d(node); 0 where the output doesn't depend on the node."""
        if self.mode != "reverse":
            raise RunError(
                f"this tape was run with mode={self.mode!r} and holds no gradients; "
                "run the graph with mode='reverse'"
            )
        return self._moved(name)

    def tangent(self, name: str) -> Any:
        """d(node)/d(wrt), along the direction of the seed; 0 where it doesn't depend on it."""
        if self.mode != "forward":
            raise RunError(
                f"this tape was run with mode={self.mode!r} and holds no tangents; "
                "run the graph with mode='forward', wrt='...'"
            )
        return self._moved(name)

    def _moved(self, name: str) -> Any:
        place = self._place(name)
        found = self._sweep.nodes[place]
        if found is not None:
            return found
        shape = np.shape(self._values[place])
        return np.zeros(shape) if shape else 0.0

    def partial(self, target: str, source: str) -> Any:
        """The local derivative of target by source; a tuple where several edges join them.

        For arrays: entry by entry where the op works so, with the shape of the target; else
        the Jacobian, with the shape of the target followed by that of the source.
        """
        edges = [e for e in self.graph.edges_into(target) if e.source == source]
        if not edges:
            self.graph.node(source)
            raise RunError(
                f"no edge from {source!r} to {target!r}; into {target!r} flow: "
                f"{', '.join(dict.fromkeys(e.source for e in self.graph.edges_into(target)))}"
            )
        found = tuple(self.partial_of(edge) for edge in edges)
        return found[0] if len(found) == 1 else found

    def partial_of(self, edge: Edge) -> Any:
        """The local derivative on one edge."""
        found = self._partials.get(edge)
        if found is None:
            found = local_partial(self.graph, self._target(edge), edge.slot, self._values)
            self._partials[edge] = found
        return found

    @cached_property
    def _partials(self) -> dict[Edge, Any]:
        return {}  # worked out when they are asked for: a Jacobian can be large

    def contributions(self, name: str) -> tuple[Contribution, ...]:
        """What arrives at a node, edge by edge, in the order in which it arrives."""
        edges = self.graph.edges_into(name) if self.mode == "forward" else self._arriving(name)
        found = ((edge, self._arrived(edge)) for edge in edges)
        return tuple(Contribution(edge, value) for edge, value in found if value is not None)

    def _arrived(self, edge: Edge) -> Any:
        slots = self._sweep.contributions[self.graph.places[edge.target]]
        return slots[edge.slot] if slots else None

    def _arriving(self, name: str) -> tuple[Edge, ...]:
        """The edges out of a node: the last target first, its slots in order."""
        return tuple(
            sorted(self.graph.edges_out_of(name), key=lambda e: (-self._place(e.target), e.slot))
        )

    def contribution_of(self, edge: Edge) -> Any:
        """What arrives along one edge."""
        self._target(edge)
        found = self._arrived(edge)
        if found is None:
            raise RunError(f"nothing arrives along {edge.source!r} -> {edge.target!r} in this run")
        return found

    def _target(self, edge: Edge) -> int:
        """The place of an edge's target, if there is such an edge."""
        if edge.target not in self.graph or edge not in self.graph.edges_into(edge.target):
            raise RunError(
                f"no edge from {edge.source!r} to slot {edge.slot} of {edge.target!r} in this graph"
            )
        return self.graph.places[edge.target]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The run as a film tells it.

        All values in topological order; then the seed; then, node by node (in reverse order
        for gradients), each contribution and what they add up to.
        """
        found = [Step("value", node.name, None, self.value(node.name)) for node in self.graph]
        if self.mode == "values":
            return tuple(found)
        forward = self.mode == "forward"
        seeded = self.wrt if forward else self.graph.output
        for node in self.graph if forward else reversed(self.graph.nodes):
            arrived = self.contributions(node.name)
            if node.name == seeded:
                found.append(Step("seed", node.name, None, self._moved(node.name)))
                continue
            found += [Step("contribution", node.name, c.edge, c.value) for c in arrived]
            kind: Literal["tangent", "grad"] = "tangent" if forward else "grad"
            found.append(Step(kind, node.name, None, self._moved(node.name)))
        return tuple(found)

    @cached_property
    def counts(self) -> Counts:
        """What the sweep of derivatives cost: edges passed, and multiplications."""
        edges = multiplications = 0
        for place, (op, sources, _) in enumerate(self.graph.program.rows):
            arguments = [self._values[s] for s in sources]
            for arrived in self._sweep.contributions[place]:
                if op is not None and arrived is not None:
                    edges += 1
                    multiplications += op.multiplications(self._values[place], arguments)
        return Counts(edges, multiplications)

    def __str__(self) -> str:
        """A line a node: its value, and its gradient or tangent."""
        what = {"reverse": "grad", "forward": "tangent", "values": ""}[self.mode]
        rows = [("node", "value", what)]
        for node in self.graph:
            moved = number_text(self._moved(node.name)) if what else ""
            rows.append((node.name, number_text(self.value(node.name)), moved))
        widths = [max(len(row[i]) for row in rows) for i in range(3)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    def __deepcopy__(self, memo: Any) -> Tape:
        return self  # nothing in it ever changes: mobjects may hold one and be copied
