"""The computation as a frozen graph: nodes, ordered edges, inputs and an output."""

from __future__ import annotations

from chainviz.graph.record import Constant, Edge, Graph, GraphError, Node

__all__ = ["Constant", "Edge", "Graph", "GraphError", "Node"]
