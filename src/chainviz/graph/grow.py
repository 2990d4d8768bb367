"""A graph while it grows: nodes are added in order, names made unique, and frozen at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chainviz.graph.record import Constant, Graph, Node
from chainviz.ops import Op

__all__ = ["freeze"]

Row = tuple[Op | None, tuple[Any, ...], tuple[tuple[str, Any], ...]]


def unique(wanted: str, taken: set[str]) -> str:
    """The name itself, or name_2, name_3, ... where it is taken."""
    if wanted not in taken:
        return wanted
    count = 2
    while f"{wanted}_{count}" in taken:
        count += 1
    return f"{wanted}_{count}"


def freeze(
    rows: Sequence[Row], names: Sequence[str | None], output: int, parameters: Sequence[str] = ()
) -> Graph:
    """The graph of rows (op, arguments, params), whose arguments are row numbers or Constants.

    Rows that don't lead to the output are left out, inputs apart. A row without a name becomes
    v1, v2, ... in order.
    """
    needed = bytearray(len(rows))
    needed[output] = 1
    for number in range(len(rows) - 1, -1, -1):
        if needed[number]:
            for argument in rows[number][1]:
                if type(argument) is int:
                    needed[argument] = 1
    taken = {
        name
        for number, name in enumerate(names)
        if name and (needed[number] or rows[number][0] is None)
    }
    final: dict[int, str] = {}
    nodes = []
    count = 0
    for number, (row_op, arguments, params) in enumerate(rows):
        if not needed[number] and row_op is not None:
            continue
        name = names[number]
        if name is None:
            count += 1
            while f"v{count}" in taken:
                count += 1
            name = f"v{count}"
        final[number] = name
        named = tuple([a if type(a) is Constant else final[a] for a in arguments])
        nodes.append(Node(name, row_op, named, params, None, row_op is None and name in parameters))
    return Graph(tuple(nodes), final[output])
