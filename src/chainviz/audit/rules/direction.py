"""207 direction and 210 motion-load: which way things point and move, and how many at a time."""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot

import numpy as np

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.memo import memo
from chainviz.audit.rules.parts import Shown, box_of, looked_at, shown
from chainviz.audit.states import states, steps
from chainviz.audit.timeline import Box, Item, Sample, Timeline
from chainviz.part import Kind, Part

__all__ = ["RULES"]

_STEP = 0.02  # frame units that count as a movement

_Fault = tuple[tuple[Item, ...], str, float]  # of what, in words, and how far off


def _check_direction(timeline: Timeline, limit: float) -> Iterator[Sight]:
    def look(board: Shown, _: Sample) -> Iterator[_Fault]:
        for part, items in board.of_kind(Kind.EDGE):
            yield from _tip(board.parts, part, items, False, limit)
        for part, items in board.backward.items():
            if part.kind is Kind.EDGE:
                yield from _tip(board.parts, part, items, True, limit)
        yield from _both_ways(board)

    for indices, (found, measure, off) in looked_at(timeline, (Kind.NODE, Kind.EDGE), look):
        yield from (Sight(at, found, measure, off) for at in indices)
    yield from _bare(timeline)
    yield from _pulses(timeline)


def _both_ways(board: Shown) -> Iterator[_Fault]:
    """Arrows of the forward pass that still show their tip beside that of the backward pass."""
    for part, items in board.backward.items():
        tip = next(filter(_is_tip, board.parts.get(part, ())), None)
        if part.kind is Kind.EDGE and tip is not None:
            yield (tip, items[0]), "it points both ways: forward still, and backward", 0.0


def _bare(timeline: Timeline) -> Iterator[Sight]:
    """Arrows between nodes that have no tip: it never comes, or it goes and no other comes."""
    tipped: set[tuple[int, Part]] = set()
    seen: dict[tuple[int, Part], list[Sight]] = {}
    for sample, indices in states(timeline):
        for key, board in shown(sample).items():
            turned = {part.key[1] for part in board.backward if part.kind is Kind.EDGE}
            for part, items in board.of_kind(Kind.EDGE):
                tips = [item for item in items if _is_tip(item)]
                if any(tip.key not in sample.moving for tip in tips):
                    tipped.add((key, part))
                ends = (Part(Kind.NODE, (end,)) in board.parts for end in part.key[:2])
                if not tips and part.key[1] not in turned and all(ends):
                    sights = [Sight(at, (items[0],), "it has no tip") for at in indices]
                    if (key, part) in tipped:
                        yield from sights
                    else:
                        seen.setdefault((key, part), []).extend(sights)
    for name, sights in seen.items():
        if name not in tipped:
            yield from sights


def _tip(
    parts: dict[Part, list[Item]], part: Part, items: list[Item], backward: bool, limit: float
) -> Iterator[_Fault]:
    ends = part.key[:2] if not backward else part.key[1::-1]
    bodies = [tuple(parts.get(Part(Kind.NODE, (end,)), ())) for end in ends]
    if not all(bodies):
        return
    fault = _fault(tuple(items), bodies[0], bodies[1], ends, limit)
    if fault is not None:
        yield (items[0],), *fault


@memo
def _fault(
    items: tuple[Item, ...], source: tuple[Item, ...], target: tuple[Item, ...],
    ends: tuple[str | int, ...], limit: float,
) -> tuple[str, float] | None:  # fmt: skip
    """What is wrong with an arrow that should run from the first end to the second."""
    begun, wanted = ends
    off = near = 0.0
    for tip in filter(_is_tip, items):
        near, far = (_gap(tip.centre, box_of(body)) for body in (target, source))
        if near > far:
            return f"its tip is at {begun}, not at {wanted}", near
        tail = _tail(items, tip)
        off = _gap(tail, box_of(source)) if tail is not None else 0.0
    if near > limit:
        return f"its tip ends {near:.2f} units away from {wanted}", near
    return (f"it begins {off:.2f} units away from {begun}", off) if off > limit else None


def _tail(items: tuple[Item, ...], tip: Item) -> tuple[float, float] | None:
    """The end of the shaft that is farther from the tip."""
    shaft = next((item for item in items if item is not tip and len(item.points)), None)
    if shaft is None:
        return None
    ends = shaft.points[[0, -1]]
    apart = np.linalg.norm(ends - np.array(tip.centre), axis=1)
    x, y = ends[int(np.argmax(apart))].tolist()
    return x, y


