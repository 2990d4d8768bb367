"""Every rule trips where it must, and keeps quiet where it should."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import manim as mn
import pytest

import audit_field_scenes
import audit_scenes
from chainviz.audit.audit import Verdict, audit
from chainviz.audit.blame import in_words
from chainviz.audit.finding import Level
from chainviz.audit.record import record
from chainviz.audit.rules import RULES
from chainviz.audit.rules.size import letters_of
from chainviz.audit.words import says_of

LINES = ", ".join(f"Text 'a line of some length, no. {k}'" for k in range(3))


def verdict_on(name: str, folder: Path) -> Verdict:
    module = audit_scenes if hasattr(audit_scenes, name) else audit_field_scenes
    scene = getattr(module, name)
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


@pytest.mark.parametrize(
    ("source", "low"),
    [
        (r"\pi", True),
        (r"\cos", True),
        ("{a}_{i}", True),
        ("x^2", True),
        (r"\tfrac{\pi}{2}", False),
        (r"\Delta x", False),
        (r"\vec v", True),
        ("dy", False),
        ("mu + nu", True),
        ("2 pi", False),
    ],
)
def test_which_formulas_have_low_letters_only(source: str, low: bool) -> None:
    assert letters_of(source).isdisjoint("dhl2Δ") is low


def test_the_tall_brackets_of_a_matrix_are_named_as_what_they_are() -> None:
    rows = r"\begin{array}{c}\quad \\\quad \\\end{array}"
    left = SimpleNamespace(tex_string=rf"\left[{rows}\right.")
    right = SimpleNamespace(tex_string=rf"\left.{rows}\right)")
    assert (says_of(left), says_of(right)) == ("[", ")")


def test_what_latex_complained_of_is_told_as_long_as_its_log_is_there(tmp_path: Path) -> None:
    log = tmp_path / "formula.log"
    log.write_text(
        "This is TeX\n! Undefined control sequence.\n<recently>\nl.8 x \\nosuch\n", "utf-8"
    )
    error = ValueError(
        "latex error converting to dvi. See log output above or the log file: " + str(log)
    )
    told = "ValueError: latex error converting to dvi"
    assert in_words(error) == told + r": Undefined control sequence. l.8 x \nosuch"
    log.unlink()
    assert in_words(error) == told
    assert in_words(AssertionError()) == "AssertionError"


def test_markup_and_listings_are_told_as_they_read() -> None:
    assert says_of(mn.MarkupText("in <b>bold</b> 1 &lt; 2")) == "in bold 1 &lt; 2"
    assert (
        says_of(mn.Code(code_string="a = 1\nb = 2", language="python").code_lines) == "a = 1 b = 2"
    )


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


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("DimDotsOneByOne", ("Dot (9 of them)",)),
        ("DimSquaresApart", ("Square (5 of them)",)),
        ("TooWideForTheirBoxes", ("3 pairs, such as Text 'Gathering'", "Square")),
        (
            "OneTextOverMany",
            ("3 things, such as Text 'mama', Text 'papa', Text 'nana'", "Text 'OVER AND OVER'"),
        ),
        ("GoTogetherTooSoon", (f"4 things, such as {LINES}",)),
    ],
)
def test_one_cause_is_told_once(name: str, words: tuple[str, ...], tmp_path: Path) -> None:
    (finding,) = verdict_on(name, tmp_path).findings
    assert finding.subjects == words


def test_a_line_through_many_labels_is_told_once(tmp_path: Path) -> None:
    (finding,) = verdict_on("CurveThroughLabels", tmp_path).findings
    assert finding.subjects[0].startswith("7 parts of labels (VGroup), such as Text '-3'")
    assert finding.subjects[1] == "curve (FunctionGraph)"


def test_the_remedy_says_how_much_longer_and_where(tmp_path: Path) -> None:
    (finding,) = verdict_on("GoTogetherTooSoon", tmp_path).findings
    source = Path(audit_field_scenes.__file__).read_text("utf-8").splitlines()
    line = int(finding.remedy.split("before line ")[1].split()[0])
    assert "mn.FadeOut" in source[line - 1]
    (finding,) = verdict_on("EndsAsTheWordsArrive", tmp_path).findings
    assert finding.remedy.startswith("let the film stand longer at its end: self.wait(")
    assert "Write" in source[finding.line - 1]


@pytest.mark.parametrize(
    ("name", "measure", "remedy"),
    [
        ("PaleWordsOnAThickLine", "#FFFFFF on #F", ""),
        ("TwoTexts", "glyphs overlap by", "move the second by 0."),
        ("PaleWordsOnAThickLine", "contrast", "take a darker colour (black has"),
        ("HangsOver", "units beyond the edge", "shift(1."),
        ("TooWide", "units beyond the edge", "scale(0."),
        ("TinyPrint", "letters are 1.", "make it 1.9 times"),
    ],
)
def test_measure_and_remedy_are_enough_to_mend_it(
    name: str, measure: str, remedy: str, tmp_path: Path
) -> None:
    (finding,) = verdict_on(name, tmp_path).findings
    assert measure in finding.measure
    assert finding.remedy.startswith(remedy)


def test_the_shift_that_is_told_mends_it(tmp_path: Path) -> None:
    (finding,) = verdict_on("HangsOver", tmp_path).findings
    by, way = re.findall(r"shift\(([\d.]+)\*(\w+)\)", finding.remedy)[0]

    class Mended(audit_field_scenes.HangsOver):
        way_in = float(by) * getattr(mn, way)

    assert audit(record(Mended, options={"media_dir": str(tmp_path)}).timeline).findings == ()
