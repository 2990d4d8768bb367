"""103 occluded: an opaque fill above glyphs that it does not carry."""

from __future__ import annotations

from collections.abc import Iterator

from chainviz.audit.cover import CURTAIN, hidden_part, texts_shown
from chainviz.audit.finding import Level, Rule, Sight, states
from chainviz.audit.geometry import area, meet, touch
from chainviz.audit.timeline import Item, Kind, Sample, Timeline, Trait

__all__ = ["RULES"]


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    for sample, indices in states(timeline):
        covers = [
            (place, item) for place, item in enumerate(sample.items)
            if item.fill[3] > limit and _may_hide(item, sample)
        ]  # fmt: skip
        if not covers:
            continue
        places = {item: place for place, item in enumerate(sample.items)}
        for text in texts_shown(sample):
            for above, cover in covers:
                if above < places[text] or not touch(cover.box, text.box):
                    continue
                part = hidden_part(cover, text)
                if part:
                    measure = f"{part:.0%} of its glyphs lie under an opaque fill"
                    yield from (Sight(at, (text, cover), measure, part) for at in indices)


def _may_hide(cover: Item, sample: Sample) -> bool:
    if cover.kind is Kind.TEXT or Trait.SOLID in cover.traits:
        return False
    return area(meet(cover.box, sample.frame)) < CURTAIN * area(sample.frame)


RULES = (
    Rule(
        id="103",
        name="occluded",
        level=Level.ERROR,
        limit=0.6,
        limit_words="no glyph under a fill of opacity above {limit:g}",
        explain="An opaque shape is painted above a text and hides some of it. Text above a fill "
        "is fine; so are a curtain over the whole frame and a patch in the background's colour "
        "that hides all of a text on purpose.",
        remedy="add the text after the shape, raise its z_index, or lower the shape's fill_opacity",
        check=_check,
    ),
)
