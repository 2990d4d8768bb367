"""How many pictures lie between two references, learnt from what they cost."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

__all__ = ["Rhythm"]

_FIX = int(os.environ.get("RH_FIX", "0"))
_LOG = os.environ.get("RH_LOG")


@dataclass(slots=True)
class _Group:
    """Pictures between two references, and the second of these."""

    between: int = 0
    share: float = 0.0
    waiting: int = 0
    cost: float = 0.0
    worse: float = 0.0
    closed: bool = False


class Rhythm:
    def __init__(self, most: int, price: float) -> None:
        self._price = price
        self._most = most
        self._group = _Group()
        self._of: list[_Group] = []
        self.totals: dict[int, list[float]] = {}

    @property
    def row(self) -> int:
        return _FIX or self._most

    def show(self, share: float, *, is_between: bool) -> None:
        """A picture, in which so much changes."""
        group = self._group
        self._of.append(group)
        group.share += share
        if is_between:
            group.between += 1
        else:
            group.closed = True
            self._group = _Group()

    def awaits(self, number: int) -> None:
        self._of[number].waiting += 1

    def coded(self, number: int, size: int, worse: float) -> None:
        group = self._of[number]
        group.waiting -= 1
        group.cost += size * self._price
        group.worse += worse
        if group.closed and not group.waiting and group.share:
            t = self.totals.setdefault(group.between, [0, 0.0, 0.0, 0.0])
            t[0] += group.between + 1
            t[1] += group.share
            t[2] += group.cost
            t[3] += group.worse
            if _LOG:
                print("G", group.between, f"share {group.share:.5f} cost {group.cost/group.share:.3g} worse {group.worse/group.share:.3g} ratio {group.worse/group.cost:.2f}")
