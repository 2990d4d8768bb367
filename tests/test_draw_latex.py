"""LaTeX, when asked for: the same parts and sizes as Typst, or a clear word that it is not here."""

import shutil

import pytest

import chainviz as cv
from chainviz.draw import latex, typst
from chainviz.draw.typeset import typeset
from chainviz.formula import chain

installed = pytest.mark.skipif(
    shutil.which("latex") is None or shutil.which("dvisvgm") is None,
    reason="LaTeX is not installed; it is used only where it is asked for",
)


def test_missing_latex_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latex.shutil, "which", lambda name: None)
    with pytest.raises(cv.ChainvizError, match=r"no 'latex' here; install it .*setter='typst'"):
        typeset("never set before, so not in any cache", 1.0, "#FFFFFF", setter="latex")


def test_an_unknown_setter_is_refused() -> None:
    with pytest.raises(cv.ChainvizError, match="no setter 'word'; there are: typst, latex"):
        typeset("x", 1.0, "#FFFFFF", setter="word")


@pytest.mark.parametrize("room", [latex, typst], ids=["latex", "typst"])
def test_marks_are_read_back(room: object) -> None:
    inner = room.marked(3, "x")  # type: ignore[attr-defined]
    assert room.marks_in(room.marked(10, f"a + {inner}")) == [10, 3]  # type: ignore[attr-defined]


@installed
def test_latex_draws_the_same_parts() -> None:
    graph = cv.parse("u = w*x; y = u^2; L = ln(y)")
    formula = chain(graph, "w")
    ours = typeset(formula, 1.0, "#FFFFFF")
    theirs = typeset(formula, 1.0, "#FFFFFF", setter="latex")
    assert set(theirs.spans) == set(ours.spans)
    assert len(theirs) == len(ours)
    assert theirs.width == pytest.approx(ours.width, rel=0.05)
    assert theirs.height == pytest.approx(ours.height, rel=0.08)


@installed
def test_latex_keeps_the_baseline() -> None:
    flat = typeset("x", 1.0, "#FFFFFF", setter="latex")
    graph = cv.parse("u = w*x; y = u^2")
    tall = typeset(chain(graph, "w"), 1.0, "#FFFFFF", setter="latex")
    assert flat.baseline == pytest.approx(0.0, abs=0.02)
    assert tall.get_bottom()[1] < -0.5 < 0.5 < tall.get_top()[1]


@installed
def test_what_latex_refuses_is_said() -> None:
    with pytest.raises(cv.ChainvizError, match="latex failed: Undefined control sequence"):
        latex.compile_pages([r"$\nosuchthing$"])
