"""Boards: everything in its place, and nothing there before its time."""

from itertools import pairwise

import manim as mn
import numpy as np
import pytest

import chainviz as cv
from chainviz.draw import Arrow, NodeBody, tag_of
from chainviz.part import Kind, Part
from chainviz.story import Differentiate, SeedOutput, edge_part
from chainviz.tape import Tape
from chainviz.theme import Role


@pytest.fixture
def tape() -> Tape:
    graph = cv.parse("u = w*x; L = (u - t)^2", parameters=("w",))
    return cv.run(graph, w=3.0, x=2.0, t=10.0)


@pytest.fixture
def board(tape: Tape) -> cv.GraphBoard:
    return cv.GraphBoard(tape)


def read(text: mn.VMobject) -> str:
    """What a viewer reads in a text on the board."""
    return str(vars(text)["says"])


def touches(arrow: Arrow, source: mn.Mobject, target: mn.Mobject) -> bool:
    """Whether the arrow's ends lie on the outlines of the two bodies."""

    def gap(point: np.ndarray, body: mn.Mobject) -> float:
        assert isinstance(body, NodeBody)
        outline = np.array([body.outline.point_from_proportion(t) for t in np.linspace(0, 1, 400)])
        return float(np.linalg.norm(outline - point, axis=1).min()) / body.height

    return gap(arrow.start, source) < 0.06 and gap(arrow.end, target) < 0.06


def check_arrows(board: cv.GraphBoard) -> None:
    for edge in board.graph.edges:
        arrow = board[edge_part(Kind.EDGE, edge)]
        assert isinstance(arrow, Arrow)
        assert touches(arrow, board[edge.source], board[edge.target]), edge


def test_handles(board: cv.GraphBoard) -> None:
    assert isinstance(board["u"], NodeBody)
    assert board["w", "u"] is board["w", "u", 0]
    assert isinstance(board["w", "u"], mn.VMobject)
    with pytest.raises(cv.ChainvizError, match="no node 'q'"):
        board["q"]
    with pytest.raises(cv.ChainvizError, match="no arrow w->L; into L go: v1->L"):
        board["w", "L"]


def test_nothing_is_there_before_its_time(board: cv.GraphBoard) -> None:
    kinds = {part.kind for part in board.parts()}
    assert kinds == {Kind.NODE, Kind.EDGE, Kind.LABEL}
    value = board.put(Part.of_node(Kind.VALUE, "u"))
    assert read(value) == "6"
    assert value.get_center()[1] < board["u"].get_bottom()[1]
    grad = board.put(Part.of_node(Kind.GRAD, "w"))
    assert read(grad) == "-16"
    assert grad.get_center()[1] > board["w"].get_top()[1]


@pytest.mark.parametrize("scale", [2.0, 0.4])
def test_arrows_stay_attached(board: cv.GraphBoard, scale: float) -> None:
    check_arrows(board)
    board.scale(scale).shift(mn.UP + 2 * mn.LEFT)
    check_arrows(board)
    copied = board.copy().rotate(0.3)
    check_arrows(copied)
    check_arrows(board)


def test_what_comes_later_comes_where_the_board_now_is(tape: Tape) -> None:
    still, moved = cv.GraphBoard(tape), cv.GraphBoard(tape)
    moved.scale(0.5).shift(mn.RIGHT * 2)
    part = Part.of_node(Kind.VALUE, "u")
    want = still.put(part).copy()
    offset = want.get_center() - still["u"].get_center()
    got = moved.put(part)
    assert np.allclose(got.get_center() - moved["u"].get_center(), offset / 2, atol=1e-6)
    assert got.height == pytest.approx(want.height / 2)


def test_a_copy_shows_its_own_numbers(board: cv.GraphBoard) -> None:
    copied = board.copy()
    copied.put(Part.of_node(Kind.VALUE, "u"))
    assert not board.shown(Part.of_node(Kind.VALUE, "u"))
    assert copied.tape is board.tape


def test_the_ruler_is_never_seen(board: cv.GraphBoard) -> None:
    board.set_stroke(width=9).set_fill(opacity=1).set_color("#FF0000").set_opacity(1)
    assert board.ruler.get_stroke_width() == 0
    assert board.ruler.get_fill_opacity() == 0


def test_every_part_is_tagged(board: cv.GraphBoard) -> None:
    for part in board.parts():
        tag = tag_of(board[part])
        assert tag is not None
        assert tag.part == part
        assert tag.tape is board.tape
    roles = {name: tag_of(board[name]).role for name in "wxuL"}  # type: ignore[union-attr]
    assert roles == {
        "w": Role.PARAMETER,
        "x": Role.INPUT,
        "u": Role.INTERMEDIATE,
        "L": Role.OUTPUT,
    }


def test_contributions_stand_side_by_side() -> None:
    board = cv.GraphBoard(cv.run(cv.parse("f = x^2; g = sin(x); h = 3*x; L = f*g*h"), x=1.5))
    pieces = [
        board.put(edge_part(Kind.CONTRIBUTION, edge)) for edge in board.graph.edges_out_of("x")
    ]
    assert len(pieces) == 3
    for left, right in pairwise(pieces):
        assert left.get_right()[0] < right.get_left()[0]
    total = sum(float(read(piece)) for piece in pieces)
    assert total == pytest.approx(board.tape.grad("x"), abs=1e-3)


def test_two_edges_between_two_nodes_are_two_arrows() -> None:
    board = cv.GraphBoard(cv.run(cv.parse("y = x*x"), x=3.0))
    first, second = board["x", "y", 0], board["x", "y", 1]
    assert first is not second
    assert np.abs(first.get_center()[1] - second.get_center()[1]) > 0.3
    check_arrows(board)


def test_a_graph_without_numbers_can_be_drawn() -> None:
    board = cv.GraphBoard(cv.parse("y = a*b + c"))
    with pytest.raises(cv.ChainvizError, match="drawn of a graph without numbers"):
        _ = board.tape


def test_the_theme_is_looked_up_when_the_board_is_drawn(tape: Tape) -> None:
    from chainviz.theme import LIGHT

    with cv.using_theme("light"):
        board = cv.GraphBoard(tape)
    assert board.theme is LIGHT
    body = board["x"]
    assert isinstance(body, NodeBody)
    assert mn.ManimColor(body.outline.get_stroke_color()).to_hex() == LIGHT[Role.INPUT]


def test_equations_keep_to_their_place(board: cv.GraphBoard) -> None:
    lowest = min(board[node.name].get_bottom()[1] for node in board.graph)
    for beat in cv.tell_backward(board.tape):
        assert isinstance(beat, SeedOutput | Differentiate)
        equation = board.write(beat.formula)
        assert equation.get_top()[1] < lowest
        assert equation.get_bottom()[1] > -3.6


def test_labels_of_the_users_own() -> None:
    graph = cv.parse("u = w*x", labels={"u": r"\hat{z}_1"})
    board = cv.GraphBoard(cv.run(graph, w=3.0, x=2.0))
    body = board["u"]
    assert isinstance(body, NodeBody)
    assert "z" in body.label.says
