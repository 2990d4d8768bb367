"""What an audit says, and how sights in single samples become findings that stood for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum

from chainviz.audit.timeline import Box, Item, Timeline

__all__ = ["Finding", "Level", "Rule", "Sight", "findings_of"]

_ERROR_REST, _NOTE_REST = 0.5, 0.25  # seconds in one stretch
_MANY = 3  # parts of one group that are told together


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
    group: tuple[object, ...] = ()  # findings with the same group have one cause
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
    """Run one rule and fold what it saw into findings."""
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
    return sorted(_grouped(_merged(found)), key=lambda finding: finding.time)


def _merged(found: list[Finding]) -> list[Finding]:
    """Findings that read alike (a text struck by several pieces of one curve) are told once."""
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for finding in found:
        key = (finding.level, finding.subjects, finding.limit, finding.beat)
        alike.setdefault(key if len(finding.subjects) > 1 else (id(finding),), []).append(finding)
    return [replace(each[0], again=sum(f.again + 1 for f in each) - 1) for each in alike.values()]


def _group(sight: Sight) -> tuple[object, ...]:
    """One plain thing in a group; what has a tag is a thing of its own."""
    if len(sight.items) != 1 or sight.items[0].meaning is not None or not sight.items[0].group:
        return ()
    item = sight.items[0]
    return (item.family[0], item.group)


def _grouped(found: list[Finding]) -> list[Finding]:
    """What befalls many parts of one group at one time (the labels of an axis) is told once."""
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for finding in found:
        cause = (finding.group, finding.level, round(finding.time, 1), finding.line)
        alike.setdefault(cause if finding.group else (id(finding),), []).append(finding)
    told: list[Finding] = []
    for each in alike.values():
        told += each if len(each) < _MANY else [_told_once(each)]
    return told


def _told_once(findings: list[Finding]) -> Finding:
    first = findings[0]
    some = ", ".join(dict.fromkeys(f.subjects[0].split(" of ")[0] for f in findings[:_MANY]))
    return replace(
        first,
        subjects=(f"{len(findings)} parts of {first.group[-1]}, such as {some}",),
        until=max(finding.until for finding in findings),
        boxes=tuple(box for finding in findings for box in finding.boxes),
    )


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
    now = samples[worst.index].time if samples else 0.0
    play = timeline.play_at(now) or (timeline.plays[-1] if timeline.plays else None)
    words = worst.limit or rule.limit_words.format(limit=limit)
    return Finding(
        rule=rule.id,
        name=rule.name,
        level=_level(timeline, sights) if worst.lasting else worst.level,
        scene=timeline.scene,
        beat=timeline.beat_at(worst.index),
        time=first,
        until=until if worst.lasting else first,
        subjects=tuple(item.words for item in worst.items) or ((worst.about,) * bool(worst.about)),
        measure=worst.measure,
        limit=words,
        remedy=rule.remedy,
        sample=worst.index,
        boxes=tuple(item.box for item in worst.items),
        group=_group(worst),
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
