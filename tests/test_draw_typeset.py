"""Typesetting: glyphs by part, baselines, colours, errors; positions asserted, not pixels."""

from typing import Literal

import manim as mn
import numpy as np
import pytest

import chainviz as cv
from chainviz.draw.typeset import Writing, typeset, typeset_many
from chainviz.draw.typst import compile_pages, words
from chainviz.formula import Eq, Keyed, Mul, Sym, equals, to_plain
from chainviz.part import Kind, Part

U, W = Part.of_node(Kind.NODE, "u"), Part.of_node(Kind.NODE, "w")
PRODUCT = Eq(Keyed(U, Sym("u")), Mul((Keyed(W, Sym("w")), Sym("x"))))


def test_the_size_is_that_of_an_em() -> None:
    capital = typeset("H", 1.0, "#FFFFFF")
    assert capital.height == pytest.approx(0.68, abs=0.02)
    assert typeset("H", 2.0, "#FFFFFF").height == pytest.approx(2 * capital.height)


def test_parts_are_found_by_key() -> None:
    made = typeset(PRODUCT, 1.0, "#FFFFFF")
    assert len(made) == 4
    assert len(made.glyphs_of(U)) == 1
    assert made.glyphs_of(W)[0] is made.submobjects[2]
    assert made.says == "u = w·x"
    with pytest.raises(KeyError, match=r"no part grad\(q\); its parts: node\(u\), node\(w\)"):
        made.glyphs_of(Part.of_node(Kind.GRAD, "q"))


def test_inner_and_outer_parts_are_both_found() -> None:
    outer = Part.of_node(Kind.EQUATION, "all")
    made = typeset(Keyed(outer, PRODUCT), 1.0, "#FFFFFF")
    assert len(made.glyphs_of(outer)) == 4
    assert len(made.glyphs_of(U)) == 1


def test_colours_follow_the_parts() -> None:
    made = typeset(PRODUCT, 1.0, "#FFFFFF", lambda part: "#FF0000" if part == W else None)
    colours = [glyph.get_fill_color().to_hex() for glyph in made]
    assert colours == ["#FFFFFF", "#FFFFFF", "#FF0000", "#FFFFFF"]


def test_baselines_hold_after_scaling_and_moving() -> None:
    plain, deep = typeset_many([Writing("u", 1.0, "#FFFFFF"), Writing("gy", 1.0, "#FFFFFF")])
    assert plain.baseline == pytest.approx(deep.baseline, abs=0.02)
    deep.scale(2).shift(mn.UP * 3)
    deep.sit_on(1.5)
    assert deep.baseline == pytest.approx(1.5)
    assert deep.get_bottom()[1] < 1.5 < deep.get_top()[1]


def test_many_pieces_cost_one_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    compiles = []
    import chainviz.draw.typst as room

    real = room._compiler()

    class Counting:
        def compile(self, source: bytes, *, format: Literal["svg"]) -> object:
            compiles.append(source)
            return real.compile(source, format=format)

    monkeypatch.setattr(room, "_compiler", Counting)
    typeset_many(Writing(f"piece {i} of a set", 1.0, "#FFFFFF") for i in range(25))
    typeset_many(Writing(f"piece {i} of a set", 1.0, "#FFFFFF") for i in range(25))
    assert len(compiles) == 1


def test_any_words_can_be_set() -> None:
    for text in ('a "quoted" \\ word', "#let x = 1", "$ 5 & 10% _of_ *it*", "[b] <c> @d ~e"):
        pages = compile_pages([words(text)])
        assert pages[0].glyphs


def test_lowered_figures_and_letters_of_other_alphabets_have_glyphs() -> None:
    box = compile_pages([words("\u4e00")])[0].glyphs[0]  # no font of ours has this one
    for text in ("x₁", "w₁₂", "α", "σ²", "ŷ", "≈", "→"):
        glyphs = compile_pages([words(text)])[0].glyphs
        assert not any(g.points.shape == box.points.shape for g in glyphs), text


def test_what_typst_refuses_is_quoted() -> None:
    with pytest.raises(cv.ChainvizError, match=r"Typst cannot set '#nosuch': unknown variable"):
        compile_pages(["fine", "#nosuch"])


def test_no_font_of_the_machine_is_used() -> None:
    made = compile_pages([words("plain")])[0]
    again = compile_pages([words("plain") + " "])[0]
    assert [g.points.tobytes() for g in made.glyphs] == [g.points.tobytes() for g in again.glyphs]


def test_equations_break_at_their_signs() -> None:
    sides = [Mul((Sym("a"),) * 9) for _ in range(4)]
    wide = cv.Equation(equals(Sym("y"), *sides), width=100.0)
    narrow = cv.Equation(equals(Sym("y"), *sides), width=8.0)
    assert narrow.width <= 8.0 < wide.width
    assert narrow.height > 1.5 * wide.height
    lefts = {round(float(sign.get_left()[0]), 3) for sign in narrow.signs}
    assert len(lefts) < len(narrow.signs)
    assert np.isclose(narrow.get_center(), 0).all()


def test_equation_handles_read_as_they_look() -> None:
    graph = cv.parse("u = w*x; y = u^2")
    from chainviz.formula import chain

    equation = cv.Equation(chain(graph, "w"), of=graph)
    assert len(equation["dy/du"]) == len(equation["∂y/∂u"]) > 3
    assert equation["∂y/∂w"].get_center()[0] < equation["∂u/∂w"].get_center()[0]
    with pytest.raises(cv.ChainvizError, match=r"has no part 'dq/dw'; its parts: .*∂y/∂u"):
        equation["dq/dw"]


def test_copies_of_an_equation_are_their_own() -> None:
    first = cv.Equation(PRODUCT)
    second = first.copy().shift(mn.RIGHT)
    assert second.formula is first.formula
    assert second[U].get_center()[0] == pytest.approx(first[U].get_center()[0] + 1)
    assert to_plain(second.formula) == second.says
