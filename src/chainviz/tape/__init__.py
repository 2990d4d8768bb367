"""run(graph, ...) gives a Tape: one numeric run, in reverse or in forward mode."""

from __future__ import annotations

from chainviz.tape.record import Contribution, RunError, Step, Tape
from chainviz.tape.sweep import run

__all__ = ["Contribution", "RunError", "Step", "Tape", "run"]
