"""run(graph, ...) gives a Tape: one numeric run, in reverse or in forward mode."""

from __future__ import annotations

from chainviz.graph import RunError
from chainviz.tape.check import GradientReport, check_gradients
from chainviz.tape.record import Contribution, Counts, Step, Tape
from chainviz.tape.runner import run

__all__ = [
    "Contribution",
    "Counts",
    "GradientReport",
    "RunError",
    "Step",
    "Tape",
    "check_gradients",
    "run",
]
