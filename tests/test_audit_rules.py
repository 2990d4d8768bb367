"""Every rule trips where it must, and keeps quiet where it should."""

from __future__ import annotations

from pathlib import Path

import pytest

import audit_scenes
from chainviz.audit.audit import Verdict, audit
from chainviz.audit.finding import Level
from chainviz.audit.record import record
from chainviz.audit.rules import RULES


def verdict_on(name: str, folder: Path) -> Verdict:
    scene = getattr(audit_scenes, name)
    return audit(record(scene, options={"media_dir": str(folder)}).timeline)


@pytest.mark.parametrize("name", audit_scenes.GUILTY)
def test_defect_is_found_and_nothing_else(name: str, tmp_path: Path) -> None:
    findings = verdict_on(name, tmp_path).findings
    assert {f.rule for f in findings if f.level > Level.NOTE} == audit_scenes.GUILTY[name]


@pytest.mark.parametrize("name", audit_scenes.CLEAN)
def test_no_false_alarm(name: str, tmp_path: Path) -> None:
    findings = verdict_on(name, tmp_path).findings
    assert [f"{f.rule} {f.message}" for f in findings if f.level > Level.NOTE] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_is_explained(rule) -> None:  # type: ignore[no-untyped-def]
    assert 1 <= rule.explain.count(". ") + rule.explain.endswith(".") <= 3
    assert rule.remedy and not rule.remedy.endswith(".")
    assert rule.limit_words.format(limit=rule.limit)


def test_finding_names_what_is_needed_to_mend_it(tmp_path: Path) -> None:
    (finding,) = verdict_on("TwoTexts", tmp_path).findings
    assert finding.scene == "TwoTexts"
    assert finding.subjects == ("first (Text 'The first text')", "Text 'Another one'")
    assert 1.0 < finding.time < 2.0 and finding.until == 4.0
    assert finding.line > 0 and Path(finding.path).name == "audit_scenes.py"
    source = Path(finding.path).read_text("utf-8").splitlines()[finding.line - 1]
    assert "FadeIn(mn.Text" in source or "self.wait(2)" in source
    assert "20%" in finding.message and finding.remedy


def test_what_raised_is_told_with_its_line(tmp_path: Path) -> None:
    (finding,) = verdict_on("RaisesBeforeItsFirstPlay", tmp_path).findings
    assert "NameError: name 'ShowCreation'" in finding.message
    source = Path(audit_scenes.__file__).read_text("utf-8").splitlines()
    assert "raise NameError" in source[finding.line - 1]


def test_what_befalls_many_parts_of_a_group_is_told_once(tmp_path: Path) -> None:
    (finding,) = verdict_on("ManySmallLabels", tmp_path).findings
    assert finding.subjects[0].startswith("12 parts of labels (VGroup), such as Text 'no. 0'")
    assert len(finding.boxes) == 12
