"""101 text-overlap: two texts written over one another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chainviz.audit.cover import texts_shown
from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.geometry import overlaps
from chainviz.audit.memo import memo
from chainviz.audit.neighbours import over_one_another, text_box
from chainviz.audit.timeline import Item, Timeline

__all__ = ["RULES"]

_AIR = 0.3  # of the smaller text's letters: what is left between two texts
_ELSE = "or fade the first out before the second appears"


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    for (sample, indices), pairs in over_one_another(timeline, text_box, text_box, _overlap):
        shown = texts_shown(sample)
        for one, other in pairs:
            worst = _overlap(one, other)
            if worst > limit and one in shown and other in shown:
                measure = f"their glyphs overlap by {worst:.0%}"
                way = "" if timeline.solid else _way_apart(one, other)
                yield from (Sight(at, (one, other), measure, worst, remedy=way) for at in indices)


@memo
def _overlap(a: Item, b: Item) -> float:
    return 0.0 if _related(a, b) else _worst(a, b)


def _way_apart(a: Item, b: Item) -> str:
    """The shortest shift that takes the second clear of the first."""
    pad = _AIR * min(a.em, b.em)
    ways = {
        "LEFT": b.box[2] - a.box[0], "RIGHT": a.box[2] - b.box[0],
        "DOWN": b.box[3] - a.box[1], "UP": a.box[3] - b.box[1],
    }  # fmt: skip
    way = min(ways, key=ways.__getitem__)
    return f"move the second by {ways[way] + pad:.2f}*{way} (next_to, arrange, shift), {_ELSE}"


def _worst(a: Item, b: Item) -> float:
    """The largest share of a glyph that a glyph of the other text lies over."""
    common = overlaps(a.glyphs, b.glyphs)
    sizes = [np.prod(item.glyphs[:, 2:] - item.glyphs[:, :2], axis=1) for item in (a, b)]
    smaller = np.minimum(sizes[0][:, None], sizes[1][None, :])
    return float((common / np.maximum(smaller, 1e-9)).max())


def _related(a: Item, b: Item) -> bool:
    """Parts of one text, or a copy that lies exactly on what it was copied from."""
    if a.key in b.family or b.key in a.family:
        return True
    near = 0.05 * max(a.em, b.em)
    same = all(abs(p - q) <= near for p, q in zip(a.box, b.box, strict=True))
    if same and a.says == b.says:
        return True
    if len(a.glyphs) > len(b.glyphs):
        a, b = b, a
    if not set(a.says) & set(b.says):
        return False
    gaps = np.abs(a.glyphs[:, None] - b.glyphs[None]).max(axis=2).min(axis=1)
    return bool((gaps <= near).all())  # every glyph lies on its own copy


RULES = (
    Rule(
        id="101",
        name="text-overlap",
        level=Level.ERROR,
        limit=0.20,
        limit_words="{limit:.0%} of the smaller glyph",
        explain="Two texts that have nothing to do with one another are written over each other: "
        "the boxes of their glyphs overlap by more than the limit. Cross-fades, a copy lying on "
        "its original and texts on their way past one another don't count.",
        remedy=f"move one of them (next_to, arrange, shift), {_ELSE}",
        check=_check,
    ),
)