def _is_tip(item: Item) -> bool:
    """The filled part of an arrow; its shaft has no fill."""
    return item.fill[3] >= 0.35 and item.stroke_width * item.stroke[3] < 0.5


def _gap(point: tuple[float, float], box: Box) -> float:
    (x, y), (left, bottom, right, top) = point, box
    return hypot(max(left - x, 0.0, x - right), max(bottom - y, 0.0, y - top))


def _pulses(timeline: Timeline) -> Iterator[Sight]:
    """What runs along an edge starts nearer to where its pass comes from."""
    tracks: dict[int, list[tuple[int, Item]]] = {}
    for step in steps(timeline):
        for item in step.fresh:
            tag = item.meaning
            if tag is not None and tag.part.kind is Kind.SHAPE and len(tag.part.key) == 3:
                tracks.setdefault(item.key, []).append((step.indices[0], item))
    for track in tracks.values():
        (first, start), (_, end) = track[0], track[-1]
        tag = start.meaning
        board = shown(timeline.samples[first]).get(id(tag.tape)) if tag else None
        if tag is None or board is None:
            continue
        source, target = (board.parts.get(Part(Kind.NODE, (e,))) for e in tag.part.key[:2])
        if not source or not target:
            continue
        way = np.subtract(_middle(target), _middle(source)) * (-1 if tag.backward else 1)
        if float(np.dot(np.subtract(end.centre, start.centre), way)) < -_STEP:
            pass_name = "backward" if tag.backward else "forward"
            measure = f"it moves against the {pass_name} pass"
            yield Sight(first, (start,), measure, lasting=False)
        arrow = Part(Kind.EDGE, tag.part.key)
        tip = next(filter(_is_tip, board.parts.get(arrow, ())), None)
        if tag.backward and tip is not None and arrow not in board.backward:
            measure = "it runs backward along an arrow that still points forward"
            yield Sight(first, (start, tip), measure, lasting=False)


def _middle(items: list[Item]) -> tuple[float, float]:
    box = box_of(items)
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _check_motion(timeline: Timeline, limit: float) -> Iterator[Sight]:
    last: tuple[Sample, dict[int, Item]] | None = None
    run = 0
    for index, sample in enumerate(timeline.samples):
        here = {i.key: i for i in sample.items if i.meaning is not None and i.visible}
        count, movers = 0, []
        if last is not None and last[0].play == sample.play:
            movers = [
                (last[1][key], item) for key, item in here.items()
                if key in last[1] and last[1][key] is not item
            ]  # fmt: skip
            count = _groups(movers)
        run = run + 1 if count > limit else 0
        if run == 2:  # a quarter of a second
            items = tuple(item for _, item in movers[:4])
            measure = f"{count} things move, each its own way"
            yield Sight(index, items, measure, count, Level.WARNING, lasting=False)
        last = (sample, here)


def _groups(movers: list[tuple[Item, Item]]) -> int:
    """How many different movements there are; what one map moves is one group."""
    moved = [
        (np.array(a.centre), np.array(b.centre)) for a, b in movers
        if np.linalg.norm(np.subtract(a.centre, b.centre)) > _STEP
    ]  # fmt: skip
    if len(moved) < 2:
        return len(moved)
    before, after = (np.array(points) for points in zip(*moved, strict=True))
    if len(moved) > 3:
        padded = np.hstack([before, np.ones((len(before), 1))])
        fit = padded @ np.linalg.lstsq(padded, after, rcond=None)[0]
        if np.abs(fit - after).max() < _STEP:
            return 1
    return len({tuple(np.round((b - a) / _STEP).astype(int)) for a, b in moved})


RULES = (
    Rule(
        id="207", name="direction", level=Level.ERROR, limit=0.45, tagged=True,
        limit_words="the tip at its target and the other end at its source, within {limit:g} units",
        explain="An arrow's tip is not at the node that things flow to in that pass, or there is "
        "none, its other end is not at the node that they come from, or a pulse moves against the "
        "pass: forward from source to target, backward from target to source.",
        remedy="take the arrow from the board (board.route, board.put_backward)",
        check=_check_direction,
    ),
    Rule(
        id="210", name="motion-load", level=Level.WARNING, limit=4.0, tagged=True,
        limit_words="{limit:g} movements at one time",
        explain="More things move at one time, each its own way, than an eye can follow. What "
        "moves as one group counts once.",
        remedy="let them move one after the other, or as one group",
        check=_check_motion,
    ),
)  # fmt: skip
