"""201 order, 202 sequential, 208 seed: what comes when in the two passes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.rules.numbers import numbers_in
from chainviz.audit.rules.parts import appearances, shown, tapes
from chainviz.audit.timeline import Timeline
from chainviz.part import Kind, Part
from chainviz.story import edge_part
from chainviz.tape import Tape

__all__ = ["RULES"]


def _check_order(timeline: Timeline, limit: float) -> Iterator[Sight]:
    for key, tape in _reverse(timeline):
        values = appearances(timeline, key, Kind.VALUE)
        yield from _against_flow(timeline, key, tape, values)
        arrived = appearances(timeline, key, Kind.CONTRIBUTION)
        grads = appearances(timeline, key, Kind.GRAD) | arrived
        if not grads or (not values and _only_results(tape, grads)):
            continue
        first, at = min(grads.items(), key=lambda pair: pair[1])
        time = timeline.samples[at].time
        items = tuple(shown(timeline.samples[at])[key].parts[first][:1])
        late = [part for part, index in values.items() if index > at]
        for part in late:
            since = timeline.samples[values[part]].time
            measure = f"it comes {since - time:.2f} s before {part}"
            yield Sight(at, items, measure, lasting=False, limit="after the last forward value")
        drawn = {str(part.key[0]) for part in appearances(timeline, key, Kind.NODE)}
        never = [
            node.name for node in tape.graph
            if node.name in drawn and not any(part.key[0] == node.name for part in values)
        ]  # fmt: skip
        if never:
            measure = f"it comes though the forward pass never gave {', '.join(never)} a value"
            yield Sight(at, items, measure, lasting=False, limit="after the last forward value")


def _against_flow(
    timeline: Timeline, key: int, tape: Tape, values: dict[Part, int]
) -> Iterator[Sight]:
    """Values that come before one that they are worked out from."""
    pairs = [(edge.source, edge.target) for edge in tape.graph.edges]
    words = "it comes {:.2f} s before that of {}, of which it is made"
    yield from _too_early(timeline, key, values, pairs, words, "the order of the graph")


def _too_early(
    timeline: Timeline,
    key: int,
    appeared: dict[Part, int],
    pairs: Iterable[tuple[str, str]],
    words: str,
    order: str,
) -> Iterator[Sight]:
    """What came before something that should have come first, of all pairs in that order."""
    came = {part.key[0]: (index, part) for part, index in appeared.items()}
    for first, second in pairs:
        if first not in came or second not in came:
            continue
        (after, _), (at, part) = came[first], came[second]
        if at < after:
            early = timeline.samples[after].time - timeline.samples[at].time
            items = tuple(shown(timeline.samples[at])[key].parts[part][:1])
            yield Sight(at, items, words.format(early, first), lasting=False, limit=order)


def _check_sequential(timeline: Timeline, limit: float) -> Iterator[Sight]:
    for key, tape in _reverse(timeline):
        yield from _against_topology(timeline, key, tape)
        yield from _unsummed(timeline, key, tape)
        grads = sorted(appearances(timeline, key, Kind.GRAD).items(), key=lambda pair: pair[1])
        for (before, at), (part, index) in pairwise(grads):
            gap = timeline.samples[index].time - timeline.samples[at].time
            if gap < limit - 1e-6:
                items = shown(timeline.samples[index])[key].parts
                both = tuple(items[found][0] for found in (before, part) if found in items)
                yield Sight(index, both, f"they appear {gap:.2f} s apart", lasting=False)


def _against_topology(timeline: Timeline, key: int, tape: Tape) -> Iterator[Sight]:
    """Gradients that come before one that they follow from."""
    pairs = [(edge.target, edge.source) for edge in tape.graph.edges]
    words = "it comes {:.2f} s before that of {}, from which it follows"
    grads = appearances(timeline, key, Kind.GRAD)
    yield from _too_early(timeline, key, grads, pairs, words, "reverse topological order")


def _unsummed(timeline: Timeline, key: int, tape: Tape) -> Iterator[Sight]:
    """Gradients that come before all of the contributions that they are the sum of."""
    arrived = appearances(timeline, key, Kind.CONTRIBUTION)
    for part, at in appearances(timeline, key, Kind.GRAD).items():
        came = {edge_part(Kind.CONTRIBUTION, c.edge) for c in tape.contributions(str(part.key[0]))}
        late = sorted(map(str, (one for one in came if arrived.get(one, at + 1) > at)))
        if arrived and late and len(came) > 1:
            items = tuple(shown(timeline.samples[at])[key].parts[part][:1])
            measure = f"it comes though {' and '.join(late)} did not arrive before it"
            yield Sight(at, items, measure, lasting=False, limit="after all that it is the sum of")


def _check_seed(timeline: Timeline, limit: float) -> Iterator[Sight]:
    for key, tape in _reverse(timeline):
        grads = appearances(timeline, key, Kind.GRAD)
        if _only_results(tape, grads):
            continue
        first, at = min(grads.items(), key=lambda pair: pair[1])
        items = tuple(shown(timeline.samples[at])[key].parts[first][:1])
        output = tape.graph.output
        if first.key[0] != output:
            measure = f"the first gradient is that of {first.key[0]}"
            yield Sight(at, items, measure, lasting=False)
            continue
        told = numbers_in(items[0].says)
        if told and np.ndim(tape.value(output)) == 0 and told[-1] != "1":
            yield Sight(at, items, f"the seed reads {told[-1]}", lasting=False)


def _only_results(tape: Tape, grads: Iterable[Part]) -> bool:
    """An input's derivative as a result: no backward pass is shown."""
    return all(tape.graph.node(str(part.key[0])).op is None for part in grads)


def _reverse(timeline: Timeline) -> Iterator[tuple[int, Tape]]:
    return ((key, tape) for key, tape in tapes(timeline).items() if tape.mode == "reverse")


RULES = (
    Rule(
        id="201", name="order", level=Level.ERROR, limit=0.0,
        limit_words="no gradient before the last forward value", tagged=True,
        explain="A gradient, or a contribution to one, appears before the forward pass has given "
        "every node its value, or a value before those that it is worked out from. The forward "
        "pass comes first, whole; then the backward pass.",
        remedy="play ForwardPass(board) to its end before BackwardPass(board)",
        check=_check_order,
    ),
    Rule(
        id="202", name="sequential", level=Level.ERROR, limit=0.25,
        limit_words="one gradient within {limit:g} s", tagged=True,
        explain="Two gradients become visible at about the same time, or one before another that "
        "it follows from, or before one of the contributions that it sums up. They come one at a "
        "time, in reverse topological order, so that the viewer sees which follows from which.",
        remedy="show them in plays of their own, as BackwardPass does",
        check=_check_sequential,
    ),
    Rule(
        id="208", name="seed", level=Level.ERROR, limit=1.0,
        limit_words="dL/dL = {limit:g} comes first", tagged=True,
        explain="The backward pass does not begin with the gradient of the output by itself, "
        "which is 1.",
        remedy="show the output's gradient first (the SeedOutput beat)", check=_check_seed,
    ),
)  # fmt: skip
