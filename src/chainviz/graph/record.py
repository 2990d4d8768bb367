"""Graph: nodes in topological order and an output, frozen and compared by content."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Any, final

from chainviz.graph.node import Constant, Edge, GraphError, Node, nodes_of, program_of
from chainviz.graph.program import Program
from chainviz.graph.text import text_of

__all__ = ["Constant", "Edge", "Graph", "GraphError", "Node"]


@final
class Graph:
    """Nodes in topological order, and the name of the one that is the output.

    It never changes, and is compared by content.

    >>> from chainviz import parse
    >>> print(parse("u = w*x; L = (u - 1)^2", parameters=["w"]))
    parameter w
    input x
    u = w*x
    v1 = u - 1
    L = v1^2
    output L
    """

    program: Program  # the same, as sweeps want it

    def __init__(self, nodes: Sequence[Node], output: str) -> None:
        self.__dict__["program"] = program_of(nodes, output)
        self.__dict__["nodes"] = tuple(nodes)

    @classmethod
    def of(cls, program: Program) -> Graph:
        """The graph of a program; its nodes are made when they are asked for."""
        graph = cls.__new__(cls)
        graph.__dict__["program"] = program
        return graph

    def __setattr__(self, name: str, value: Any) -> None:
        raise GraphError(f"a graph never changes; build a new one instead of setting {name!r}")

    def __delattr__(self, name: str) -> None:
        raise GraphError("a graph never changes")

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, in topological order."""
        return nodes_of(self.program)

    @property
    def output(self) -> str:
        """The name of the node that is the output."""
        return self.program.names[self.program.output]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each node stands in the order, by name."""
        return {name: place for place, name in enumerate(self.program.names)}

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
        return tuple(self.program.names[place] for place in self.program.inputs)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the inputs that are parameters: what training changes."""
        return tuple(name for name in self.inputs if name in self.program.parameters)

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
            return self.nodes[self.places[name]]
        except KeyError:
            raise GraphError(f"no node {name!r}{self.suggest(name)}") from None

    def suggest(self, name: str, among: Collection[str] | None = None) -> str:
        """The end of an error about an unknown name: the nearest ones, or all of them."""
        names = list(self.places if among is None else among)
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
        return name in self.places

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.program.rows)

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Graph)
            and self.output == other.output
            and self.program.names == other.program.names
            and self.nodes == other.nodes
        )

    def __hash__(self) -> int:
        return hash((self.program.names, self.output))

    def __repr__(self) -> str:
        return f"<Graph of {len(self)} nodes, {', '.join(self.inputs)} -> {self.output}>"

    def __str__(self) -> str:
        return text_of(self)

    def __copy__(self) -> Graph:
        return self

    def __deepcopy__(self, memo: Any) -> Graph:
        return self
