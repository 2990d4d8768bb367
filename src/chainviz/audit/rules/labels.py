"""203 edge-label and 204 equation: what must be written beside what is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, partial

import numpy as np

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.geometry import segments
from chainviz.audit.memo import memo
from chainviz.audit.rules.parts import Shown, box_of, edge_of, looked_at, shown
from chainviz.audit.timeline import Array, Box, Item, Sample, Timeline
from chainviz.audit.timeline import Kind as Seen
from chainviz.formula import to_plain
from chainviz.graph import Graph
from chainviz.ops import table
from chainviz.part import Kind, Part
from chainviz.story import edge_label
from chainviz.tape import Tape

__all__ = ["RULES", "stands_on"]

_BEYOND = 2.0
"""A partial that stands beyond the sign of its edge may be so many times as far away."""
_ON_LINE = 0.1  # units from a line within which a node stands on it


def _check_labels(timeline: Timeline, limit: float) -> Iterator[Sight]:
    look = partial(_unlabelled, limit=limit)
    kinds = (Kind.EDGE, Kind.LABEL, Kind.PARTIAL, Kind.NODE, Kind.VALUE)
    for indices, (items, measure, off) in looked_at(timeline, kinds, look):
        yield from (Sight(at, items, measure, off) for at in indices)


def _unlabelled(
    board: Shown, sample: Sample, *, limit: float
) -> Iterator[tuple[tuple[Item, ...], str, float]]:
    """Edges without their label, or with that of something else."""
    ahead = ((part, items, False) for part, items in board.of_kind(Kind.EDGE))
    back = ((part, items, True) for part, items in board.backward.items())
    for part, items, turned in (*ahead, *back):
        if part.kind is not Kind.EDGE or any(i.key in sample.moving for i in items):
            continue
        if any(stands_on(name, items, board) for name in _inputs(board.tape, part)):
            continue  # the weight stands on its edge
        labels = list(_labels(board, part))
        name, reach = "label", limit
        near = (*items, *_weight(board, part))
        nearest = _nearest(labels, near)
        if turned and nearest <= limit:  # the sign is there: the partial may stand beyond
            labels = list(_partials(board, part))
            name, reach = "partial", _BEYOND * limit
            nearest = _nearest(labels, near)
        other = next((text for text in labels if _of_other(text, board.tape)), None)
        if other is not None:
            wrong = f"its label says {other.says}, which is another operation"
            yield (items[0], other), wrong, 0.0
        if nearest > reach:
            what = f"it has no {name}" if not labels else (
                f"its {name} '{labels[0].says}' is {nearest:.2f} units away"
            )  # fmt: skip
            yield (items[0], *labels[:1]), what, nearest


def _nearest(labels: Sequence[Item], near: tuple[Item, ...]) -> float:
    return min((_distance(label.box, near) for label in labels), default=np.inf)


@memo
def _of_other(text: Item, tape: Tape) -> bool:
    """Whether the label of an edge is the sign of an operation that its target is not."""
    tag = text.meaning
    edge = edge_of(tag.part) if tag is not None and tag.part.kind is Kind.LABEL else None
    if edge is None or edge not in tape.graph.edges:
        return False
    own = to_plain(edge_label(tape.graph, edge))
    return text.says in _signs() and text.says not in own


@cache
def _signs() -> frozenset[str]:
    return frozenset(op.symbol for op in table.values() if op.symbol)


def _labels(board: Shown, part: Part) -> Iterator[Item]:
    """The texts that name an edge: under its own key, or under that of what flows along it."""
    for kind in (Kind.LABEL, Kind.PARTIAL):
        for key in (part.key, part.key[:1]):
            found = board.parts.get(Part(kind, key), ())
            yield from (item for item in found if item.kind is Seen.TEXT)


def _partials(board: Shown, part: Part) -> Iterator[Item]:
    """The partial of an edge; that of a weight which stands on it will do."""
    for found, items in board.of_kind(Kind.PARTIAL):
        if found.key == part.key or (found.key[1:2] == part.key[1:2] and _weight(board, found)):
            yield from (item for item in items if item.kind is Seen.TEXT)


@memo
def _inputs(tape: Tape, part: Part) -> frozenset[str]:
    """What goes into the node that an edge leads to."""
    return frozenset(edge.source for edge in tape.graph.edges if edge.target == part.key[1])


def stands_on(name: str, line: list[Item], board: Shown) -> bool:
    """Whether a node's body stands on a line, as the weights of a network do."""
    body = board.parts.get(Part(Kind.NODE, (name,)))
    return bool(body) and _lies_across(tuple(body or ()), line[0])


