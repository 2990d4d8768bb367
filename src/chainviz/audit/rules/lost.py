"""Parts of a graph that go while the rest of it still stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chainviz.audit.finding import Sight
from chainviz.audit.memo import memo
from chainviz.audit.states import states
from chainviz.audit.timeline import Item, Sample, Timeline
from chainviz.part import Kind, Part

__all__ = ["lost"]

_THERE = 0.05  # what is fainter is gone; what is dimmed on purpose is still there
_REST = 0.5  # share of its like that must still be there, for one part to be missed
_KINDS = (Kind.NODE, Kind.EDGE, Kind.VALUE, Kind.GRAD)

Parts = dict[Part, Item]


@dataclass(slots=True, eq=False)
class _Board:
    """What one run has shown so far, and did not take away together with all its like."""

    known: dict[Part, Item] = field(default_factory=dict)

    def missed(self, here: Parts, sample: Sample) -> Iterator[Item]:
        """What was there at rest and is not any more."""
        for part, item in here.items():
            if item.visible and item.key not in sample.moving and not _turned(item):
                self.known[part] = item
        for kind in _KINDS:
            known = [part for part in self.known if part.kind is kind]
            left = [part for part in known if part in here]
            if len(left) < max(2.0, _REST * len(known)):
                for part in set(known) - set(left):
                    del self.known[part]  # they were taken away together
                continue
            yield from (
                self.known[part] for part in known
                if part not in here and all(end in here for end in _ends(part))
            )  # fmt: skip


def lost(timeline: Timeline) -> Iterator[Sight]:
    """Nodes, edges and numbers that were there and are gone, though the others are not."""
    boards: dict[int, _Board] = {}
    whole: tuple[tuple[Item, ...], frozenset[int]] | None = None  # when nothing was missed
    for sample, indices in states(timeline):
        state = (tuple([item for item in sample.items if _counts(item)]), sample.moving)
        if state == whole:
            continue
        whole = state
        for tape, here in _present(state[0]).items():
            for item in boards.setdefault(tape, _Board()).missed(here, sample):
                whole = None
                measure = "it was there and is gone, though the rest of the graph still stands"
                yield from (Sight(at, (item,), measure) for at in indices)


@memo
def _counts(item: Item) -> bool:
    """Whether it draws a part of a run, and isn't gone."""
    tag = item.meaning
    return not (
        tag is None or tag.tape is None or tag.part.kind not in _KINDS or item.alpha < _THERE
    )


def _turned(item: Item) -> bool:
    """Arrows of the backward pass come and go; those of the graph itself are to stay."""
    return item.meaning is not None and item.meaning.backward


def _ends(part: Part) -> Iterator[Part]:
    """The nodes without which nobody misses a part."""
    if part.kind is not Kind.NODE:
        ends = part.key[:2] if part.kind is Kind.EDGE else part.key
        yield from (Part(Kind.NODE, (end,)) for end in ends)


def _present(items: tuple[Item, ...]) -> dict[int, Parts]:
    """For every run, the parts of which anything is there; an arrow counts both ways."""
    found: dict[int, Parts] = {}
    for item in items:
        tag: Any = item.meaning
        parts = found.setdefault(id(tag.tape), {})
        if tag.part not in parts or item.visible:
            parts[tag.part] = item
    return found
