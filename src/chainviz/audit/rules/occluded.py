"""103 occluded: an opaque fill above glyphs that it does not carry."""

from __future__ import annotations

from collections.abc import Iterator

from chainviz.audit.cover import CURTAIN, hidden_part, texts_shown
from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.geometry import area, meet, touch
from chainviz.audit.memo import memo
from chainviz.audit.neighbours import over_one_another
from chainviz.audit.states import states
from chainviz.audit.timeline import Box, Item, Kind, Sample, Timeline, Trait

__all__ = ["RULES"]

_OPAQUE = 0.6


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    def cover_box(item: Item) -> Box | None:
        solid = item.kind is Kind.TEXT or Trait.SOLID in item.traits
        return item.box if item.fill[3] > limit and not solid else None

    for (sample, indices), pairs in over_one_another(timeline, _text_box, cover_box, _hidden):
        shown = texts_shown(sample)
        for text, cover in pairs:
            if text not in shown or _is_curtain(cover, sample):
                continue
            part = hidden_part(cover, text)
            if part == 1.0:
                last = _last_seen(timeline).get((text.key, cover.key), -1)
                if indices[-1] < last:
                    continue  # hidden whole, and shown later on: it lies there for that
            measure = f"{part:.0%} of its glyphs lie under an opaque fill"
            yield from (Sight(at, (text, cover), measure, part) for at in indices)


def _text_box(item: Item) -> Box | None:
    return item.box if item.kind is Kind.TEXT and len(item.glyphs) else None


def _hidden(text: Item, cover: Item) -> float:
    return hidden_part(cover, text)


@memo
def _last_seen(timeline: Timeline) -> dict[tuple[int, int], int]:
    """For every text and every shape that lies over it at some time: when it last doesn't."""
    pairs: set[tuple[int, int]] = set()
    seen: dict[tuple[int, int], int] = {}
    for sample, indices in states(timeline):
        texts = {text.key: text for text in texts_shown(sample)}
        solid = {
            item.key: item for item in sample.items
            if item.kind is not Kind.TEXT and item.fill[3] > _OPAQUE
        }  # fmt: skip
        for key, text in texts.items():
            pairs |= {(key, over) for over, cover in solid.items() if touch(cover.box, text.box)}
        for key, over in pairs:
            if key in texts and (over not in solid or not touch(solid[over].box, texts[key].box)):
                seen[key, over] = indices[-1]
    return seen


def _is_curtain(cover: Item, sample: Sample) -> bool:
    return area(meet(cover.box, sample.frame)) >= CURTAIN * area(sample.frame)


RULES = (
    Rule(
        id="103",
        name="occluded",
        level=Level.ERROR,
        limit=_OPAQUE,
        limit_words="no glyph under a fill of opacity above {limit:g}",
        explain="An opaque shape is painted above a text and hides some of it. Text above a fill "
        "is fine; so are a curtain over the whole frame and a patch in the background's colour "
        "that hides all of a text on purpose.",
        remedy="add the text after the shape, raise its z_index, or lower the shape's fill_opacity",
        check=_check,
    ),
)
