"""Rectangles of pixels: which parts of a frame have to be painted and converted again."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Rect", "area", "hull", "intersects", "merged", "moved", "padded"]

Rect = tuple[int, int, int, int]
"""Left, top, right, bottom; the right and bottom are not part of it."""

_MOST = 12
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
    cheapest joins go on until only a dozen are left.
    """
    done: list[Rect] = []
    for rect in rects:
        _absorb(done, rect)
    while len(done) > _MOST:
        _, i, j = min(
            (area(hull(a, b)) - area(a) - area(b), i, j)
            for i, a in enumerate(done)
            for j, b in enumerate(done[:i])
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
