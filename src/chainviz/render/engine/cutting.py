"""Which bands a stretch's pictures are cut into, as they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from chainviz.render.engine.band import REACH
from chainviz.render.engine.convert import Changes, YuvFrame
from chainviz.render.engine.partition import Rows, bands_for, filled, holds, outside

__all__ = ["Cutting"]

_DEAR = 0.02
"""A band that begins is encoded without anything to refer to. Where this has taken more than such
a share of all bytes, bands are made to last."""
_SOON = 30
"""So many pictures ahead a band is made to hold, or for all that are known if it has to last."""
_AIR, _MORE_AIR = 4, 12
"""So many rows more than what changes it has on each side, if it can."""
_MOST = 0.75
"""A band with more than this share of a picture's rows has all of them, if it has to last."""


class Cutting:
    """Keeps an account of what it costs to begin bands, and chooses them."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._bytes = self._begun = 0

    def count(self, size: int, *, begins: bool) -> None:
        """So many bytes have been made of a picture, with which a band began or didn't."""
        self._bytes += size
        self._begun += size * begins

    def first(self, frame: YuvFrame, coming: Sequence[Changes]) -> list[Rows]:
        """Bands for what will change, in the first picture."""
        soon, alike = self._soon(coming), frame.alike()
        return bands_for(soon, soon, [], alike, REACH, _AIR, filled(alike, self._rows))

    def next(self, bands: Iterable[Rows], frame: YuvFrame, coming: Sequence[Changes]) -> list[Rows]:
        """Bands for what changes next, where those that hold don't contain it."""
        changes = coming[0].rows
        kept = [rows for rows in bands if holds(rows, changes, REACH)]
        if not outside(changes, kept).any():
            return []
        soon, alike = self._soon(coming), frame.alike()
        if self._is_dear:
            together = filled(alike, self._rows)
            new = bands_for(changes, soon, kept, alike, REACH, _MORE_AIR, together)
            is_most = any(bottom - top > _MOST * self._rows for top, bottom in new)
            return [(0, self._rows)] if is_most else new
        return bands_for(changes, soon, kept, alike, REACH, _AIR, soon)

    @property
    def _is_dear(self) -> bool:
        return self._begun > _DEAR * self._bytes

    def _soon(self, coming: Sequence[Changes]) -> Any:
        """The rows in which anything will change before long."""
        known = coming if self._is_dear else coming[:_SOON]
        return np.any([np.zeros(self._rows, np.bool_), *(one.rows for one in known)], axis=0)
