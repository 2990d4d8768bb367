"""Wiggle: real second runs, a mark at every node, and a board that is left as it was."""

from __future__ import annotations

import manim as mn
import pytest

import chainviz as cv
from chainviz.audit.record import record
from chainviz.formula import to_plain
from chainviz.part import Kind, Part
from chainviz.stage import enact
from chainviz.story import Nudge, edge_part
from chainviz.tape import Tape


def nudge(tape: Tape, name: str = "x", by: tuple[float, ...] = (0.1,)) -> Nudge:
    (beat,) = cv.tell_nudge(tape, name, by=by)
    assert isinstance(beat, Nudge)
    return beat


def test_g_doubles_f_triples() -> None:
    beat = nudge(cv.run(cv.parse("u = 2*x; y = 3*u"), x=1.0))
    assert dict(beat.changes) == pytest.approx({"x": 0.1, "u": 0.2, "y": 0.6})
    assert [ratio for _, ratio in beat.ratios] == pytest.approx([2.0, 3.0])
    assert to_plain(beat.formula) == "Δy/Δx = Δy/Δu · Δu/Δx = 3 · 2 = 6"
    assert to_plain(beat.closer) == "Δy/Δx = 6 = dy/dx"


def test_the_ratio_tends_to_the_derivative() -> None:
    tape = cv.run(cv.parse("u = 2*x; y = u^2"), x=3.0)
    beat = nudge(tape, by=(0.1, 0.01, 0.001))
    assert to_plain(beat.closer) == "Δy/Δx = 24.4 → 24.04 → 24.004 → 24 = dy/dx"


def test_where_paths_meet_the_changes_are_those_of_a_real_run() -> None:
    graph = cv.parse("f = x^2; g = sin(x); L = f*g")
    tape, moved = cv.run(graph, x=1.5), cv.run(graph, x=1.6)
    beat = nudge(tape)
    wanted = {node.name: moved.value(node.name) - tape.value(node.name) for node in graph}
    assert dict(beat.changes) == pytest.approx(wanted)
    assert sum(edge.target == "L" for edge, _ in beat.ratios) == 2


def test_what_does_not_depend_on_the_input_does_not_move() -> None:
    beat = nudge(cv.run(cv.parse("u = w*x; L = (u - t)^2"), w=3.0, x=2.0, t=10.0), "t")
    assert {name for name, _ in beat.changes} == {"t", "v1", "L"}


def test_wrong_nudges_are_told() -> None:
    tape = cv.run(cv.parse("u = 2*x; y = 3*u"), x=1.0)
    with pytest.raises(cv.ChainvizError, match="'u' is no input"):
        cv.tell_nudge(tape, "u")
    with pytest.raises(cv.ChainvizError, match="a nudge moves its input"):
        cv.tell_nudge(tape, "x", by=(0.0,))


def state(board: cv.Board) -> dict[str, tuple[float, ...]]:
    """Where everything is, how large and how solid."""
    return {
        str(part): (
            *(round(float(c), 4) for c in board[part].get_center()),
            round(float(board[part].width), 4),
            round(float(board[part].family_members_with_points()[0].get_fill_opacity()), 4),
        )
        for part in board.parts()
    }


class Nudged(mn.Scene):
    """A board with both passes done is wiggled."""

    before: dict[str, tuple[float, ...]]
    after: dict[str, tuple[float, ...]]
    during: set[Part]

    def construct(self) -> None:
        tape = cv.run(cv.parse("f = x^2; g = 2*x; L = f*g"), x=1.5)
        board = cv.GraphBoard(tape)
        self.add(board)
        for node in tape.graph:
            for kind in (Kind.VALUE, Kind.GRAD):
                board.put(Part.of_node(kind, node.name))
        for edge in tape.graph.edges:
            board.put(edge_part(Kind.PARTIAL, edge))
            board.put_backward(edge)
            board[edge_part(Kind.EDGE, edge)].set_opacity(0.0)
        board.write(cv.chain(tape.graph, "x"))
        cls = type(self)
        cls.before = state(board)
        self.play(cv.Wiggle(board, "x", by=(0.1, 0.01)))
        cls.after = state(board)
        moves = enact(board, nudge(tape))
        for move in moves[:6]:
            if isinstance(move, mn.Animation):
                self.play(move)
        cls.during = set(board.parts())


def test_the_board_is_left_as_it_was() -> None:
    assert record(Nudged).timeline.error == ""
    assert Nudged.after == Nudged.before
    assert Part(Kind.TEXT, ("nudge", "x")) in Nudged.during
    assert Part(Kind.TEXT, ("nudge", "f")) in Nudged.during


@pytest.mark.parametrize("kind", ["pipeline", "network"])
def test_it_works_on_every_board(kind: str) -> None:
    class Anywhere(mn.Scene):
        def construct(self) -> None:
            if kind == "pipeline":
                tape = cv.run(cv.parse("u = 2*x; y = 3*u"), x=1.0)
                board: cv.Board = cv.PipelineBoard(tape)
            else:
                graph = cv.parse("h = w*x; L = (h - t)^2", parameters=("w",))
                board = cv.NetworkBoard(cv.run(graph, w=3.0, x=2.0, t=1.0))
            self.add(board)
            self.play(cv.Wiggle(board, "x"))
            assert not [part for part in board.parts() if part.key[:1] == ("nudge",)]

    assert record(Anywhere).timeline.error == ""
