"""Beats meet a board: what each kind of beat looks like, move by move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import manim as mn

from chainviz.draw import EQUATION, Board, Equation, NodeBody
from chainviz.errors import ChainvizError
from chainviz.formula import Formula
from chainviz.graph import Edge
from chainviz.part import Kind, Part
from chainviz.stage.moves import Fly, Hold, Move, Pulse, appear, glow
from chainviz.stage.reading import reading_time
from chainviz.story import Beat, Differentiate, Evaluate, Given, Reveal, SeedOutput, edge_part
from chainviz.theme import Role

__all__ = ["BEATS", "enact"]

Moves = Iterator[Move | Hold]


def enact(board: Board, beat: Beat) -> tuple[Move | Hold, ...]:
    """The moves that show a beat on a board, in order; each can be played by itself."""
    if type(beat) not in BEATS:
        known = ", ".join(kind.__name__ for kind in BEATS)
        raise ChainvizError(f"a graph board cannot show {type(beat).__name__}; it shows {known}")
    pace = board.theme.pace
    moves = []
    for move in BEATS[type(beat)](board, beat):
        if isinstance(move, Hold):
            moves.append(Hold(move.seconds * pace))
        else:
            move.run_time *= pace
            moves.append(move)
    return tuple(moves)


# -- the beats ---------------------------------------------------------------------------------


def _reveal(board: Board, beat: Reveal) -> Moves:
    graph = board.graph

    def draw() -> mn.Animation:
        shown: list[mn.Animation] = []
        for node in graph:
            for edge in graph.edges_into(node.name):
                arrow = board[edge_part(Kind.EDGE, edge)]
                shown.append(_drawn(arrow))
                shown.append(appear(board[edge_part(Kind.LABEL, edge)]))
            body = board[node.name]
            shown.append(_popped(body))
        return mn.LaggedStart(*shown, lag_ratio=0.35)

    yield Move(board, draw, 0.9 + 0.35 * (len(graph.edges) + len(graph)))
    yield from _write(board, beat.formula)
    yield Hold(reading_time(beat.formula) * 0.8)


def _given(board: Board, beat: Given) -> Moves:
    yield from _write(board, beat.formula)
    for name in beat.nodes:
        yield Move(board, lambda name=name: _value_arrives(board, name), 0.7)
    yield Hold(1.0)


def _evaluate(board: Board, beat: Evaluate) -> Moves:
    edges = board.graph.edges_into(beat.node)
    yield from _write(board, beat.formula, sides=2)
    yield Move(board, lambda: _pulses(board, edges), 0.9)
    equation = _equation_of(board)
    yield Move(board, lambda: _numbers_fly(board, equation(), [e.source for e in edges]), 0.9)
    yield Move(board, lambda: _value_arrives(board, beat.node, equation()), 0.9)
    yield Hold(max(1.0, 0.5 * reading_time(beat.formula)))


def _seed(board: Board, beat: SeedOutput) -> Moves:
    yield from _write(board, beat.formula)
    yield Move(board, lambda: _grad_arrives(board, beat.node, _equation_of(board)()), 0.9)
    yield Hold(1.2)


def _differentiate(board: Board, beat: Differentiate) -> Moves:
    equation = _equation_of(board)
    yield from _write(board, beat.formula, sides=1)
    for edge in beat.edges:
        yield Move(board, lambda edge=edge: _partial_shows(board, edge), 0.8)
        yield Move(board, lambda edge=edge: _factors_fly(board, equation(), edge), 1.0)
    yield Move(board, lambda: _rest_shows(equation()), 0.7)
    for edge in beat.edges:
        yield Move(board, lambda edge=edge: _pulses(board, (edge,), backward=True), 0.8)
        if len(beat.edges) > 1:
            yield Move(board, lambda edge=edge: _contribution_lands(board, edge), 0.6)
    yield Move(board, lambda: _grad_arrives(board, beat.node, equation()), 0.9)
    yield Hold(max(1.2, 0.6 * reading_time(beat.formula)))


BEATS: Mapping[type, Callable[[Board, Any], Moves]] = MappingProxyType(
    {
        Reveal: _reveal,
        Given: _given,
        Evaluate: _evaluate,
        SeedOutput: _seed,
        Differentiate: _differentiate,
    }
)


# -- what they are made of ---------------------------------------------------------------------


def _write(board: Board, formula: Formula, sides: int | None = None) -> Moves:
    """Write an equation in its place; with ``sides``, only that many of its sides for now."""

    def make() -> mn.Animation:
        old = board.hide(EQUATION)
        equation = board.write(formula)
        for piece in _after(equation, sides):
            piece.set_opacity(0)
        shown = mn.VGroup(*(p for p in equation if p not in _after(equation, sides)))
        new = appear(shown, 0.6)
        if old is None:
            return new
        return mn.AnimationGroup(mn.FadeOut(old, run_time=0.3), new, lag_ratio=0.4)

    yield Move(board, make, 0.8)


def _after(equation: Equation, sides: int | None) -> list[mn.Mobject]:
    """The pieces of the equation after its first sides; signs go with the side they lead to."""
    if sides is None:
        return []
    return [*equation.sides[sides:], *equation.signs[max(0, sides - 1) :]]


def _equation_of(board: Board) -> Callable[[], Equation]:
    def find() -> Equation:
        found = board.equation
        assert found is not None
        return found

    return find


def _drawn(arrow: mn.VMobject) -> mn.Animation:
    curve, tip = arrow.submobjects
    along = mn.Create(curve, run_time=0.6)
    along.introducer = False
    return mn.AnimationGroup(along, appear(tip, 0.25), lag_ratio=0.7)


def _popped(body: mn.Mobject) -> mn.Animation:
    animation = mn.FadeIn(body, scale=0.6, run_time=0.5)
    animation.introducer = False
    return animation


def _lit(board: Board, name: str) -> mn.Animation:
    body = board[name]
    assert isinstance(body, NodeBody)
    return mn.ApplyMethod(body.outline.set_fill, body.lit_fill, 1.0, run_time=0.6)


def _pulses(
    board: Board, edges: tuple[Edge, ...], *, backward: bool = False
) -> mn.Animation:
    theme = board.theme
    runs = []
    for edge in edges:
        source = board[edge.source]
        assert isinstance(source, NodeBody)
        colour = theme[Role.GRAD] if backward else theme[source.role]
        runs.append(Pulse(board.pulse_route(edge, backward=backward), colour=colour))
    return mn.AnimationGroup(*runs)


def _numbers_fly(board: Board, equation: Equation, sources: list[str]) -> mn.Animation:
    """The third side of u = w x = 3 · 2 = 6 is put together from the values on the board."""
    if len(equation.sides) < 4:
        return mn.Wait(run_time=0.01)
    side, sign = equation.sides[2], equation.signs[1]
    flown: list[mn.Animation] = []
    taken: set[int] = set()
    for name in dict.fromkeys(sources):
        part = Part.of_node(Kind.VALUE, name)
        if part in side.spans and board.shown(part):
            group = side.glyphs_of(part).set_opacity(1)
            taken.update(side.spans[part])
            flown.append(Fly(group, board[part]))
    rest = mn.VGroup(*(g for i, g in enumerate(side) if i not in taken), *sign)
    rest.set_opacity(1)
    return mn.AnimationGroup(appear(rest), *flown)


def _value_arrives(
    board: Board, name: str, equation: Equation | None = None
) -> mn.Animation:
    text = board.show(Part.of_node(Kind.VALUE, name))
    if equation is None:
        return mn.AnimationGroup(_lit(board, name), appear(text))
    side, sign = equation.sides[-1], equation.signs[-1]
    result = mn.VGroup(*side, *sign)
    first = []
    if side[0].get_fill_opacity() == 0:
        result.set_opacity(1)
        first.append(appear(result, 0.4))
    return mn.LaggedStart(
        *first, mn.AnimationGroup(_lit(board, name), Fly(text, side)), lag_ratio=0.5
    )


def _grad_arrives(board: Board, name: str, equation: Equation) -> mn.Animation:
    leaving = [
        mn.FadeOut(found, run_time=0.3)
        for edge in board.graph.edges_out_of(name)
        if (found := board.hide(edge_part(Kind.CONTRIBUTION, edge))) is not None
    ]
    text = board.show(Part.of_node(Kind.GRAD, name))
    side, sign = equation.sides[-1], equation.signs[-1]
    first: list[mn.Animation] = []
    if side[0].get_fill_opacity() == 0:
        first.append(appear(mn.VGroup(*side, *sign).set_opacity(1), 0.4))
    return mn.LaggedStart(
        *first, mn.AnimationGroup(*leaving, Fly(text, side), glow(board[name])), lag_ratio=0.5
    )


def _partial_shows(board: Board, edge: Edge) -> mn.Animation:
    forward = board[edge_part(Kind.EDGE, edge)]
    back = board.show_backward(edge)
    partial = board.show(edge_part(Kind.PARTIAL, edge))
    return mn.AnimationGroup(
        mn.ApplyMethod(forward.set_opacity, 0.0, run_time=0.4), _drawn(back), appear(partial)
    )


def _factors_fly(board: Board, equation: Equation, edge: Edge) -> mn.Animation:
    """The two factors of upstream x partial come from the graph into their places."""
    side, sign = equation.sides[1], equation.signs[0]
    flown: list[mn.Animation] = []
    taken: set[int] = set()
    origins = {
        Part.of_node(Kind.GRAD, edge.target): Part.of_node(Kind.GRAD, edge.target),
        edge_part(Kind.PARTIAL, edge): edge_part(Kind.PARTIAL, edge),
    }
    term = set(side.spans.get(edge_part(Kind.CONTRIBUTION, edge), range(len(side))))
    for part, origin in origins.items():
        indices = [i for i in side.spans.get(part, ()) if i in term]
        if indices and board.shown(origin):
            taken.update(indices)
            flown.append(Fly(mn.VGroup(*(side[i] for i in indices)).set_opacity(1), board[origin]))
    rest = mn.VGroup(*(side[i] for i in sorted(term - taken)), *sign)
    rest.set_opacity(1)
    return mn.AnimationGroup(appear(rest), *flown) if len(rest) else mn.AnimationGroup(*flown)


def _rest_shows(equation: Equation) -> mn.Animation:
    """What of the equation is still unseen, its last side apart: the signs and the numbers."""
    last = {id(g) for g in (*equation.sides[-1], *equation.signs[-1])}
    unseen = [
        glyph
        for piece in equation
        for glyph in piece
        if glyph.get_fill_opacity() == 0 and (id(glyph) not in last or len(equation.sides) < 4)
    ]
    if not unseen:
        return mn.Wait(run_time=0.01)
    return appear(mn.VGroup(*unseen).set_opacity(1))


def _contribution_lands(board: Board, edge: Edge) -> mn.Animation:
    return appear(board.show(edge_part(Kind.CONTRIBUTION, edge)))
