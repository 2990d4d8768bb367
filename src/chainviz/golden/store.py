"""A scene against its golden: compare, or update what was approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import manim as mn

from chainviz.audit.audit import audit
from chainviz.audit.finding import Finding, Level
from chainviz.audit.record import Recording, record
from chainviz.audit.settings import Settings
from chainviz.errors import ChainvizError
from chainviz.golden.film import Film, film_of, read_film, write_film
from chainviz.golden.page import Comparison, write_page
from chainviz.golden.stills import (
    SIZE,
    Pixels,
    Stills,
    differences,
    fingerprint,
    read_stills,
    write_stills,
)
from chainviz.golden.words import changes

__all__ = ["Compared", "compare", "has_golden", "hold", "take", "unused", "update"]


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a comparison or of an update."""

    scene: str
    changes: tuple[str, ...] = ()  # what differs from the golden, in words
    advice: tuple[str, ...] = ()  # what differs but cannot be judged on this machine
    errors: tuple[Finding, ...] = ()  # why an update was refused
    findings: tuple[Finding, ...] = ()  # what the audit says besides, from warnings upwards
    page: Path | None = None

    @property
    def ok(self) -> bool:
        """Whether the film is what was approved."""
        return not self.changes and not self.errors

    def __str__(self) -> str:
        """All of it, a line each."""
        lines = list(self.changes)
        lines += [f"{self.scene}, advice only: {line}" for line in self.advice]
        lines += [f"{self.scene}: {f.rule} {f.name}: {f.message}" for f in self.errors]
        if self.page is not None:
            lines.append(f"{self.scene}: expected, actual and difference: {self.page}")
        return "\n".join(lines)


def compare(
    scene: type[mn.Scene],
    folder: Path,
    *,
    options: Mapping[str, Any] | None = None,
    settings: Settings | None = None,
    pages: Path | None = None,
) -> Compared:
    """Hold a scene against its golden in a folder; ``pages`` is where a failure is shown."""
    if not has_golden(folder, scene.__name__):
        where = _paths(folder, scene.__name__)[0]
        told = f"{scene.__name__}: no golden {where}; look at it, then approve it: make golden"
        return Compared(scene.__name__, (told,))
    recording = take(scene, options)
    verdict = audit(recording.timeline, settings)
    found = tuple(f for f in verdict.findings if f.level > Level.NOTE)
    return replace(hold(recording, folder, pages=pages), findings=found)


def has_golden(folder: Path, scene: str) -> bool:
    """Whether a scene of that name has been approved there."""
    return _paths(folder, scene)[0].is_file()


def take(scene: type[mn.Scene], options: Mapping[str, Any] | None = None) -> Recording:
    """Run a scene as goldens need it: with the last picture of every beat painted."""
    return record(scene, options=options, beats_painted=True, size=SIZE)


def hold(recording: Recording, folder: Path, *, pages: Path | None = None) -> Compared:
    """Hold what ``take`` has taken against the golden in a folder."""
    name = recording.timeline.scene
    texts, pictures = _paths(folder, name)
    if recording.timeline.error:
        return Compared(name, (f"{name}: it raises {recording.timeline.error}",))
    film, frames = _reduced(recording)
    try:
        told = list(changes(read_film(texts.read_text("utf-8")), film))
        stills = read_stills(pictures.read_bytes()) if pictures.is_file() else None
    except ChainvizError as error:
        return Compared(name, (f"{name}: {error}",))
    advice: list[str] = []
    off: Mapping[int, float] = {}
    if stills is None:
        told.append(f"{name}: no golden stills {pictures.name}: make golden")
    else:
        off = differences(stills, frames)
        lines = [
            f"beat {number + 1}: its still differs on {share:.3%} of the values"
            for number, share in off.items()
        ]
        if stills.made_by == fingerprint():
            told += [f"{name}, {line}" for line in lines]
        elif lines:
            advice = [*lines, f"the stills were made by {stills.made_by}; here: {fingerprint()}"]
    page = None
    if told and pages is not None:
        page = write_page(Comparison(film, tuple(told), stills, frames, tuple(off)), pages)
    return Compared(name, tuple(told), tuple(advice), page=page)


def update(
    scene: type[mn.Scene],
    folder: Path,
    *,
    options: Mapping[str, Any] | None = None,
    settings: Settings | None = None,
) -> Compared:
    """Approve today's film, unless the audit has errors; say what changed."""
    recording = take(scene, options)
    found = audit(recording.timeline, settings).findings
    errors = tuple(finding for finding in found if finding.level is Level.ERROR)
    if errors:
        return Compared(scene.__name__, errors=errors)
    film, frames = _reduced(recording)
    texts, pictures = _paths(folder, scene.__name__)
    told: tuple[str, ...] = (f"{scene.__name__}: new golden",)
    held = None
    with suppress(ChainvizError):  # what can't be read is replaced
        if texts.is_file():
            told = changes(read_film(texts.read_text("utf-8")), film)
        held = read_stills(pictures.read_bytes()) if pictures.is_file() else None
    stills = Stills(fingerprint(), frames)
    if not told and held is not None and not differences(held, stills.frames):
        return Compared(scene.__name__)  # nothing to write: the files stay as they are
    if not told:
        told = (f"{scene.__name__}: its stills changed, its content did not",)
    folder.mkdir(parents=True, exist_ok=True)
    texts.write_text(write_film(film), "utf-8")
    pictures.write_bytes(write_stills(stills))
    return Compared(scene.__name__, told)


def unused(folder: Path, scenes: Iterable[str]) -> tuple[Path, ...]:
    """Golden files that belong to no scene."""
    known = {path.name for name in scenes for path in _paths(folder, name)}
    return tuple(
        path for path in sorted(folder.glob("*"))
        if path.suffix in {".json", ".webp"} and path.name not in known
    )  # fmt: skip


def _paths(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.json", folder / f"{name}.webp"


def _reduced(recording: Recording) -> tuple[Film, tuple[Pixels, ...]]:
    """What golden A and B keep, and what golden C keeps."""
    return film_of(recording), tuple(recording.stills[index] for index in recording.timeline.ends())
