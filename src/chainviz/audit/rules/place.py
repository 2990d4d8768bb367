"""211 place: every number stands at its own node, the value below it and the gradient above."""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.rules.parts import Shown, box_of, looked_at
from chainviz.audit.timeline import Box, Item, Sample, Timeline
from chainviz.part import Kind, Part

__all__ = ["RULES"]

_NEARER = 0.5  # how much nearer than to its own node a number must be to another one


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    def look(board: Shown, sample: Sample) -> Iterator[tuple[Item, str, float]]:
        bodies = {str(part.key[0]): items for part, items in board.of_kind(Kind.NODE)}
        boxes = {name: box_of(items) for name, items in bodies.items()}
        moving = {name for name, items in bodies.items() if _any_moves(items, sample)}
        for name in boxes.keys() - moving:
            yield from _faults(board, name, boxes, limit)

    kinds = (Kind.NODE, Kind.VALUE, Kind.GRAD)
    for indices, (item, measure, off) in looked_at(timeline, kinds, look):
        yield from (Sight(at, (item,), measure, off) for at in indices)


def _any_moves(items: list[Item], sample: Sample) -> bool:
    return any(item.key in sample.moving for item in items)


def _faults(
    board: Shown, name: str, boxes: dict[str, Box], limit: float
) -> Iterator[tuple[Item, str, float]]:
    numbers = {kind: board.parts.get(Part(kind, (name,)), []) for kind in (Kind.VALUE, Kind.GRAD)}
    for item in (item for items in numbers.values() for item in items):
        gaps = {other: _gap(item.box, box) for other, box in boxes.items()}
        nearest = min(gaps, key=lambda other: gaps[other])
        if gaps[name] > limit and gaps[nearest] < _NEARER * gaps[name]:
            yield item, f"it stands at {nearest}, {gaps[name]:.2f} units away from {name}", 1.0
    for value, grad in zip(numbers[Kind.VALUE], numbers[Kind.GRAD], strict=False):
        if value.box[1] > grad.box[3] and abs(value.centre[0] - grad.centre[0]) < limit:
            yield grad, f"it stands below the value of {name}", 0.5


def _gap(a: Box, b: Box) -> float:
    """The distance between two boxes; 0 where they meet."""
    return hypot(max(a[0] - b[2], b[0] - a[2], 0.0), max(a[1] - b[3], b[1] - a[3], 0.0))


RULES = (
    Rule(
        id="211", name="place", level=Level.ERROR, limit=0.5, tagged=True,
        limit_words="a number within {limit:g} units of its node, unless no other node is nearer",
        explain="A number stands at another node than its own, or a gradient below its node's "
        "value. Never by colour alone: a value is known by its place below its node, a gradient "
        "by its place above.",
        remedy="leave it where the board puts it (board.put, or a pass)",
        check=_check,
    ),
)  # fmt: skip
