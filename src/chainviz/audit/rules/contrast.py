"""106 contrast: text and graphics that hardly differ from what lies beneath them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chainviz.audit.cover import texts_shown
from chainviz.audit.finding import Level, Rule, Sight, states
from chainviz.audit.geometry import area, inside, meet, share
from chainviz.audit.timeline import Item, Kind, Sample, Timeline, Trait
from chainviz.colour import RGB, contrast, over

__all__ = ["RULES"]

_GRAPHICS = 2 / 3  # graphics need 3:1 where text needs 4.5:1
_SOME = 0.2  # share of a text's glyphs that must be hard to read
_PANEL = 0.04  # share of the frame from which a bare fill is taken for a panel


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    boldest = _boldest(timeline)
    for sample, indices in states(timeline):
        for place, item in enumerate(sample.items):
            if item.kind is Kind.IMAGE or not item.visible:
                continue
            if item.kind is Kind.TEXT and item not in texts_shown(sample):
                continue
            if item.kind is Kind.SHAPE and timeline.solid:
                continue  # shaded faces
            if item.alpha < boldest[item.key] - 0.02:
                continue  # dimmed on purpose, or still fading: judged at its boldest
            beneath = _beneath(item, sample, place)
            if beneath is None:
                continue
            if item.kind is Kind.TEXT:
                ratio, bound = _of_text(item, beneath), limit
            elif _is_graphic(item, sample, place):
                ratio, bound = _of_shape(item, beneath), limit * _GRAPHICS
            else:
                continue
            if ratio < bound:
                measure = f"contrast {ratio:.1f}:1 with what lies beneath"
                for at in indices:
                    yield Sight(at, (item,), measure, -ratio, limit=f"{bound:.1f}:1")


def _boldest(timeline: Timeline) -> dict[int, float]:
    found: dict[int, float] = {}
    for sample, _ in states(timeline):
        for item in sample.items:
            found[item.key] = max(item.alpha, found.get(item.key, 0.0))
    return found


def _of_text(item: Item, beneath: RGB) -> float:
    ratios = np.sort([contrast(over(tuple(ink), beneath), beneath) for ink in item.inks.tolist()])
    return float(ratios[min(len(ratios) - 1, int(len(ratios) * _SOME))]) if len(ratios) else 21.0


def _of_shape(item: Item, beneath: RGB) -> float:
    """A shape is seen by its stroke or by its fill, whichever stands out more."""
    found = contrast(over(item.fill, beneath), beneath)
    if item.stroke_width > 0:
        found = max(found, contrast(over(item.stroke, beneath), beneath))
    return found


def _is_graphic(item: Item, sample: Sample, place: int) -> bool:
    if item.traits & {Trait.BACKDROP, Trait.COORDINATES}:
        return False
    if area(item.box) > _PANEL * area(sample.frame) and item.fill[3] > 0.05:
        return False  # a panel: what it carries must be seen, not the panel
    carried = sample.items[place + 1 :]
    return not any(other.kind is Kind.TEXT and share(other.box, item.box) > 0.9
                   for other in carried)  # fmt: skip


def _beneath(item: Item, sample: Sample, place: int) -> RGB | None:
    """The colour behind the middle of an item; None where a picture makes it unknown."""
    colour: RGB = sample.background
    spot = _middle(item)
    for other in sample.items[:place]:
        if other.kind is Kind.TEXT or other.fill[3] <= 0.01:
            continue
        if area(meet(_fat(other.box), _fat(item.box))) <= 0 or not inside(spot, other).all():
            continue
        if other.kind is Kind.IMAGE:
            return None
        colour = over(other.fill, colour)
    return colour


def _middle(item: Item) -> np.ndarray:
    if item.kind is Kind.TEXT:
        boxes = item.glyphs
        return np.array([[(boxes[:, 0] + boxes[:, 2]).mean() / 2,
                          (boxes[:, 1] + boxes[:, 3]).mean() / 2]])  # fmt: skip
    if item.fill[3] > 0.05 or not len(item.points):
        return np.array([item.centre])
    return item.points[[0, len(item.points) // 2]]


def _fat(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return (box[0] - 1e-3, box[1] - 1e-3, box[2] + 1e-3, box[3] + 1e-3)


RULES = (
    Rule(
        id="106",
        name="contrast",
        level=Level.ERROR,
        limit=4.5,
        limit_words="{limit:g}:1",
        explain="A text has less than 4.5:1 contrast with the topmost fill beneath it, or a "
        "graphic less than 3:1 (WCAG 1.4.3 and 1.4.11). What is dimmed after it was bold is "
        "judged by its boldest moment; grids, backdrops and panels that only carry are exempt.",
        remedy="take a lighter or a more saturated colour, raise the opacity, or change the fill "
        "beneath",
        check=_check,
    ),
)
