"""Defects of looks, places and time, and those that only a golden can know."""

from __future__ import annotations

from typing import Any

import manim as mn

from chainviz.draw import EQUATION, typeset
from chainviz.part import Kind
from chainviz.stage.moves import Hold
from chainviz.story import SeedOutput
from chainviz.theme import DARK, LIGHT, Role
from mutants.tools import (
    GOLDEN,
    GRAPH,
    Mutant,
    after,
    edge,
    in_construct,
    node,
    on_board,
    on_class,
    on_draw,
    on_move,
    on_story,
    replaced,
    says,
)

__all__ = ["CONTENT", "LOOKS", "PLACES", "TIME"]

FAR = 30 * mn.UP


# -- looks ------------------------------------------------------------------------------------


def _outline(colour: str) -> Any:
    return lambda body: (body.outline.set_stroke(colour), body)[1]


def _coloured(colour: str) -> Any:
    return lambda text: text.set_fill(colour)


def _theme(**colours: str) -> Any:
    from dataclasses import replace

    changed = {Role[name.upper()]: value for name, value in colours.items()}
    return replace(DARK, colours={**DARK.colours, **changed})


LOOKS = (
    Mutant("a swapped colour", GRAPH, "206",
           on_draw(node(Kind.NODE, "x"), _outline(DARK[Role.OUTPUT]))),
    Mutant("a gradient in a forward colour", GRAPH, "206",
           on_draw(node(Kind.GRAD, "u"), _coloured(DARK[Role.INPUT]))),
    Mutant("a frozen theme colour", GRAPH, "206",
           on_draw(node(Kind.NODE, "L"), _outline(LIGHT[Role.INTERMEDIATE]))),
    Mutant("roles that look alike to some", GRAPH, "107",
           on_class(theme=_theme(intermediate="#83C167", output="#FC6255", input="#58C4DD"))),
    Mutant("a value that can hardly be seen", GRAPH, "106",
           on_draw(node(Kind.VALUE, "u"), _coloured("#2A3A33"))),
    Mutant("arrows that can hardly be seen", GRAPH, "106",
           on_class(theme=_theme(edge="#2B2B2B"))),
    Mutant("tiny text", GRAPH, "105", on_draw(node(Kind.VALUE, "u"), lambda m: m.scale(0.4))),
    Mutant("a heading that shrinks away", GRAPH, "105",
           after("Title", lambda le: (le.mobjects[0].scale(0.2), le.wait(1)))),
)  # fmt: skip


# -- places -----------------------------------------------------------------------------------


def _panel(lesson: Any) -> None:
    cover = mn.Rectangle(
        width=1.2, height=0.8, fill_opacity=1, stroke_width=0, fill_color="#333333"
    )
    lesson.add(cover.move_to(lesson.board[node(Kind.VALUE, "u")]).set_z_index(50))
    lesson.wait(1)


PLACES = (
    Mutant("a text over a node", GRAPH, "101",
           on_draw(node(Kind.VALUE, "u"), lambda m: m.shift(0.74 * mn.UP))),
    Mutant("a value across its node's outline", GRAPH, "102",
           on_draw(node(Kind.VALUE, "sigma"), lambda m: m.shift(0.28 * mn.UP))),
    Mutant("a text off the frame", GRAPH, "104",
           on_draw(node(Kind.GRAD, "w"), lambda m: m.shift(0.7 * mn.LEFT))),
    Mutant("a text far off the frame", GRAPH, "104",
           on_draw(node(Kind.VALUE, "u"), lambda m: m.shift(FAR))),
    Mutant("a panel over a value", GRAPH, "103", after("Evaluate L", _panel)),
    Mutant("two values in one place", GRAPH, "101",
           on_board(lambda board: board.plan.texts[node(Kind.VALUE, "w")].move_to(
               board.plan.texts[node(Kind.VALUE, "x")]))),
)  # fmt: skip


