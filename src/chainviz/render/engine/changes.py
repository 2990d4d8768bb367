"""Where a picture differs from the one before, and in what way."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chainviz.render.engine.planes import BLOCK, HALVES, parts_of
from chainviz.render.engine.region import Rect

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


@dataclass(frozen=True, slots=True)
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

    @classmethod
    def none(cls, rows: int, *, closely: bool = False) -> Changes:
        """A picture that is the same."""
        marks = np.zeros((3, rows), np.bool_)
        return cls(marks[0], np.zeros(rows), marks[1], marks[2], closely)

    @property
    def share(self) -> float:
        """Which part of the picture differs."""
        return float(self.shares.sum())

    def add(self, top: int, difference: Difference, pixels: int) -> None:
        """Note a difference that begins at that line of a picture with so many pixels."""
        rows = (top + 2 * difference.lines) // BLOCK
        self.rows[rows] = True
        if self.closely:
            is_fading, is_smooth = difference.fading()
            self.fades[rows] |= is_fading
            self.smooth[rows] |= is_smooth
        blocks = difference.blocks()
        np.add.at(self.shares, top // BLOCK + np.arange(len(blocks)), blocks * BLOCK**2 / pixels)


class Difference:
    """Between what is shown somewhere and what is to be: the three planes of each."""

    def __init__(self, before: list[Any], after: list[Any]) -> None:
        self._before, self._after = before, after
        (dark, *grey), (light, *coloured) = before, after
        chroma = [old != new for old, new in zip(grey, coloured, strict=True)]
        self._differ = [_pairs_differ(dark, light), *chroma]
        """Of each plane: lines of pairs of columns."""
        luma, *rest = (differs.any(axis=1) for differs in self._differ)
        pairs = np.logical_or.reduceat(luma, np.arange(0, len(luma), 2))
        self.lines = np.flatnonzero(pairs | rest[0] | rest[1])
        """The pairs of lines with anything that differs."""

    @cached_property
    def inside(self) -> Rect:
        """The smallest rectangle that holds all of it, with even corners."""
        top, bottom = 2 * self.lines[0], 2 * self.lines[-1] + 2
        columns = np.flatnonzero(self._columns(top, bottom))
        return (2 * columns[0], top, 2 * columns[-1] + 2, bottom)

    def tiles(self) -> Iterator[Rect]:
        """Rectangles that hold all of it, and not too much else."""
        left, top, right, bottom = self.inside
        marks = np.zeros((-(-(bottom - top) // _TILE), -(-(right - left) // _TILE)), np.bool_)
        if marks.size <= _FEW_TILES:
            yield self.inside
            return
        for differs, half in self._parts(top, bottom):
            part = differs[:, left // 2 : right // 2]
            lines = np.arange(0, len(part), _TILE // half)
            columns = np.arange(0, part.shape[1], _TILE // 2)
            strips = np.logical_or.reduceat(part, lines, axis=0)
            marks |= np.logical_or.reduceat(strips, columns, axis=1)
        for row, edges in enumerate(np.diff(marks, axis=1, prepend=False, append=False)):
            ends = left + np.flatnonzero(edges) * _TILE
            above = top + row * _TILE
            for begin, end in ends.reshape(-1, 2).tolist():
                yield (begin, above, min(end, right), min(above + _TILE, bottom))

    def blocks(self) -> Any:
        """How many blocks differ, row by row, judged by some of their pixels."""
        some = self._differ[0][::_SPARSE, :: _SPARSE // 2]
        side = BLOCK // _SPARSE
        high, wide = (size // side for size in some.shape)
        whole = some[: high * side, : wide * side].reshape(high, side, wide, side)
        return whole.any(axis=(1, 3)).sum(axis=1)

    def fading(self) -> tuple[bool, bool]:
        """Whether it is mostly a matter of being brighter or darker by some factor, or faint.

        And whether what that leaves is hardly seen.
        """
        old, new = (parts_of(planes, self.inside)[0] for planes in (self._before, self._after))
        step = max(1, math.isqrt(old.size // _SOME))
        old, new = old[::step, ::step], new[::step, ::step]
        some = old != new
        if np.count_nonzero(some) < _ENOUGH:
            is_colour = not self._differ[0].any()
            return is_colour, is_colour
        old, new = old[some].astype(np.float32), new[some].astype(np.float32)
        change = new - old
        is_small = change @ change < _SMOOTH**2 * len(old)
        old -= old.mean()
        change -= change.mean()
        spread, all_of_it = old @ old, change @ change
        factor = old @ change / spread if spread else 0.0
        left = all_of_it - factor**2 * spread
        is_faint = is_small and spread < _PLAIN**2 * len(old)
        is_fading = factor > _SWAPPED and left < _UNEXPLAINED * all_of_it
        is_smooth = is_fading and left < _SMOOTH**2 * len(old)
        return bool(is_faint or is_fading), bool(is_faint or is_smooth)

    def _parts(self, top: int, bottom: int) -> Iterator[tuple[Any, int]]:
        """What differs between these lines, plane by plane, and by how much lower a plane is."""
        for differs, half in zip(self._differ, HALVES, strict=True):
            yield differs[top // half : bottom // half], half

    def _columns(self, top: int, bottom: int) -> Any:
        """Of each pair of columns: whether anything differs there between these lines."""
        return np.any([part.any(axis=0) for part, _ in self._parts(top, bottom)], axis=0)


def _pairs_differ(old: Any, new: Any) -> Any:
    """Which pairs of pixels in a line differ."""
    if old.shape[1] % 2:
        differs = old != new
        return np.logical_or.reduceat(differs, np.arange(0, old.shape[1], 2), axis=1)
    return old.view(np.uint16) != new.view(np.uint16)
