"""What a golden keeps of a film: each beat's last picture as words and numbers, and the events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from chainviz.audit.record import Recording
from chainviz.audit.timeline import Box, Item, Kind, Sample
from chainviz.colour import to_hex
from chainviz.errors import ChainvizError

__all__ = ["Event", "Film", "Moment", "Thing", "film_of", "read_film", "write_film"]

_FORMAT = 2


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing on screen: whose it is, what it says, where it is, how it looks."""

    name: str
    role: str
    says: str
    box: tuple[float, float, float, float]
    colour: str
    opacity: float


@dataclass(frozen=True, slots=True)
class Moment:
    """The picture at the end of a beat, in the order in which it is painted."""

    beat: str
    time: float
    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something comes, goes, or says something else."""

    time: float
    what: str
    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Film:
    """A film as text: what golden A and golden B hold."""

    scene: str
    moments: tuple[Moment, ...]
    events: tuple[Event, ...]
    storyboard: str = ""
    layouts: tuple[str, ...] = ()
    captions: str = ""


def film_of(recording: Recording) -> Film:
    """Reduce what was recorded to what a golden keeps."""
    timeline, scene = recording.timeline, recording.scene
    return Film(
        scene=timeline.scene,
        moments=tuple(
            Moment(
                timeline.beat_at(index),
                round(timeline.samples[index].time, 2),
                tuple(_things(timeline.samples[index])),
            )
            for index in timeline.ends()
        ),
        events=tuple(_events(timeline.samples)),
        storyboard=str(getattr(scene, "storyboard", "")),
        layouts=timeline.layouts,
        captions="\n".join(_captions(scene)),
    )


def _captions(scene: Any) -> Iterator[str]:
    """What the film says at what time, as Manim's subcaptions have it."""
    renderer = getattr(scene, "renderer", None)
    for said in getattr(getattr(renderer, "file_writer", None), "subcaptions", ()):
        start, end = said.start.total_seconds(), said.end.total_seconds()
        yield f"{start:.2f} to {end:.2f} s: {said.content}"


def _things(sample: Sample) -> Iterator[Thing]:
    """The picture's own colour and what the camera takes in of it; then all that is seen."""
    yield Thing("picture", "", "", _rounded(sample.frame), to_hex(sample.background), 1.0)
    yield from (_thing(item) for item in sample.items if item.visible)


def _rounded(box: Box) -> Box:
    left, bottom, right, top = (round(side, 2) + 0.0 for side in box)
    return (left, bottom, right, top)


def _name(item: Item) -> str:
    tag = item.meaning
    if tag is None:
        return item.words.split(" '")[0].split(" (")[-1].rstrip(")")
    name = "equation" if tag.part.kind.value == "equation" else str(tag.part)
    return f"{name} back" if tag.backward else name


def _thing(item: Item) -> Thing:
    return Thing(
        name=_name(item),
        role=item.meaning.role.value if item.meaning else "",
        says=item.says,
        box=_rounded(item.box),
        colour=_colour(item),
        opacity=round(item.alpha, 2),
    )


def _colour(item: Item) -> str:
    if item.kind is Kind.TEXT and len(item.inks):
        inks = map(to_hex, item.inks[:, :3].tolist())
        return " ".join(ink for ink, _ in groupby(inks))  # as they are read, from glyph to glyph
    told = []
    if item.fill[3] > 0.01:
        told.append(f"fill {to_hex(item.fill)} {item.fill[3]:.2f}")
    if item.stroke_width > 0 and item.stroke[3] > 0.01:
        told.append(f"stroke {to_hex(item.stroke)} {item.stroke_width:.3g}")
    return ", ".join(told)


def _events(samples: tuple[Sample, ...]) -> Iterator[Event]:
    """Texts and shapes that come and go, told once for all that has the same name."""
    before: dict[str, str] = {}
    for sample in samples:
        here: dict[str, str] = {}
        for item in sample.items:
            if item.visible and (item.kind is not Kind.TEXT or item.drawn > 0.5):
                name = _name(item)
                here[name] = here.get(name, "") or item.says
        time = round(sample.time, 2)
        for name, says in here.items():
            if name not in before:
                yield Event(time, "comes", name, says)
            elif says != before[name]:
                yield Event(time, "says", name, says)
        for name in before:
            if name not in here:
                yield Event(time, "goes", name, "")
        before = here


def write_film(film: Film) -> str:
    """Canonical JSON, a line for every thing, so that changes read well in a diff.

    A thing that stands in several beats is written once and referred to by number.
    """
    numbers: dict[Thing, int] = {}
    for moment in film.moments:
        for thing in moment.things:
            numbers.setdefault(thing, len(numbers))
    things = [_row(t.name, t.role, t.says, list(t.box), t.colour, t.opacity) for t in numbers]
    beats = [
        _row(moment.beat, moment.time, [numbers[thing] for thing in moment.things])
        for moment in film.moments
    ]
    events = [_row(event.time, event.what, event.name, event.says) for event in film.events]
    told = {
        "format": _FORMAT,
        "scene": film.scene,
        "storyboard": film.storyboard.splitlines(),
        "layouts": [layout.splitlines() for layout in film.layouts],
        "captions": film.captions.splitlines(),
    }
    lines = [f" {json.dumps(key)}: {_value(value)}," for key, value in told.items()]
    lines.append(_block("things", things) + ",")
    lines.append(_block("beats", beats) + ",")
    lines.append(_block("events", events))
    return "{\n" + "\n".join(lines) + "\n}\n"


def _row(*cells: object) -> str:
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1).replace("\n", "\n ")


def _block(key: str, rows: list[str]) -> str:
    return f' "{key}": [\n  ' + ",\n  ".join(rows) + "\n ]" if rows else f' "{key}": []'


def read_film(text: str) -> Film:
    """The film of a golden file.

    Raises ChainvizError where it isn't one, or is one of another version.
    """
    try:
        return _film(json.loads(text))
    except (ValueError, LookupError, TypeError):
        told = "the golden can't be read (spoiled, or of another version)"
        raise ChainvizError(f"{told}; approve the film anew: make golden") from None


def _film(data: dict[str, Any]) -> Film:
    if data["format"] != _FORMAT:
        raise ValueError(data["format"])
    things = [
        Thing(name, role, says, (box[0], box[1], box[2], box[3]), colour, opacity)
        for name, role, says, box, colour, opacity in data["things"]
    ]
    return Film(
        scene=data["scene"],
        moments=tuple(
            Moment(beat, time, tuple(things[at] for at in order))
            for beat, time, order in data["beats"]
        ),
        events=tuple(Event(*row) for row in data["events"]),
        storyboard="\n".join(data["storyboard"]),
        layouts=tuple("\n".join(lines) for lines in data["layouts"]),
        captions="\n".join(data["captions"]),
    )
