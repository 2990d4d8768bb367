"""A graph while it grows: rows are added in order, named at the end, and frozen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chainviz.graph.record import Constant, Graph, GraphError, Node
from chainviz.ops import Op, op_named

__all__ = ["Growth", "unique"]

Argument = int | Constant  # the number of an earlier row, or a fixed value
Params = tuple[tuple[str, Any], ...]

OUTPUTS = ("y", "L", "z")  # what an output is called that the user gave no name

_RELU = op_named("relu")
_MAX = op_named("max")


def unique(wanted: str, taken: Collection[str]) -> str:
    """Find a free name: the one wanted, or with _2, _3, ... behind it."""
    found = wanted
    count = 1
    while found in taken:
        count += 1
        found = f"{wanted}_{count}"
    return found


class Growth:
    """The rows of a graph to be: what tracing and parsing have in common.

    Both write a step in the same way, so the same function gives the same graph.
    """

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows: list[tuple[Op | None, tuple[Argument, ...], Params]] = []

    def add(self, op: Op | None, arguments: tuple[Argument, ...] = (), params: Params = ()) -> int:
        """Add a row; its number is what later rows refer to."""
        if op is _MAX:  # max(0, h) is how most people write relu
            for one, other in (arguments, arguments[::-1]):
                if type(one) is Constant and type(one.value) is float and one.value == 0.0:
                    op, arguments = _RELU, (other,)
        self.rows.append((op, arguments, params))
        return len(self.rows) - 1

    def needed(self, output: int) -> list[bool]:
        """Which rows stay: the inputs, and all that leads to the output."""
        found = [row[0] is None for row in self.rows]
        found[output] = True
        for number in range(output, -1, -1):
            if found[number]:
                for argument in self.rows[number][1]:
                    if type(argument) is int:
                        found[argument] = True
        return found

    def graph(
        self,
        names: Sequence[str | None],
        output: int,
        *,
        parameters: Collection[str] = (),
        labels: Mapping[str, str] | None = None,
    ) -> Graph:
        """Freeze the rows that are needed; those without a name become v1, v2, ..."""
        kept = self.needed(output)
        labels = labels or {}
        names = list(names)
        taken = {name for name, keep in zip(names, kept, strict=True) if keep and name}
        if not names[output]:
            names[output] = next((name for name in OUTPUTS if name not in taken), None)
        final: list[str] = []
        nodes: list[Node] = []
        count = 0
        for number, (op, arguments, params) in enumerate(self.rows):
            name = names[number] or ""
            if not name and kept[number]:
                count += 1
                while f"v{count}" in taken:
                    count += 1
                name = f"v{count}"
            final.append(name)
            if kept[number]:
                sources = tuple([a if type(a) is Constant else final[a] for a in arguments])  # type: ignore[index]
                is_parameter = op is None and name in parameters
                nodes.append(Node(name, op, sources, params, labels.get(name), is_parameter))
        graph = Graph(tuple(nodes), final[output])
        for what, said, known in (
            ("parameters", parameters, graph.inputs),
            ("labels", labels, final),
        ):
            for name in said:
                if name not in known:
                    raise GraphError(f"{what}: no {name!r}{graph.suggest(name, known)}")
        return graph
