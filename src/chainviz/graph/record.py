"""The records of a graph: Node, Edge and Graph, frozen and compared by content."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.ops import Op

__all__ = ["Constant", "Edge", "Graph", "GraphError", "Node"]


class GraphError(ChainvizError):
    """A graph that can't be, or a name that isn't in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A fixed number or array in an argument slot; part of its node, not a node of its own."""

    value: Any  # a float, or a read-only float64 array

    @classmethod
    def of(cls, value: Any) -> Constant:
        """The constant of a number or of anything NumPy makes a float64 array of."""
        if np.ndim(value) == 0:
            return cls(float(value))
        array = np.array(value, dtype=np.float64)
        array.setflags(write=False)
        return cls(array)

    @property
    def _content(self) -> tuple[Any, ...]:
        return np.shape(self.value), np.asarray(self.value).tobytes()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Constant) and self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content)


@dataclass(frozen=True, slots=True)
class Node:
    """One quantity of the computation: an input (``op`` is None) or the result of an op.

    ``arguments`` holds a slot each: the name of another node, or a Constant.
    """

    name: str
    op: Op | None = None
    arguments: tuple[str | Constant, ...] = ()
    params: tuple[tuple[str, Any], ...] = ()  # options of the op, such as ("axis", 0)
    label: str | None = None  # a notation of the user's own, in LaTeX
    is_parameter: bool = False

    @property
    def is_input(self) -> bool:
        """Whether the node is given from outside."""
        return self.op is None

    @property
    def constants(self) -> tuple[tuple[int, Any], ...]:
        """The fixed slots, as (slot, value)."""
        return tuple((i, a.value) for i, a in enumerate(self.arguments) if type(a) is Constant)


@dataclass(frozen=True, slots=True)
class Edge:
    """One argument slot: ``source`` flows into slot ``slot`` of ``target``."""

    source: str
    target: str
    slot: int


@dataclass(frozen=True)
class Graph:
    """Nodes in topological order, and the name of the one that is the output."""

    nodes: tuple[Node, ...]
    output: str

    @cached_property
    def _by_name(self) -> dict[str, Node]:
        return {node.name: node for node in self.nodes}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every argument slot that a node feeds, by target and then by slot."""
        return tuple(
            Edge(source, node.name, slot)
            for node in self.nodes
            for slot, source in enumerate(node.arguments)
            if type(source) is str
        )

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs, in the order in which the user gave them."""
        return tuple(node.name for node in self.nodes if node.op is None)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the inputs that are parameters: what training changes."""
        return tuple(node.name for node in self.nodes if node.is_parameter)

    @cached_property
    def _into(self) -> dict[str, tuple[Edge, ...]]:
        return self._gathered("target")

    @cached_property
    def _out_of(self) -> dict[str, tuple[Edge, ...]]:
        return self._gathered("source")

    def _gathered(self, end: str) -> dict[str, tuple[Edge, ...]]:
        found: dict[str, list[Edge]] = {node.name: [] for node in self.nodes}
        for edge in self.edges:
            found[getattr(edge, end)].append(edge)
        return {name: tuple(edges) for name, edges in found.items()}

    def node(self, name: str) -> Node:
        """The node of that name."""
        try:
            return self._by_name[name]
        except KeyError:
            raise GraphError(f"no node {name!r}{self.suggest(name)}") from None

    def suggest(self, name: str) -> str:
        """The end of an error about an unknown name: the nearest ones, or all of them."""
        near = difflib.get_close_matches(str(name), self._by_name, n=3)
        if near:
            return f"; did you mean {' or '.join(near)}?"
        names = list(self._by_name)
        return f"; there are: {', '.join(names[:20])}{', ...' if len(names) > 20 else ''}"

    def edges_into(self, name: str) -> tuple[Edge, ...]:
        """The edges that feed a node, by slot."""
        return self._into[self.node(name).name]

    def edges_out_of(self, name: str) -> tuple[Edge, ...]:
        """The edges that a node feeds, by target and slot."""
        return self._out_of[self.node(name).name]

    def __getitem__(self, name: str) -> Node:
        return self.node(name)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __deepcopy__(self, memo: Any) -> Graph:
        return self
