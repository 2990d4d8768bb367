"""Defects found by looking at films with ill will; most in films that have no golden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import manim as mn

import chainviz as cv
from chainviz.draw import typeset
from chainviz.formula import Add, Deriv, Eq, Formula, Neg, Num, Sym
from chainviz.part import Kind, Part
from chainviz.stage import wiggle
from chainviz.stage.moves import appear
from chainviz.story import Evaluate, SeedOutput, name_of
from chainviz.theme import DARK, Role
from mutants.tools import (
    Mutant,
    Scene,
    after,
    edge,
    node,
    on_board,
    on_class,
    on_draw,
    on_story,
    replaced,
    retext,
    throughout,
)

__all__ = ["UNSEEN"]

CHAIN, MEETING, PLAIN = "Animated", "Meeting", "Plain"
Change = Callable[[Scene], Scene]


def _then(beat: str, do: Callable[[Any], Any]) -> Change:
    """Something is done to the board after a beat, and stays."""
    return after(beat, lambda lesson: (do(lesson.board), lesson.wait(1)))


def _typed(latex: str) -> Callable[[Any], Any]:
    return lambda board: board.write(cv.from_latex(latex))


def _exchange(one: Part, other: Part) -> Callable[[Any], None]:
    def do(board: Any) -> None:
        a, b = board[one], board[other]
        places = a.get_center(), b.get_center()
        a.move_to(places[1])
        b.move_to(places[0])

    return do


def _gone(part: Part) -> Callable[[Any], Any]:
    return lambda board: board.remove(board[part])


def _in_equation(at: str, change: Callable[[Formula], Formula]) -> Change:
    def story(beats: tuple[Any, ...], tape: Any) -> Any:
        for beat in beats:
            here = getattr(beat, "node", "") == at and not isinstance(beat, (Evaluate, SeedOutput))
            yield replaced(beat, formula=throughout(beat.formula, change)) if here else beat

    return on_story(story)


def _minus(piece: Formula) -> Formula:
    """A sum becomes a difference."""
    if isinstance(piece, Add):
        return Add((piece.terms[0], *map(Neg, piece.terms[1:])))
    return piece


def _swapped(one: str, other: str) -> Change:
    """Two beats change places."""

    def story(beats: tuple[Any, ...], tape: Any) -> Any:
        names = [name_of(beat) for beat in beats]
        i, j = names.index(one), names.index(other)
        told = list(beats)
        told[i], told[j] = told[j], told[i]
        return told

    return on_story(story)


def _renamed(board: Any) -> None:
    body = board["u"]
    name = typeset("v", 0.5, DARK[Role.TEXT]).move_to(body.label)
    body.remove(body.label).add(name)


def _two_tips(board: Any) -> None:
    arrow = board["u", "s"]
    arrow.add(arrow.tip.copy().rotate(mn.PI).move_to(arrow.start))


def _flickers(lesson: Any) -> None:
    for _ in range(3):
        body = lesson.board["u"]
        lesson.board.remove(body)
        lesson.wait(0.3)
        lesson.board.add(body)
        lesson.wait(0.3)


def _misnamed_partial(board: Any) -> None:
    part = edge(Kind.PARTIAL, "w", "u")
    retext(board, part, Eq(Deriv(Sym("u"), Sym("x")), Num(2)))


def _one_never_lands(board: Any) -> None:
    """One of two contributions is drawn as nothing."""
    draw = board.draw

    def drawn(part: Part) -> Any:
        made = draw(part)
        hidden = part == edge(Kind.CONTRIBUTION, "x", "g", 1)
        return made.set_opacity(0).scale(1e-4) if hidden else made

    board.draw = drawn


def _early(lesson: Any) -> None:
    lesson.play(appear(lesson.board.put(edge(Kind.CONTRIBUTION, "x", "f"))))
    lesson.wait(1)


def _wrong_nudge(scene: Any) -> None:
    shows = wiggle._change_shows
    with patch.object(wiggle, "_change_shows", lambda b, n, c, s: shows(b, n, 2 * c, s)):
        scene.play(cv.Wiggle(scene.board, "x"))
    scene.wait(1)


def _left_over(scene: Any) -> None:
    number = scene.board[node(Kind.VALUE, "u")].copy()
    scene.turn_to_another_run()
    scene.board.hide(node(Kind.VALUE, "u"))
    scene.add(number)
    scene.wait(3)


def _pinned(scene: Any) -> None:
    number = scene.board[node(Kind.VALUE, "u")]
    scene.turn_to_another_run()
    scene.board.hide(node(Kind.VALUE, "u"))
    scene.board.pin(node(Kind.VALUE, "u"), number, Role.INTERMEDIATE)
    scene.wait(3)


def _old_equation(scene: Any) -> None:
    equation = scene.board.equation
    scene.turn_to_another_run()
    scene.board.remove(scene.board.equation)
    scene.add(equation)
    scene.wait(5)


def _forward_still(board: Any) -> None:
    """The arrows of the forward pass do not give way."""
    board.arrows = lambda edge: ()


def _signed(board: Any) -> None:
    part = edge(Kind.LABEL, "w", "u")
    sign = typeset("+", 0.46, DARK[Role.TEXT]).move_to(board[part])
    board.hide(part)
    board.pin(part, sign)


U, S, X, W = (node(Kind.VALUE, name) for name in ("u", "s", "x", "w"))

UNSEEN: tuple[Mutant, ...] = (
    # numbers
    Mutant("a wrong value with words before it", CHAIN, "209",
           on_board(lambda board: retext(board, U, cv.from_latex("u = 7")))),
    Mutant("a value left over from another run", PLAIN, "209", on_class(then=_left_over)),
    Mutant("a value of another run under this one's key", PLAIN, "209", on_class(then=_pinned)),
    Mutant("a nudge shown twice as large", PLAIN, "209", on_class(then=_wrong_nudge)),
    Mutant("the values of two inputs change places", CHAIN, "211",
           _then("Given", _exchange(X, W))),
    Mutant("a gradient below its value", CHAIN, "211",
           _then("Differentiate s", _exchange(S, node(Kind.GRAD, "s")))),
    # equations
    Mutant("an equation of another operation", CHAIN, "209", _then("Evaluate s", _typed("u=w+x"))),
    Mutant("an equation that is no equality", CHAIN, "209",
           _then("Evaluate s", _typed(r"6 - 1 = 4"))),
    Mutant("a typed gradient that is wrong", CHAIN, "209",
           _then("Differentiate w", _typed(r"\frac{\partial L}{\partial w} = 12"))),
    Mutant("a minus in a sum of contributions", MEETING, "209", _in_equation("x", _minus)),
    Mutant("a partial that is named by another input", CHAIN, "209",
           on_board(_misnamed_partial)),
    Mutant("the equation of another run", PLAIN, "209", on_class(then=_old_equation)),
    # order
    Mutant("a value before those it is made of", CHAIN, "201",
           _swapped("Evaluate u", "Evaluate s")),
    Mutant("a contribution before the forward pass ends", MEETING, "201", after("Given", _early)),
    Mutant("a backward pass without a forward one", PLAIN, "201",
           on_class(forward=lambda self: None)),
    Mutant("a contribution that never lands", MEETING, "202", on_board(_one_never_lands)),
    # what is drawn
    Mutant("a node that goes before the backward pass", CHAIN, "205",
           _then("Evaluate L", _gone(node(Kind.NODE, "u")))),
    Mutant("a value that goes", CHAIN, "205", _then("Evaluate L", _gone(U))),
    Mutant("a gradient that goes", CHAIN, "205",
           _then("Differentiate w", _gone(node(Kind.GRAD, "s")))),
    Mutant("an edge that goes", CHAIN, "205",
           _then("Evaluate u", _gone(edge(Kind.EDGE, "u", "s")))),
    Mutant("a node that flickers", CHAIN, "205", after("Evaluate L", _flickers)),
    Mutant("a node under another name", CHAIN, "205", _then("Reveal", _renamed)),
    Mutant("a node without its name", CHAIN, "205",
           _then("Reveal", lambda board: board["u"].remove(board["u"].label))),
    Mutant("an arrow with a tip at both ends", CHAIN, "207", _then("Reveal", _two_tips)),
    Mutant("an arrow that loses its tip", CHAIN, "207",
           _then("Reveal", lambda board: board["u", "s"].remove(board["u", "s"].tip))),
    Mutant("arrows that point both ways", CHAIN, "207", on_board(_forward_still)),
    Mutant("a sign of another operation on an edge", CHAIN, "203",
           on_board(_signed)),
    Mutant("a backward arrow without its partial", CHAIN, "203",
           _then("Differentiate u", _gone(edge(Kind.PARTIAL, "u", "s")))),
    # colours
    Mutant("a forward arrow in the gradients' colour", CHAIN, "206",
           on_draw(edge(Kind.EDGE, "u", "s"), lambda m: m.set_color(DARK[Role.GRAD]))),
    Mutant("a partial in an input's colour", CHAIN, "206",
           on_draw(edge(Kind.PARTIAL, "u", "s"), lambda m: m.set_color(DARK[Role.INPUT]))),
)  # fmt: skip
