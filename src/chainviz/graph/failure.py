"""The errors of a run: they name the node, its formula, its inputs' values and the way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.graph.record import Constant, Graph, Node
from chainviz.graph.text import definition, number_text

__all__ = ["RunError", "no_partial", "no_sum", "no_value", "wrong_shapes"]


class RunError(ChainvizError):
    """A run that has no answer: which node, its formula, its inputs' values, the way out."""

    node: str | None = None  # the name of the node where it stopped


def _given(node: Node, arguments: Sequence[Any]) -> str:
    """The values that flow into a node: ``u = -2, w = 3``."""
    said: dict[str, str] = {}
    for source, value in zip(node.arguments, arguments, strict=True):
        if not isinstance(source, Constant):
            said[source] = f"{source} = {number_text(value)}"
    return ", ".join(said.values()) or "its constants"


def _error(node: Node, text: str) -> RunError:
    error = RunError(f"node {node.name!r}: {definition(node)} {text}")
    error.node = node.name
    return error


def _where(value: Any) -> str:
    """Which entry of an array is not a number."""
    if np.ndim(value) == 0:
        return ""
    place = np.argwhere(~np.isfinite(value))
    return f" (first at entry {list(map(int, place[0]))})" if len(place) else ""


def no_value(graph: Graph, place: int, arguments: Sequence[Any], value: Any = np.nan) -> RunError:
    """The op has no finite value at these arguments; ``value`` is what came out."""
    node = graph.nodes[place]
    domain = node.op.domain if node.op is not None else ""
    too_large = "the result is too large for a float64"
    if np.isnan(value).any():
        reason = domain or "the result is not a number"
    else:
        reason = f"{domain}, or {too_large}" if domain else too_large
    return _error(
        node,
        f"has no finite value at {_given(node, arguments)}{_where(value)}: {reason}. "
        "Give other inputs, or keep this node away from there.",
    )


def no_partial(
    graph: Graph, place: int, slot: int, arguments: Sequence[Any], partial: Any, g: Any
) -> RunError:
    """The partial by a slot, or what arrives along it, is not finite."""
    node = graph.nodes[place]
    source = node.arguments[slot]
    if np.isfinite(partial).all():
        return _error(
            node,
            f"hands a gradient to {source!r} that is too large for a float64: "
            f"{number_text(g)} times the partial {number_text(partial)}. Give smaller numbers.",
        )
    hint = f": {node.op.domain}" if node.op is not None and node.op.domain else ""
    return _error(
        node,
        f"has no finite partial by {source!r} at {_given(node, arguments)}{_where(partial)}{hint}. "
        "Give other inputs, or keep this node away from there.",
    )


def wrong_shapes(graph: Graph, place: int, arguments: Sequence[Any], cause: Exception) -> RunError:
    """The op can't take arguments of these shapes."""
    node = graph.nodes[place]
    assert node.op is not None
    shapes = [
        f"{'a constant' if isinstance(source, Constant) else source} {np.shape(value)}"
        for source, value in zip(node.arguments, arguments, strict=True)
    ]
    rule = f"; the rule is {node.op.shapes}" if node.op.shapes else "; they must broadcast"
    return _error(node, f"can't be worked out with the shapes {', '.join(shapes)}{rule} ({cause})")


def no_sum(graph: Graph, place: int) -> RunError:
    """What meets at a node adds up to more than a float64 holds."""
    return _error(
        graph.nodes[place],
        "is where contributions meet that add up to more than a float64 holds. "
        "Give smaller numbers.",
    )
