"""The notation and the partials of a folded gate, as formula text, from what it folds."""

from __future__ import annotations

import re

from chainviz.graph.record import Graph, Node
from chainviz.graph.text import number_text
from chainviz.ops import ARGUMENTS

__all__ = ["formulas_of", "notation_of"]

LONGEST = 400  # characters; a longer formula is left out: nobody would read it

_LETTER = re.compile(r"\b[a-z]\b(?!\()")
_ATOM = re.compile(r"\w+(\.\w+)?|\([^()]*\)")


def notation_of(name: str, inner: Graph, *, spelled: bool = False) -> str:
    """How the gate is written: ``gate(a, b)``, or, spelled out, what it folds: ``-ln(a)``."""
    written = _written(inner) if spelled else None
    return (
        written[inner.output] if written else f"{name}({', '.join(ARGUMENTS[: len(inner.inputs)])})"
    )


def formulas_of(inner: Graph) -> tuple[str, ...]:
    """A partial for each slot, in the arguments, the output y and, for whole arrays, g.

    The texts are empty where they would be too long to read.
    """
    nothing = ("",) * len(inner.inputs)
    written = _written(inner)
    if written is None:
        return nothing
    whole = any(node.op is not None and not node.op.elementwise for node in inner)
    slopes = {inner.output: "g" if whole else "1"}
    for node in reversed(inner.nodes):
        if node.op is None or node.name not in slopes:
            continue
        slope = slopes[node.name]
        y = "y" if node.name == inner.output else written[node.name]
        for edge in inner.edges_into(node.name):
            formula = node.op.formulas[edge.slot]
            if node.op.elementwise:
                along = _times(slope, _put(formula, node, written, y=y))
            else:
                along = _put(formula, node, written, y=y, g=slope)
            slopes[edge.source] = _plus(slopes.get(edge.source, "0"), along)
            if len(slopes[edge.source]) > LONGEST:
                return nothing
    return tuple(slopes.get(name, "0") for name in inner.inputs)


def _written(inner: Graph) -> dict[str, str] | None:
    """Every node as formula text in the arguments alone; None where that is unreadable."""
    if len(inner.inputs) > len(ARGUMENTS):  # more than there are letters
        return None
    written = dict(zip(inner.inputs, ARGUMENTS, strict=False))
    for node in inner:
        if node.op is None:
            continue
        if not (node.op.formulas and node.op.notation) or node.params:
            return None
        written[node.name] = _put(node.op.notation, node, written)
        if len(written[node.name]) > LONGEST:
            return None
    return written


def _put(formula: str, node: Node, written: dict[str, str], **others: str) -> str:
    """A formula of an op with the node's arguments put in for a, b, c, and others for y and g."""
    given = {
        ARGUMENTS[slot]: _closed(
            written[argument] if isinstance(argument, str) else number_text(argument.value)
        )
        for slot, argument in enumerate(node.arguments)
    }
    given |= {letter: _closed(text) for letter, text in others.items()}
    return _LETTER.sub(lambda letter: given.get(letter.group(), letter.group()), formula)


def _plus(left: str, right: str) -> str:
    if left == "0":
        return right
    return left if right == "0" else f"{left} + {right}"


def _closed(text: str) -> str:
    return text if _ATOM.fullmatch(text) else f"({text})"


def _times(left: str, right: str) -> str:
    if "0" in (left, right):
        return "0"
    if left == "1":
        return right
    return left if right == "1" else f"{_closed(left)}*{_closed(right)}"
