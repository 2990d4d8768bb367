"""How a defect gets into a film: by subclassing the lesson, never by touching a rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import manim as mn

from chainviz.draw import Board, typeset
from chainviz.formula import Formula, Num, Text, rebuild
from chainviz.part import Kind, Part
from chainviz.story import Storyboard
from chainviz.tape import Tape
from chainviz.theme import DARK, Role

__all__ = [
    "GOLDEN", "GRAPH", "PATHS", "SQUARE", "Mutant", "Scene", "after", "edge", "in_construct",
    "node", "on_board", "on_class", "on_draw", "on_move", "on_story", "replaced", "retext",
    "says", "throughout", "when_shown",
]  # fmt: skip

Scene = type[Any]
GOLDEN = "golden"
GRAPH, PATHS, SQUARE = "ComputationalGraph", "SumOverPaths", "SquareOfSum"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One defect: its name, the film it goes into, and the rule or golden that must catch it."""

    name: str
    film: str
    caught_by: str
    mutate: Callable[[Scene], Scene]


def node(kind: Kind, name: str) -> Part:
    """The part of a node."""
    return Part.of_node(kind, name)


def edge(kind: Kind, source: str, target: str, slot: int = 0) -> Part:
    """The part of an argument slot."""
    return Part.of_edge(kind, source, target, slot)


def _named(scene: Scene, members: dict[str, Any]) -> Scene:
    return type(scene.__name__, (scene,), {"__module__": scene.__module__, **members})


def on_class(**members: Any) -> Callable[[Scene], Scene]:
    """Other class attributes."""
    return lambda scene: _named(scene, members)


def on_board(change: Callable[[Any], None]) -> Callable[[Scene], Scene]:
    """Something is done to the board before the film begins."""

    def mutate(scene: Scene) -> Scene:
        def make_board(self: Any, tape: Tape) -> Board:
            board: Board = scene.make_board(self, tape)
            change(board)
            return board

        return _named(scene, {"make_board": make_board})

    return mutate


def on_story(change: Callable[[tuple[Any, ...], Tape], Any]) -> Callable[[Scene], Scene]:
    """The storyboard is another one."""

    def mutate(scene: Scene) -> Scene:
        def story(self: Any, tape: Tape) -> Storyboard:
            return Storyboard(tuple(change(tuple(scene.story(self, tape)), tape)))

        return _named(scene, {"story": story})

    return mutate


def on_move(change: Callable[[Any, Any], Any]) -> Callable[[Scene], Scene]:
    """Every move or hold goes through a change; None leaves it out."""

    def mutate(scene: Scene) -> Scene:
        def play_move(self: Any, move: Any) -> None:
            changed = change(self, move)
            if changed is not None:
                scene.play_move(self, changed)

        return _named(scene, {"play_move": play_move})

    return mutate


def after(beat_name: str, do: Callable[[Any], Any]) -> Callable[[Scene], Scene]:
    """Something is done when a beat of that kind (``Evaluate u``) has been played."""
    from chainviz.story import name_of

    def mutate(scene: Scene) -> Scene:
        def play_beat(self: Any, beat: Any) -> None:
            scene.play_beat(self, beat)
            if name_of(beat).startswith(beat_name):
                do(self)

        return _named(scene, {"play_beat": play_beat})

    return mutate


def in_construct(do: Callable[[Any], Any]) -> Callable[[Scene], Scene]:
    """Something is done when the film is at its end."""

    def mutate(scene: Scene) -> Scene:
        def construct(self: Any) -> None:
            scene.construct(self)
            do(self)

        return _named(scene, {"construct": construct})

    return mutate


def on_draw(part: Part, change: Callable[[Any], Any]) -> Callable[[Scene], Scene]:
    """A part is drawn wrongly, whenever it is drawn."""

    def damage(board: Any) -> None:
        draw = board.draw

        def draw_wrongly(asked: Part) -> Any:
            made = draw(asked)
            return change(made) if asked == part else made

        board.draw = draw_wrongly
        if board.shown(part):
            change(board[part])

    return on_board(damage)


def when_shown(part: Part, also: Callable[[Any], None]) -> Callable[[Scene], Scene]:
    """Whenever a part is put on the board, something else happens to the board too."""

    def damage(board: Any) -> None:
        put = board.put

        def put_and_more(asked: Part) -> Any:
            made = put(asked)
            if asked == part:
                also(board)
            return made

        board.put = put_and_more

    return on_board(damage)


def throughout(formula: Formula, change: Callable[[Formula], Formula]) -> Formula:
    """A formula with every piece in it changed, the innermost first."""
    return change(rebuild(formula, lambda piece: throughout(piece, change)))


def replaced(beat: Any, **others: Any) -> Any:
    """A beat with some of its fields changed."""
    return type(beat)(**{name: getattr(beat, name) for name in beat.__dataclass_fields__} | others)


def says(text: Any, other: str) -> Any:
    """A text that is drawn already reads otherwise, in the same place and size."""
    new = typeset(Text(other), 0.3, DARK[Role.TEXT])
    text.become(new.scale_to_fit_height(text.height).move_to(text))
    text.says = other
    return text


def retext(board: Any, part: Part, content: str | float | Formula) -> None:
    """A text of the board's plan reads otherwise; its place and its look stay."""
    old = board.plan.texts[part]
    formula = Num(content) if isinstance(content, (int, float)) else content
    new = typeset(formula, 0.3, mn.ManimColor(old[0].get_fill_color()).to_hex())
    new.scale_to_fit_height(old.height).move_to(old)
    if new.width > 1.5 * old.width:
        new.scale_to_fit_width(old.width)
    board.plan.texts[part] = new
