"""Defects that hide better: right at first sight, and wrong all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import manim as mn

from chainviz.draw import typeset
from chainviz.formula import Keyed, Num
from chainviz.graph import Edge
from chainviz.part import Kind, Part
from chainviz.story import Differentiate, Evaluate, SeedOutput
from chainviz.theme import DARK, Role
from mutants.tools import (
    GOLDEN,
    GRAPH,
    PATHS,
    SQUARE,
    Mutant,
    after,
    edge,
    node,
    on_board,
    on_class,
    on_draw,
    on_story,
    replaced,
    retext,
    says,
    throughout,
    when_shown,
)

__all__ = ["NASTY"]

Change = Callable[[Any], Any]


def _exchange(kind: Kind) -> Change:
    """Two texts of a kind change places: each stands where the other should."""

    def change(board: Any) -> None:
        (one, a), (other, b) = [
            (part, text) for part, text in board.plan.texts.items() if part.kind is kind
        ][:2]
        places = a.get_center(), b.get_center()
        for part, text, place in ((one, a, places[1]), (other, b, places[0])):
            text.move_to(place)
            if board.shown(part):
                board[part].move_to(place)

    return on_board(change)


def _reword(kind: Kind) -> Change:
    """Two texts of a kind say what the other should."""

    def change(board: Any) -> None:
        texts = board.plan.texts
        one, other = [part for part in texts if part.kind is kind][:2]
        a, b = texts[one].copy(), texts[other].copy()
        texts[one], texts[other] = b.move_to(texts[one]), a.move_to(texts[other])
        for part in (one, other):
            if board.hide(part) is not None:
                board.put(part)

    return on_board(change)


def _negated(board: Any) -> None:
    """The sign of the first partial that is a number other than 0."""
    for part in board.plan.texts:
        if part.kind is Kind.PARTIAL:
            value = float(board.tape.partial_of(Edge(*part.key)))
            if value:
                retext(board, part, -value)
                return


def _attached(wrong: tuple[str, str], right: tuple[str, str], half: int | None) -> Change:
    """An arrow runs along another one's route, or (half) only begins or ends there."""

    def change(board: Any) -> None:
        route = board.route

        def misled(asked: Edge, *, backward: bool = False) -> Any:
            made = route(asked, backward=backward)
            if (asked.source, asked.target) != wrong or backward:
                return made
            other = next(e for e in board.graph.edges if (e.source, e.target) == right)
            along = route(other)
            if half is None:
                return along
            made.curve.set_points_as_corners([along.start, made.curve.get_end()])
            return made

        board.route = misled

    def change_and_draw(board: Any) -> None:
        change(board)
        part = edge(Kind.EDGE, *wrong)
        board.hide(part)
        board.put(part)

    return on_board(change_and_draw)


def _factor(kind: Any, at: str, part: Part, number: float) -> Change:
    """The number that one gradient's equation takes over from another one."""

    def wrong(piece: Any) -> Any:
        if isinstance(piece, Keyed) and piece.part == part and isinstance(piece.body, Num):
            return Keyed(part, Num(number))
        return piece

    def change(beats: tuple[Any, ...], tape: Any) -> Any:
        for beat in beats:
            if isinstance(beat, kind) and beat.node == at:
                yield replaced(beat, formula=throughout(beat.formula, wrong))
            else:
                yield beat

    return on_story(change)


def _older(beats: tuple[Any, ...], tape: Any) -> Any:
    """The last evaluation is told with the equation of the one before."""
    told = [beat for beat in beats if isinstance(beat, Evaluate)]
    for beat in beats:
        yield replaced(beat, formula=told[-2].formula) if beat is told[-1] else beat


def _against(beats: tuple[Any, ...], tape: Any) -> Any:
    """The first two gradients after the seed in the wrong order."""
    back = [beat for beat in beats if isinstance(beat, Differentiate)]
    turned = iter([back[1], back[0], *back[2:]])
    return [next(turned) if isinstance(beat, Differentiate) else beat for beat in beats]


def _slides(lesson: Any) -> None:
    label = lesson.board[edge(Kind.LABEL, "u", "sigma")]
    lesson.play(label.animate.shift(1.3 * mn.DOWN), run_time=0.5)
    lesson.wait(0.6)
    lesson.play(label.animate.shift(1.3 * mn.UP), run_time=0.5)
    lesson.wait(0.5)


def _again(part: Part) -> Change:
    """A second one lies exactly on the first, under no key."""
    return lambda lesson: (lesson.add(lesson.board[part].copy()), lesson.wait(1))


def _stays(lesson: Any) -> None:
    note = typeset("Forward pass", 0.3, DARK[Role.TEXT])
    lesson.add(note.move_to(2.9 * mn.UP + 5.4 * mn.LEFT))
    lesson.wait(1)


def _paint(**fill: Any) -> Change:
    return lambda text: text.set_fill(**fill)


def _outlined(role: Role) -> Change:
    return lambda body: (body.outline.set_stroke(DARK[role]), body)[1]


