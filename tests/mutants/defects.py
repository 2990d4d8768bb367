"""The table of defects: what is wrong, in which film, and what must catch it."""

from __future__ import annotations

from typing import Any

import manim as mn

from chainviz.draw import EQUATION, typeset
from chainviz.formula import Keyed, Num
from chainviz.part import Kind, Part
from chainviz.stage.moves import appear
from chainviz.story import Differentiate, Evaluate, Given, SeedOutput
from chainviz.theme import Role
from mutants.looks import CONTENT, LOOKS, PLACES, TIME
from mutants.nasty import NASTY
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
    on_draw,
    on_story,
    replaced,
    retext,
    throughout,
    when_shown,
)
from mutants.unseen import UNSEEN

__all__ = ["MUTANTS"]


# -- numbers ----------------------------------------------------------------------------------


def _number(part: Part, number: float) -> Any:
    return on_board(lambda board: retext(board, part, number))


def _swap(one: Part, other: Part) -> Any:
    def change(board: Any) -> None:
        texts = board.plan.texts
        a, b = texts[one], texts[other]
        place = a.get_center()
        a.move_to(b)
        b.move_to(place)
        texts[one], texts[other] = b, a

    return on_board(change)


def _in_formula(kind: Any, part: Part, number: float) -> Any:
    """A number inside an equation is another one."""

    def wrong(piece: Any) -> Any:
        if isinstance(piece, Keyed) and piece.part == part and isinstance(piece.body, Num):
            return Keyed(part, Num(number))
        return piece

    def change(beats: tuple[Any, ...], tape: Any) -> Any:
        for beat in beats:
            if isinstance(beat, kind):
                yield replaced(beat, formula=throughout(beat.formula, wrong))
            else:
                yield beat

    return on_story(change)


NUMBERS = (
    Mutant("a wrong digit in a value", GRAPH, "209", _number(node(Kind.VALUE, "sigma"), 0.9976)),
    Mutant("a wrong sign in a value", GRAPH, "209", _number(node(Kind.VALUE, "u"), -6)),
    Mutant("a value rounded away", GRAPH, "209", _number(node(Kind.VALUE, "sigma"), 1)),
    Mutant("two values swapped", GRAPH, "209",
           _swap(node(Kind.VALUE, "x"), node(Kind.VALUE, "w"))),
    Mutant("a wrong digit in a gradient", GRAPH, "209", _number(node(Kind.GRAD, "w"), -0.0048)),
    Mutant("a gradient with the wrong sign", GRAPH, "209",
           _number(node(Kind.GRAD, "sigma"), 1.0025)),
    Mutant("two gradients swapped", GRAPH, "209",
           _swap(node(Kind.GRAD, "x"), node(Kind.GRAD, "w"))),
    Mutant("a wrong partial on an edge", SQUARE, "209",
           on_board(lambda board: _wrong_partial(board))),
    Mutant("a wrong contribution", PATHS, "209",
           on_board(lambda board: _wrong_of(board, Kind.CONTRIBUTION))),
    Mutant("a wrong number put into an equation", GRAPH, "209",
           _in_formula(Evaluate, node(Kind.VALUE, "u"), 5.0)),
    Mutant("a wrong result in a gradient's equation", GRAPH, "209",
           _in_formula(Differentiate, node(Kind.GRAD, "u"), -0.0024)),
    Mutant("a wrong number among the given ones", GRAPH, "209",
           _in_formula(Given, node(Kind.VALUE, "x"), 3.0)),
)  # fmt: skip


def _wrong_partial(board: Any) -> None:
    _wrong_of(board, Kind.PARTIAL)


def _wrong_of(board: Any, kind: Kind) -> None:
    part = next(part for part in board.plan.texts if part.kind is kind)
    retext(board, part, 123.0)


# -- structure --------------------------------------------------------------------------------


def _shrunk(mobject: Any) -> Any:
    return mobject.scale(1e-5)


def _turned(mobject: Any) -> Any:
    return mobject.rotate(mn.PI)


STRUCTURE = (
    Mutant("an edge that is missing", GRAPH, "205", on_draw(edge(Kind.EDGE, "w", "u"), _shrunk)),
    Mutant("another edge that is missing", PATHS, "205",
           on_draw(edge(Kind.EDGE, "x", "g"), _shrunk)),
    Mutant("an intermediate left out", GRAPH, "205", on_draw(node(Kind.NODE, "sigma"), _shrunk)),
    Mutant("an input left out", GRAPH, "205", on_draw(node(Kind.NODE, "x"), _shrunk)),
    Mutant("an arrow reversed", GRAPH, "207", on_draw(edge(Kind.EDGE, "u", "sigma"), _turned)),
    Mutant("an arrow that stops short", GRAPH, "207",
           on_draw(edge(Kind.EDGE, "u", "sigma"), lambda m: m.scale(0.4))),
    Mutant("the backward arrows run forward", GRAPH, "207",
           on_board(lambda board: _routes(board, lambda back: False))),
    Mutant("pulses run against their pass", GRAPH, "207",
           on_board(lambda board: _pulses_back(board))),
    Mutant("a label off its edge", GRAPH, "203",
           on_draw(edge(Kind.LABEL, "u", "sigma"), lambda m: m.shift(1.4 * mn.DOWN))),
    Mutant("a label left out", GRAPH, "203", on_draw(edge(Kind.LABEL, "w", "u"), _shrunk)),
    Mutant("partials off their edges", PATHS, "203",
           on_board(lambda board: _astray(board))),
)  # fmt: skip


