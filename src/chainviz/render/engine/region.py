"""Rectangles of pixels: which parts of a frame have to be painted and converted again."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Rect", "area", "hull", "intersects", "merged", "moved", "padded"]

Rect = tuple[int, int, int, int]
"""Left, top, right, bottom; the right and bottom are not part of it."""

_MOST = 12
_MANY, _GRID = 24, (6, 4)
"""Of more rectangles than that, those are joined first that lie in the same part of a grid."""
_WASTE = 1.25


def area(rect: Rect) -> int:
    """How many pixels it holds."""
    return (rect[2] - rect[0]) * (rect[3] - rect[1])


def hull(a: Rect, b: Rect) -> Rect:
    """The smallest that holds both."""
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def intersects(a: Rect, b: Rect) -> bool:
    """Whether they share a pixel."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def merged(rects: Iterable[Rect]) -> list[Rect]:
    """Few disjoint rectangles that cover all of these.

    Two are joined when they overlap or when their hull is hardly larger than both; the
    cheapest joins go on until only a dozen are left. That takes each pair, so of many
    rectangles neighbours are joined before.
    """
    every = list(rects)
    done: list[Rect] = []
    for rect in every if len(every) <= _MANY else _gathered(every):
        _absorb(done, rect)
    while len(done) > _MOST:
        _, i, j = min(
            (_wasted(a, b), i, j) for i, a in enumerate(done) for j, b in enumerate(done[:i])
        )
        joined = hull(done[i], done[j])
        del done[i], done[j]
        _absorb(done, joined)
    return done


def moved(rect: Rect, right: int, down: int) -> Rect:
    """The same so much farther to the right and down."""
    return rect[0] + right, rect[1] + down, rect[2] + right, rect[3] + down


def padded(rect: Rect, margin: int, even: int, width: int, height: int) -> Rect:
    """Grown by a margin, then outwards to multiples of ``even``, and cut to the frame."""
    x0 = max(0, (rect[0] - margin) // even * even)
    y0 = max(0, (rect[1] - margin) // even * even)
    x1 = min(width, -(-(rect[2] + margin) // even) * even)
    y1 = min(height, -(-(rect[3] + margin) // even) * even)
    return x0, y0, x1, y1


def _gathered(rects: list[Rect]) -> Iterable[Rect]:
    """One for all whose middles lie in the same part of a grid."""
    left, top = min(rect[0] for rect in rects), min(rect[1] for rect in rects)
    right, bottom = max(rect[2] for rect in rects), max(rect[3] for rect in rects)
    across, down = _GRID
    wide, high = 2 * (right - left) + 1, 2 * (bottom - top) + 1
    parts: dict[tuple[int, int], Rect] = {}
    for rect in rects:
        x, y = rect[0] + rect[2] - 2 * left, rect[1] + rect[3] - 2 * top
        part = x * across // wide, y * down // high
        parts[part] = hull(parts[part], rect) if part in parts else rect
    return parts.values()


def _wasted(a: Rect, b: Rect) -> int:
    """What the hull of two holds that neither does."""
    across = max(a[2], b[2]) - min(a[0], b[0])
    down = max(a[3], b[3]) - min(a[1], b[1])
    return across * down - area(a) - area(b)


def _absorb(done: list[Rect], rect: Rect) -> None:
    """Add one to a disjoint list, joining whatever it touches or nearly fills up."""
    x0, y0, x1, y1 = rect
    own = (x1 - x0) * (y1 - y0)
    i = 0
    while i < len(done):
        a0, b0, a1, b1 = done[i]
        h0, k0 = min(x0, a0), min(y0, b0)
        h1, k1 = max(x1, a1), max(y1, b1)
        hull = (h1 - h0) * (k1 - k0)
        touches = x0 < a1 and a0 < x1 and y0 < b1 and b0 < y1
        if touches or hull <= _WASTE * (own + (a1 - a0) * (b1 - b0)):
            if hull == (a1 - a0) * (b1 - b0):
                return
            x0, y0, x1, y1, own = h0, k0, h1, k1, hull
            del done[i]
            i = 0
        else:
            i += 1
    done.append((x0, y0, x1, y1))
