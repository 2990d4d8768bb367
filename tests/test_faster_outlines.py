"""Outlines out of SVG are Manim's own, bit for bit, whoever wrote them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import manim as mn
import numpy as np
import pytest
import svgelements as se
from hypothesis import given, settings
from hypothesis import strategies as st
from manim.mobject.svg.svg_mobject import VMobjectFromSVGPath

from chainviz.faster import outlines
from chainviz.faster.speedups import faster_manim

TEXTS: dict[str, Callable[[], Any]] = {
    "words": lambda: mn.Text("The quick brown fox jumps over the lazy dog, 0123456789 times!"),
    "accents": lambda: mn.Text("Grüße, Çeşme, naïve — “quoted” … ½ × ÷ ≤ ∂ λ σ Ω"),
    "styles": lambda: mn.Text("bold and slanted", weight=mn.BOLD, slant=mn.ITALIC, font_size=31),
    "colours": lambda: mn.Text(
        "two colours", t2c={"two": "#FC6255"}, t2g={"colours": (mn.BLUE, mn.GREEN)}
    ),
    "lines": lambda: mn.Text("three\nlines of\n  text", line_spacing=0.7),
    "letter by letter": lambda: mn.Text("fi ffl ->", disable_ligatures=True),
    "monospace": lambda: mn.Text("def f(x): return x**2", font="monospace"),
    "markup": lambda: mn.MarkupText(
        "<u>under</u> <s>struck</s> <span foreground='red'>red</span> <big>big</big> x<sub>2</sub>"
    ),
    "paragraph": lambda: mn.Paragraph("one line", "and another one", alignment="center"),
    "typst": lambda: mn.Typst("*Bold* _slanted_ `code` and $sum_(k=1)^n k/2$"),
    "formula": lambda: mn.MathTypst("integral_0^oo e^(-x^2) dif x = sqrt(pi)/2"),
    "groups": lambda: mn.MathTypst("{{ a^2 + b^2 : left }} = {{ c^2 }}"),
    "matrix": lambda: mn.MathTypst("mat(1, 2; 3, 4) vec(x, y) = abs(u) cancel(x) overline(z)"),
}
PATHS = (
    "",
    " M 1 2 L 3 4 Z ",
    "M1-2.5.25L3,4-5e-3+6E2zm1 1h2v-3H.5V7z",
    "m1 2 3 4 5 6c1 2 3 4 5 6s7 8 9 10S1 2 3 4",
    "M0 0Q1 1 2 0q1 1 2 0 3 4 5 6Z",
    "M0 0C1 1 2 2 3 0 4 4 5 5 6 0",
    "M0 0S1 1 2 2L1 1S3 3 4 4",
    "M0 0Q1 2 3 4S5 6 7 8s1 2 3 4",
    "M0 0L1 0L0.00005 0.00005ZM5 5L6 6L5.0001 5Z",
    "M1 1M2 2L3 3ZL4 4Z",
    # what is left to svgelements
    "L1 1",
    "M0 0A1 2 30 0 1 3 4Z",
    "M0 0T1 1 2 2",
    "M0 0L1",
    "M0 0L1 1 Z 3",
    "M0 0C1 1 2 2 z",
    "M0 0L1. 2 3",
    "M0 0 L 1 1 x",
    "nonsense",
)


def same(one: Any, other: Any) -> None:
    """Both have the same families with the same points and paints."""
    for ours, theirs in zip(one.get_family(), other.get_family(), strict=True):
        assert type(ours) is type(theirs)
        assert ours.points.dtype == theirs.points.dtype
        assert ours.points.shape == theirs.points.shape
        assert ours.points.tobytes() == theirs.points.tobytes()
        for paint in ("fill_rgbas", "stroke_rgbas", "background_stroke_rgbas"):
            one_paint, other_paint = (vars(each).get(paint) for each in (ours, theirs))
            assert np.array_equal(one_paint, other_paint), paint
        assert vars(ours).get("stroke_width") == vars(theirs).get("stroke_width")
        assert segments(getattr(ours, "path_obj", ())) == segments(getattr(theirs, "path_obj", ()))


def segments(path: Any) -> list[Any]:
    """Everything that segments hold, with floats to the bit."""
    return [
        (type(each), sorted((name, (value.x, value.y) if isinstance(value, se.Point) else value)
                            for name, value in vars(each).items()))
        for each in path
    ]  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_texts_and_formulas_are_the_same(name: str, tmp_path: Path) -> None:
    with mn.tempconfig({"media_dir": tmp_path / "stock"}):
        stock = TEXTS[name]()
    with mn.tempconfig({"media_dir": tmp_path / "fast"}), faster_manim():
        fast = TEXTS[name]()
    assert len(stock.family_members_with_points()) > 3
    same(fast, stock)


def test_what_dvisvgm_writes_is_the_same(tmp_path: Path) -> None:
    page = tmp_path / "page.svg"
    page.write_text(
        "<svg version='1.1' xmlns='http://www.w3.org/2000/svg' "
        "xmlns:xlink='http://www.w3.org/1999/xlink' viewBox='165 -20 12 20'><defs>"
        "<path id='g0-1' d='M3.8 8.5L2.1 4.6C2.05 4.48 2 4.48 1.97 4.48C1.96 4.5 1.9 4.48 1.8 4.56L"
        ".8 5.2C.727273 5.379826 .72 5.4 .72 5.43H1.2V-3.5Z'/></defs><g id='page1'>"
        "<g id='unique000'><use x='169.222471' y='-16.004953' xlink:href='#g0-1'/>"
        "<rect x='165.56661' y='-11.955062' height='.398484' width='12.577848'/>"
        "<use x='165.56661' y='-9.564156' xlink:href='#g0-1' fill='#ff0000'/></g></g></svg>"
    )
    stock = mn.SVGMobject(page, use_svg_cache=False)
    with faster_manim():
        fast = mn.SVGMobject(page, use_svg_cache=False)
    assert len(stock) == 3
    same(fast, stock)


def told(path: str) -> Any:
    """The segments of a path, and its points when it has been moved; or how it fails."""
    try:
        found = se.Path(transform="matrix(.5 0.1 -0.2 .75 3 4) scale(1,-1)", d=path)
        before = repr(segments(found))
        found.reify()
        after = repr(segments(found))
        made = VMobjectFromSVGPath(found)
    except Exception as error:
        return type(error), str(error)
    return before, after, made.points.shape, made.points.tobytes()


@pytest.mark.parametrize("path", PATHS)
def test_paths_of_every_kind_are_the_same(path: str) -> None:
    stock = told(path)
    with faster_manim():
        assert told(path) == stock


numbers = st.floats(-1e4, 1e4).map(lambda x: f"{x:.6g}") | st.integers(-50, 50).map(str)


@st.composite
def paths(draw: Callable[[Any], Any]) -> str:
    """A path as some program might write it."""
    pieces = ["M" + " ".join(draw(st.lists(numbers, min_size=2, max_size=2)))]
    for _ in range(draw(st.integers(0, 8))):
        command = draw(st.sampled_from("MLHVCSQZmlhvcsqz"))
        count = outlines._TAKES[command.upper()] * draw(st.integers(1, 2))
        between = draw(st.sampled_from((" ", ",", ", ", "\n")))
        values = draw(st.lists(numbers, min_size=count, max_size=count))
        pieces.append(command + between.join(values))
    return draw(st.sampled_from(("", " "))).join(pieces)


@settings(max_examples=150, deadline=None)
@given(paths())
def test_random_paths_are_the_same(path: str) -> None:
    assert outlines._steps(path) is not None
    stock = told(path)
    with faster_manim():
        assert told(path) == stock
