"""Pictures that are brought up to date by repainting only what changed and what overlaps it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cairo
import numpy as np

from chainviz.render.engine.plain import PlainPixels
from chainviz.render.engine.region import Rect, area, hull, intersects, merged, moved
from chainviz.render.engine.stroke import Op

__all__ = ["Ground", "Picture", "changed_rects", "narrowed"]

_WHOLE = 0.6
"""From this share of the frame on, painting all of it at once is cheaper."""
_NEARLY_WHOLE = 0.9
"""The same where it's worth a look at what differs."""
_STRIP = 64
"""Lines that are looked at together when what was painted is compared with what was there."""
_SPARED = 2**15
"""It is worth one rectangle more if so many pixels needn't be in any."""


def words_of(pixels: Any) -> Any:
    """The same pixels, each as one number: much quicker to fill and to compare."""
    return pixels.view(np.uint32)[..., 0]


class Ground:
    """The bare background, as the beginning of every picture."""

    __slots__ = ("ops", "words")

    def __init__(self, pixels: Any) -> None:
        words = words_of(pixels)
        plain = words[0, 0]
        self.words = plain if (words == plain).all() else words.copy()
        self.ops = [Op.opaque()]

    def part(self, rect: Rect) -> Any:
        """What to fill a rectangle with."""
        return self.words if np.ndim(self.words) == 0 else _part(self.words, rect)

    def shows(self, pixels: Any, step: int = 1) -> bool:
        """Whether these pixels are the background's, judged by every so many of them."""
        ours = self.words if np.ndim(self.words) == 0 else self.words[::step, ::step]
        return bool((words_of(pixels)[::step, ::step] == ours).all())


class Picture:
    """Pixels, and the list of operations that they show: nothing but the background at first."""

    __slots__ = ("_change", "_lean", "context", "ops", "pixels", "rect", "words")

    def __init__(self, pixels: Any, ground: Ground, lean: PlainPixels | None = None) -> None:
        height, width = pixels.shape[:2]
        self._lean = lean
        self.pixels = pixels
        self.words = words_of(pixels)
        self.rect: Rect = (0, 0, width, height)
        self.ops = ground.ops
        self._change: tuple[list[Op], list[Op], list[Rect]] = (self.ops, self.ops, [])
        surface = cairo.ImageSurface.create_for_data(
            pixels.data, cairo.FORMAT_ARGB32, width, height
        )
        self.context = cairo.Context(surface)

    def part(self, rect: Rect) -> Any:
        """The pixels of a rectangle."""
        return _part(self.words, rect)

    def give_back(self, *, all_of_it: bool = False) -> None:
        """Give back memory where only the background's colour is to be seen.

        Of paper, ``all_of_it``: nobody cares what it shows.
        """
        if self._lean is not None:
            self._lean.wipe() if all_of_it else self._lean.give_back()

    def become(
        self,
        ops: list[Op],
        bases: Sequence[Picture | Ground],
        scratch: Callable[[], Picture],
        *,
        closely: bool = False,
    ) -> list[Rect]:
        """Show these operations instead, and say which pixels may have changed; or ``closely`` so.

        ``bases`` are pictures, one of which must show a beginning of ``ops``; what they show
        need not be painted again. This one may be among them. ``scratch`` gives paper that may
        be spoiled.
        """
        whole = _NEARLY_WHOLE if closely else _WHOLE
        rects = changed_rects(self.ops, ops, self.rect, whole)
        if rects:
            base = max((b for b in bases if _begins(b.ops, ops)), key=lambda b: len(b.ops))
            rects = self._repaint(ops, base, scratch, rects, closely=closely)
        self._change = self.ops, ops, rects
        self.ops = ops
        return rects

    def changed_since(self, ops: list[Op]) -> list[Rect]:
        """Which pixels may have changed since the picture showed these operations."""
        before, after, rects = self._change  # usually that was just now
        if before is ops and after is self.ops:
            return rects
        return changed_rects(ops, self.ops, self.rect)

    def _repaint(
        self,
        ops: list[Op],
        base: Picture | Ground,
        scratch: Callable[[], Picture],
        rects: list[Rect],
        *,
        closely: bool,
    ) -> list[Rect]:
        """Paint these rectangles, and say where that may have made a difference."""
        over = [
            op
            for op in ops[len(base.ops) :]
            if op.rect is None or any(intersects(op.rect, rect) for rect in rects)
        ]
        inside = all(op.rect is not None and _within(op.rect, rects) for op in over)
        closely = closely and sum(map(area, rects)) >= _SPARED and rects != [self.rect]
        paper = self if not closely and (inside or rects == [self.rect]) else scratch()
        for rect in rects:
            paper.part(rect)[...] = base.part(rect)
        for op in over:
            op.paint(paper.context)
        if paper is self:
            return rects
        if closely:
            parts = ((rect, self.part(rect), paper.part(rect)) for rect in rects)
            rects = [one for rect, old, new in parts for one in narrowed(old, new, rect)]
        for rect in rects:
            self.part(rect)[...] = paper.part(rect)
        return rects


def narrowed(before: Any, after: Any, rect: Rect) -> list[Rect]:
    """The parts of a rectangle in which what was there differs from what is there."""
    if area(rect) < _SPARED:
        return [rect]
    done: list[Rect] = []
    differs = before != after
    lines = differs.any(axis=1)
    for above in range(0, len(differs), _STRIP):
        some = np.flatnonzero(lines[above : above + _STRIP])
        if not len(some):
            continue
        top, bottom = above + int(some[0]), above + int(some[-1]) + 1
        columns = np.flatnonzero(differs[top:bottom].any(axis=0))
        inside = (int(columns[0]), top, int(columns[-1]) + 1, bottom)
        one = moved(inside, rect[0], rect[1])
        joined = hull(done[-1], one) if done else one
        if done and area(joined) < area(done[-1]) + area(one) + _SPARED:
            done[-1] = joined
        else:
            done.append(one)
    return done


def _part(words: Any, rect: Rect) -> Any:
    x0, y0, x1, y1 = rect
    return words[y0:y1, x0:x1]


def changed_rects(old: list[Op], new: list[Op], frame: Rect, whole: float = _WHOLE) -> list[Rect]:
    """The pixels that may differ between two lists of operations."""
    first = 0
    shorter = min(len(old), len(new))
    while first < shorter and old[first] is new[first]:
        first += 1
    last = 0
    while last < shorter - first and old[-1 - last] is new[-1 - last]:
        last += 1
    gone, come = old[first : len(old) - last], new[first : len(new) - last]
    if not gone and not come:
        return []
    rects = merged(_landed(_differing(gone, come), frame))
    return [frame] if sum(map(area, rects)) > whole * area(frame) else rects


def _differing(gone: list[Op], come: list[Op]) -> list[Op]:
    """What is only in one of them; everything, where the common ones changed their order."""
    before, after = set(gone), set(come)
    once = len(before) == len(gone) and len(after) == len(come)
    if once and [op for op in gone if op in after] == [op for op in come if op in before]:
        return [op for op in gone if op not in after] + [op for op in come if op not in before]
    return gone + come


def _landed(ops: list[Op], frame: Rect) -> list[Rect]:
    return [frame if op.rect is None else op.rect for op in ops]


def _within(rect: Rect, rects: list[Rect]) -> bool:
    return any(
        r[0] <= rect[0] and r[1] <= rect[1] and rect[2] <= r[2] and rect[3] <= r[3] for r in rects
    )


def _begins(prefix: list[Op], ops: list[Op]) -> bool:
    return len(prefix) <= len(ops) and all(a is b for a, b in zip(prefix, ops, strict=False))
