"""Which nodes are arrays, and how their products are written: entry by entry, with shapes."""

from __future__ import annotations

import math
from typing import Any

from chainviz.formula.names import Numbers
from chainviz.formula.number import CELLS, as_nested, measure
from chainviz.formula.pieces import bare, children, keys, rebuild, walk
from chainviz.formula.tree import (
    Big,
    Call,
    Formula,
    Indicator,
    Keyed,
    Matrix,
    Mul,
    Norm,
    Num,
    Text,
    Transpose,
    Under,
)
from chainviz.graph import Constant, Graph, Node
from chainviz.part import Kind

__all__ = [
    "array_names",
    "by_entries",
    "in_columns",
    "is_all",
    "is_array",
    "is_large",
    "shape_of",
    "with_shapes",
]

_TO_NUMBER = ("dot", "norm_squared", "cross_entropy", "mse")
_MAYBE_NUMBER = ("sum", "mean", "getitem")
_FROM_NUMBERS = ("stack",)
_OF_NODES = (Kind.NODE, Kind.GRAD, Kind.VALUE)


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of a number or an array.

    >>> shape_of(2.0), shape_of([[1, 2, 3]])
    ((), (1, 3))
    """
    shape = getattr(value, "shape", None)
    if shape is not None:
        return tuple(shape)
    nested = as_nested(value)
    return measure(nested)[1] if isinstance(nested, list) else ()


def array_names(graph: Graph, numbers: Numbers | None = None) -> frozenset[str]:
    """The nodes known to be arrays: by a run's numbers, or by the operations they meet.

    >>> from chainviz.parse import parse
    >>> sorted(array_names(parse("h = W @ x; L = norm_squared(h)")))
    ['W', 'h', 'x']
    """
    if numbers is not None:
        return frozenset(n.name for n in graph if shape_of(numbers.value(n.name)))
    if all(node.op is None or node.op.elementwise for node in graph):
        return frozenset()
    found = {
        edge.source
        for edge in graph.edges
        if (op := graph.node(edge.target).op) is not None
        and not op.elementwise
        and op.inner is None
        and op.name not in _FROM_NUMBERS
    }
    for node in graph:
        if node.op is not None and _gives_array(node, found):
            found.add(node.name)
    return frozenset(found)


def _gives_array(node: Node, arrays: set[str]) -> bool:
    assert node.op is not None
    if node.op.elementwise:
        return any(
            bool(shape_of(a.value)) if isinstance(a, Constant) else a in arrays
            for a in node.arguments
        )
    if node.op.inner is not None or node.op.name in _TO_NUMBER:
        return False
    return node.op.name not in _MAYBE_NUMBER or dict(node.params).get("axis") is not None


def is_array(f: Formula, arrays: frozenset[str]) -> bool:
    """Whether a piece of a formula stands for an array."""
    match f:
        case Keyed(part, _) if part.kind in _OF_NODES:
            return part.key[0] in arrays
        case Num(value):
            return bool(shape_of(value))
        case Norm() | Big() | Call("size" | "dot"):
            return False
        case Mul((_, _), "dot"):  # the dot product of the table of operations
            return False
    return any(is_array(child, arrays) for child in children(f))


def by_entries(f: Formula, arrays: frozenset[str]) -> Formula:
    """The formula with ⊙ between factors that are arrays: what goes entry by entry says so."""
    if not arrays:
        return f
    f = rebuild(f, lambda child: by_entries(child, arrays))
    match f:
        case Mul(factors, "juxtapose"):
            whole = [factor for factor in factors if is_array(factor, arrays)]
            if len(whole) < 2:
                return f
            plain = tuple(factor for factor in factors if factor not in whole)
            first = Mul((*plain, whole[0])) if plain else whole[0]
            return Mul((first, *whole[1:]), "hadamard")
    return f


def with_shapes(f: Formula, numbers: Numbers) -> Formula:
    """The formula with the shape of each array beneath it.

    >>> from chainviz.formula.print_plain import to_plain
    >>> from chainviz.formula.step import step
    >>> from chainviz.parse import parse
    >>> from chainviz.tape import run
    >>> graph = parse("h = W @ x; L = norm_squared(h)")
    >>> tape = run(graph, W=[[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]], x=[1.0, 2.0, 3.0])
    >>> to_plain(with_shapes(step(graph, "W", tape), tape))
    '∂L/∂W (2×3) = ∂L/∂h (2×1) xᵀ (1×3)'
    """
    match f:
        case Transpose(Keyed(part, _)) if part.kind in _OF_NODES:
            shape = shape_of(numbers.value(str(part.key[0])))
            return _noted(f, shape[::-1] if len(shape) > 1 else (1, *shape))
        case Keyed(part, _) if part.kind in _OF_NODES:
            return _noted(f, shape_of(numbers.value(str(part.key[0]))))
        case Indicator():
            inside = (p for p in keys(f) if p.kind in _OF_NODES)
            shapes = [shape_of(numbers.value(str(p.key[0]))) for p in inside]
            return _noted(f, max(shapes, default=()))
    return rebuild(f, lambda child: with_shapes(child, numbers))


def _noted(f: Formula, shape: tuple[int, ...]) -> Formula:
    """The piece over its shape; a vector is a column."""
    column = (*shape, 1) if len(shape) == 1 else shape
    return Under(f, Text("×".join(map(str, column)))) if shape else f


def is_large(value: Any) -> bool:
    """Whether an array is named by its shape instead of written out."""
    return math.prod(shape_of(value)) > CELLS


def is_all(f: Formula, value: float) -> bool:
    """Whether a piece is that number, or an array of nothing else."""
    inner = bare(f)
    return isinstance(inner, Num) and _all(as_nested(inner.value), value)


def _all(nested: Any, value: float) -> bool:
    if isinstance(nested, list):
        return all(_all(item, value) for item in nested)
    return bool(nested == value)


def in_columns(f: Formula) -> Formula:
    """The equation with vectors as columns, where they meet matrices in it."""
    if not any(isinstance(piece, Mul) and piece.sign == "matrix" for piece in walk(f)):
        return f
    return _columns(f)


def _columns(f: Formula) -> Formula:
    match f:
        case Num(value) if len(shape_of(value)) == 1 and not is_large(value):
            return Matrix(tuple((Num(cell),) for cell in as_nested(value)))
    return rebuild(f, _columns)