def _routes(board: Any, way: Any) -> None:
    route = board.route
    board.route = lambda edge, *, backward=False: route(edge, backward=way(backward))


def _pulses_back(board: Any) -> None:
    route = board.pulse_route
    board.pulse_route = lambda edge, *, backward=False: route(edge, backward=not backward)


def _astray(board: Any) -> None:
    for kind in (Kind.LABEL, Kind.PARTIAL):
        _all_texts(board, kind, 1.2 * mn.UP)


def _all_texts(board: Any, kind: Kind, shift: Any) -> None:
    for part, text in board.plan.texts.items():
        if part.kind is kind:
            text.shift(shift)
            if board.shown(part):
                board[part].shift(shift)


# -- order ------------------------------------------------------------------------------------


def _seed_early(beats: tuple[Any, ...], tape: Any) -> Any:
    seed = next(beat for beat in beats if isinstance(beat, SeedOutput))
    last = max(at for at, beat in enumerate(beats) if isinstance(beat, Evaluate))
    return [*beats[:last], seed, *(beat for beat in beats[last:] if beat is not seed)]


def _no_seed(beats: tuple[Any, ...], tape: Any) -> Any:
    return [beat for beat in beats if not isinstance(beat, SeedOutput)]


def _inputs_first(beats: tuple[Any, ...], tape: Any) -> Any:
    back = [beat for beat in beats if isinstance(beat, Differentiate)]
    turned = iter([*back[-2:][::-1], *back[:-2]] if len(back) < 3 else [*back[:-2], *back[:-3:-1]])
    return [next(turned) if isinstance(beat, Differentiate) else beat for beat in beats]


def _grads(*names: str) -> Any:
    return lambda board: [board.put(node(Kind.GRAD, name)) for name in names]


def _both(lesson: Any) -> None:
    board = lesson.board
    lesson.play(*(appear(board.put(node(Kind.GRAD, name))) for name in ("w", "x")))
    lesson.wait(1)


def _zeros(lesson: Any) -> None:
    for name in ("u", "w"):
        zero = typeset(Num(0.0), 0.3, lesson.look[Role.GRAD])
        place = lesson.board.plan.texts[node(Kind.GRAD, name)]
        lesson.board.plan.texts[node(Kind.GRAD, name)] = zero.move_to(place)
        lesson.board.put(node(Kind.GRAD, name))
    lesson.wait(1)


ORDER = (
    Mutant("a gradient before the forward pass ends", GRAPH, "201", on_story(_seed_early)),
    Mutant("a value that is never given", GRAPH, "201",
           on_story(lambda beats, tape: [b for b in beats if getattr(b, "node", "") != "sigma"
                                         or not isinstance(b, Evaluate)])),
    Mutant("gradients shown as 0 before they exist", GRAPH, "201", after("Given", _zeros)),
    Mutant("two gradients at once", GRAPH, "202",
           after("Differentiate u", lambda lesson: _both(lesson))),
    Mutant("all gradients at once", GRAPH, "202",
           when_shown(node(Kind.GRAD, "L"), _grads("sigma", "u", "w", "x"))),
    Mutant("no seed", GRAPH, "208", on_story(_no_seed)),
    Mutant("a seed that isn't 1", GRAPH, "208", _number(node(Kind.GRAD, "L"), 2)),
    Mutant("inputs' gradients in another order", GRAPH, GOLDEN, on_story(_inputs_first)),
)  # fmt: skip


# -- equations --------------------------------------------------------------------------------


def _no_equation(lesson: Any) -> None:
    lesson.board.hide(EQUATION)
    lesson.wait(1)


def _strike(lesson: Any) -> None:
    equation = lesson.board.equation
    lesson.add(mn.Line(equation.get_left(), equation.get_right(), color=mn.WHITE))
    lesson.wait(1)


def _missing_term(beats: tuple[Any, ...], tape: Any) -> Any:
    """Where contributions are summed up, the last of them is left out."""

    def shorter(piece: Any) -> Any:
        terms = getattr(piece, "terms", ())
        return type(piece)(terms[:-1]) if len(terms) > 1 else piece

    for beat in beats:
        if isinstance(beat, Differentiate) and len(beat.edges) > 1:
            yield replaced(beat, formula=throughout(beat.formula, shorter))
        else:
            yield beat


EQUATIONS = (
    Mutant("an equation left out", GRAPH, "204", after("Evaluate sigma", _no_equation)),
    Mutant("no equation in the backward pass", PATHS, "204",
           after("Differentiate", _no_equation)),
    Mutant("a line through an equation", GRAPH, "102", after("Evaluate sigma", _strike)),
    Mutant("a contribution missing from a sum", PATHS, "209", on_story(_missing_term)),
    Mutant("an equation over the graph", GRAPH, "101",
           after("Evaluate u", lambda le: (le.board.equation.move_to(le.board["u"]), le.wait(1)))),
    Mutant("an equation half off the frame", GRAPH, "104",
           after("Evaluate u", lambda le: (le.board.equation.shift(6 * mn.RIGHT), le.wait(1)))),
)  # fmt: skip


MUTANTS: tuple[Mutant, ...] = (
    *NUMBERS, *STRUCTURE, *ORDER, *EQUATIONS, *LOOKS, *PLACES, *TIME, *CONTENT, *NASTY, *UNSEEN
)  # fmt: skip
