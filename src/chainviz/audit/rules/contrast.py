"""106 contrast: text and graphics that hardly differ from what lies beneath them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from chainviz.audit.cover import texts_shown
from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.geometry import STROKE, area, distinct, share
from chainviz.audit.ground import beneath, carries_paint, is_bar, places
from chainviz.audit.memo import memo
from chainviz.audit.neighbours import Neighbours
from chainviz.audit.states import steps
from chainviz.audit.timeline import VISIBLE, Box, Item, Kind, Sample, Timeline, Trait
from chainviz.colour import RGB, contrast, over, to_hex

__all__ = ["RULES"]

_GRAPHICS = 2 / 3  # graphics need 3:1 where text needs 4.5:1
_SOME = 0.2  # share of a text's glyphs that must be hard to read
_OUTLINE = 2.0  # the width of a stroke that letters can be read by
_SAME = 1.05  # a graphic in its ground's own colour is a part of the same drawing
_PANEL = 0.04  # share of the frame from which a bare fill is taken for a panel

_Seen = tuple[float, RGB, RGB]  # contrast, the colour that is seen, and the one beneath it
_UNKNOWN: _Seen = (np.inf, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    boldest = _boldest(timeline)
    near = Neighbours(partial(_judged_box, solid=timeline.solid, boldest=boldest), _ground_box)
    todo: set[Item] = set()  # what must be looked at, as soon as it rests
    poor: dict[Item, tuple[float, _Seen]] = {}
    background: RGB | None = None
    for step in steps(timeline):
        sample = step.sample
        todo |= near.move_on(step)
        if sample.background != background:
            background = sample.background
            todo |= near.of.keys()
        for item in step.gone:
            todo.discard(item)
            poor.pop(item, None)
        ready = [item for item in todo if item.key not in sample.moving]
        if not ready and not poor:
            continue
        todo.difference_update(ready)
        places = {item: place for place, item in enumerate(sample.items)}
        for item in ready:
            poor.pop(item, None)
            under = [other for other in near.of[item] if places[other] < places[item]]
            seen = _ratio(item, tuple(sorted(under, key=places.__getitem__)), background)
            bound = limit if item.kind is Kind.TEXT else limit * _GRAPHICS
            if round(seen[0], 1) < bound:
                poor[item] = bound, seen
        yield from _told(sample, step.indices, poor, places)


def _told(
    sample: Sample, indices: range, poor: dict[Item, tuple[float, _Seen]], places: dict[Item, int]
) -> Iterator[Sight]:
    for item in sorted(poor, key=places.__getitem__):
        bound, (ratio, paint, ground) = poor[item]
        if item.key in sample.moving:
            continue
        if item.kind is Kind.TEXT:
            if item not in texts_shown(sample):
                continue
        elif _carries(item, sample, places[item]):
            continue
        measure = f"contrast {ratio:.2f}:1, {to_hex(paint)} on {to_hex(ground)}"
        for at in indices:
            yield Sight(
                at, (item,), measure, -ratio, limit=f"{bound:.1f}:1", remedy=_remedy(ground)
            )


def _ground_box(item: Item) -> Box | None:
    """Where something may stand on it, if anything may."""
    if not carries_paint(item):
        return None
    pad = is_bar(item) * item.stroke_width * STROKE / 2 + 1e-3
    left, bottom, right, top = item.box
    return left - pad, bottom - pad, right + pad, top + pad


def _remedy(ground: RGB) -> str:
    dark, light = contrast((0.0, 0.0, 0.0), ground), contrast((1.0, 1.0, 1.0), ground)
    way = f"lighter colour (white has {light:.1f}:1 there)"
    if dark > light:
        way = f"darker colour (black has {dark:.1f}:1 there)"
    return f"take a {way}, raise the opacity, or change what lies beneath"


@memo
def _ratio(item: Item, fills: tuple[Item, ...], background: RGB) -> _Seen:
    """Its contrast with what lies beneath it; infinite where that cannot be known.

    A text is judged by the hardest glyphs, but for a few; a graphic by the better half of the
    places along its outline.
    """
    text = item.kind is Kind.TEXT
    seen: list[_Seen] = []
    for place in range(len(places(item)) if fills else 1):
        ground = beneath(item, place, fills, background)
        if ground is None:
            return _UNKNOWN
        found = _of_text(item, ground) if text else _of_shape(item, ground)
        same = found[0] < _SAME and ground != background and not text
        seen.append(_UNKNOWN if same else found)
    return sorted(seen)[int(_SOME * len(seen)) if text else len(seen) // 2]


def _judged_box(item: Item, *, solid: bool, boldest: dict[int, float]) -> Box | None:
    if item.kind is Kind.IMAGE or not item.visible:
        return None
    if item.kind is Kind.TEXT and not len(item.glyphs):
        return None
    if item.kind is Kind.SHAPE and solid:
        return None  # shaded faces
    return item.box if item.alpha >= boldest[item.key] - 0.02 else None  # dimmed on purpose


def _boldest(timeline: Timeline) -> dict[int, float]:
    found: dict[int, float] = {}
    for step in steps(timeline):
        for item in step.fresh:
            found[item.key] = max(item.alpha, found.get(item.key, 0.0))
    return found


@memo
def _of_text(item: Item, ground: RGB) -> _Seen:
    inks, counts = distinct(item.inks)
    seen = [_seen(tuple(ink), ground) for ink in inks.tolist()]
    order = sorted(range(len(seen)), key=seen.__getitem__)
    hard = np.cumsum(counts[order]) > _SOME * counts.sum()
    found = seen[order[int(np.argmax(hard))]]
    outline, width = item.outline
    if width >= _OUTLINE and outline[3] >= VISIBLE:
        edge = over(outline, ground)  # read by its outline, if that differs from both
        inner = over(item.inks[0].tolist(), ground)
        found = max(found, (min(contrast(edge, ground), contrast(edge, inner)), edge, ground))
    return found


@memo
def _of_shape(item: Item, ground: RGB) -> _Seen:
    """A shape is seen by its stroke or by its fill, whichever stands out more."""
    found = _seen(item.fill, ground)
    return max(found, _seen(item.stroke, ground)) if item.stroke_width > 0 else found


def _seen(paint: tuple[float, ...], ground: RGB) -> _Seen:
    shown = over(paint, ground)
    return contrast(shown, ground), shown, ground


def _carries(item: Item, sample: Sample, place: int) -> bool:
    """A shape that is there for something else's sake: that must be seen, not the shape."""
    if item.traits & {Trait.BACKDROP, Trait.COORDINATES}:
        return True
    if area(item.box) > _PANEL * area(sample.frame) and item.fill[3] > 0.05:
        return True  # a panel
    if any(item.key in other.family and other.visible for other in sample.items):
        return True  # its parts are seen
    carried = sample.items[place + 1 :]
    return any(other.kind is Kind.TEXT and share(other.box, item.box) > 0.9 for other in carried)


RULES = (
    Rule(
        id="106",
        name="contrast",
        level=Level.ERROR,
        limit=4.5,
        limit_words="{limit:g}:1",
        explain="A text has less than 4.5:1 contrast with what lies beneath its glyphs (a fill, a "
        "thick line, a picture), or a graphic less than 3:1 (WCAG 1.4.3, 1.4.11). Letters with a "
        "broad outline may be read by that, and what is dimmed after it was bold is judged by its "
        "boldest moment; grids, backdrops and panels that only carry are exempt.",
        remedy="take a lighter or a more saturated colour, raise the opacity, or change the fill "
        "beneath",
        check=_check,
    ),
)
