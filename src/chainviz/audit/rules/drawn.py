"""205 intermediates: every node and every edge is drawn, has its name, and stays."""

from __future__ import annotations

from collections.abc import Iterator

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.memo import memo
from chainviz.audit.rules.labels import stands_on
from chainviz.audit.rules.lost import lost
from chainviz.audit.rules.parts import Shown, appearances, looked_at, shown, tapes
from chainviz.audit.timeline import Item, Sample, Timeline
from chainviz.audit.timeline import Kind as Seen
from chainviz.formula import name_of, to_plain
from chainviz.part import Kind
from chainviz.tape import Tape

__all__ = ["RULES"]


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    yield from _never_drawn(timeline)
    yield from lost(timeline)
    yield from _misnamed(timeline)


def _never_drawn(timeline: Timeline) -> Iterator[Sight]:
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
        weights = {
            edge.source for sample in timeline.samples for edge in tape.graph.edges
            if (board := shown(sample).get(key)) and any(
                stands_on(edge.source, items, board) for part, items in board.of_kind(Kind.EDGE)
                if part.key[1] == edge.target and part.key[0] != edge.source
            )
        } if len(edges) < len(tape.graph.edges) else set()  # fmt: skip
        for edge in tape.graph.edges:
            ends = (edge.source, edge.target)
            if edge.source in weights:
                continue  # it stands on the edge that it weighs
            if set(ends) <= drawn and (*ends, edge.slot) not in edges:
                told = f"the edge {edge.source}->{edge.target} (slot {edge.slot})"
                yield _missing(timeline, at, f"{told} is not drawn {when}")


def _misnamed(timeline: Timeline) -> Iterator[Sight]:
    """Nodes without their name, or with another one, where the others have theirs."""
    for indices, (item, measure) in looked_at(timeline, (Kind.NODE,), _wrongly_named):
        yield from (Sight(at, (item,), measure) for at in indices)


def _wrongly_named(board: Shown, sample: Sample) -> Iterator[tuple[Item, str]]:
    nodes = [(str(part.key[0]), items) for part, items in board.of_kind(Kind.NODE)]
    wrong = [(name, items) for name, items in nodes if not _named(name, items, board.tape)]
    if len(wrong) != 1 or len(nodes) < 3:
        return  # pictures that call nodes by something else
    name, items = wrong[0]
    if any(item.key in sample.moving for item in items):
        return
    text = next((item for item in items if item.kind is Seen.TEXT), None)
    told = f"it says '{text.says}'" if text else "it has no name"
    yield text or items[0], f"{told}; its name is {_name(name, board.tape)}"


def _named(name: str, items: list[Item], tape: Tape) -> bool:
    return any(_name(name, tape) in item.says for item in items if item.kind is Seen.TEXT)


@memo
def _name(name: str, tape: Tape) -> str:
    return to_plain(name_of(tape.graph, name))


def _missing(timeline: Timeline, at: int, what: str) -> Sight:
    return Sight(at, (), what, lasting=False, about="the graph")


RULES = (
    Rule(
        id="205", name="intermediates", level=Level.ERROR, limit=0.0, tagged=True,
        limit_words="every node and every edge, or a declared fold",
        explain="A node or an edge of the run's graph is not drawn when the backward pass begins "
        "(or at all), goes again while the rest of the graph still stands, or does not have its "
        "name. To show several nodes as one gate is a choice to be declared.",
        remedy="draw it and leave it there, or declare the gate with graph.fold(...)",
        check=_check,
    ),
)  # fmt: skip
