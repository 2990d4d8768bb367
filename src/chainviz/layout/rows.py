"""Boxes in a row: pipelines, in which data goes from machine to machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chainviz.layout.geometry import Box, Place, Route, Size
from chainviz.layout.lay_out import TooLarge

__all__ = ["Row", "lay_out_row"]


@dataclass(frozen=True, slots=True)
class Row:
    """Places from left to right; `arrows[i]` and `labels[i]` lie between places i and i + 1."""

    places: tuple[Place, ...]
    arrows: tuple[Route, ...]
    labels: tuple[Box | None, ...]
    scale: float
    bounds: Box


def lay_out_row(
    sizes: Sequence[Size],
    *,
    labels: Sequence[Size | None] = (),
    gap: float = 1.2,
    pad: float = 0.14,
    frame: Box | None = None,
    least_scale: float = 0.62,
) -> Row:
    """Put boxes in a row, centred in the frame, an arrow and its label between neighbours.

    Gaps are equal, at least `gap`, and wide enough for the widest label. When the row doesn't
    fit, gaps shrink to what the labels need, then everything shrinks down to `least_scale`.

    >>> row = lay_out_row([Size(1, 1)] * 3, gap=1.0)
    >>> [place.x for place in row.places]
    [-2.0, 0.0, 2.0]
    """
    if not sizes:
        return Row((), (), (), 1.0, Box(0.0, 0.0, 0.0, 0.0))
    texts = list(labels) + [None] * (len(sizes) - 1 - len(labels))
    least = max([0.5 * gap, *(text.width + 4 * pad for text in texts if text)])
    gap = max(gap, least)
    solid = sum(size.width for size in sizes)
    scale = 1.0
    if frame:
        spare = frame.width - solid
        gap = max(least, min(gap, spare / max(len(sizes) - 1, 1)))
        tall = max([size.height for size in sizes] + [2 * (t.height + pad) for t in texts if t])
        wide = solid + gap * (len(sizes) - 1)
        scale = min(1.0, frame.width / wide, frame.height / tall)
        if scale < least_scale:
            raise TooLarge(
                f"{len(sizes)} boxes in a row would shrink to {scale:.2f} of their size, and "
                f"{least_scale:.2f} is the least that can be read: merge stages, or shorten texts"
            )
    return _placed(sizes, texts, gap, pad, scale, frame)


def _placed(
    sizes: Sequence[Size],
    texts: Sequence[Size | None],
    gap: float,
    pad: float,
    scale: float,
    frame: Box | None,
) -> Row:
    """The row with its gap and scale settled."""
    x0, y0 = frame.centre if frame else (0.0, 0.0)
    x = -(sum(size.width for size in sizes) + gap * (len(sizes) - 1)) / 2
    places, arrows, found = [], [], []
    for i, size in enumerate(sizes):
        centre = x0 + (x + size.width / 2) * scale
        places.append(Place(centre, y0, size.scaled(scale)))
        x += size.width
        if i + 1 < len(sizes):
            start, end = x0 + x * scale, x0 + (x + gap) * scale
            arrows.append(Route.straight((start, y0), (end, y0)))
            text = texts[i]
            height = y0 + scale * (pad + text.height / 2) if text else y0
            found.append(
                Box.around((start + end) / 2, height, text.scaled(scale)) if text else None
            )
            x += gap
    bounds = Box.hull([*(place.box for place in places), *(box for box in found if box)])
    return Row(tuple(places), tuple(arrows), tuple(found), scale, bounds)
