"""Beats about factors meet a board: one factor by itself, and products put together along paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import manim as mn

from chainviz.draw import NUMBER, Board, Factor, Typeset
from chainviz.graph import Edge
from chainviz.part import Kind, Part
from chainviz.stage import gestures
from chainviz.stage.moves import Fly, Hold, Move, Vanish, appear, glow
from chainviz.stage.reading import reading_time
from chainviz.story import Along, Local, edge_part

__all__ = ["PATHS"]


def _local(board: Board, beat: Local) -> Iterator[Move | Hold]:
    if board.writes:
        yield Move(board, lambda: gestures.write_equation(board, beat.formula, None), 0.8)
        yield Hold(reading_time(beat.formula) * 0.6)
    yield Move(board, lambda: _factor_shows(board, beat.edge), 1.2)
    yield Hold(max(1.0, reading_time(beat.formula) * 0.5))


def _along(board: Board, beat: Along) -> Iterator[Move | Hold]:
    yield Move(board, lambda: _clears(board), 0.5)
    if board.writes:
        yield Move(board, lambda: gestures.write_equation(board, beat.formula, 1), 0.8)
    for path in beat.paths:
        yield from _factors(board, path)
    if board.writes:
        yield Hold(1.0)
        every = dict.fromkeys(edge for path in beat.paths for edge in path)
        yield Move(board, lambda: _numbers_fly(board, tuple(every)), 1.2)
        yield Hold(1.0)
    yield Move(board, lambda: gestures.grad_arrives(board, beat.node), 1.2)
    yield Hold(max(1.2, reading_time(beat.formula) - 3.0))


def _factors(board: Board, path: tuple[Edge, ...]) -> Iterator[Move | Hold]:
    """Edge by edge from the output back: it lights up, and its factor flies into the product."""
    for number, edge in enumerate(path):
        yield Move(board, partial(_lights, board, edge), 1.0)
        if board.writes:
            yield Move(board, partial(_factor_flies, board, path, number), 1.0)


PATHS: Mapping[type, Callable[[Board, Any], Iterator[Move | Hold]]] = MappingProxyType(
    {Local: _local, Along: _along}
)


# -- gestures ----------------------------------------------------------------------------------


def _factor_shows(board: Board, edge: Edge) -> mn.Animation:
    """The factor goes from the equation to its edge, or under its box."""
    part = edge_part(Kind.PARTIAL, edge)
    shown = board.put(part)
    text = shown.text if isinstance(shown, Factor) else shown
    comes = _from_equation(board, part, text)
    if not isinstance(shown, Factor):
        return comes
    brace = mn.GrowFromCenter(shown.brace, run_time=0.6)
    brace.introducer = False
    return mn.AnimationGroup(brace, comes, glow(board[edge.target]))


def _from_equation(board: Board, part: Part, text: mn.VMobject) -> mn.Animation:
    equation = board.equation
    if equation is None or part not in equation:
        return appear(text)
    return Fly(text, equation[part])


def _clears(board: Board) -> mn.Animation:
    """Arrows that were turned round by an earlier path come back, their partials go."""
    back: list[mn.Animation] = []
    for edge in board.graph.edges:
        turned = board.hide(edge_part(Kind.SHAPE, edge))
        if turned is None:
            continue
        back.append(Vanish(board, turned, run_time=0.4))
        back += [gestures.come_back(arrow) for arrow in board.arrows(edge)]
        partial = board.hide(edge_part(Kind.PARTIAL, edge))
        if partial is not None:
            back.append(Vanish(board, partial, run_time=0.4))
    return gestures.together(back)


def _lights(board: Board, edge: Edge) -> mn.Animation:
    """The place a factor belongs to draws the eye."""
    part = edge_part(Kind.PARTIAL, edge)
    shown = board.put(part) if board.shown(part) else None
    if isinstance(shown, Factor):
        return mn.AnimationGroup(glow(board[edge.target]), glow(shown.brace))
    if board.braces:
        return _factor_shows(board, edge)
    if board.shown(edge_part(Kind.SHAPE, edge)):
        return gestures.pulses(board, (edge,), backward=True)
    return gestures.partial_shows(board, edge)


def _factor_flies(board: Board, path: tuple[Edge, ...], number: int) -> mn.Animation:
    """The name of a factor comes from its edge into its place, with the dot before it."""
    equation = board.equation
    if equation is None or len(equation.sides) < 2:
        return gestures.together(())
    side = equation.sides[1]
    part = edge_part(Kind.PARTIAL, path[number])
    term = _term(side, path)
    own = [i for i in side.spans.get(part, ()) if i in term]
    if not own:
        return gestures.unveil(board)
    seen_to = _end_of_previous(side, path, number, term)
    rest = [side[i] for i in range(seen_to, min(own))]
    if number == 0:
        rest += list(equation.signs[0])
    if number == len(path) - 1:
        rest += [side[i] for i in sorted(term) if i > max(own)]
    unseen = [glyph for glyph in rest if glyph.get_fill_opacity() == 0]
    factor = mn.VGroup(*(side[i] for i in own)).set_fill(opacity=1)
    moves: list[mn.Animation] = [Fly(factor, _name_in(board, part))]
    if unseen:
        moves.insert(0, appear(mn.VGroup(*unseen).set_fill(opacity=1)))
    return mn.AnimationGroup(*moves)


def _term(side: Typeset, path: tuple[Edge, ...]) -> set[int]:
    """The glyphs of one path's product, in a sum of several."""
    came = edge_part(Kind.CONTRIBUTION, path[-1])
    return set(side.spans.get(came, range(len(side))))


def _end_of_previous(side: Typeset, path: tuple[Edge, ...], number: int, term: set[int]) -> int:
    if number == 0:
        first = min(term, default=0)
        return max((i + 1 for i in range(first) if side[i].get_fill_opacity() > 0), default=0)
    before = side.spans.get(edge_part(Kind.PARTIAL, path[number - 1]), ())
    return max((i for i in before if i in term), default=-1) + 1


def _name_in(board: Board, part: Part) -> mn.VMobject:
    """Where on the board a factor's name stands."""
    shown = board[part]
    text = shown.text if isinstance(shown, Factor) else shown
    if isinstance(text, Typeset) and part in text.spans:
        return text.glyphs_of(part)
    return text


def _number_in(board: Board, part: Part) -> mn.VMobject:
    """Where on the board a factor's number stands."""
    shown = board[part]
    text = shown.text if isinstance(shown, Factor) else shown
    if isinstance(text, Typeset) and NUMBER in text.spans:
        return text.glyphs_of(NUMBER)
    return text


def _numbers_fly(board: Board, edges: tuple[Edge, ...]) -> mn.Animation:
    """The factors' numbers come from the board into the next side."""
    equation = board.equation
    if equation is None or len(equation.sides) < 4:
        return gestures.together(())
    side = equation.sides[2]
    flown: list[mn.Animation] = []
    taken: set[int] = set()
    for edge in edges:
        part = edge_part(Kind.PARTIAL, edge)
        if part in side.spans and board.shown(part):
            taken.update(side.spans[part])
            number = side.glyphs_of(part).set_fill(opacity=1)
            flown.append(Fly(number, _number_in(board, part)))
    rest = [*(side[i] for i in range(len(side)) if i not in taken), *equation.signs[1]]
    return mn.AnimationGroup(appear(mn.VGroup(*rest).set_fill(opacity=1)), *flown)
