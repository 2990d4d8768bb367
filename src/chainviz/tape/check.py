"""Gradients checked against central differences: the tape's numbers by other means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.graph import Graph
from chainviz.graph.sweep import values_of
from chainviz.tape.inputs import input_values
from chainviz.tape.runner import run

__all__ = ["GradientReport", "GradientRow", "check_gradients"]

EPSILON = float(np.finfo(np.float64).eps)
STEP = EPSILON ** (1 / 3)  # of the input's size: rounding and curvature cost the same
ROUNDING = 16.0  # roundings of the output that a difference may carry


@dataclass(frozen=True, slots=True)
class GradientRow:
    """One entry of one input: the tape's gradient, and what a nudge of the input shows."""

    name: str  # of the input, with its index: W[0, 1]
    grad: float
    measured: float  # (L(x + h) - L(x - h)) / 2h
    error: float  # relative
    ok: bool
    kink: bool  # the slopes on the two sides differ: there is no one derivative here


@dataclass(frozen=True, slots=True)
class GradientReport:
    """What check_gradients found; print it for a table."""

    rows: tuple[GradientRow, ...]
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether every gradient agrees."""
        return all(row.ok for row in self.rows)

    @property
    def worst(self) -> float:
        """The largest relative error."""
        return max((row.error for row in self.rows), default=0.0)

    def require(self) -> GradientReport:
        """Raise where a gradient disagrees; for use in tests."""
        if not self.ok:
            raise ChainvizError(f"gradients disagree with central differences:\n{self}")
        return self

    def __str__(self) -> str:
        """A line an entry: the tape, the differences, the relative error, the verdict."""
        table = [("input", "tape", "differences", "error", "")]
        for row in self.rows:
            verdict = "ok" if row.ok else "kink: two slopes meet here" if row.kink else "DIFFERS"
            numbers = (f"{row.grad:.9g}", f"{row.measured:.9g}", f"{row.error:.1e}")
            table.append((row.name, *numbers, verdict))
        widths = [max(len(line[i]) for line in table) for i in range(5)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in table
        )


def check_gradients(
    graph: Graph,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    tolerance: float = 1e-6,
    **named: Any,
) -> GradientReport:
    """Compare every gradient with central differences.

    Each entry of each input is nudged by about 6e-6 of its size to both sides. The report
    says ``ok`` where they agree to the (relative) tolerance, as far as the rounding of the
    output lets a difference tell; ``require()`` raises where they don't.

    >>> from chainviz import parse
    >>> report = check_gradients(parse("L = -ln(sigma(w*x))"), x=2.0, w=3.0)
    >>> report.ok, report.worst < 1e-6
    (True, True)
    """
    given = {**(inputs or {}), **named}
    tape = run(graph, given)
    values = input_values(graph, given)
    rows = []
    for place, name in enumerate(graph.inputs):
        grad = np.asarray(tape.grad(name))
        for index in np.ndindex(grad.shape):
            label = f"{name}[{', '.join(map(str, index))}]" if index else name
            rows.append(_row(graph, values, place, index, label, float(grad[index]), tolerance))
    return GradientReport(tuple(rows), tolerance)


def _row(
    graph: Graph,
    values: list[Any],
    place: int,
    index: tuple[int, ...],
    label: str,
    grad: float,
    tolerance: float,
) -> GradientRow:
    here = float(np.asarray(values[place])[index])
    low, middle, high = _outputs(graph, values, place, index)
    width = high[0] - low[0]  # as the nudged inputs really lie, after rounding
    measured = (high[1] - low[1]) / width
    right = (high[1] - middle) / (high[0] - here)
    left = (middle - low[1]) / (here - low[0])
    size = max(abs(grad), abs(measured))
    rounding = ROUNDING * EPSILON * max(abs(low[1]), abs(high[1])) / width
    apart = abs(grad - measured)
    ok = apart <= tolerance * size + rounding
    kink = abs(right - left) > 0.01 * max(abs(right), abs(left)) + 4 * rounding
    return GradientRow(label, grad, measured, apart / size if size else 0.0, ok, kink)


def _outputs(graph: Graph, values: list[Any], place: int, index: tuple[int, ...]) -> Any:
    """(input, output) a nudge to the left, the output here, (input, output) to the right."""
    place_of_output = graph.program.output

    def output(nudged: Any) -> float:
        changed = [*values[:place], nudged, *values[place + 1 :]]
        return float(values_of(graph, changed)[place_of_output])

    def moved(sign: float) -> tuple[float, float]:
        value = np.array(values[place])
        value[index] += sign * STEP * max(1.0, abs(float(value[index])))
        entry = float(value[index])
        return entry, output(value if value.ndim else entry)

    return moved(-1.0), output(values[place]), moved(1.0)
