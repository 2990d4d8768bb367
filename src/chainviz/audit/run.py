"""A scene class in, its verdict out, with a picture of each finding where that is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import manim as mn

from chainviz.audit.audit import Verdict, audit
from chainviz.audit.finding import Level
from chainviz.audit.record import Recording, record
from chainviz.audit.report.page import Picture, picture_of
from chainviz.audit.rules.film import OVER_TIME
from chainviz.audit.settings import Settings
from chainviz.audit.timeline import Timeline

__all__ = ["Checked", "broken", "check", "once_a_file", "stopped"]

_MOST = 40  # pictures a scene


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict, and by sample the pictures that go with its findings."""

    verdict: Verdict
    pictures: Mapping[int, Picture] = field(default_factory=dict)
    unread: bool = False  # its file cannot be imported, so none of the scenes in there can be run


def check(
    scene: type[mn.Scene],
    settings: Settings | None = None,
    *,
    options: Mapping[str, Any] | None = None,
    pictures: bool = False,
    recording: Recording | None = None,
) -> Checked:
    """Run a scene without painting it (or take it as recorded) and hold it against the rules."""
    recording = recording or record(scene, options=options)
    verdict = audit(recording.timeline, settings)
    wanted = [f.sample for f in verdict.findings if f.level > Level.NOTE and f.sample >= 0]
    if not pictures or not wanted:
        return Checked(verdict)
    again = record(scene, options=options, stills=frozenset(wanted[:_MOST]))
    return Checked(
        verdict,
        {
            index: picture_of(pixels, again.timeline.samples[index].frame)
            for index, pixels in again.stills.items()
        },
    )


def broken(scene: str, path: str, line: int, why: str, *, unread: bool = False) -> Checked:
    """The verdict on a scene that cannot even be begun."""
    return replace(_of_error(scene, path, line, why), unread=unread)


def once_a_file(done: Iterable[Checked]) -> list[Checked]:
    """Where a file cannot be imported, one verdict on the file instead of one on each scene."""
    told: list[Checked] = []
    files: set[str] = set()
    for checked in done:
        verdict = checked.verdict
        if checked.unread and verdict.path in files:
            continue
        if checked.unread:
            files.add(verdict.path)
            name = Path(verdict.path).name
            found = tuple(replace(finding, scene=name) for finding in verdict.findings)
            checked = replace(checked, verdict=replace(verdict, scene=name, findings=found))
        told.append(checked)
    return told


def stopped(scene: str, path: str, line: int, seconds: float, *, idle: bool = False) -> Checked:
    """The verdict on a scene that ran past its time, or did nothing for as long."""
    what = f"it did nothing for {seconds:g} s" if idle else f"it still worked after {seconds:g} s"
    return _of_error(scene, path, line, f"{OVER_TIME}{what}")


def _of_error(scene: str, path: str, line: int, error: str) -> Checked:
    nothing = (0.0, 0.0, 0.0, 0.0)
    timeline = Timeline(scene, (), (), (), nothing, path=path, line=line, error=error)
    return Checked(audit(timeline))
