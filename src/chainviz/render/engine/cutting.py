"""Which bands a stretch's pictures are cut into, as they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from chainviz.render.engine.band import REACH
from chainviz.render.engine.changes import Changes
from chainviz.render.engine.convert import YuvFrame
from chainviz.render.engine.partition import Rows, bands_for, filled, holds, outside

__all__ = ["Cutting", "changes_seldom", "changing_in", "fading_in", "has_faded"]

_DEAR = 0.02
"""A band that begins is encoded without anything to refer to. Where this has taken more than such
a share of all bytes, bands are made to last."""
_AIR, _MORE_AIR = 2, 8
"""So many rows more than what changes it has on each side, if it can: as a rule, and if it has to
last."""
_MOST = 0.8
"""A band with more than this share of a picture's rows has all of them."""
_GAP = 6
"""Rows in which nothing changes are left out if there are so many of them in a row."""
_SELDOM = 3
"""Something changes seldom if it does in one frame of so many."""
_LONG = 8
"""Pictures that are looked at closely, in which nothing fades any more."""
_USUAL, _LITTLE = 0.5, 0.0003
"""If this share of the pictures that are known fades, it is worth an encoder that looks for it;
unless less than so much of the picture changes in them, for each of a band's rows."""


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
        together = filled(alike, self._rows)
        return self._few(bands_for(soon, soon, [], alike, REACH, _AIR, together))

    def next(self, bands: Iterable[Rows], frame: YuvFrame, coming: Sequence[Changes]) -> list[Rows]:
        """Bands for what changes next, where those that hold don't contain it."""
        changes = coming[0].rows
        kept = [rows for rows in bands if holds(rows, changes, REACH)]
        if not outside(changes, kept).any():
            return []
        soon, alike = self._soon(coming), frame.alike()
        if self._is_dear:
            together = filled(alike, self._rows)
            return self._few(bands_for(changes, soon, kept, alike, REACH, _MORE_AIR, together))
        return self._few(bands_for(changes, soon, kept, alike, REACH, _AIR, soon))

    def anew(
        self, rows: Rows, bands: Iterable[Rows], frame: YuvFrame, coming: Sequence[Changes]
    ) -> list[Rows]:
        """Bands for what will change in one of these, instead of it."""
        soon, kept = self._soon(coming), [one for one in bands if one != rows]
        here = soon & ~outside(soon, [rows])
        return self._few(bands_for(here, soon, kept, frame.alike(), REACH, _AIR, soon))

    @property
    def _is_dear(self) -> bool:
        return self._begun > _DEAR * self._bytes

    def _few(self, bands: list[Rows]) -> list[Rows]:
        """The same with small gaps between them filled: each costs bytes for what stays there."""
        done = [(0, 0)]
        for top, bottom in bands:
            if top - done[-1][1] < _GAP:
                top, _ = done.pop()
            done.append((top, bottom))
        top, bottom = done.pop()
        done.append((top, bottom if self._rows - bottom >= _GAP else self._rows))
        if any(bottom - top > _MOST * self._rows for top, bottom in done):
            return [(0, self._rows)]
        return [rows for rows in done if rows != (0, 0)]

    def _soon(self, coming: Sequence[Changes]) -> Any:
        """The rows in which anything will change before long."""
        return np.any([np.zeros(self._rows, np.bool_), *(one.rows for one in coming)], axis=0)


def fading_in(rows: Rows, coming: Iterable[Changes]) -> tuple[bool, bool]:
    """Whether what changes in these rows mostly fades, and whether it mostly does so smoothly."""
    here = slice(*rows)
    changing = [one for one in coming if one.rows[here].any()]
    known = [one for one in changing if one.closely]
    enough = max(1, _USUAL * len(known))
    little = _LITTLE * (rows[1] - rows[0]) * len(changing)
    if sum(one.shares[here].sum() for one in changing) < little:
        return False, False
    fading, smooth = (
        sum(bool(marks[here].any()) for marks in kind)
        for kind in ([one.fades for one in known], [one.smooth for one in known])
    )
    return fading >= enough, fading >= enough and smooth >= enough


def has_faded(rows: Rows, coming: Iterable[Changes]) -> bool:
    """Whether much will change in these rows, for long, and none of it fades."""
    here = slice(*rows)
    changing = [one for one in coming if one.closely and one.rows[here].any()]
    return len(changing) >= _LONG and not any(one.fades[here].any() for one in changing)


def changes_seldom(rows: Rows, coming: Sequence[Changes]) -> bool:
    """Whether these rows change in few of the frames that come, so that little is to be encoded."""
    pictures = sum(bool(one.rows[slice(*rows)].any()) for one in coming)
    return sum(one.frames for one in coming) >= _SELDOM * max(1, pictures)


def changing_in(rows: Rows, coming: Iterable[Changes]) -> float:
    """Which share of a picture changes in these rows, if anything does, on the average."""
    here = slice(*rows)
    shares = [float(one.shares[here].sum()) for one in coming if one.rows[here].any()]
    return sum(shares) / len(shares) if shares else 0.0
