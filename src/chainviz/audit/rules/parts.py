"""What the tags say of a sample: which parts of which run are on screen, and when they came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chainviz.audit.memo import memo
from chainviz.audit.timeline import Box, Item, Kind, Sample, Timeline
from chainviz.graph import Edge
from chainviz.part import Kind as PartKind
from chainviz.part import Part
from chainviz.tape import Tape

__all__ = ["Shown", "appearances", "box_of", "edge_of", "shown", "tapes"]

_READABLE = 0.5  # share of a text's glyphs that must be there


@dataclass(slots=True, eq=False)
class Shown:
    """The parts of one run that can be seen in one sample; backward arrows kept apart."""

    tape: Tape
    parts: dict[Part, list[Item]] = field(default_factory=dict)
    backward: dict[Part, list[Item]] = field(default_factory=dict)

    def of_kind(self, kind: PartKind) -> Iterator[tuple[Part, list[Item]]]:
        """The parts of a kind, with what draws them."""
        return ((part, items) for part, items in self.parts.items() if part.kind is kind)


@memo
def shown(sample: Sample) -> dict[int, Shown]:
    """For every run with tagged parts on screen, by the run's id: those parts."""
    found: dict[int, Shown] = {}
    for item in sample.items:
        tag = item.meaning
        if tag is None or tag.tape is None or not item.visible:
            continue
        if item.kind is Kind.TEXT and item.drawn < _READABLE:
            continue
        board = found.setdefault(id(tag.tape), Shown(tag.tape))
        parts = board.backward if tag.backward else board.parts
        parts.setdefault(tag.part, []).append(item)
    return found


def tapes(timeline: Timeline) -> dict[int, Tape]:
    """Every run that the film shows parts of."""
    return {key: board.tape for sample in timeline.samples for key, board in shown(sample).items()}


def appearances(timeline: Timeline, tape: int, kind: PartKind) -> dict[Part, int]:
    """For the parts of a kind, the index of the sample in which each is first seen."""
    first: dict[Part, int] = {}
    for index, sample in enumerate(timeline.samples):
        board = shown(sample).get(tape)
        for part, _ in board.of_kind(kind) if board else ():
            first.setdefault(part, index)
    return first


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
