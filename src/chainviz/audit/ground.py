"""What lies beneath the places where an item is looked at: fills, thick lines, pictures."""

from __future__ import annotations

import numpy as np

from chainviz.audit.geometry import STROKE, area, inside, on_stroke
from chainviz.audit.memo import memo
from chainviz.audit.timeline import Array, Item, Kind
from chainviz.colour import RGB, over

__all__ = ["beneath", "carries_paint", "is_bar", "places"]

_PLACES = 8  # along an outline
_GLYPHS = 12  # of a text
_LIKE = 2.0  # times its own size that a ground must have
_BAR = 0.15  # frame units from which a line is thick enough to stand on
_DULL = 0.01  # the least opacity that changes what lies beneath


def carries_paint(item: Item) -> bool:
    """Whether something may stand on it."""
    return item.kind is not Kind.TEXT and (item.fill[3] > _DULL or is_bar(item))


def is_bar(item: Item) -> bool:
    """A line so thick that texts stand on it."""
    return item.stroke_width * STROKE >= _BAR and item.stroke[3] > _DULL


@memo
def places(item: Item) -> Array:
    """Where an item is judged: the middles of glyphs, some places along a graphic's outline."""
    if item.kind is Kind.TEXT:
        boxes = item.glyphs[:: max(1, -(-len(item.glyphs) // _GLYPHS))]
        return np.asarray((boxes[:, :2] + boxes[:, 2:]) / 2)
    if not len(item.points):
        return np.array([item.centre])
    step = max(1, len(item.points) // _PLACES)
    return np.vstack(
        [item.points[step // 2 :: step], np.full((int(item.fill[3] > 0.05), 2), item.centre)]
    )


def beneath(item: Item, place: int, fills: tuple[Item, ...], background: RGB) -> RGB | None:
    """The colour behind a place of an item; None where that cannot be known."""
    colour = background
    for other in fills:
        bar = is_bar(other) and _on_bar(item, other)[place]
        if not bar and not _on_fill(item, other)[place]:
            continue
        if item.kind is Kind.SHAPE and area(other.box) < _LIKE * area(item.box):
            continue  # a mark upon its like, as a dot on a dot: no ground to be seen on
        if other.kind is Kind.IMAGE:
            paint = _of_picture(item, other)[place]
            if paint is None:
                return None
            colour = over(paint, colour)
        else:
            colour = over(other.stroke if bar else other.fill, colour)
    return colour


@memo
def _on_fill(item: Item, other: Item) -> tuple[bool, ...]:
    return tuple(inside(places(item), other).tolist())


@memo
def _on_bar(item: Item, other: Item) -> tuple[bool, ...]:
    return tuple(on_stroke(places(item), other).tolist())


@memo
def _of_picture(item: Item, other: Item) -> tuple[tuple[float, ...] | None, ...]:
    """The mean colour of a picture around each place; None for one that isn't at hand."""
    pixels = other.picture
    if pixels is None or not area(other.box):
        return (None,) * len(places(item))
    left, bottom, right, top = other.box
    scale = np.array([pixels.shape[1] / (right - left), pixels.shape[0] / (top - bottom)])
    reach = 0.5 * (item.em or 0.1) * scale
    found: list[tuple[float, ...] | None] = []
    for x, y in places(item).tolist():
        at = np.array([x - left, top - y]) * scale
        low = np.maximum(at - reach, 0).astype(int)
        high = np.maximum(np.ceil(at + reach).astype(int), low + 1)
        patch = pixels[low[1] : high[1], low[0] : high[0]].reshape(-1, pixels.shape[2])
        found.append(tuple((patch.mean(axis=0) / 255.0).tolist()) if len(patch) else None)
    return tuple(found)
