"""The records of a graph: Node, Edge and Graph, frozen and compared by content."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.graph.text import text_of
from chainviz.ops import Op, as_number

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
        if type(value) is float:
            return cls(value)
        if np.ndim(value) == 0:
            return cls(float(value))
        array = np.array(value, dtype=np.float64)
        array.setflags(write=False)
        return cls(array)

    @property
    def _content(self) -> tuple[Any, ...]:
        value = as_number(self.value)
        return (value,) if type(value) is float else (value.shape, value.tobytes())

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


@dataclass(frozen=True)  # not slotted: what is worked out from it is kept in its __dict__
class Graph:
    """Nodes in topological order, and the name of the one that is the output.

    >>> from chainviz import parse
    >>> print(parse("u = w*x; L = (u - 1)^2", parameters=["w"]))
    parameter w
    input x
    u = w*x
    v1 = u - 1
    L = v1^2
    output L
    """

    nodes: tuple[Node, ...]
    output: str

    def __post_init__(self) -> None:
        known: set[str] = set()
        for node in self.nodes:
            for source in node.arguments:
                if type(source) is str and source not in known:
                    raise GraphError(
                        f"node {node.name!r} takes {source!r}, which doesn't come before it"
                    )
            known.add(node.name)
        if len(known) < len(self.nodes):
            names = [node.name for node in self.nodes]
            twice = next(name for name in names if names.count(name) > 1)
            raise GraphError(f"two nodes are named {twice!r}")
        if self.output not in known:
            raise GraphError(f"the output {self.output!r} is not a node")

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

    def suggest(self, name: str, among: Collection[str] | None = None) -> str:
        """The end of an error about an unknown name: the nearest ones, or all of them."""
        names = list(self._by_name if among is None else among)
        near = difflib.get_close_matches(str(name), names[:1000], n=3)
        if near:
            return f"; did you mean {' or '.join(near)}?"
        return f"; there are: {', '.join(names[:20])}{', ...' if len(names) > 20 else ''}"

    def edges_into(self, name: str) -> tuple[Edge, ...]:
        """The edges that feed a node, by slot."""
        return self._into[self.node(name).name]

    def edges_out_of(self, name: str) -> tuple[Edge, ...]:
        """The edges that a node feeds, by target and slot."""
        return self._out_of[self.node(name).name]

    def fold(
        self, name: str, nodes: Collection[str], *, symbol: str = "", spelled: bool = False
    ) -> Graph:
        """The same graph with some nodes folded into one named gate."""
        from chainviz.graph.fold import fold

        return fold(self, name, nodes, symbol=symbol, spelled=spelled)

    def open(self, name: str) -> Graph:
        """The same graph with the gate at a node opened again."""
        from chainviz.graph.fold import unfold

        return unfold(self, name)

    def __getitem__(self, name: str) -> Node:
        return self.node(name)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __str__(self) -> str:
        return text_of(self)

    def __deepcopy__(self, memo: Any) -> Graph:
        return self
