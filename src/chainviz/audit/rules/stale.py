"""Numbers and equations of one run that are left beside the graph of another."""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot

from chainviz.audit.finding import Sight
from chainviz.audit.rules.equations import untrue
from chainviz.audit.rules.numbers import expected, fits, numbers_in
from chainviz.audit.rules.parts import Shown, box_of, shown
from chainviz.audit.states import states
from chainviz.audit.timeline import Box, Item, Timeline
from chainviz.part import Kind, Part

__all__ = ["stale"]

_AT = 1.0  # units within which a number stands at a node


def stale(timeline: Timeline) -> Iterator[Sight]:
    """What the run whose graph is on the screen has another number for."""
    for sample, indices in states(timeline):
        boards = list(shown(sample).values())
        drawn = [board for board in boards if any(board.of_kind(Kind.NODE))]
        for left in (board for board in boards if board not in drawn):
            for board in drawn:
                for item, measure in (*_numbers(left, board), *_equations(left, board)):
                    yield from (Sight(at, (item,), measure) for at in indices)


def _numbers(left: Shown, board: Shown) -> Iterator[tuple[Item, str]]:
    for kind in (Kind.VALUE, Kind.GRAD):
        for part, items in left.of_kind(kind):
            body = board.parts.get(Part(Kind.NODE, part.key))
            if not body or _gap(items[0].centre, box_of(body)) > _AT:
                continue
            told = numbers_in(items[0].says)
            if told and not fits(told, expected(board.tape, part)):
                name = part.key[0]
                yield items[0], f"it is of another run than the graph: {name} has another {kind}"


def _equations(left: Shown, board: Shown) -> Iterator[tuple[Item, str]]:
    """The equations of a run that is gone, where the run that is drawn has none of its own."""
    if any(board.of_kind(Kind.EQUATION)):
        return
    for _, items in left.of_kind(Kind.EQUATION):
        for item in items:
            for told in untrue(item.tree, board.tape) if item.tree is not None else ():
                yield item, f"it is of another run than the graph, where {told}"


def _gap(point: tuple[float, float], box: Box) -> float:
    (x, y), (x0, y0, x1, y1) = point, box
    return hypot(max(x0 - x, 0.0, x - x1), max(y0 - y, 0.0, y - y1))
