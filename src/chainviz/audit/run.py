"""A scene class in, its verdict out, with a picture of each finding where that is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import manim as mn

from chainviz.audit.audit import Verdict, audit
from chainviz.audit.finding import Level
from chainviz.audit.record import Recording, record
from chainviz.audit.report.page import Picture, picture_of
from chainviz.audit.rules.film import OVER_TIME
from chainviz.audit.settings import Settings
from chainviz.audit.timeline import Timeline

__all__ = ["Checked", "broken", "check", "stopped"]

_MOST = 40  # pictures a scene


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict, and by sample the pictures that go with its findings."""

    verdict: Verdict
    pictures: Mapping[int, Picture] = field(default_factory=dict)


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


def broken(scene: str, path: str, line: int, why: str) -> Checked:
    """The verdict on a scene that cannot even be begun."""
    return _of_error(scene, path, line, why)


def stopped(scene: str, path: str, line: int, seconds: float) -> Checked:
    """The verdict on a scene that ran past its time."""
    return _of_error(scene, path, line, f"{OVER_TIME}it still worked after {seconds:g} s")


def _of_error(scene: str, path: str, line: int, error: str) -> Checked:
    nothing = (0.0, 0.0, 0.0, 0.0)
    timeline = Timeline(scene, (), (), (), nothing, path=path, line=line, error=error)
    return Checked(audit(timeline))
