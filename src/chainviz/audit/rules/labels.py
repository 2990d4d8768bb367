"""203 edge-label, 204 equation, 205 intermediates: what must be drawn, named and written."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chainviz.audit.finding import Level, Rule, Sight, states
from chainviz.audit.geometry import segments
from chainviz.audit.rules.parts import Shown, appearances, shown, tapes
from chainviz.audit.timeline import Box, Item, Timeline
from chainviz.audit.timeline import Kind as Seen
from chainviz.part import Kind, Part

__all__ = ["RULES"]


def _check_labels(timeline: Timeline, limit: float) -> Iterator[Sight]:
    for sample, indices in states(timeline):
        for board in shown(sample).values():
            for part, items in (*board.of_kind(Kind.EDGE), *board.backward.items()):
                if part.kind is not Kind.EDGE or any(i.key in sample.moving for i in items):
                    continue
                labels = list(_labels(board, part))
                nearest = min((_distance(label.box, items) for label in labels), default=np.inf)
                if nearest > limit:
                    what = "it has no label" if not labels else (
                        f"its label '{labels[0].says}' is {nearest:.2f} units away"
                    )  # fmt: skip
                    for at in indices:
                        yield Sight(at, (items[0], *labels[:1]), what, nearest)


def _labels(board: Shown, part: Part) -> Iterator[Item]:
    """The texts that name an edge: under its own key, or under that of what flows along it."""
    for found, items in board.parts.items():
        if found.kind in (Kind.LABEL, Kind.PARTIAL) and found.key in (part.key, part.key[:1]):
            yield from (item for item in items if item.kind is Seen.TEXT)


def _distance(box: Box, items: list[Item]) -> float:
    lines = np.vstack([segments(item) for item in items] or [np.zeros((0, 4))])
    if not len(lines):
        return 0.0
    t = np.linspace(0, 1, 9)[:, None, None]
    points = (lines[None, :, :2] * (1 - t) + lines[None, :, 2:] * t).reshape(-1, 2)
    gap = np.maximum(np.maximum(np.array(box[:2]) - points, points - np.array(box[2:])), 0)
    return float(np.linalg.norm(gap, axis=1).min())


def _check_equation(timeline: Timeline, limit: float) -> Iterator[Sight]:
    for at in timeline.ends():
        sample = timeline.samples[at]
        boards = shown(sample).values()
        nodes = [items for board in boards for _, items in board.of_kind(Kind.NODE)]
        if len(nodes) < 2 or any(_is_equation(item) for item in sample.items):
            continue
        measure = f"a graph of {len(nodes)} nodes stands there without an equation"
        beat = timeline.beat_at(at)
        about = f"the end of beat '{beat}'" if beat else "the end of the film"
        yield Sight(at, (), measure, lasting=False, about=about)


def _is_equation(item: Item) -> bool:
    if item.kind is not Seen.TEXT or not item.visible:
        return False
    tag = item.meaning
    if tag is not None and tag.part.kind is not Kind.EQUATION:
        return tag.part.kind is Kind.TEXT and "=" in item.says
    return tag is not None or (item.formula and "=" in item.says)


def _check_intermediates(timeline: Timeline, limit: float) -> Iterator[Sight]:
    for key, tape in tapes(timeline).items():
        nodes = appearances(timeline, key, Kind.NODE)
        if len(nodes) < 2:
            continue  # no graph of this run is drawn
        grads = appearances(timeline, key, Kind.GRAD)
        at = min(grads.values(), default=len(timeline.samples) - 1)
        when = "when the backward pass begins" if grads else "in the whole film"
        drawn = {str(part.key[0]) for part, index in nodes.items() if index <= at}
        for node in tape.graph:
            if node.name not in drawn:
                kind = "input" if node.op is None else "intermediate"
                yield _missing(timeline, at, f"the {kind} {node.name} is not drawn {when}")
        edges = {part.key for part, index in appearances(timeline, key, Kind.EDGE).items()
                 if index <= at}  # fmt: skip
        if not edges:
            continue
        for edge in tape.graph.edges:
            ends = (edge.source, edge.target)
            if set(ends) <= drawn and (*ends, edge.slot) not in edges:
                told = f"the edge {edge.source}->{edge.target} (slot {edge.slot})"
                yield _missing(timeline, at, f"{told} is not drawn {when}")


def _missing(timeline: Timeline, at: int, what: str) -> Sight:
    return Sight(at, (), what, lasting=False, about="the graph")


RULES = (
    Rule(
        id="203", name="edge-label", level=Level.ERROR, limit=0.5, tagged=True,
        limit_words="a label within {limit:g} units of the edge",
        explain="An edge on screen has no label close to it: the operation or the weight, and in "
        "the backward pass its partial.",
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
    Rule(
        id="205", name="intermediates", level=Level.ERROR, limit=0.0, tagged=True,
        limit_words="every node and every edge, or a declared fold",
        explain="A node or an edge of the run's graph is not drawn when the backward pass begins "
        "(or at all). To show several nodes as one gate is a choice to be declared.",
        remedy="draw it, or declare the gate with graph.fold(...)",
        check=_check_intermediates,
    ),
)  # fmt: skip
