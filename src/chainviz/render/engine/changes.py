"""Where a picture differs from the one before, and in what way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np

from chainviz.render.engine.planes import BLOCK
from chainviz.render.engine.region import Rect, hull, moved

__all__ = ["Changes", "Difference"]

_SPARSE = 4
"""Blocks that changed are counted; each of them is judged by pixels so far apart."""
_TILE, _FEW_TILES = 64, 24
"""What differs is kept as rectangles of such squares, if it isn't in so few of them anyway."""
_SOME, _ENOUGH = 4_000, 20
"""So many pixels say whether something fades, about; at least so many of them have to differ."""
_UNEXPLAINED, _SMOOTH = 0.5, 8.0
"""What a factor doesn't explain is at most this share of it, or so many levels of brightness."""
_PLAIN = 30.0
"""Where what was there differs by so many levels there were edges, and they may have moved."""
_SWAPPED = -0.8
"""Where things change places with a plain ground, the factor is less than that."""


@dataclass(slots=True)
class Changes:
    """Where a picture differs from the one before."""

    rows: Any
    """Of blocks: whether anything in it does."""
    shares: Any
    """Of blocks: which part of the picture it holds of that which does, about."""
    fades: Any
    """Of blocks: whether what changes there becomes brighter or darker as a whole, or hardly."""
    smooth: Any
    """Of blocks: whether it does so evenly, so that a coarse picture would be seen."""
    closely: bool = False
    """Whether it was looked at closely enough to say these two."""
    size: int = 0
    """Pixels that have to be kept of it, about."""
    frames: int = 1
    """How long the picture is shown, as far as is known."""

    @classmethod
    def none(cls, rows: int, *, closely: bool = False) -> Changes:
        """A picture that is the same."""
        marks = np.zeros((3, rows), np.bool_)
        return cls(marks[0], np.zeros(rows), marks[1], marks[2], closely)

    @classmethod
    def all_of(
        cls, differences: Sequence[Difference], size: tuple[int, int], *, closely: bool
    ) -> Changes:
        """What these come to in a picture so wide and high, whatever parts they are about."""
        width, height = size
        rows, columns = (-(-side // BLOCK) for side in (height, width))
        changes = cls.none(rows, closely=closely)
        blocks = np.zeros((rows, columns), np.bool_)
        for one in differences:
            changes.rows[one.rows] = True
            one.mark(blocks)
        changes.shares[:] = blocks.sum(axis=1) * BLOCK**2 / (width * height)
        for axis in (0, 1):
            tiles = np.arange(0, blocks.shape[axis], _TILE // BLOCK)
            blocks = np.logical_or.reduceat(blocks, tiles, axis=axis)
        changes.size = int(np.count_nonzero(blocks)) * _TILE**2
        if closely and differences:
            changes.fades[changes.rows], changes.smooth[changes.rows] = _fading(differences)
        return changes

    @property
    def share(self) -> float:
        """Which part of the picture differs."""
        return float(self.shares.sum())


class Difference:
    """Between what is shown in a rectangle and what is to be: the three planes of each."""

    def __init__(self, rect: Rect, before: list[Any], after: list[Any]) -> None:
        self._left, self._top = rect[:2]
        self._shown = before[0], after[0]
        (dark, *grey), (light, *coloured) = before, after
        differs = _pairs_differ(dark[::2], light[::2])
        self._some = differs[-self._top % _SPARSE // 2 :: 2, -self._left % _SPARSE // 2 :: 2].copy()
        differs[: len(dark) // 2] |= _pairs_differ(dark[1::2], light[1::2])
        for old, new in zip(grey, coloured, strict=True):
            differs |= old != new
        self._differs = differs
        """Of squares of two by two pixels."""
        self._lines = 2 * np.flatnonzero(differs.any(axis=1))

    def __bool__(self) -> bool:
        """Whether there is any."""
        return len(self._lines) > 0

    @property
    def rows(self) -> Any:
        """The picture's rows of blocks in which anything differs."""
        return (self._top + self._lines) // BLOCK

    @cached_property
    def inside(self) -> Rect:
        """The smallest part of the rectangle that holds all of it, with even corners."""
        top, bottom = int(self._lines[0]), int(self._lines[-1]) + 2
        columns = np.flatnonzero(self._differs[top // 2 : bottom // 2].any(axis=0))
        return 2 * int(columns[0]), top, 2 * int(columns[-1]) + 2, bottom

    @property
    def reach(self) -> Rect:
        """The part of the picture that holds all of it."""
        return moved(self.inside, self._left, self._top)

    def tiles(self) -> Iterator[Rect]:
        """Rectangles that hold all of it, and not too much else."""
        left, top, right, bottom = self.inside
        if -(-(bottom - top) // _TILE) * -(-(right - left) // _TILE) <= _FEW_TILES:
            yield self.inside
            return
        marks = self._differs[top // 2 : bottom // 2, left // 2 : right // 2]
        for axis in (0, 1):
            starts = np.arange(0, marks.shape[axis], _TILE // 2)
            marks = np.logical_or.reduceat(marks, starts, axis=axis)
        for row, edges in enumerate(np.diff(marks, axis=1, prepend=False, append=False)):
            ends = left + np.flatnonzero(edges) * _TILE
            above = top + row * _TILE
            for begin, end in ends.reshape(-1, 2).tolist():
                yield (begin, above, min(end, right), min(above + _TILE, bottom))

    def mark(self, blocks: Any) -> None:
        """Mark the picture's blocks that differ, judged by some of their pixels."""
        some = self._some
        if not some.size:
            return
        top, left = -self._top % _SPARSE, -self._left % _SPARSE
        first = (self._top + top) // _SPARSE, (self._left + left) // _SPARSE
        for axis, at in enumerate(first):
            some = np.logical_or.reduceat(some, _starts(at, some.shape[axis]), axis=axis)
        row, column = (at * _SPARSE // BLOCK for at in first)
        blocks[row : row + some.shape[0], column : column + some.shape[1]] |= some

    def samples(self, step: int) -> tuple[Any, Any]:
        """What was and what will be there, of those pixels that differ in their brightness.

        Of one in so many, by where they are in the picture.
        """
        old, new = (
            plane[-self._top % step :: step, -self._left % step :: step] for plane in self._shown
        )
        some = old != new
        return old[some], new[some]


def _fading(differences: Sequence[Difference]) -> tuple[bool, bool]:
    """Whether it is mostly a matter of being brighter or darker by some factor, or faint.

    And whether what that leaves is hardly seen.
    """
    left, top, right, bottom = reduce(hull, (one.reach for one in differences))
    step = max(1, math.isqrt((right - left) * (bottom - top) // _SOME))
    some = [one.samples(step) for one in differences]
    old, new = (np.concatenate(parts).astype(np.float32) for parts in zip(*some, strict=True))
    if len(old) < _ENOUGH:
        is_colour = not any(len(one.samples(1)[0]) for one in differences)
        return is_colour, is_colour
    change = new - old
    is_small = change @ change < _SMOOTH**2 * len(old)
    old -= old.mean()
    change -= change.mean()
    spread, all_of_it = old @ old, change @ change
    factor = old @ change / spread if spread else 0.0
    rest = all_of_it - factor**2 * spread
    is_faint = is_small and spread < _PLAIN**2 * len(old)
    is_fading = factor > _SWAPPED and rest < _UNEXPLAINED * all_of_it
    is_smooth = is_fading and rest < _SMOOTH**2 * len(old)
    return bool(is_faint or is_fading), bool(is_faint or is_smooth)


def _starts(first: int, count: int) -> Any:
    """Where blocks begin among so many samples in a row, counted from that one of the picture."""
    each = BLOCK // _SPARSE
    starts = np.arange(first // each * each - first, count, each)
    starts[0] = 0
    return starts


def _pairs_differ(old: Any, new: Any) -> Any:
    """Which pairs of pixels in a line differ."""
    if old.shape[1] % 2:
        differs = old != new
        return np.logical_or.reduceat(differs, np.arange(0, old.shape[1], 2), axis=1)
    return old.view(np.uint16) != new.view(np.uint16)
