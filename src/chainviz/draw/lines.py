"""Line breaking: pieces of an equation on one baseline, and on the next when a line is full."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import manim as mn

from chainviz.draw.typeset import Typeset
from chainviz.part import Kind

__all__ = ["fold_terms", "set_chain", "set_list"]

_GAP = 0.36  # em, on either side of an equals sign
_LEADING = 0.45  # em, between lines


def set_chain(sides: Sequence[Typeset], signs: Sequence[Typeset], em: float, width: float) -> None:
    """A = b = c: a side that would pass the width starts a new line, under the first sign."""
    gap = _GAP * em
    first = sides[0].sit_on(0.0)
    first.shift(mn.RIGHT * -first.get_left()[0])
    column = first.get_right()[0] + gap if signs else 0.0
    for sign, side in zip(signs, sides[1:], strict=True):
        fold_terms(side, em, width - column - sign.width - gap)
    pen = column
    line = mn.VGroup(first)
    baseline = 0.0
    for sign, side in zip(signs, sides[1:], strict=True):
        if pen > column and pen + sign.width + gap + side.width > width:
            low = line.get_bottom()[1]
            baseline = low - _LEADING * em - max(_rise(side), 0.3 * em)
            line, pen = mn.VGroup(), column
        for piece in (sign, side):
            piece.sit_on(baseline)
            piece.shift(mn.RIGHT * (pen - piece.get_left()[0]))
            pen = piece.get_right()[0] + gap
            line.add(piece)


def set_list(items: Sequence[Typeset], commas: Sequence[Typeset], em: float, width: float) -> None:
    """a, b, c: as few centred lines as will do, of even length as far as it goes."""
    baseline = 0.0
    for number, line in enumerate(_even_lines(items, commas, em, width)):
        pen = 0.0
        for piece, gap in line:
            piece.sit_on(0.0).shift(mn.RIGHT * (pen - piece.get_left()[0]))
            pen = piece.get_right()[0] + gap
        row = mn.VGroup(*(piece for piece, _ in line))
        if number:
            baseline -= _LEADING * em + row.get_top()[1]
        row.shift(mn.UP * baseline + mn.LEFT * row.get_center()[0])
        baseline = row.get_bottom()[1]


Line = list[tuple[Typeset, float]]  # pieces, each with the gap that follows it


def _even_lines(
    items: Sequence[Typeset], commas: Sequence[Typeset], em: float, width: float
) -> list[Line]:
    """As few lines as the width allows, then as narrow as that number of lines allows."""
    best = _filled(items, commas, em, width)
    for share in range(95, 40, -5):
        narrower = _filled(items, commas, em, width * share / 100)
        if len(narrower) > len(best):
            break
        best = narrower
    return best


def _filled(
    items: Sequence[Typeset], commas: Sequence[Typeset], em: float, width: float
) -> list[Line]:
    lines: list[Line] = [[]]
    used = 0.0
    for item, comma in zip(items, [*commas, None], strict=True):
        if lines[-1] and used + item.width > width:
            lines.append([])
            used = 0.0
        lines[-1].append((item, 0.08 * em))
        used += item.width + 0.08 * em
        if comma is not None:
            lines[-1].append((comma, 0.75 * em))
            used += comma.width + 0.75 * em
    return lines


def fold_terms(side: Typeset, em: float, width: float) -> None:
    """Break a long sum before a plus sign: the terms after it go to a line of their own."""
    if side.width <= width:
        return
    starts = _term_starts(side)
    if len(starts) < 2:
        return
    glyphs = side.submobjects
    lines = [[starts[0]]]
    for start, end in zip(starts[1:], [*starts[2:], len(glyphs)], strict=True):
        left = glyphs[lines[-1][0]].get_left()[0]
        if glyphs[end - 1].get_right()[0] - left > width:
            lines.append([])
        lines[-1].append(start)
    bounds = [line[0] for line in lines[1:]] + [len(glyphs)]
    low = mn.VGroup(*glyphs[: bounds[0]]).get_bottom()[1]
    left = glyphs[0].get_left()[0]
    for begin, end in pairwise(bounds):
        row = mn.VGroup(*glyphs[begin:end])
        down = row.get_top()[1] - low + _LEADING * em
        row.shift(mn.DOWN * down + mn.RIGHT * (left - row.get_left()[0]))
        low = row.get_bottom()[1]


def _term_starts(side: Typeset) -> list[int]:
    """Where each contribution begins, its plus sign included."""
    spans = [s for part, s in side.spans.items() if part.kind is Kind.CONTRIBUTION]
    firsts = sorted(min(span) for span in spans)
    return [0] + [first - 1 for first in firsts[1:]] if firsts else []


def _rise(side: Typeset) -> float:
    """How far the side's first line reaches above its baseline."""
    return float(side.get_top()[1] - side.baseline)
