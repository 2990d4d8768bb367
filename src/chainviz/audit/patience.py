"""How long to wait for a process: by what it works, so that a slow machine costs it nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["TURN", "Patience", "spent_by"]

TURN = 0.5
"""Seconds after which one looks again."""
_STALL = 2.0  # seconds of a turn that count; if it was longer, the machine itself stood still
_WORK = 0.01  # share of a turn that a process must have worked not to be idle
_LONGEST = 10.0  # times its limit: the longest that a process may take which works and sleeps


@dataclass(slots=True)
class Patience:
    """What one process has left of its time limit."""

    limit: float
    spent: float = 0.0  # processor seconds, when it was looked at last
    idle: float = 0.0  # seconds in a row in which it did nothing
    waited: float = 0.0  # seconds in all

    def after(self, seconds: float, spent: float | None) -> str:
        """After a turn: empty as long as there is time left, or else what it does all the time.

        ``spent`` is its processor time; None where that isn't known, and all time counts.
        """
        counted = min(seconds, _STALL)
        self.waited += counted
        worked = spent is not None and spent - self.spent >= _WORK * counted
        self.idle = 0.0 if worked else self.idle + counted
        self.spent = max(self.spent, spent or 0.0)
        if self.spent >= self.limit:
            return "works"
        return "idle" if self.idle >= self.limit or self.waited >= _LONGEST * self.limit else ""


def spent_by(process: int) -> float | None:
    """The processor seconds of a process and of its ended children; None where nobody knows."""
    try:
        told = Path(f"/proc/{process}/stat").read_text("ascii", errors="replace")
        ticks = map(int, told.rpartition(")")[2].split()[11:15])
        return sum(ticks) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return None
