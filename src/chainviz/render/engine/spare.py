"""Whether the machine has a processor to spare."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["Spare"]

_SHARE = 0.5
"""A processor that stood idle for this share of the time can be had."""
_WHILE = 0.2
"""Seconds that have to be looked at; the system counts in hundredths."""


class Spare:
    """Watches how much of the processors' time nobody wants.

    Whoever knows that nobody else is at work says so at once with ``crowded``; else it shows.
    """

    def __init__(self, crowded: Callable[[], bool] = lambda: True) -> None:
        self._crowded = crowded
        self._seen = False
        self._then = time.monotonic()
        self._idle = _idle()

    def seen(self) -> bool:
        """Whether there has been one. What uses it then hides it, so the answer stays."""
        self._seen = self._seen or not self._crowded()
        now = time.monotonic()
        if not self._seen and now - self._then > _WHILE:
            idle = _idle()
            self._seen = idle - self._idle > _SHARE * (now - self._then)
            self._then, self._idle = now, idle
        return self._seen


def _idle() -> float:
    """Seconds that all processors together have been idle; always 0 where nobody counts."""
    with contextlib.suppress(OSError, ValueError, IndexError), Path("/proc/stat").open() as counts:
        words = counts.readline().split()
        return (int(words[4]) + int(words[5])) / os.sysconf("SC_CLK_TCK")
    return 0.0
