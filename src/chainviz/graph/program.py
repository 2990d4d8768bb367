"""A graph as sweeps want it: rows whose arguments are places in one list of values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chainviz.ops import Op

__all__ = ["Params", "Program", "Row"]

Params = tuple[tuple[str, Any], ...]


# An op (None: an input), its sources and its options. A source of 0 and above is the place of
# an earlier row; -1, -2, ... are the constants. Values are kept in one list, the rows' first and
# the constants' behind them, last one first: so a source is an index of that list as it stands.
# A plain tuple, because one is made for every operation that is traced.
Row = tuple[Op | None, tuple[int, ...], Params]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """The rows of a graph in topological order, with their names and the constants."""

    rows: tuple[Row, ...]
    names: tuple[str, ...]
    constants: tuple[Any, ...]
    output: int
    parameters: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def inputs(self) -> list[int]:
        """The places of the inputs."""
        return [place for place, row in enumerate(self.rows) if row[0] is None]

    @property
    def is_scalar(self) -> bool:
        """Whether scalar inputs make every value a scalar, and no op has options."""
        return all(type(value) is float for value in self.constants) and not any(
            op is not None and (op.vjps or params) for op, _, params in self.rows
        )
