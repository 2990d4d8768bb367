"""A stretch of memory that is used round and round."""

from __future__ import annotations

import math
import mmap
from collections import deque
from typing import Any

import numpy as np

__all__ = ["Ring"]


class Ring:
    """Pieces of one memory, given back in the order in which they were taken."""

    def __init__(self, memory: mmap.mmap, limit: int | None = None) -> None:
        self._bytes = np.frombuffer(memory, np.uint8)
        self._taken: deque[int] = deque()
        self._end = 0
        self.limit = limit or len(self._bytes)
        """Only so many bytes are used; more may be allowed at any time."""

    def view(self, at: int, shape: tuple[int, ...]) -> Any:
        """The bytes from there on, as pixels."""
        return self._bytes[at : at + math.prod(shape)].reshape(shape)

    def take(self, size: int) -> int | None:
        """Where so many bytes lie free in a row; None for: not yet."""
        if not self._taken:
            at = 0
        elif self._taken[0] < self._end:
            if self._end + size <= self.limit:
                at = self._end
            elif size < self._taken[0]:
                at = 0
            else:
                return None
        elif self._end + size < self._taken[0]:
            at = self._end
        else:
            return None
        self._taken.append(at)
        self._end = at + size
        return at

    def give(self) -> None:
        """The oldest is free again."""
        self._taken.popleft()
