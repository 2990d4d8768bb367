"""The records of a graph: Node, Edge and Graph, frozen and compared by content."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.graph.program import Program, Row
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
        self.__dict__["program"] = _program(nodes, output)
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
        return _nodes(self.program)

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


def _nodes(program: Program) -> tuple[Node, ...]:
    names, constants = program.names, program.constants
    return tuple(
        Node(
            names[place],
            op,
            tuple([names[s] if s >= 0 else Constant(constants[-1 - s]) for s in sources]),
            params,
            program.labels.get(names[place]),
            names[place] in program.parameters,
        )
        for place, (op, sources, params) in enumerate(program.rows)
    )


def _program(nodes: Sequence[Node], output: str) -> Program:
    """The program of nodes, which must come in topological order and have names of their own."""
    places: dict[str, int] = {}
    rows: list[Row] = []
    constants: list[Any] = []
    for node in nodes:
        sources: list[int] = []
        for argument in node.arguments:
            if isinstance(argument, Constant):
                constants.append(argument.value)
                sources.append(-len(constants))
            elif argument in places:
                sources.append(places[argument])
            else:
                raise GraphError(
                    f"node {node.name!r} takes {argument!r}, which doesn't come before it"
                )
        if node.name in places:
            raise GraphError(f"two nodes are named {node.name!r}")
        places[node.name] = len(rows)
        rows.append((node.op, tuple(sources), node.params))
    if output not in places:
        raise GraphError(f"the output {output!r} is not a node")
    return Program(
        tuple(rows),
        tuple(places),
        tuple(constants),
        places[output],
        frozenset(node.name for node in nodes if node.is_parameter),
        {node.name: node.label for node in nodes if node.label is not None},
    )
