"""The computation as a frozen graph: nodes, ordered edges, inputs and an output."""

from __future__ import annotations

from chainviz.graph.failure import RunError
from chainviz.graph.fold import fold, gate_of
from chainviz.graph.grow import Growth, unique
from chainviz.graph.record import Constant, Edge, Graph, GraphError, Node
from chainviz.graph.text import definition, number_text

__all__ = [
    "Constant",
    "Edge",
    "Graph",
    "GraphError",
    "Growth",
    "Node",
    "RunError",
    "definition",
    "fold",
    "gate_of",
    "number_text",
    "unique",
]
