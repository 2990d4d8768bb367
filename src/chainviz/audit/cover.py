"""What was covered up on purpose: under a curtain, or under a patch in the background's colour."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from chainviz.audit.geometry import area, inside, meet
from chainviz.audit.timeline import Array, Item, Kind, Sample

__all__ = ["CURTAIN", "hidden_part", "texts_shown"]

CURTAIN = 0.9  # share of the frame that a curtain covers
_OPAQUE = 0.95


@lru_cache(maxsize=64)
def texts_shown(sample: Sample) -> tuple[Item, ...]:
    """The texts of which something can be seen, but for what lies over them by mistake."""
    return tuple(
        item
        for place, item in enumerate(sample.items)
        if item.kind is Kind.TEXT
        and len(item.glyphs)
        and not any(_put_away(item, cover, sample) for cover in sample.items[place + 1 :])
    )


def _put_away(text: Item, cover: Item, sample: Sample) -> bool:
    if cover.kind is Kind.TEXT or cover.fill[3] < _OPAQUE:
        return False
    if area(meet(cover.box, text.box)) <= 0:
        return False
    off = max(abs(a - b) for a, b in zip(cover.fill, sample.background, strict=False))
    curtain = area(meet(cover.box, sample.frame)) >= CURTAIN * area(sample.frame)
    return (curtain or off < 0.02) and hidden_part(cover, text) == 1.0


@lru_cache(maxsize=4096)
def hidden_part(cover: Item, text: Item) -> float:
    """The share of a text's glyphs that lie inside a shape."""
    return float((inside(_spots(text.glyphs), cover).reshape(5, -1).sum(axis=0) >= 2).mean())


def _spots(glyphs: Array) -> Array:
    """The middle of each glyph, and four points around it."""
    middle = (glyphs[:, :2] + glyphs[:, 2:]) / 2
    quarter = (glyphs[:, 2:] - glyphs[:, :2]) / 4
    ways = np.array([[0, 0], [1, 1], [1, -1], [-1, 1], [-1, -1]])
    return np.vstack([middle + way * quarter for way in ways])
