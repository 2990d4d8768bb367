"""104 off-frame: what the camera's frame cuts off, or leaves outside for good."""

from __future__ import annotations

from collections.abc import Iterator

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.geometry import area, meet, share
from chainviz.audit.states import stays
from chainviz.audit.timeline import Box, Item, Kind, Timeline, Trait

__all__ = ["RULES"]

_FREE = {Trait.COORDINATES, Trait.BACKDROP, Trait.SOLID, Trait.LINE}
_TOLERANCE = 0.01  # frame units
_LARGE = 0.5  # share of the frame from which a shape is taken for scenery


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    never_in = _never_inside(timeline)
    holds = [_holds(timeline, at) for at in range(len(timeline.samples))]
    at_home: set[int] = set()
    for stay in stays(timeline):
        item, frame = stay.item, stay.sample.frame
        home = frame == timeline.home
        if not _judged(item, frame, timeline):
            continue
        indices = [at for at in stay.indices if holds[at]]
        part = 1.0 - share(item.box, frame) if area(item.box) else 0.0
        if part < 1e-3 and _gap(item.box, frame) >= -_TOLERANCE:
            if home:
                at_home.add(item.key)
            yield from _margin(item, frame, indices, limit, _way_in(item, frame, limit, timeline))
        elif Trait.COORDINATES in item.traits:
            measure = f"{part:.0%} of it is outside, as its axis is"
            yield from (Sight(at, (item,), measure, part, Level.NOTE) for at in indices)
        elif part >= 1.0 - 1e-6:
            if item.key in never_in or item.meaning is not None:
                what = "all of it is outside the frame"
                yield from _sights(indices, item, what, 1.0, _way_in(item, frame, limit, timeline))
        elif home or item.key not in at_home or _panned(frame, timeline.home):
            cut = -_gap(item.box, frame)
            measure = f"{part:.0%} of it is outside, {cut:.2f} units beyond the edge"
            yield from _sights(indices, item, measure, part, _way_in(item, frame, limit, timeline))


def _holds(timeline: Timeline, index: int) -> bool:
    """Whether the camera stands, and isn't about to take another view in this very play."""
    samples = timeline.samples
    ahead = samples[min(index + 1, len(samples) - 1)]
    return ahead.play != samples[index].play or ahead.frame == samples[index].frame


def _panned(frame: Box, home: Box) -> bool:
    """A camera that has moved without coming nearer: what it cuts is not left out on purpose."""
    return abs((frame[2] - frame[0]) - (home[2] - home[0])) < 1e-3


def _sights(
    indices: list[int], item: Item, measure: str, weight: float, remedy: str
) -> Iterator[Sight]:
    for at in indices:
        yield Sight(at, (item,), measure, weight, limit="inside the frame", remedy=remedy)


def _way_in(item: Item, frame: Box, limit: float, timeline: Timeline) -> str:
    """What brings it inside, with the margin: a shift, or a scale where it is too large."""
    if timeline.solid:
        return ""  # there, frame and scene have different directions
    margin = limit * (frame[3] - frame[1])
    shifts, scale = [], 1.0
    for low, high, ways in ((0, 2, ("RIGHT", "LEFT")), (1, 3, ("UP", "DOWN"))):
        room, size = frame[high] - frame[low] - 2 * margin, item.box[high] - item.box[low]
        if size > room + _TOLERANCE:
            scale = min(scale, room / size)
        short = (frame[low] + margin - item.box[low], item.box[high] - frame[high] + margin)
        shifts += [f"{by:.2f}*{way}" for by, way in zip(short, ways, strict=True) if by > 0.005]
    if scale < 1.0:
        return f"scale({int(scale * 100) / 100:g}) about the middle of the frame, or less of it"
    return f"shift({' + '.join(shifts)}), or scale it down" if shifts else ""


def _margin(
    item: Item, frame: Box, indices: list[int], limit: float, remedy: str
) -> Iterator[Sight]:
    if item.kind is not Kind.TEXT or Trait.COORDINATES in item.traits:
        return
    gap = _gap(item.box, frame)
    height = frame[3] - frame[1]
    if gap < limit * height - _TOLERANCE:
        measure = f"{gap:.2f} units from the frame's edge ({gap / height:.1%} of its height)"
        for at in indices:
            yield Sight(at, (item,), measure, -gap, Level.WARNING, remedy=remedy)


def _gap(box: Box, frame: Box) -> float:
    """The distance to the nearest edge of the frame; negative outside it."""
    return min(box[0] - frame[0], box[1] - frame[1], frame[2] - box[2], frame[3] - box[3])


def _judged(item: Item, frame: Box, timeline: Timeline) -> bool:
    """Texts and parts always; other shapes unless they may well run off the frame."""
    if not item.visible:
        return False
    if item.kind is Kind.TEXT or item.meaning is not None:
        return not (item.kind is Kind.TEXT and timeline.solid and area(item.box) == 0)
    if item.kind is Kind.IMAGE or item.traits & _FREE or timeline.solid:
        return False
    spans = (
        item.box[2] - item.box[0] >= frame[2] - frame[0] - _TOLERANCE
        or item.box[3] - item.box[1] >= frame[3] - frame[1] - _TOLERANCE
    )
    closed = len(item.points) > 0 and bool(abs(item.points[0] - item.points[-1]).max() < 1e-3)
    return closed and not spans and area(meet(item.box, frame)) < _LARGE * area(frame)


def _never_inside(timeline: Timeline) -> set[int]:
    """Keys of what no moment of the film shows inside the frame."""
    seen: set[int] = set()
    shown: set[int] = set()
    for stay in stays(timeline):
        shown.add(stay.item.key)
        if area(meet(stay.item.box, stay.sample.frame)) > 0:
            seen.add(stay.item.key)
    return shown - seen


RULES = (
    Rule(
        id="104",
        name="off-frame",
        level=Level.ERROR,
        limit=0.05,
        limit_words="a margin of {limit:.0%} of the frame's height",
        explain="A text or a shape is cut by the edge of the camera's frame, or a text stands "
        "outside it all film long (error); or a text comes nearer to the edge than the margin "
        "(warning). Lines, grids, scenery and what a moving camera leaves behind may run off.",
        remedy="shift it inwards or scale it down (to_edge, set_width); for a crowded frame, "
        "split the beat in two",
        check=_check,
    ),
)
