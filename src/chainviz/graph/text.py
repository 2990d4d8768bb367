"""A graph as plain text: one line a node, for people, for errors and for goldens."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from chainviz.ops import ARGUMENTS

if TYPE_CHECKING:
    from chainviz.graph.record import Constant, Graph, Node

__all__ = ["definition", "number_text", "text_of"]

_SLOT = re.compile(rf"\b[{ARGUMENTS}]\b(?!\()")  # a letter before a bracket is a function's
FULL = 12  # entries of an array that are written out


def number_text(value: Any) -> str:
    """A number or an array, short enough for a line: what errors and goldens show."""
    if np.ndim(value) == 0:
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.12g}"
    array = np.asarray(value)
    if array.size <= FULL:
        return f"[{', '.join(map(number_text, array))}]"
    shape = "x".join(map(str, array.shape))
    return f"array({shape}, #{zlib.crc32(np.ascontiguousarray(array).tobytes()):08x})"


def _index_text(index: Any) -> str:
    def part(one: Any) -> str:
        if not isinstance(one, tuple):
            return str(one)
        start, stop, step = ("" if n is None else str(n) for n in one)
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"

    return ", ".join(map(part, index))


def _argument_text(argument: str | Constant) -> str:
    if isinstance(argument, str):
        return argument
    text = number_text(argument.value)
    return f"({text})" if text.startswith("-") else text


def definition(node: Node) -> str:
    """What a node is: ``u = w*x``; for an input ``input w`` or ``parameter w``."""
    if node.op is None:
        return f"{'parameter' if node.is_parameter else 'input'} {node.name}"
    arguments = [_argument_text(argument) for argument in node.arguments]
    params = dict(node.params)
    if node.op.name == "getitem":
        body = f"{arguments[0]}[{_index_text(params['index'])}]"
    elif node.op.arity is None:
        body = f"[{', '.join(arguments)}]"
    else:
        body = _SLOT.sub(lambda slot: arguments[ARGUMENTS.index(slot.group())], node.op.notation)
        defaults = dict(node.op.params)
        said = [f"{key}={value}" for key, value in params.items() if value != defaults.get(key)]
        if said:
            body = f"{body[:-1]}, {', '.join(said)})"
    return f"{node.name} = {body}"


def text_of(graph: Graph) -> str:
    """Every node's line, and the name of the output."""
    lines = [definition(node) for node in graph]
    return "\n".join([*lines, f"output {graph.output}"])
