"""What an edge is called while values flow: the operation, with the constants it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from chainviz.formula import Formula, Num, Pow, Row, Text
from chainviz.graph import Edge, Graph, Node
from chainviz.part import Kind, Part

__all__ = ["edge_label", "edge_part"]

Labeller = Callable[[Node, int], Formula]
_HERE = Text("( )")  # where the flowing value goes


def edge_label(graph: Graph, edge: Edge) -> Formula:
    """The operation on the way from source to target: ×, + 1, ( )², σ.

    >>> from chainviz.formula import to_plain
    >>> from chainviz.parse import parse
    >>> graph = parse("u = 3*x; y = u - t")
    >>> [to_plain(edge_label(graph, edge)) for edge in graph.edges]
    ['× 3', '+', '−']
    """
    node = graph.node(edge.target)
    name = node.op.name if node.op else ""
    return _LABELS.get(name, _symbol)(node, edge.slot)


def edge_part(kind: Kind, edge: Edge) -> Part:
    """The part of that kind that belongs to the edge."""
    return Part.of_edge(kind, edge.source, edge.target, edge.slot)


def _symbol(node: Node, slot: int) -> Formula:
    del slot
    return Text(node.op.symbol if node.op else node.name)


def _constant(node: Node) -> Formula | None:
    return Num(node.constants[0][1]) if node.constants else None


def _joined(sign: str) -> Labeller:
    """A sign, followed by the constant where there is one."""

    def label(node: Node, slot: int) -> Formula:
        del slot
        constant = _constant(node)
        return Text(sign) if constant is None else Row((Text(sign + " "), constant))

    return label


def _sub(node: Node, slot: int) -> Formula:
    constant = _constant(node)
    if constant is None:
        return Text("−" if slot else "+")
    return Row((constant, Text(" −"))) if slot else Row((Text("− "), constant))


def _div(node: Node, slot: int) -> Formula:
    constant = _constant(node)
    if constant is None:
        return Text("÷" if slot else "×")
    return Row((constant, Text(" ÷"))) if slot else Row((Text("÷ "), constant))


def _pow(node: Node, slot: int) -> Formula:
    constant = _constant(node)
    if constant is None:
        return Text("exponent" if slot else "base")
    return Pow(constant, _HERE) if slot else Pow(_HERE, constant)


_LABELS: Mapping[str, Labeller] = MappingProxyType(
    {
        "add": _joined("+"),
        "mul": _joined("×"),
        "matmul": _joined("×"),
        "sub": _sub,
        "div": _div,
        "pow": _pow,
    }
)
