"""Which items lie over which: from state to state only what is new is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from chainviz.audit.states import Step, steps
from chainviz.audit.timeline import Box, Item, Kind, Sample, Timeline

__all__ = ["Neighbours", "over_one_another", "text_box"]

_MANY = 4000  # pairs from which an array compares faster
_Boxed = Callable[[Item], Box | None]


def text_box(item: Item) -> Box | None:
    """A text's box, if it has an area: what has none lies over nothing."""
    left, bottom, right, top = item.box
    solid = item.kind is Kind.TEXT and len(item.glyphs) > 0 and left < right and bottom < top
    return item.box if solid else None


class Neighbours:
    """For the items of one sort, those of another sort whose boxes they touch.

    Both sorts are given by functions: an item's box, or None for one that isn't of the sort.
    """

    def __init__(self, first: _Boxed, second: _Boxed) -> None:
        self.of: dict[Item, list[Item]] = {}
        self._first, self._second = first, second
        self._firsts: dict[Item, Box] = {}
        self._seconds: dict[Item, Box] = {}

    def move_on(self, step: Step) -> set[Item]:
        """Take the next state; give back those of the first sort whose touch has changed."""
        changed: set[Item] = set()
        for item in step.gone:
            self._firsts.pop(item, None)
            self.of.pop(item, None)
            if self._seconds.pop(item, None) is not None:
                for each, near in self.of.items():
                    if item in near:
                        near.remove(item)
                        changed.add(each)
        old = dict(self._firsts)
        firsts = [(item, box) for item in step.fresh if (box := self._first(item)) is not None]
        seconds = [(item, box) for item in step.fresh if (box := self._second(item)) is not None]
        self._seconds.update(seconds)
        self._firsts.update(firsts)
        for (item, _), near in zip(firsts, _touching(firsts, self._seconds), strict=True):
            self.of[item] = near
            changed.add(item)
        for (item, _), near in zip(seconds, _touching(seconds, old), strict=True):
            for each in near:
                self.of[each].append(item)
                changed.add(each)
        return set(self._firsts) if step.shuffled else changed & self._firsts.keys()


def over_one_another(
    timeline: Timeline,
    first: _Boxed,
    second: _Boxed,
    depth: Callable[[Item, Item], float],
    *,
    above: bool = True,
) -> Iterator[tuple[tuple[Sample, range], list[tuple[Item, Item]]]]:
    """For every state that has some: the pairs of both sorts that touch, in the order of painting.

    Of each pair the depth is asked once, and those of depth zero are left out. With ``above``
    only those count whose second item is painted after the first.
    """
    near = Neighbours(first, second)
    deep: dict[Item, list[Item]] = {}
    for step in steps(timeline):
        for item in step.gone:
            deep.pop(item, None)
        changed = near.move_on(step)
        if not changed and not deep:
            continue
        places = {item: place for place, item in enumerate(step.sample.items)}
        for item in changed:
            deep.pop(item, None)
            others = near.of[item]
            if above:
                others = [other for other in others if places[item] < places[other]]
            found = [other for other in others if depth(item, other) > 0]
            if found:
                deep[item] = sorted(found, key=places.__getitem__)
        if deep:
            ordered = sorted(deep, key=places.__getitem__)
            pairs = [(item, other) for item in ordered for other in deep[item]]
            yield (step.sample, step.indices), pairs


def _touching(boxed: list[tuple[Item, Box]], others: dict[Item, Box]) -> Iterable[list[Item]]:
    if len(boxed) * len(others) < _MANY:
        return [
            [
                item for item, (left, bottom, right, top) in others.items()
                if a < right and left < c and b < top and bottom < d
            ]
            for _, (a, b, c, d) in boxed
        ]  # fmt: skip
    items: list[Any] = list(others)
    left, bottom, right, top = np.array(list(others.values())).T
    return (
        [
            items[at]
            for at in ((a < right) & (left < c) & (b < top) & (bottom < d)).nonzero()[0].tolist()
        ]
        for _, (a, b, c, d) in boxed
    )
