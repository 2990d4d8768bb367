"""Boxes, outlines and what lies inside them, for whole arrays at a time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from chainviz.audit.memo import memo
from chainviz.audit.timeline import Array, Box, Item

__all__ = [
    "STROKE",
    "area",
    "cross",
    "distinct",
    "inside",
    "meet",
    "on_stroke",
    "overlaps",
    "runs",
    "segments",
    "share",
    "shrink",
    "touch",
]

STROKE = 0.01  # frame units to one of a stroke's width
_STEPS = 8  # straight pieces to a curve


def area(box: Box) -> float:
    """Area of a box."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def meet(a: Box, b: Box) -> Box:
    """The box that two boxes have in common; its area is zero where there is none."""
    return (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))


def touch(a: Box, b: Box) -> bool:
    """Whether two boxes have anything in common."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def share(inner: Box, outer: Box) -> float:
    """How much of the first box lies in the second, from 0 to 1."""
    whole = area(inner)
    return area(meet(inner, outer)) / whole if whole > 0 else 0.0


def overlaps(a: Array, b: Array) -> Array:
    """For boxes in rows: intersection area of each of the first with each of the second."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides: Array = np.maximum(high - low, 0.0)
    return sides[:, :, 0] * sides[:, :, 1]


def shrink(boxes: Array, by: float) -> Array:
    """Boxes made smaller on every side; those too small for that are left as a middle line."""
    middle: Array = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = np.maximum((boxes[:, 2:] - boxes[:, :2]) / 2 - by, 0.0)
    return np.hstack([middle - half, middle + half])


@memo
def segments(item: Item) -> Array:
    """A shape's outline as straight pieces: rows of x0, y0, x1, y1."""
    points = item.points
    curves = points[: len(points) // 4 * 4].reshape(-1, 4, 2)
    if not len(curves):
        return np.zeros((0, 4))
    chord = curves[:, 3] - curves[:, 0]
    arms = curves[:, 1:3] - curves[:, :1]
    bend = np.abs(arms[:, :, 0] * chord[:, None, 1] - arms[:, :, 1] * chord[:, None, 0])
    straight = bend.max(axis=1) < 1e-6
    lines = np.hstack([curves[straight, 0], curves[straight, 3]])
    bent = curves[~straight]
    t = np.linspace(0.0, 1.0, _STEPS + 1)[None, :, None]
    path = (
        (1 - t) ** 3 * bent[:, None, 0]
        + 3 * (1 - t) ** 2 * t * bent[:, None, 1]
        + 3 * (1 - t) * t**2 * bent[:, None, 2]
        + t**3 * bent[:, None, 3]
    )
    pieces = np.concatenate([path[:, :-1], path[:, 1:]], axis=2).reshape(-1, 4)
    return np.vstack([lines, pieces])


def distinct(rows: Array) -> tuple[Array, NDArray[np.intp]]:
    """The different rows of an array in order, and how often each is there."""
    if len(rows) and (rows == rows[0]).all():  # as nearly always, where rows are colours
        return rows[:1], np.array([len(rows)])
    found, counts = np.unique(rows, axis=0, return_counts=True)
    return found, counts


def cross(lines: Array, boxes: Array) -> NDArray[np.bool_]:
    """Whether each straight piece (rows) enters each box (columns)."""
    start, step = lines[:, None, :2], (lines[:, None, 2:] - lines[:, None, :2])
    with np.errstate(divide="ignore", invalid="ignore"):
        near = (boxes[None, :, :2] - start) / step
        far = (boxes[None, :, 2:] - start) / step
    inside_slab = (start >= boxes[None, :, :2]) & (start <= boxes[None, :, 2:])
    still = step == 0
    enter = np.where(still, np.where(inside_slab, -np.inf, np.inf), np.minimum(near, far))
    leave = np.where(still, np.where(inside_slab, np.inf, -np.inf), np.maximum(near, far))
    first, last = enter.max(axis=2), leave.min(axis=2)
    return (first <= last) & (last >= 0.0) & (first <= 1.0)


def inside(points: Array, item: Item) -> NDArray[np.bool_]:
    """Whether points lie inside a shape, by winding number, as it is filled."""
    if not len(item.points):
        low, high = np.array(item.box[:2]), np.array(item.box[2:])
        return np.asarray(((points >= low) & (points <= high)).all(axis=1))
    lines = _closed(item)
    x0, y0, x1, y1 = (lines[None, :, index] for index in range(4))
    x, y = points[:, :1], points[:, 1:2]
    side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
    up = (y0 <= y) & (y1 > y) & (side > 0)
    down = (y0 > y) & (y1 <= y) & (side < 0)
    return (up.sum(axis=1) - down.sum(axis=1)) != 0


def on_stroke(points: Array, item: Item) -> NDArray[np.bool_]:
    """Whether points lie on a shape's outline, as thick as it is drawn."""
    lines = segments(item)
    if not len(lines):
        return np.zeros(len(points), dtype=bool)
    start, step = lines[None, :, :2], (lines[:, 2:] - lines[:, :2])[None]
    off = points[:, None] - start
    along = (off * step).sum(axis=2) / np.maximum((step**2).sum(axis=2), 1e-12)
    nearest = off - np.clip(along, 0.0, 1.0)[:, :, None] * step
    reach = item.stroke_width * STROKE / 2
    return np.asarray(((nearest**2).sum(axis=2) <= reach**2).any(axis=1))


@memo
def _closed(item: Item) -> Array:
    """The outline in path order, each part of it closed."""
    curves = item.points[: len(item.points) // 4 * 4].reshape(-1, 4, 2)
    if not len(curves):
        return np.zeros((0, 4))
    t = np.linspace(0.0, 1.0, _STEPS + 1)[None, :, None]
    path = (
        (1 - t) ** 3 * curves[:, None, 0]
        + 3 * (1 - t) ** 2 * t * curves[:, None, 1]
        + 3 * (1 - t) * t**2 * curves[:, None, 2]
        + t**3 * curves[:, None, 3]
    )
    pieces = np.concatenate([path[:, :-1], path[:, 1:]], axis=2).reshape(-1, 4)
    breaks = np.any(np.abs(curves[1:, 0] - curves[:-1, 3]) > 1e-6, axis=1)
    starts = [0, *(np.flatnonzero(breaks) + 1).tolist(), len(curves)]
    seams = [[*curves[end - 1, 3], *curves[begin, 0]] for begin, end in pairwise(starts)]
    return np.vstack([pieces, np.array(seams)])


def runs(glyphs: Array, em: float) -> Array:
    """Glyph boxes joined into words: what stands close together on one line."""
    if not len(glyphs):
        return glyphs
    order = np.argsort(glyphs[:, 0], kind="stable")
    words: list[list[float]] = []
    for box in glyphs[order].tolist():
        for word in reversed(words):
            tall = min(word[3] - word[1], box[3] - box[1])
            common = min(word[3], box[3]) - max(word[1], box[1])
            if box[0] - word[2] < 0.35 * em and common > 0.5 * tall:
                word[1], word[3] = min(word[1], box[1]), max(word[3], box[3])
                word[2] = max(word[2], box[2])
                break
        else:
            words.append(list(box))
    return np.array(words)
