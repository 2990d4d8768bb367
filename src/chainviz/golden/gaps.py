"""Scenes without a golden and goldens without a scene, told when a whole folder is checked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from chainviz.audit.audit import Verdict
from chainviz.audit.finding import Finding
from chainviz.audit.rules import RULES
from chainviz.audit.run import Checked
from chainviz.golden.store import has_golden, unused

__all__ = ["with_gaps"]


def with_gaps(done: Sequence[Checked], goldens: Path, *, all_scenes: bool) -> list[Checked]:
    """The verdicts, with a finding for every golden that is missing.

    ``all_scenes`` says that these are all the scenes there are: then a golden of another name is
    unused, and told of too. Where no scene has been approved, nothing is missing.
    """
    names = [checked.verdict.scene for checked in done]
    if not any(has_golden(goldens, name) for name in names):
        return list(done)
    told = [
        checked if has_golden(goldens, checked.verdict.scene) else _missing(checked, goldens)
        for checked in done
    ]
    left = unused(goldens, names) if all_scenes else ()
    return [*told, *(_unused(path) for path in left)]


def _missing(checked: Checked, goldens: Path) -> Checked:
    verdict = checked.verdict
    if any(finding.rule in {"001", "002", "003"} for finding in verdict.findings):
        return checked  # it cannot be approved before that is mended
    what = f"it has no golden in {os.path.relpath(goldens)}, where other scenes have theirs"
    remedy = "look at the film, then approve it: make golden (pytest --update-goldens)"
    found = _finding(verdict.scene, what, remedy, verdict.path, verdict.line)
    return replace(checked, verdict=verdict.with_more([found]))


def _unused(path: Path) -> Checked:
    what = f"no scene is called {path.stem}"
    found = _finding(path.name, what, "delete it, or bring the scene back", str(path), 1)
    return Checked(Verdict(path.name, str(path), 1, 0.0, (found,)))


def _finding(scene: str, what: str, remedy: str, path: str, line: int) -> Finding:
    rule = RULES["301"]
    return Finding(
        rule=rule.id, name=rule.name, level=rule.level, scene=scene, beat="", time=0.0, until=0.0,
        subjects=(), measure=what, limit="a golden for every scene, a scene for every golden",
        remedy=remedy, path=path, line=line,
    )  # fmt: skip
