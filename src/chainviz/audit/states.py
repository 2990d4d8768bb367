"""A film's samples folded: runs in which nothing changes, and how long each item stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from chainviz.audit.memo import memo
from chainviz.audit.timeline import Item, Sample, Timeline

__all__ = ["Stay", "states", "stays"]


@dataclass(slots=True, eq=False)
class Stay:
    """One item in one state before one frame and background, and the samples that show it."""

    item: Item
    sample: Sample  # the first of them
    indices: list[int] = field(default_factory=list)


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
def stays(timeline: Timeline) -> tuple[Stay, ...]:
    """What a rule must look at that judges each item by itself, in the order of appearance."""
    found: dict[tuple[object, ...], Stay] = {}
    for sample, indices in states(timeline):
        ground = (sample.frame, sample.background)
        for item in sample.items:
            key = (item, ground)
            stay = found.get(key)
            if stay is None:
                stay = found[key] = Stay(item, sample)
            stay.indices.extend(indices)
    return tuple(found.values())