# -- time -------------------------------------------------------------------------------------


def _hurried(lesson: Any, move: Any) -> Any:
    return Hold(0.2) if isinstance(move, Hold) else move


def _no_holds(lesson: Any, move: Any) -> Any:
    return None if isinstance(move, Hold) else move


def _strobe(lesson: Any) -> None:
    sheet = mn.FullScreenRectangle(fill_opacity=1, fill_color=mn.WHITE, stroke_width=0)
    for _ in range(6):
        lesson.add(sheet)
        lesson.wait(1 / 15)
        lesson.remove(sheet)
        lesson.wait(1 / 15)
    lesson.wait(1)


def _scatter(lesson: Any) -> None:
    ways = (mn.UP, mn.DOWN, mn.LEFT, mn.RIGHT, mn.UR, mn.DL)
    bodies = [lesson.board[node(Kind.NODE, name)] for name in ("x", "w", "u", "sigma", "L")]
    there = [b.animate.shift((0.3 + 0.1 * k) * ways[k]) for k, b in enumerate(bodies)]
    lesson.play(*there, run_time=1.5)
    back = [b.animate.shift(-(0.3 + 0.1 * k) * ways[k]) for k, b in enumerate(bodies)]
    lesson.play(*back, run_time=1.5)
    lesson.wait(1)


def _brief(lesson: Any) -> None:
    note = typeset("Look how small this gradient has become", 0.3, lesson.look[Role.TEXT])
    lesson.add(note.move_to(3.1 * mn.DOWN + 2 * mn.RIGHT).shift(0.2 * mn.UP))
    lesson.board.hide(EQUATION)
    lesson.wait(0.7)
    lesson.remove(note)
    lesson.wait(0.1)


TIME = (
    Mutant("beats too short to read", GRAPH, "109", on_move(_hurried)),
    Mutant("beats that end on the move", GRAPH, "110", on_move(_no_holds)),
    Mutant("a note too brief to read", GRAPH, "109", after("Differentiate u", _brief)),
    Mutant("a flashing screen", GRAPH, "108", in_construct(_strobe)),
    Mutant("five things move at once", GRAPH, "210", after("Reveal", _scatter)),
    Mutant("a film that raises", GRAPH, "001", in_construct(lambda lesson: lesson.board["nobody"])),
    Mutant("a film that plays nothing", GRAPH, "002", on_class(construct=lambda lesson: None)),
)  # fmt: skip


# -- what no rule can know ----------------------------------------------------------------------


def _vanish(lesson: Any) -> None:
    lesson.board.hide(node(Kind.VALUE, "x"))


CONTENT = (
    Mutant("a part that vanishes", GRAPH, GOLDEN, after("Evaluate sigma", _vanish)),
    Mutant("a node that is moved", GRAPH, GOLDEN,
           on_draw(node(Kind.NODE, "sigma"), lambda m: m.shift(0.05 * mn.UP))),
    Mutant("another title", GRAPH, GOLDEN, on_class(title="A computation graph")),
    Mutant("another caption", GRAPH, GOLDEN,
           on_story(lambda beats, tape: [replaced(b, caption="Look!")
                                         if isinstance(b, SeedOutput) else b for b in beats])),
    Mutant("a label that names another operation", GRAPH, GOLDEN,
           on_draw(edge(Kind.LABEL, "w", "u"), lambda m: says(m, "+"))),
    Mutant("a thinner outline", GRAPH, GOLDEN,
           on_draw(node(Kind.NODE, "sigma"), lambda m: (m.outline.set_stroke(width=2.5), m)[1])),
    Mutant("a beat left out", GRAPH, GOLDEN,
           on_story(lambda beats, tape: [b for b in beats if type(b).__name__ != "Conclude"])),
    Mutant("a beat that takes longer", GRAPH, GOLDEN,
           after("Evaluate u", lambda lesson: lesson.wait(1))),
)  # fmt: skip
