"""The stage: passes in anybody's scene, lessons, and what is on the board after each beat."""

from __future__ import annotations

from typing import Any

import manim as mn
import pytest

import chainviz as cv
from chainviz.audit.record import record
from chainviz.draw import Arrow
from chainviz.part import Kind, Part
from chainviz.stage import Hold, Step, enact, film
from chainviz.stage.reading import reading_time
from chainviz.story import (
    Conclude,
    Differentiate,
    Evaluate,
    Given,
    Note,
    Reveal,
    SeedOutput,
    edge_part,
)
from chainviz.tape import Tape


def make_tape() -> Tape:
    return cv.run(cv.parse("u = w*x; L = (u - t)^2"), w=3.0, x=2.0, t=10.0)


class Watching(mn.Scene):
    """A plain scene that remembers what is on the board after every play."""

    board: cv.GraphBoard
    seen: list[set[Part]]

    def watch(self, *animations: Any) -> None:
        self.play(*animations)
        self.seen.append(set(self.board.parts()))


class Passes(Watching):
    """Both passes, step by step."""

    def construct(self) -> None:
        type(self).board = cv.GraphBoard(make_tape())
        type(self).seen = []
        self.add(self.board)
        for step in (*cv.ForwardPass(self.board).steps, *cv.BackwardPass(self.board).steps):
            self.watch(step)


class Whole(Watching):
    """Both passes, each as one animation, the board moved between them."""

    def construct(self) -> None:
        type(self).board = cv.GraphBoard(make_tape())
        type(self).seen = []
        self.play(mn.FadeIn(self.board))
        self.watch(cv.ForwardPass(self.board))
        self.play(self.board.animate.scale(0.6).to_edge(mn.LEFT))
        self.watch(cv.BackwardPass(self.board))


def kinds(parts: set[Part], kind: Kind) -> set[str]:
    return {str(part.key[0]) for part in parts if part.kind is kind}


def test_the_steps_of_the_passes_show_one_thing_at_a_time() -> None:
    record(Passes)
    graph = Passes.board.graph
    values = [kinds(seen, Kind.VALUE) for seen in Passes.seen]
    grads = [kinds(seen, Kind.GRAD) for seen in Passes.seen]
    everything = {node.name for node in graph}
    forward = len(cv.ForwardPass(Passes.board).steps)
    assert values[forward - 1] == everything
    assert grads[forward - 1] == set()
    grown = [len(now) for now in grads[forward - 1 :]]
    assert grown == list(range(len(graph) + 1))
    assert grads[-1] == everything


def test_the_passes_are_whole_animations_too_on_a_board_that_moved() -> None:
    record(Whole)
    board = Whole.board
    assert kinds(Whole.seen[0], Kind.GRAD) == set()
    assert kinds(Whole.seen[1], Kind.GRAD) == {node.name for node in board.graph}
    value = board[Part.of_node(Kind.VALUE, "u")]
    assert abs(value.get_center()[0] - board["u"].get_center()[0]) < 0.01
    assert board.get_left()[0] < -6


def test_contributions_come_and_go() -> None:
    tape = cv.run(cv.parse("f = x^2; g = sin(x); L = f*g"), x=1.5)

    class Scene(Watching):
        def construct(self) -> None:
            type(self).board = cv.GraphBoard(tape)
            type(self).seen = []
            self.add(self.board)
            self.play(cv.ForwardPass(self.board))
            for step in cv.BackwardPass(self.board).steps[:-1]:
                self.play(step)
            for move in enact(self.board, cv.tell_backward(tape).beats[-1]):
                if not isinstance(move, Hold):
                    self.watch(move)

    record(Scene)
    came = [kinds(seen, Kind.CONTRIBUTION) for seen in Scene.seen]
    both = [sum(part.kind is Kind.CONTRIBUTION for part in seen) for seen in Scene.seen]
    assert max(both) == 2
    assert both[-1] == 0
    assert {"x"} in came


def test_arrows_turn_round_in_the_backward_pass() -> None:
    record(Passes)
    board = Passes.board
    for edge in board.graph.edges:
        forward, back = board[edge_part(Kind.EDGE, edge)], board.put_backward(edge)
        assert isinstance(forward, Arrow)
        assert forward.curve.get_stroke_opacity() == forward.tip.get_fill_opacity() == 0
        assert board[edge.source, edge.target] is back
        source, target = board[edge.source].get_center(), board[edge.target].get_center()
        assert abs(back.end - source).sum() < abs(back.end - target).sum()


def test_a_lesson_has_a_section_a_beat_and_captions() -> None:
    scene = film(make_tape(), title="One weight")
    timeline = record(scene).timeline
    assert [beat.name for beat in timeline.beats][:3] == ["Title", "Reveal", "Given"]
    assert len(timeline.beats) == len(cv.tell(make_tape()))


def test_a_lesson_says_what_it_lacks() -> None:
    class Empty(cv.Lesson):
        pass

    with pytest.raises(cv.ChainvizError, match="Empty does not say what it is about: give it"):
        Empty().setup()


def test_an_unknown_theme_is_refused() -> None:
    class Sepia(cv.Lesson):
        theme = "sepia"

    with pytest.raises(cv.ChainvizError, match="no theme 'sepia'; there are: dark, light"):
        Sepia().setup()


def test_what_a_board_cannot_show_is_refused() -> None:
    board = cv.GraphBoard(make_tape())
    with pytest.raises(cv.ChainvizError, match="a board cannot show Note; it shows Reveal"):
        enact(board, Note("words"))


@pytest.mark.parametrize("kind", [Reveal, Given, Evaluate, SeedOutput, Differentiate, Conclude])
def test_one_pace_scales_all_timing(kind: type) -> None:
    from dataclasses import replace

    tape = make_tape()
    beat = next(beat for beat in cv.tell(tape) if type(beat) is kind)

    def seconds(pace: float) -> float:
        board = cv.GraphBoard(tape, theme=replace(cv.THEMES["dark"], pace=pace))
        return sum(
            move.seconds if isinstance(move, Hold) else move.run_time for move in enact(board, beat)
        )

    assert seconds(2.0) == pytest.approx(2 * seconds(1.0))


def test_steps_are_animations_with_names() -> None:
    steps = cv.ForwardPass(cv.GraphBoard(make_tape())).steps
    assert all(isinstance(step, Step) for step in steps)
    assert [str(step) for step in steps][:2] == ["Given", "Evaluate u"]


def test_reading_takes_time() -> None:
    assert reading_time("x" * 48) == 4.0
    assert reading_time("x") == 1.0


def test_a_film_of_too_large_a_graph_folds_and_says_so() -> None:
    links = "; ".join(f"v{i + 1} = tanh(v{i})" for i in range(11))
    tape = cv.run(cv.parse(f"v0 = 2*x; {links}"), x=0.5)
    scene = film(tape)()
    scene.setup()
    assert len(scene.board.graph) < len(tape.graph)
    assert scene.board.tape.grad("x") == pytest.approx(tape.grad("x"))
    assert isinstance(scene.storyboard.beats[1], Note)
