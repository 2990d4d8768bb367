"""Findings with one cause are told once: many parts of a group, many things that read alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace

from chainviz.audit.finding import Finding

__all__ = ["told_once"]

_NAMED = 3  # how many of the things told together are named
_NEAR = 0.05  # seconds between what counts as happening at one time

_OF = re.compile(r"(?<! parts) of \w+$")  # what a thing is a part of, in its words
_COUNTED = re.compile(r" \(\d+ (?:such pairs|of them)\)$")
_SUCH = re.compile(r", such as .*$")
_CLASS = re.compile(r"(?:\w+ \()?(\w+)")  # "title (Text 'x')", "Text 'x' of y", "Square"

_Cause = Callable[[Finding], Iterable[Hashable]]
_Words = Callable[[list[Finding], Hashable], tuple[str, ...]]


def told_once(findings: list[Finding]) -> list[Finding]:
    """Fold findings of one rule that have one cause, in the order of time."""
    for cause, least, words in _CAUSES:
        findings = _folded(findings, cause, least, words)
    return sorted(findings, key=lambda finding: finding.time)


def _folded(findings: list[Finding], cause: _Cause, least: int, words: _Words) -> list[Finding]:
    """The largest sets first: a finding that has two possible causes goes with most others."""
    alike: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        for key in cause(finding):
            alike.setdefault(key, []).append(finding)
    left = dict.fromkeys(map(id, findings))
    told: list[Finding] = []
    for key, found in sorted(alike.items(), key=lambda pair: -len(pair[1])):
        free = [finding for finding in found if id(finding) in left]
        for each in _at_one_time(free):
            if sum(finding.parts for finding in each) >= least and len(each) > 1:
                told.append(_one(each, words(each, key)))
                for finding in each:
                    del left[id(finding)]
    return told + [finding for finding in findings if id(finding) in left]


def _at_one_time(findings: list[Finding]) -> Iterator[list[Finding]]:
    """Findings whose stretches overlap, or follow each other without a gap."""
    together: list[Finding] = []
    end = 0.0
    for finding in sorted(findings, key=lambda finding: finding.time):
        if together and finding.time > end + _NEAR:
            yield together
            together = []
        end = max(end, finding.until) if together else finding.until
        together.append(finding)
    if together:
        yield together


def _one(findings: list[Finding], subjects: tuple[str, ...]) -> Finding:
    worst = max(findings, key=lambda finding: finding.weight)
    first = min(findings, key=lambda finding: finding.time)
    at_worst = "at worst " * (len({finding.measure for finding in findings}) > 1)
    return replace(
        worst,
        subjects=subjects,
        measure=at_worst + worst.measure.removeprefix("at worst "),
        time=first.time,
        until=max(finding.until for finding in findings),
        line=first.line,
        boxes=tuple(dict.fromkeys(box for finding in findings for box in finding.boxes)),
        parts=sum(finding.parts for finding in findings),
        again=0,
    )


def _some(findings: list[Finding], place: int) -> str:
    """A few of the things, by name."""
    words = (_COUNTED.sub("", finding.subjects[place]) for finding in findings)
    named = dict.fromkeys(_OF.sub("", _SUCH.sub("", each)) for each in words)
    return ", ".join(list(named)[:_NAMED])


def _count(findings: list[Finding]) -> int:
    return sum(finding.parts for finding in findings)


# --- causes, and the words for what they befall ---------------------------------------------


def _same_words(finding: Finding) -> Iterable[Hashable]:
    """Things that can't be told apart by their names."""
    if len(finding.subjects) > 1 or any(finding.groups):
        yield (finding.level, finding.subjects, finding.limit, finding.beat)


def _in_words_again(findings: list[Finding], key: Hashable) -> tuple[str, ...]:
    *others, last = findings[0].subjects
    what = "such pairs" if others else "of them"
    return (*others, f"{last} ({_count(findings)} {what})")


def _same_group(finding: Finding) -> Iterable[Hashable]:
    """Parts of one group: the labels of an axis."""
    if len(finding.groups) == 1 and finding.groups[0] is not None and finding.groups[0][1]:
        yield (finding.level, 0, finding.groups[0])


def _same_partner(finding: Finding) -> Iterable[Hashable]:
    """Parts of one group, or things of one kind, that are in the way of the same other thing."""
    for place, group in enumerate(finding.groups if len(finding.groups) > 1 else ()):
        others = finding.keys[:place] + finding.keys[place + 1 :]
        if group is not None and group[1]:
            yield (finding.level, place, group, others)
        if group is not None:
            yield (finding.level, place, _kind(finding.subjects[place]), others)


def _in_words_group(findings: list[Finding], key: Hashable) -> tuple[str, ...]:
    place, group = key[1], key[2]  # type: ignore[index]
    what = "things" if isinstance(group, str) else f"parts of {group[1]}"
    subjects = [_COUNTED.sub("", words) for words in findings[0].subjects]
    some = _some(findings, place)
    subjects[place] = f"{_count(findings)} {what}" + f", such as {some}" * (not what.endswith(some))
    return tuple(subjects)


def _same_look(finding: Finding) -> Iterable[Hashable]:
    """Single things of which the same is said, and pairs of the same kinds that come together."""
    if any(finding.groups) and finding.lasting:
        pair = len(finding.subjects) > 1
        alike = (*map(_kind, finding.subjects), finding.line) if pair else finding.measure
        yield (finding.level, alike, finding.limit, finding.beat)


def _kind(words: str) -> str:
    """The class of a thing, from its words."""
    found = _CLASS.match(words)
    return found[1] if found else words


def _same_end(finding: Finding) -> Iterable[Hashable]:
    """What goes too early, all at one time."""
    if len(finding.subjects) == 1 and any(finding.groups) and not finding.lasting:
        yield (finding.level, finding.until)


def _in_words_alike(findings: list[Finding], key: Hashable) -> tuple[str, ...]:
    if len(findings[0].subjects) > 1:
        worst = max(findings, key=lambda finding: finding.weight)
        first, *others = (_COUNTED.sub("", words) for words in worst.subjects)
        return (f"{_count(findings)} pairs, such as {first}", *others)
    return (f"{_count(findings)} things, such as {_some(findings, 0)}",)


_CAUSES: tuple[tuple[_Cause, int, _Words], ...] = (
    (_same_group, 3, _in_words_group),
    (_same_words, 2, _in_words_again),
    (_same_partner, 2, _in_words_group),
    (_same_look, 3, _in_words_alike),
    (_same_end, 2, _in_words_alike),
)