@memo
def _lies_across(body: tuple[Item, ...], line: Item) -> bool:
    x0, y0, x1, y1 = box_of(body)
    pieces = segments(line)
    if not len(pieces):
        return False
    start, way = pieces[0, :2], pieces[-1, 2:] - pieces[0, :2]
    off = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) - start
    length = float(np.hypot(*way)) or 1.0
    along, across = off @ way / length**2, (off[0] * way[1] - off[1] * way[0]) / length
    return bool(0.1 < along < 0.9 and abs(across) < _ON_LINE)


def _weight(board: Shown, part: Part) -> list[Item]:
    """A weight with its value, where a weight's own slot is meant: its arrow is a stub."""
    name = part.key[0]
    stands = any(
        stands_on(str(name), items, board)
        for found, items in board.of_kind(Kind.EDGE)
        if found.key[1] == part.key[1] and found.key[0] != name
    )
    kinds = (Kind.NODE, Kind.VALUE)
    return [i for kind in kinds for i in board.parts.get(Part(kind, (name,)), ()) if stands]


@memo
def _distance(box: Box, items: tuple[Item, ...]) -> float:
    """From a box to the nearest of some outlines, or of the boxes of some texts."""
    drawn = [segments(item) for item in items if item.kind is Seen.SHAPE]
    texts = [_frame(item.box) for item in items if item.kind is Seen.TEXT]
    lines = np.vstack([*drawn, *texts, np.zeros((0, 4))])
    if not len(lines):
        return 0.0
    longest = float(np.hypot(*(lines[:, 2:] - lines[:, :2]).T).max())
    t = np.linspace(0, 1, 2 + int(longest / 0.05))[:, None, None]
    points = (lines[None, :, :2] * (1 - t) + lines[None, :, 2:] * t).reshape(-1, 2)
    gap = np.maximum(np.maximum(np.array(box[:2]) - points, points - np.array(box[2:])), 0)
    return float(np.linalg.norm(gap, axis=1).min())


def _frame(box: Box) -> Array:
    x0, y0, x1, y1 = box
    return np.array([[x0, y0, x1, y0], [x1, y0, x1, y1], [x1, y1, x0, y1], [x0, y1, x0, y0]])


def _check_equation(timeline: Timeline, limit: float) -> Iterator[Sight]:
    for at in timeline.ends():
        sample = timeline.samples[at]
        boards = shown(sample).values()
        nodes = [items for board in boards for _, items in board.of_kind(Kind.NODE)]
        drawn = [board.tape.graph for board in boards if any(board.of_kind(Kind.NODE))]
        if len(nodes) < 2 or any(_is_equation(item, drawn) for item in sample.items):
            continue
        measure = f"a graph of {len(nodes)} nodes stands there without an equation of its own"
        beat = timeline.beat_at(at)
        about = f"the end of beat '{beat}'" if beat else "the end of the film"
        yield Sight(at, (), measure, lasting=False, about=about)


def _is_equation(item: Item, drawn: Sequence[Graph]) -> bool:
    """Whether it is an equation, and not one of a graph that none of those drawn is a part of."""
    if item.kind is not Seen.TEXT or not item.visible:
        return False
    tag = item.meaning
    if tag is not None and tag.tape is not None:
        names = {node.name for node in tag.tape.graph}
        kin = [{node.name for node in graph} for graph in drawn]
        if not any(names <= others or others <= names for others in kin):
            return False
    if tag is not None and tag.part.kind is not Kind.EQUATION:
        return tag.part.kind is Kind.TEXT and "=" in item.says
    return tag is not None or (item.formula and "=" in item.says)


RULES = (
    Rule(
        id="203", name="edge-label", level=Level.ERROR, limit=0.5, tagged=True,
        limit_words="a label within {limit:g} units of the edge",
        explain="An edge on screen has no label close to it: the operation or the weight, and in "
        "the backward pass its partial. Or its label is the sign of another operation.",
        remedy="show the edge's LABEL or PARTIAL part where the layout puts it",
        check=_check_labels,
    ),
    Rule(
        id="204", name="equation", level=Level.ERROR, limit=0.0, tagged=True,
        limit_words="an equation beside the graph at the end of every beat",
        explain="A beat ends with a graph on screen and no equation beside it. The equation "
        "stands beside the graph, and its parts light up with the graph's parts.",
        remedy="write one: board.write(formula), or add an Equation to the scene",
        check=_check_equation,
    ),
)  # fmt: skip
