"""Findings as a readable list, as JSON, as GitHub annotations and as JUnit XML."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

from chainviz.audit.audit import Verdict
from chainviz.audit.finding import Finding, Level
from chainviz.audit.naming import rule_called
from chainviz.audit.rules import RULES

__all__ = [
    "FORMATS",
    "as_github",
    "as_json",
    "as_junit",
    "as_text",
    "explain",
    "from_here",
    "tally",
]


def as_text(verdicts: Sequence[Verdict], *, notes: bool = False) -> str:
    """Scene by scene, finding by finding in the order of time, and a sum at the end."""
    lines: list[str] = []
    for verdict in verdicts:
        found = [f for f in verdict.findings if notes or f.level > Level.NOTE]
        if not found and not verdict.allowed:
            continue
        lines.append(f"{verdict.scene}  {from_here(verdict.path)}:{verdict.line}")
        for finding in found:
            lines.extend(_told(finding))
        for allowed in verdict.allowed:
            finding = allowed.finding
            lines.append(f"  allowed  {finding.rule} {finding.name}: {allowed.reason}")
        lines.append("")
    return "\n".join([*lines, tally(verdicts)])


def _told(finding: Finding) -> list[str]:
    where = f" in beat '{finding.beat}'" if finding.beat else ""
    at = f"{finding.time:.2f} s"
    if finding.until > finding.time:
        at = f"{finding.time:.2f} to {finding.until:.2f} s"
    place = f"  ({from_here(finding.path)}:{finding.line})" if finding.path else ""
    return [
        f"  {finding.level!s:<7}  {finding.rule} {finding.name}, {at}{where}{place}",
        f"           {finding.message}",
        f"           to mend it: {finding.remedy}",
    ]


def tally(verdicts: Sequence[Verdict]) -> str:
    """One line: how many films, how many findings of each level."""
    count = {level: sum(f.level is level for v in verdicts for f in v.findings) for level in Level}
    allowed = sum(len(verdict.allowed) for verdict in verdicts)
    films = f"{len(verdicts)} scene{'s' * (len(verdicts) != 1)}"
    told = [
        f"{number} {level}{'s' * (number != 1)}"
        for level, number in sorted(count.items(), reverse=True)
        if number or level is not Level.NOTE
    ]
    if allowed:
        told.append(f"{allowed} allowed")
    return f"{films}: {', '.join(told)}"


def as_json(verdicts: Sequence[Verdict], *, notes: bool = True) -> str:
    """Everything, for programs."""
    return json.dumps(
        [
            {
                "scene": verdict.scene,
                "path": from_here(verdict.path),
                "line": verdict.line,
                "duration": round(verdict.duration, 3),
                "findings": [_data(finding) for finding in verdict.findings],
                "allowed": [
                    _data(allowed.finding) | {"reason": allowed.reason}
                    for allowed in verdict.allowed
                ],
            }
            for verdict in verdicts
        ],
        indent=2,
        ensure_ascii=False,
    )


def _data(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "level": str(finding.level),
        "beat": finding.beat,
        "time": round(finding.time, 3),
        "until": round(finding.until, 3),
        "subjects": list(finding.subjects),
        "measure": finding.measure,
        "limit": finding.limit,
        "remedy": finding.remedy,
        "stretches": finding.again + 1,
        "boxes": [[round(side, 3) for side in box] for box in finding.boxes],
        "path": from_here(finding.path),
        "line": finding.line,
    }


def as_github(verdicts: Sequence[Verdict], *, notes: bool = False) -> str:
    """Annotations that GitHub shows beside the lines of a pull request."""
    words = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
    return "\n".join(
        f"::{words[finding.level]} file={_property(from_here(finding.path))},line={finding.line},"
        f"title={_property(f'{finding.scene} {finding.rule} {finding.name}')}::"
        f"{_message(f'{finding.time:.2f} s: {finding.message}. {finding.remedy}')}"
        for verdict in verdicts
        for finding in verdict.findings
        if notes or finding.level > Level.NOTE
    )


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def as_junit(verdicts: Sequence[Verdict], *, notes: bool = False) -> str:
    """A test suite a scene, a test case a rule: for CI systems that read test reports."""
    root = ET.Element("testsuites", name="chainviz check")
    for verdict in verdicts:
        suite = ET.SubElement(root, "testsuite", name=verdict.scene, tests=str(len(RULES)))
        failures = 0
        for rule in RULES.values():
            case = ET.SubElement(
                suite, "testcase", classname=verdict.scene, name=f"{rule.id} {rule.name}"
            )
            found = [
                f for f in verdict.findings if f.rule == rule.id and (notes or f.level > Level.NOTE)
            ]
            allowed = [a for a in verdict.allowed if a.finding.rule == rule.id]
            if found:
                failures += 1
                failure = ET.SubElement(
                    case, "failure", type=str(max(f.level for f in found)), message=found[0].message
                )
                failure.text = "\n".join(line for f in found for line in _told(f))
            elif allowed:
                ET.SubElement(case, "skipped", message=allowed[0].reason)
        suite.set("failures", str(failures))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def from_here(path: str) -> str:
    """A path as seen from the working folder, where it lies below it."""
    if not path:
        return ""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else Path(relative).as_posix()


FORMATS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {"text": as_text, "json": as_json, "github": as_github, "junit": as_junit}
)


def explain(word: str) -> str:
    """The documentation of a rule, by id or by name; of all of them for "all"."""
    rules = list(RULES.values()) if word == "all" else [rule_called(word)]
    return "\n\n".join(
        f"{rule.id} {rule.name} ({rule.level}; limit: {rule.limit_words.format(limit=rule.limit)})"
        f"{' [needs tags]' if rule.tagged else ''}\n{rule.explain}\nTo mend it: {rule.remedy}."
        for rule in rules
    )
