"""102 text-struck: a line or an arrow that runs through a text."""

from __future__ import annotations

from collections.abc import Iterator

from chainviz.audit.cover import texts_shown
from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.geometry import STROKE, cross, runs, segments, share, shrink
from chainviz.audit.memo import memo
from chainviz.audit.neighbours import over_one_another, text_box
from chainviz.audit.timeline import VISIBLE, Array, Box, Item, Kind, Timeline, Trait

__all__ = ["RULES"]

_OPAQUE = 0.6


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    def depth(line: Item, text: Item) -> float:
        return 0.0 if _related(line, text) else _depth(line, text, limit)

    for (sample, indices), pairs in over_one_another(
        timeline, _line_box, text_box, depth, above=False
    ):
        shown = texts_shown(sample)
        for line, text in pairs:
            if text not in shown:
                continue
            above, below = sample.items.index(text), sample.items.index(line)
            between = sample.items[below + 1 : above]
            if below > above and line.fill[3] > _OPAQUE:
                continue  # it hides the text: rule 103's case
            if below < above and line.stroke_width * STROKE >= text.em:
                continue  # a bar that carries the text
            if any(_covers(item, text) for item in between):
                continue
            deep = depth(line, text)
            measure = f"the line comes {deep:.0%} of a letter's height into the words"
            yield from (Sight(at, (text, line), measure, deep) for at in indices)


def _line_box(item: Item) -> Box | None:
    """A straight line's box has no area, so it gets some."""
    left, bottom, right, top = item.box
    return (left - 0.01, bottom - 0.01, right + 0.01, top + 0.01) if _is_line(item) else None


def _is_line(item: Item) -> bool:
    if item.kind is not Kind.SHAPE or item.traits & {Trait.CROSS, Trait.BACKDROP, Trait.SOLID}:
        return False
    return item.stroke_width > 0.2 and item.stroke[3] >= VISIBLE


def _related(line: Item, text: Item) -> bool:
    if text.key in line.family:
        return True
    return Trait.COORDINATES in line.traits and Trait.COORDINATES in text.traits


@memo
def _depth(line: Item, text: Item, limit: float) -> float:
    """How far the line comes into the words, as a share of the tallest glyph."""
    framed = Trait.FRAME in line.traits  # it may well come between two signs of a formula
    words = text.glyphs if framed else _words(text)
    hit = cross(segments(line), shrink(words, limit * text.em)).any(axis=0)
    if not hit.any():
        return 0.0
    deep = limit
    for depth in (0.2, 0.3, 0.4, 0.5):
        if cross(segments(line), shrink(words[hit], depth * text.em)).any():
            deep = depth
    return deep


@memo
def _words(text: Item) -> Array:
    return runs(text.glyphs, text.em)


def _covers(item: Item, text: Item) -> bool:
    return (
        item.kind is not Kind.TEXT and item.fill[3] > _OPAQUE and share(text.box, item.box) > 0.95
    )


RULES = (
    Rule(
        id="102",
        name="text-struck",
        level=Level.ERROR,
        limit=0.12,
        limit_words="{limit:.0%} of a letter's height",
        explain="A line, an arrow or an outline runs through a text. Only the words count, not "
        "the empty parts of a text's box; a Cross, the grid of a plane, an axis beside its own "
        "numbers, a bar as thick as the text and a line under a BackgroundRectangle are meant to "
        "be there.",
        remedy="move the text off the line (next_to with a buff), or put a BackgroundRectangle "
        "between them",
        check=_check,
    ),
)
