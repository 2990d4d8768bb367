"""Where each column begins and ends: wide enough that no edge has to climb too steeply."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from chainviz.layout.needs import Spacing
from chainviz.layout.order import Columns

__all__ = ["column_edges"]

Edges = tuple[list[float], list[float]]

STEEP = 0.62  # the slope that straight edges should not exceed, given the room
BEND = 0.55  # how much of its climb a bent edge should have as width
AIRY = 2.1  # how many times the least gap a column may get from spare width


def column_edges(
    columns: Columns,
    wide: Sequence[float],
    spacing: Spacing,
    heights: Sequence[float],
    room: float,
) -> Edges:
    """Left and right of every column; `room` is the width that may be used."""
    widths = [
        max([0.25 if c % 2 else 0.0, *(wide[i] for i in column)])
        for c, column in enumerate(columns.columns)
    ]
    gaps = [spacing.beside] * (len(widths) - 1)
    spare = room - sum(widths) - sum(gaps)
    if heights and spare > 0:
        extra = _for_climbs(columns, widths, gaps, heights)
        share = min(1.0, spare / sum(extra)) if sum(extra) else 1.0
        gaps = [gap + more * share for gap, more in zip(gaps, extra, strict=True)]
        spare = room - sum(widths) - sum(gaps)
    if spare > 0 and gaps:
        gaps = _filled(gaps, spare, AIRY * spacing.beside)
    lefts, x = [], 0.0
    for width, gap in zip(widths, [*gaps, 0.0], strict=True):
        lefts.append(x)
        x += width + gap
    return lefts, [left + width for left, width in zip(lefts, widths, strict=True)]


def _for_climbs(
    columns: Columns, widths: list[float], gaps: list[float], heights: Sequence[float]
) -> list[float]:
    """What each gap lacks for its edges to climb gently."""
    extra = [0.0] * len(gaps)
    for chain in columns.chains:
        if len(chain) == 3:
            c = columns.column_of[chain[0]]
            run = gaps[c] + widths[c + 1] + gaps[c + 1]
            lack = abs(heights[chain[2]] - heights[chain[0]]) / STEEP - run
            lacks = ((c, lack / 2), (c + 1, lack / 2))
        else:
            lacks = tuple(  # type: ignore[assignment]
                (columns.column_of[a], abs(heights[a] - heights[b]) * BEND - gaps[0])
                for a, b in pairwise(chain)
            )
        for c, lack in lacks:
            extra[c] = max(extra[c], lack)
    return extra


def _filled(gaps: list[float], spare: float, most: float) -> list[float]:
    """The gaps with spare width poured in where they are narrowest, up to `most`."""
    level = most
    for _ in range(30):
        used = sum(max(0.0, level - gap) for gap in gaps)
        if used <= spare:
            break
        level -= (used - spare) / len(gaps)
    return [max(gap, level) for gap in gaps]