def _bare(arrow: Any) -> Any:
    arrow.tip.set_opacity(0)
    return arrow


SIGMA, VALUE = node(Kind.NODE, "sigma"), node(Kind.VALUE, "sigma")

NASTY: tuple[Mutant, ...] = (
    Mutant("the sign of one partial flipped", SQUARE, "209", on_board(_negated)),
    Mutant("two partials swapped", SQUARE, "209", _reword(Kind.PARTIAL)),
    Mutant("two labels in each other's place", GRAPH, "203", _exchange(Kind.LABEL)),
    Mutant("two labels that say each other's words", PATHS, GOLDEN, _reword(Kind.LABEL)),
    Mutant("an edge that leads to another node", GRAPH, "207",
           _attached(("u", "sigma"), ("sigma", "L"), None)),
    Mutant("an edge that comes from another node", GRAPH, "207",
           _attached(("sigma", "L"), ("u", "sigma"), 1)),
    Mutant("an arrow without its tip", GRAPH, "207",
           on_draw(edge(Kind.EDGE, "u", "sigma"), _bare)),
    Mutant("an equation of the beat before", GRAPH, GOLDEN, on_story(_older)),
    Mutant("a wrong factor from upstream", GRAPH, "209",
           _factor(Differentiate, "w", node(Kind.GRAD, "u"), 0.0025)),
    Mutant("a value in the gradients' colour", GRAPH, "206",
           on_draw(VALUE, _paint(color=DARK[Role.GRAD]))),
    Mutant("an intermediate with an input's outline", GRAPH, "206",
           on_draw(SIGMA, _outlined(Role.INPUT))),
    Mutant("a label that slides away and comes back", GRAPH, "203",
           after("Evaluate sigma", _slides)),
    Mutant("a value rounded the wrong way", GRAPH, "209",
           on_board(lambda board: retext(board, VALUE, 0.998))),
    Mutant("a value cut off instead of rounded", SQUARE, "209",
           on_board(lambda board: _cut(board))),
    Mutant("an edge drawn twice", GRAPH, GOLDEN,
           after("Reveal", _again(edge(Kind.EDGE, "w", "u")))),
    Mutant("a node drawn twice in one place", GRAPH, GOLDEN, after("Reveal", _again(SIGMA))),
    Mutant("a value all but transparent", GRAPH, "201", on_draw(VALUE, _paint(opacity=0.04))),
    Mutant("a value in the background's colour", GRAPH, "106",
           on_draw(VALUE, _paint(color=DARK[Role.BACKGROUND]))),
    Mutant("a caption that tells another number", GRAPH, GOLDEN,
           on_story(lambda beats, tape: [replaced(b, caption="dL/dL is 2.")
                                         if isinstance(b, SeedOutput) else b for b in beats])),
    Mutant("a note that stays for the rest of the film", GRAPH, GOLDEN,
           after("Evaluate u", _stays)),
    Mutant("a node that jumps between two beats", GRAPH, GOLDEN,
           after("Evaluate u", lambda le: le.board[SIGMA].shift(0.15 * mn.UP))),
    Mutant("an edge over a node's text", GRAPH, "102",
           on_draw(edge(Kind.EDGE, "x", "u", 1), lambda m: m.scale(1.5).set_z_index(9))),
    Mutant("the seed shown as 0", GRAPH, "208",
           on_board(lambda board: retext(board, node(Kind.GRAD, "L"), 0))),
    Mutant("gradients against the order of the graph", GRAPH, "202", on_story(_against)),
    Mutant("a gradient one beat too early", GRAPH, "202",
           when_shown(node(Kind.GRAD, "sigma"), lambda board: board.put(node(Kind.GRAD, "u")))),
    Mutant("another run's numbers throughout", GRAPH, GOLDEN,
           on_class(tape=lambda self: _other_run(self))),
    Mutant("a minus sign that is missing in a gradient", GRAPH, "209",
           on_board(lambda board: retext(board, node(Kind.GRAD, "w"), 0.0049))),
    Mutant("an operation renamed in its node", GRAPH, GOLDEN,
           on_draw(edge(Kind.LABEL, "sigma", "L"), lambda m: says(m, "×"))),
)  # fmt: skip


def _cut(board: Any) -> None:
    """Of the first value with decimals, fewer of them, cut off so that the rounding is wrong."""
    for part in board.plan.texts:
        if part.kind is Kind.VALUE:
            value = board.tape.value(str(part.key[0]))
            whole = int(value * 10) / 10
            if abs(value - whole) > 0.05:
                retext(board, part, whole)
                return
    retext(board, node(Kind.VALUE, board.graph.output), board.tape.value(board.graph.output) - 0.1)


def _other_run(lesson: Any) -> Any:
    from chainviz import run

    lesson_itself: Any = type(lesson).__mro__[1]
    tape = lesson_itself.tape(lesson)
    given = {name: tape.value(name) for name in tape.graph.inputs}
    return run(tape.graph, **(given | {tape.graph.inputs[0]: 0.5}))
