"""A graph while it grows: rows are added in order, named at the end, and frozen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chainviz.graph.program import Params, Program, Row
from chainviz.graph.record import Graph, GraphError
from chainviz.ops import Op, op_named

__all__ = ["Growth", "unique"]

OUTPUTS = ("y", "L", "z")  # what an output is called that the user gave no name

_RELU = op_named("relu")
_MAX = op_named("max")
_ADD = op_named("add")


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

    __slots__ = ("constants", "rows")

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.constants: list[Any] = []  # floats and read-only arrays; the k-th is source -1-k

    def add(self, op: Op | None, sources: tuple[int, ...] = (), params: Params = ()) -> int:
        """Add a row; its number is what later rows refer to.

        ``0 + x`` is x: so Python's sum() begins, and nobody means it as a step.
        """
        if op is _MAX:
            op, sources = self._relu(sources) or (op, sources)
        elif op is _ADD and sources[0] < 0 <= sources[1] and self._is_zero(sources[0]):
            return sources[1]
        self.rows.append((op, sources, params))
        return len(self.rows) - 1

    def _relu(self, sources: tuple[int, ...]) -> tuple[Op, tuple[int, ...]] | None:
        """max(0, h) is how most people write relu."""
        for zero, other in (sources, sources[::-1]):
            if zero < 0 and self._is_zero(zero):
                return _RELU, (other,)
        return None

    def _is_zero(self, constant: int) -> bool:
        value = self.constants[-1 - constant]
        return type(value) is float and value == 0.0

    def add_constant(self, value: Any) -> int:
        """Keep a constant: a float or a read-only array; gives the source that stands for it."""
        self.constants.append(value)
        return -len(self.constants)

    def needed(self, output: int) -> list[bool]:
        """Which rows stay: the inputs, and all that leads to the output."""
        found = [row[0] is None for row in self.rows]
        found[output] = True
        for number in range(output, -1, -1):
            if found[number]:
                for source in self.rows[number][1]:
                    if source >= 0:
                        found[source] = True
        return found

    def has_input(self, output: int) -> bool:
        """Whether a row depends on an input."""
        waiting, seen = [output], {output}
        while waiting:
            op, sources, _ = self.rows[waiting.pop()]
            if op is None:
                return True
            fresh = {s for s in sources if s >= 0} - seen
            seen |= fresh
            waiting += fresh
        return False

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
        rows: Sequence[Row] = self.rows
        if not all(kept):
            rows, names, output = self._compact(kept, names, output)
        final = _named(names, output)
        marks = frozenset(parameters)
        program = Program(
            tuple(rows), final, tuple(self.constants), output, marks, dict(labels or {})
        )
        graph = Graph.of(program)
        for what, said, known in (("parameters", marks, graph.inputs), ("labels", labels, final)):
            for name in said or ():
                if name not in known:
                    raise GraphError(f"{what}: no {name!r}{graph.suggest(name, known)}")
        return graph

    def _compact(
        self, kept: list[bool], names: Sequence[str | None], output: int
    ) -> tuple[list[Row], list[str | None], int]:
        """Leave out the rows that lead nowhere, and number the others anew."""
        places: dict[int, int] = {}
        rows: list[Row] = []
        for number, (op, sources, params) in enumerate(self.rows):
            if kept[number]:
                places[number] = len(rows)
                moved = tuple([s if s < 0 else places[s] for s in sources])
                rows.append((op, moved, params))
        return rows, [names[number] for number in places], places[output]


def _named(names: Sequence[str | None], output: int) -> tuple[str, ...]:
    """Give a name to every row that has none."""
    taken = {name for name in names if name}
    final = list(names)
    if not final[output]:
        final[output] = next((name for name in OUTPUTS if name not in taken), None)
    count = 0
    for place, name in enumerate(final):
        if not name:
            count += 1
            while f"v{count}" in taken:
                count += 1
            final[place] = f"v{count}"
    return tuple(final)  # type: ignore[arg-type]
