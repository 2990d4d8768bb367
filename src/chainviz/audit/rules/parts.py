"""What the tags say of a sample: which parts of which run are on screen, and when they came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chainviz.audit.memo import memo
from chainviz.audit.states import states, steps
from chainviz.audit.timeline import Box, Item, Kind, Sample, Timeline
from chainviz.draw.tag import Tag
from chainviz.graph import Edge
from chainviz.part import Kind as PartKind
from chainviz.part import Part
from chainviz.tape import Tape

__all__ = ["Shown", "appearances", "box_of", "edge_of", "looked_at", "shown", "tapes"]

T = TypeVar("T")

_READABLE = 0.5  # share of a text's glyphs that must be there


@dataclass(slots=True, eq=False)
class Shown:
    """The parts of one run that can be seen in one sample; backward arrows kept apart."""

    tape: Tape
    parts: dict[Part, list[Item]] = field(default_factory=dict)
    backward: dict[Part, list[Item]] = field(default_factory=dict)
    _kinds: dict[PartKind, list[tuple[Part, list[Item]]]] = field(default_factory=dict)

    def of_kind(self, kind: PartKind) -> Sequence[tuple[Part, list[Item]]]:
        """The parts of a kind, with what draws them."""
        return self._kinds.get(kind, ())

    def made_of(self, kinds: Sequence[PartKind]) -> tuple[Item, ...]:
        """All that draws parts of some kinds, and all that is backward."""
        ahead = [items for kind in kinds for _, items in self.of_kind(kind)]
        return tuple([item for items in (*ahead, *self.backward.values()) for item in items])

    def begin(self, part: Part, backward: bool) -> list[Item]:
        """A part that is on screen, as a list for what draws it."""
        items: list[Item] = []
        if backward:
            self.backward[part] = items
        else:
            self.parts[part] = items
            self._kinds.setdefault(part.kind, []).append((part, items))
        return items


@memo
def shown(sample: Sample) -> dict[int, Shown]:
    """For every run with tagged parts on screen, by the run's id: those parts."""
    found: dict[int, Shown] = {}
    known: dict[_Name, list[Item]] = {}
    for item in sample.items:
        told = _told(item)
        if told is None:
            continue
        name, tag = told
        items = known.get(name)
        if items is None:
            tape: Any = tag.tape
            board = found.setdefault(name[0], Shown(tape))
            items = known[name] = board.begin(tag.part, tag.backward)
        items.append(item)
    return found


_Name = tuple[int, bool, PartKind, tuple[str | int, ...]]


@memo
def _told(item: Item) -> tuple[_Name, Tag] | None:
    """What part of which run it draws, if it can be seen and read."""
    tag = item.meaning
    if tag is None or tag.tape is None or not item.visible:
        return None
    if item.kind is Kind.TEXT and item.drawn < _READABLE:
        return None
    return (id(tag.tape), tag.backward, tag.part.kind, tag.part.key), tag


def looked_at(
    timeline: Timeline, kinds: Sequence[PartKind], look: Callable[[Shown, Sample], Iterable[T]]
) -> Iterator[tuple[range, T]]:
    """What a rule notices on every board, in every state; it looks again only at a change.

    ``look`` may ask for the board's parts of these kinds, for what is backward, and for what moves.
    """
    known: dict[int, tuple[object, tuple[T, ...]]] = {}
    for sample, indices in states(timeline):
        for key, board in shown(sample).items():
            state = (board.made_of(kinds), sample.moving)
            before = known.get(key)
            if before is None or before[0] != state:
                before = known[key] = (state, tuple(look(board, sample)))
            for noticed in before[1]:
                yield indices, noticed


@memo
def _survey(
    timeline: Timeline,
) -> tuple[dict[int, Tape], dict[tuple[int, PartKind], dict[Part, int]]]:
    """Every run, and when each of its parts was first seen."""
    tapes: dict[int, Tape] = {}
    first: dict[tuple[int, PartKind], dict[Part, int]] = {}
    for step in steps(timeline):
        for item in step.fresh:
            told = _told(item)
            if told is None:
                continue
            (key, backward, kind, _), tag = told
            tape: Any = tag.tape
            tapes.setdefault(key, tape)
            if not backward:
                first.setdefault((key, kind), {}).setdefault(tag.part, step.indices[0])
    return tapes, first


def tapes(timeline: Timeline) -> dict[int, Tape]:
    """Every run that the film shows parts of."""
    return _survey(timeline)[0]


def appearances(timeline: Timeline, tape: int, kind: PartKind) -> dict[Part, int]:
    """For the parts of a kind, the index of the sample in which each is first seen."""
    return _survey(timeline)[1].get((tape, kind), {})


def box_of(items: Sequence[Item]) -> Box:
    """The box around all of them."""
    return (
        min(item.box[0] for item in items),
        min(item.box[1] for item in items),
        max(item.box[2] for item in items),
        max(item.box[3] for item in items),
    )


def edge_of(part: Part) -> Edge | None:
    """The argument slot that a part belongs to, if it belongs to one."""
    if len(part.key) != 3:
        return None
    source, target, slot = part.key
    return Edge(str(source), str(target), int(slot))
