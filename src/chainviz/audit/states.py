"""A film's samples folded: runs in which nothing changes, what comes and goes, what stays."""

from __future__ import annotations

from dataclasses import dataclass, field

from chainviz.audit.memo import memo
from chainviz.audit.timeline import Item, Sample, Timeline

__all__ = ["Stay", "Step", "states", "stays", "steps"]


@dataclass(slots=True, eq=False)
class Stay:
    """One item in one state before one frame and background, and the samples that show it."""

    item: Item
    sample: Sample  # the first of them
    indices: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A run of samples in which nothing changed, and how it differs from the one before."""

    sample: Sample  # the first of them
    indices: range
    fresh: tuple[Item, ...]  # in the order of painting
    gone: frozenset[Item]
    shuffled: bool  # what stayed is painted in another order


@memo
def states(timeline: Timeline) -> tuple[tuple[Sample, range], ...]:
    """Runs of samples in which nothing changed, so that a rule looks once at each."""
    samples, start = timeline.samples, 0
    found: list[tuple[Sample, range]] = []
    for index in range(1, len(samples) + 1):
        here = samples[start]
        if (
            index == len(samples)
            or samples[index].items is not here.items
            or samples[index].frame != here.frame
            or samples[index].background != here.background
        ):
            found.append((here, range(start, index)))
            start = index
    return tuple(found)


@memo
def steps(timeline: Timeline) -> tuple[Step, ...]:
    """The same runs as steps, for rules that look only at what is new."""
    found: list[Step] = []
    before: tuple[Item, ...] = ()
    here: frozenset[Item] = frozenset()
    for sample, indices in states(timeline):
        now = frozenset(sample.items)
        fresh = tuple([item for item in sample.items if item not in here])
        stayed = [item for item in sample.items if item in here]
        shuffled = stayed != [item for item in before if item in now]
        found.append(Step(sample, indices, fresh, here - now, shuffled))
        before, here = sample.items, now
    return tuple(found)


@memo
def stays(timeline: Timeline) -> tuple[Stay, ...]:
    """What a rule must look at that judges each item by itself, in the order of appearance."""
    found: list[Stay] = []
    grounds: dict[tuple[object, ...], dict[Item, Stay]] = {}
    for sample, indices in states(timeline):
        known = grounds.setdefault((sample.frame, sample.background), {})
        for item in sample.items:
            stay = known.get(item)
            if stay is None:
                stay = known[item] = Stay(item, sample)
                found.append(stay)
            stay.indices.extend(indices)
    return tuple(found)
