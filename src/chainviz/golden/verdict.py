"""What has changed against a golden, among the findings of an audit."""

from __future__ import annotations

from dataclasses import replace

from chainviz.audit.finding import Finding
from chainviz.audit.record import Recording
from chainviz.audit.rules import RULES
from chainviz.audit.run import Checked
from chainviz.golden.store import Compared

__all__ = ["with_changes"]

_MOST = 12  # changes that are told one by one


def with_changes(checked: Checked, recording: Recording, compared: Compared) -> Checked:
    """The verdict, with a finding for every change."""
    verdict, rule = checked.verdict, RULES["301"]
    told = list(compared.changes[:_MOST])
    if len(compared.changes) > _MOST:
        told.append(f"and {len(compared.changes) - _MOST} more changes")
    found = [
        Finding(
            rule=rule.id,
            name=rule.name,
            level=rule.level,
            scene=verdict.scene,
            beat="",
            time=0.0,
            until=recording.timeline.duration,
            subjects=(),
            measure=line.removeprefix(f"{verdict.scene}, "),
            limit=rule.limit_words,
            remedy=rule.remedy,
            path=verdict.path,
            line=verdict.line,
        )
        for line in told
    ]
    return replace(checked, verdict=verdict.with_more(found))
