"""What was covered up on purpose: under a curtain, or under a patch in the background's colour."""

from __future__ import annotations

import numpy as np

from chainviz.audit.geometry import area, inside, meet, touch
from chainviz.audit.memo import memo
from chainviz.audit.timeline import Array, Box, Item, Kind, Sample
from chainviz.colour import RGB

__all__ = ["CURTAIN", "hidden_part", "texts_shown"]

CURTAIN = 0.9  # share of the frame that a curtain covers
_OPAQUE = 0.95


@memo
def texts_shown(sample: Sample) -> tuple[Item, ...]:
    """The texts of which something can be seen, but for what lies over them by mistake."""
    covers = [
        (place, item)
        for place, item in enumerate(sample.items)
        if item.fill[3] >= _OPAQUE
        and item.kind is not Kind.TEXT
        and _is_cover(item, sample.frame, sample.background)
    ]
    return tuple(
        item
        for place, item in enumerate(sample.items)
        if item.kind is Kind.TEXT
        and len(item.glyphs)
        and not any(
            above > place and touch(cover.box, item.box) and hidden_part(cover, item) == 1.0
            for above, cover in covers
        )
    )


@memo
def _is_cover(item: Item, frame: Box, background: RGB) -> bool:
    off = max(abs(a - b) for a, b in zip(item.fill, background, strict=False))
    return off < 0.02 or area(meet(item.box, frame)) >= CURTAIN * area(frame)


@memo
def hidden_part(cover: Item, text: Item) -> float:
    """The share of a text's glyphs that lie inside a shape."""
    return float((inside(_spots(text.glyphs), cover).reshape(5, -1).sum(axis=0) >= 2).mean())


def _spots(glyphs: Array) -> Array:
    """The middle of each glyph, and four points around it."""
    middle = (glyphs[:, :2] + glyphs[:, 2:]) / 2
    quarter = (glyphs[:, 2:] - glyphs[:, :2]) / 4
    ways = np.array([[0, 0], [1, 1], [1, -1], [-1, 1], [-1, -1]])
    return np.vstack([middle + way * quarter for way in ways])
