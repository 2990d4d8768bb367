"""A timeline and settings in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch

from chainviz.audit.finding import Finding, Level, findings_of
from chainviz.audit.grouping import told_once
from chainviz.audit.memo import forgetting
from chainviz.audit.naming import rule_called
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
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Rules that it may break, and why."""

    def with_more(self, found: Iterable[Finding]) -> Verdict:
        """The same with findings of another kind, allowed ones apart."""
        found = tuple(found)
        more = tuple(
            Allowed(finding, self.reasons[finding.rule])
            for finding in found
            if finding.rule in self.reasons
        )
        kept = tuple(finding for finding in found if finding.rule not in self.reasons)
        return replace(self, findings=(*self.findings, *kept), allowed=(*self.allowed, *more))


def audit(timeline: Timeline, settings: Settings | None = None) -> Verdict:
    """Hold a film against every rule."""
    settings = settings or Settings()
    found: list[Finding] = []
    with forgetting():
        for rule in RULES.values():
            found.extend(told_once(findings_of(timeline, rule, settings.limit(rule.id))))
    found = _without_echoes(found)
    found.sort(key=lambda finding: (finding.time, finding.rule))
    verdict = Verdict(
        scene=timeline.scene,
        path=timeline.path,
        line=timeline.line,
        duration=timeline.duration,
        findings=(),
        reasons=_reasons(timeline, settings),
    )
    return verdict.with_more(found)


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
    return reasons | {rule_called(word).id: reason for word, reason in timeline.allowed}
