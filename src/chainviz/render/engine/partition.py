"""Where a picture can be cut into bands that are encoded each by itself.

What an encoder refers to may lie some lines beyond its band, where it takes the outermost line to
go on for ever. The player doesn't: it takes what is there. So a band ends where the picture goes
on alike for as far as an encoder reaches, and holds as long as nothing changes there, nor in its
own outermost row. That is said of the picture as drawn; what the two have decoded there may differ
by what a quantiser leaves of a plain ground, which is next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from chainviz.render.engine.planes import BLOCK

__all__ = ["Rows", "bands_for", "filled", "holds", "outside", "overlap", "runs_of"]

Rows = tuple[int, int]
"""Rows of blocks: the first of them, and the one after the last."""

_INSIDE = 8
"""A band's outermost lines are alike, too."""


class _Edges:
    """Where bands may begin and end in a picture."""

    def __init__(self, alike: Any, changes: Any, reach: int) -> None:
        self.rows = rows = len(changes)
        different = np.concatenate([[0], np.cumsum(~alike)])
        changed = np.concatenate([[0], np.cumsum(changes)])
        beyond = -(-reach // BLOCK)

        def is_alike(begin: int, end: int) -> bool:
            begin, end = (min(max(line, 0), len(alike)) for line in (begin, end - 1))
            return bool(different[end] == different[begin])

        def is_still(begin: int, end: int) -> bool:
            return bool(changed[min(end, rows)] == changed[max(begin, 0)])

        at = range(0, (rows + 1) * BLOCK, BLOCK)
        self._begins = [
            is_alike(line - reach, line + _INSIDE) and is_still(row - beyond, row + 1)
            for row, line in enumerate(at)
        ]
        self._ends = [
            is_alike(line - _INSIDE, line + reach) and is_still(row - 1, row + beyond)
            for row, line in enumerate(at)
        ]
        self._begins[0] = self._ends[rows] = True

    def around(self, rows: Rows, air: int = 0) -> Rows:
        """The smallest band that holds these rows, with so many more on each side if it can."""
        top, bottom = max(0, rows[0] - air), min(self.rows, rows[1] + air)
        above = (*range(top, rows[0] + 1), *range(top, -1, -1))
        below = (*range(bottom, rows[1] - 1, -1), *range(bottom, self.rows + 1))
        top = next(row for row in above if self._begins[row])
        return top, next(row for row in below if self._ends[row])


def overlap(a: Rows, b: Rows) -> bool:
    """Whether they share a row."""
    return a[0] < b[1] and b[0] < a[1]


def holds(rows: Rows, changes: Any, reach: int) -> bool:
    """Whether a band can go on where these rows change."""
    beyond = -(-reach // BLOCK)
    top, bottom = rows
    above = changes[max(0, top - beyond) : top + 1 if top else 0]
    below = changes[bottom - 1 : bottom + beyond] if bottom < len(changes) else changes[:0]
    return not (above.any() or below.any())


def outside(rows: Any, bands: Iterable[Rows]) -> Any:
    """Those of some rows that are in none of the bands."""
    rest = rows.copy()
    for top, bottom in bands:
        rest[top:bottom] = False
    return rest


def filled(alike: Any, rows: int) -> Any:
    """The rows in which there's something to be seen."""
    changes = np.flatnonzero(~alike) // BLOCK
    marked = np.zeros(rows, np.bool_)
    marked[changes] = True
    return marked


def bands_for(
    changes: Any, soon: Any, kept: Iterable[Rows], alike: Any, reach: int, air: int, together: Any
) -> list[Rows]:
    """New bands for what changes outside of those that are kept.

    They are made to hold for what will change before long, and they may swallow others. Rows
    that belong ``together`` go into one band if anything changes in them.
    """
    kept = list(kept)
    new = outside(changes, kept)
    wanted = [run for run in runs_of(changes | soon | together) if new[slice(*run)].any()]
    edges = _Edges(alike, changes | soon, reach)
    done: list[Rows] = []
    for run in wanted:
        band = edges.around(run, air)
        while over := [one for one in (*done, *kept) if overlap(one, band)]:
            done = [one for one in done if one not in over]
            kept = [one for one in kept if one not in over]
            hull = min(band[0], *(one[0] for one in over)), max(band[1], *(one[1] for one in over))
            band = edges.around(hull)
        done.append(band)
    return sorted(done)


def runs_of(rows: Any) -> list[Rows]:
    """Those of the rows that are marked, where they follow each other."""
    marks = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(rows, np.int8), [0]])))
    return [(int(begin), int(end)) for begin, end in marks.reshape(-1, 2)]
