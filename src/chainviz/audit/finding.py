"""What an audit says, and how sights in single samples become findings that stood for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum

from chainviz.audit.timeline import Box, Item, Timeline

__all__ = ["Finding", "Level", "Rule", "Sight", "findings_of"]

_ERROR_REST, _NOTE_REST = 0.5, 0.25  # seconds in one stretch


class Level(IntEnum):
    """How much a finding matters."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Sight:
    """What a rule noticed in one sample."""

    index: int
    items: tuple[Item, ...]
    measure: str
    weight: float = 0.0  # the greater, the worse: the worst sight of a stretch is shown
    level: Level = Level.ERROR
    lasting: bool = True  # must stand for a while to count; else it counts at once
    limit: str = ""  # in words, where it differs from the rule's
    about: str = ""  # what it is about, where no item is on screen for it
    line: int = 0  # of the film's file, where that is known better than by the play
    until: float = -1.0  # when it ends, where that isn't told by the samples
    remedy: str = ""  # where more can be said than by the rule


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table of rules."""

    id: str
    name: str
    level: Level
    limit: float
    limit_words: str  # with {limit} in it
    explain: str
    remedy: str
    check: Callable[[Timeline, float], Iterable[Sight]]
    tagged: bool = False  # reads the tags of chainviz's builders


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect: what, where, when, by how much, and what to do about it."""

    rule: str
    name: str
    level: Level
    scene: str
    beat: str
    time: float
    until: float
    subjects: tuple[str, ...]
    measure: str
    limit: str
    remedy: str
    sample: int = -1  # index of the sample in which it is worst
    boxes: tuple[Box, ...] = field(default=())
    again: int = 0  # how many more stretches there are like this one
    weight: float = 0.0  # the greater, the worse
    lasting: bool = True
    parts: int = 1  # how many things or pairs of things are told here in one
    keys: tuple[int, ...] = ()  # of the things, as in the timeline
    groups: tuple[tuple[int, str] | None, ...] = ()  # what each of them is a part of, if plain
    path: str = ""
    line: int = 0

    @property
    def message(self) -> str:
        """One line that names everything needed to mend it."""
        what = " and ".join(self.subjects)
        more = f" (and {self.again} more time{'s' * (self.again > 1)})" if self.again else ""
        told = f"{what}: {self.measure}" if what else self.measure
        return f"{told}{more}; limit: {self.limit}"


def findings_of(timeline: Timeline, rule: Rule, limit: float) -> list[Finding]:
    """Run one rule and turn what it saw into findings, one for each thing or pair of things."""
    chains: dict[tuple[object, ...], list[Sight]] = {}
    for sight in rule.check(timeline, limit):
        key = (sight.level, sight.lasting, sight.about, *(item.key for item in sight.items))
        chains.setdefault(key, []).append(sight)
    found: list[Finding] = []
    for sights in chains.values():
        parts = [part for part in _parts(sights) if not _passing(timeline, part)]
        if not parts:
            continue
        stretches = [_stretch(timeline, rule, limit, part) for part in parts]
        worst = max(stretches, key=lambda finding: (finding.level, -finding.time))
        like = sum(finding.level == worst.level for finding in stretches) - 1
        found.append(replace(worst, again=like))
    return found


def _groups(sight: Sight) -> tuple[tuple[int, str] | None, ...]:
    """For each plain thing the group it is a part of; what has a tag is a thing of its own."""
    if any(item.meaning is not None for item in sight.items):
        return (None,) * len(sight.items)
    return tuple((item.family[0] if item.family else -1, item.group) for item in sight.items)


def _parts(sights: list[Sight]) -> Iterator[list[Sight]]:
    """Sights in one contiguous stretch of samples; separate blips are never merged."""
    sights.sort(key=lambda sight: sight.index)
    part = [sights[0]]
    for sight in sights[1:]:
        if sight.index > part[-1].index + 1 or not sight.lasting:
            yield part
            part = []
        part.append(sight)
    yield part


def _stretch(timeline: Timeline, rule: Rule, limit: float, sights: list[Sight]) -> Finding:
    samples = timeline.samples
    worst = max(sights, key=lambda sight: (not _moving(timeline, sight), sight.weight))
    last = min(sights[-1].index + 1, len(samples) - 1)
    first, until = (samples[sights[0].index].time, samples[last].time) if samples else (0.0, 0.0)
    play = timeline.play_of(sights[0].index)  # the one that brought it about
    words = worst.limit or rule.limit_words.format(limit=limit)
    return Finding(
        rule=rule.id,
        name=rule.name,
        level=_level(timeline, sights) if worst.lasting else worst.level,
        scene=timeline.scene,
        beat=timeline.beat_at(worst.index),
        time=first,
        until=until if worst.lasting else max(first, worst.until),
        subjects=tuple(item.words for item in worst.items) or ((worst.about,) * bool(worst.about)),
        measure=worst.measure,
        limit=words,
        remedy=worst.remedy or rule.remedy,
        sample=worst.index,
        boxes=tuple(item.box for item in worst.items),
        weight=worst.weight,
        lasting=worst.lasting,
        keys=tuple(item.key for item in worst.items),
        groups=_groups(worst),
        path=(play.path if play else "") or timeline.path,
        line=worst.line or (play.line if play else 0) or timeline.line,
    )


def _passing(timeline: Timeline, sights: list[Sight]) -> bool:
    """Seen only while an animation builds an offender, carries it or takes it away."""
    return all(sight.lasting and _moving(timeline, sight) for sight in sights)


def _moving(timeline: Timeline, sight: Sight) -> bool:
    if not sight.items:
        return False
    moving = timeline.samples[sight.index].moving
    return any(item.key in moving for item in sight.items)


def _level(timeline: Timeline, sights: list[Sight]) -> Level:
    """Only the time counts in which none of the offenders is on its way somewhere."""
    samples, ends, rest = timeline.samples, set(timeline.ends()), 0.0
    for sight in sights:
        if _moving(timeline, sight):
            continue
        if sight.index in ends:
            return sight.level
        rest += samples[sight.index + 1].time - samples[sight.index].time
    if rest >= _ERROR_REST - 1e-9:
        return sights[0].level
    return min(sights[0].level, Level.WARNING) if rest >= _NOTE_REST else Level.NOTE
