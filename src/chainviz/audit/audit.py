"""A timeline and settings in, findings out."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch

from chainviz.audit.finding import Finding, Level, findings_of
from chainviz.audit.grouping import told_once
from chainviz.audit.memo import forgetting
from chainviz.audit.rules import RULES
from chainviz.audit.settings import Settings
from chainviz.audit.timeline import Timeline

__all__ = ["Allowed", "Verdict", "audit"]

_BREAKS, _READING, _SETTLE = ("001", "003"), "109", "110"


@dataclass(frozen=True, slots=True)
class Allowed:
    """A finding that was allowed, and the reason that was given."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything an audit has to say about one film."""

    scene: str
    path: str
    line: int
    duration: float
    findings: tuple[Finding, ...]
    allowed: tuple[Allowed, ...] = ()


def audit(timeline: Timeline, settings: Settings | None = None) -> Verdict:
    """Hold a film against every rule."""
    settings = settings or Settings()
    found: list[Finding] = []
    with forgetting():
        for rule in RULES.values():
            found.extend(told_once(findings_of(timeline, rule, settings.limit(rule.id))))
    found = _without_echoes(found)
    found.sort(key=lambda finding: (finding.time, finding.rule))
    reasons = _reasons(timeline, settings)
    return Verdict(
        scene=timeline.scene,
        path=timeline.path,
        line=timeline.line,
        duration=timeline.duration,
        findings=tuple(finding for finding in found if finding.rule not in reasons),
        allowed=tuple(
            Allowed(finding, reasons[finding.rule]) for finding in found if finding.rule in reasons
        ),
    )


def _without_echoes(found: list[Finding]) -> list[Finding]:
    """A film that ends too early for its texts, or breaks off, isn't told to settle besides."""
    broken = any(finding.rule in _BREAKS for finding in found)
    hurried = {
        (finding.beat, round(finding.until, 3)) for finding in found
        if finding.rule == _READING and finding.level > Level.NOTE
    }  # fmt: skip
    return [
        finding for finding in found
        if finding.rule != _SETTLE
        or not (broken or (finding.beat, round(finding.time, 3)) in hurried)
    ]  # fmt: skip


def _reasons(timeline: Timeline, settings: Settings) -> dict[str, str]:
    reasons = {
        allowance.rule: allowance.reason
        for allowance in settings.allowed
        if fnmatch(timeline.scene, allowance.scene)
    }
    by_name = {rule.name: rule.id for rule in RULES.values()}
    for rule, reason in timeline.allowed:
        reasons[by_name.get(rule, rule)] = reason
    return reasons
