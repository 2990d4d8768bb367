"""Pipelines: boxes in a row, variables on the arrows, factors in the colour of their box."""

from itertools import pairwise

import manim as mn
import pytest

import chainviz as cv
from chainviz.draw import Arrow, Factor, Typeset, tag_of
from chainviz.draw.pipeline_plan import END
from chainviz.part import Kind, Part
from chainviz.story import edge_part
from chainviz.theme import DARK, Role


def board(text: str = "u = 2*x; y = u^2", **names: str) -> cv.PipelineBoard:
    graph = cv.parse(text)
    return cv.PipelineBoard(cv.run(graph, x=3.0), names=names or {"u": "g", "y": "f"})


def label(made: cv.PipelineBoard, name: str) -> Typeset:
    found = made[Part.of_node(Kind.LABEL, name)]
    assert isinstance(found, Typeset)
    return found


def show_everything(made: cv.PipelineBoard) -> list[mn.VMobject]:
    kinds = (Kind.VALUE, Kind.GRAD)
    texts = [made.put(Part.of_node(kind, node.name)) for node in made.graph for kind in kinds]
    texts += [label(made, node.name) for node in made.graph]
    factors = [made.put(edge_part(Kind.PARTIAL, edge)) for edge in made.graph.edges]
    return texts + [factor.text for factor in factors if isinstance(factor, Factor)]


def test_each_arrow_says_what_it_carries() -> None:
    made = board()
    assert [label(made, name).says for name in "xuy"] == ["x", "u = g(x)", "y = f(u)"]
    for name in "xuy":
        centre = made.plan.arrow(name).at(0.5)
        assert label(made, name).get_center()[0] == pytest.approx(centre[0], abs=1e-6)
        assert label(made, name).get_bottom()[1] > centre[1]


def test_without_names_the_boxes_say_what_they_do() -> None:
    made = cv.PipelineBoard(cv.run(cv.parse("u = 2*x; y = sin(u)"), x=1.0))
    inside = [piece for piece in made["y"] if isinstance(piece, Typeset)]
    assert [text.says for text in inside] == ["sin"]
    assert label(made, "u").says == "u"


def test_the_bodies_stand_in_one_row_and_arrows_touch_them() -> None:
    made = board("u = x + 1; v = u^2; y = 3*v", u="h", v="g", y="f")
    bodies = [made[name] for name in "xuvy"] + [made[Part(Kind.SHAPE, (END,))]]
    assert len({round(float(body.get_y()), 6) for body in bodies}) == 1
    arrows = [
        made["x", "u"],
        made["u", "v"],
        made["v", "y"],
        made[Part(Kind.SHAPE, (END, "arrow"))],
    ]
    for (left, right), arrow in zip(pairwise(bodies), arrows, strict=True):
        assert isinstance(arrow, Arrow)
        assert arrow.start[0] == pytest.approx(left.get_right()[0], abs=0.05)
        assert arrow.end[0] == pytest.approx(right.get_left()[0], abs=0.05)
    gaps = [right.get_left()[0] - left.get_right()[0] for left, right in pairwise(bodies)]
    assert max(gaps) - min(gaps) < 1e-6


@pytest.mark.parametrize(
    "text",
    [
        "u = 2*x; y = u^2",
        "u = x + 1; v = u^2; y = 3*v",
        "u = x^2; v = sin(u); y = exp(v)",
        "a = 2*x; b = a + 3; c = b^2; y = 2*c",
    ],
)
def test_nothing_overlaps_when_everything_is_there(text: str) -> None:
    graph = cv.parse(text)
    made = cv.PipelineBoard(
        cv.run(graph, x=1.5), names={n.name: f"f_{n.name}" for n in graph if not n.is_input}
    )
    texts = show_everything(made)
    boxes = [made[node.name] for node in graph if not node.is_input]
    for i, one in enumerate(texts):
        for other in [*texts[i + 1 :], *boxes]:
            across = min(one.get_right()[0], other.get_right()[0]) - max(
                one.get_left()[0], other.get_left()[0]
            )
            up = min(one.get_top()[1], other.get_top()[1]) - max(
                one.get_bottom()[1], other.get_bottom()[1]
            )
            assert across < 1e-6 or up < 1e-6, (one, other)
    for text_ in texts:
        assert abs(text_.get_center()[0]) + text_.width / 2 < 7.11
        assert text_.get_bottom()[1] > -4


def test_a_factor_hangs_below_its_box_in_its_colour() -> None:
    made = board()
    for edge, role, says in zip(
        made.graph.edges, (Role.INTERMEDIATE, Role.OUTPUT), ("2", "12"), strict=True
    ):
        factor = made.put(edge_part(Kind.PARTIAL, edge))
        assert isinstance(factor, Factor)
        box = made[edge.target]
        assert factor.get_top()[1] < box.get_bottom()[1]
        assert factor.brace.width == pytest.approx(box.width, rel=0.05)
        assert factor.text.get_center()[0] == pytest.approx(box.get_center()[0], abs=1e-6)
        assert factor.says.endswith(says)
        name = factor.text.glyphs_of(edge_part(Kind.PARTIAL, edge))
        assert name[0].get_fill_color() == mn.ManimColor(DARK[role])
        tag = tag_of(factor)
        assert tag is not None
        assert tag.role is role


def test_in_the_equation_each_factor_has_the_colour_of_its_box() -> None:
    made = board()
    equation = made.write(cv.chain(made.graph, "x"))
    for edge, role in zip(made.graph.edges, (Role.INTERMEDIATE, Role.OUTPUT), strict=True):
        glyphs = equation[edge_part(Kind.PARTIAL, edge)]
        assert glyphs[0].get_fill_color() == mn.ManimColor(DARK[role])


def test_it_survives_scale_move_and_copy() -> None:
    made = board()
    other = made.copy().scale(0.5).shift(mn.UP)
    value = other.put(Part.of_node(Kind.VALUE, "u"))
    arrow = other["u", "y"]
    assert value.get_center()[0] == pytest.approx(arrow.get_center()[0], abs=0.05)
    assert arrow.get_center()[1] - value.get_top()[1] == pytest.approx(0.07, abs=0.03)
    assert not made.shown(Part.of_node(Kind.VALUE, "u"))


def test_only_a_single_file_is_a_pipeline() -> None:
    with pytest.raises(cv.ChainvizError, match="y takes a, b"):
        cv.PipelineBoard(cv.parse("y = a*b"))
    with pytest.raises(cv.ChainvizError, match="f goes two ways"):
        cv.PipelineBoard(cv.parse("f = x^2; g = 2*f; L = f*g"))
    with pytest.raises(cv.ChainvizError, match="x is the input"):
        cv.PipelineBoard(cv.parse("y = 2*x"), names={"x": "g"})
    with pytest.raises(cv.ChainvizError, match="no node 'q'"):
        cv.PipelineBoard(cv.parse("y = 2*x"), names={"q": "g"})


def test_the_story_of_a_pipeline_names_every_stage() -> None:
    tape = cv.run(cv.parse("u = 2*x; y = u^2"), x=3.0)
    told = str(cv.tell_pipeline(tape, {"u": "g", "y": "f"}))
    assert "u = g(x) = 2x" in told
    assert "dy/dx = dy/du · du/dx = 12 · 2 = 24" in told
    assert "dy/dx = f′(u) · g′(x)" in told
