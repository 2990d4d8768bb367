"""Node, Edge and Constant: the parts of a graph, and what sweeps make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.graph.program import Program, Row
from chainviz.ops import Op, as_number

__all__ = ["Constant", "Edge", "GraphError", "Node", "nodes_of", "program_of"]


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


def nodes_of(program: Program) -> tuple[Node, ...]:
    """The nodes of a program."""
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


def program_of(nodes: Sequence[Node], output: str) -> Program:
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
