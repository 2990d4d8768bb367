"""Beats meet a board: what each kind of beat looks like, move by move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import manim as mn

from chainviz.draw import Board
from chainviz.errors import ChainvizError
from chainviz.formula import Formula
from chainviz.part import Kind, Part
from chainviz.stage import gestures
from chainviz.stage.enact_paths import PATHS
from chainviz.stage.moves import Hold, Move
from chainviz.stage.reading import reading_time
from chainviz.stage.wiggle import enact_nudge
from chainviz.story import (
    Beat,
    Conclude,
    Differentiate,
    Evaluate,
    Given,
    Nudge,
    Reveal,
    SeedOutput,
)

__all__ = ["BEATS", "Moves", "enact"]

Moves = Iterator[Move | Hold]


def enact(board: Board, beat: Beat) -> tuple[Move | Hold, ...]:
    """The moves that show a beat on a board, in order; each can be played by itself."""
    if type(beat) not in BEATS:
        known = ", ".join(kind.__name__ for kind in BEATS)
        raise ChainvizError(f"a board cannot show {type(beat).__name__}; it shows {known}")
    return tuple(_paced(move, board.theme.pace) for move in BEATS[type(beat)](board, beat))


def _paced(move: Move | Hold, pace: float) -> Move | Hold:
    if isinstance(move, Hold):
        return Hold(move.seconds * pace)
    move.run_time *= pace
    return move


def _reveal(board: Board, beat: Reveal) -> Moves:
    def draw() -> mn.Animation:
        shown: list[mn.Animation] = []
        for group in board.drawing_order():
            shown += [gestures.enter(board[part]) for part in group]
        return mn.LaggedStart(*shown, lag_ratio=0.35)

    yield Move(board, draw, 0.9 + 0.35 * (len(board.graph.edges) + len(board.graph)))
    yield from _write(board, beat.formula)
    yield Hold(1.05 * reading_time(beat.formula))


def _given(board: Board, beat: Given) -> Moves:
    yield from _write(board, beat.formula)
    for name in beat.nodes:
        if board.shown(Part.of_node(Kind.VALUE, name)):
            continue
        yield Move(board, partial(gestures.value_arrives, board, name), 0.8)
    yield Hold(max(1.0, reading_time(beat.formula) - 0.8 * len(beat.nodes)))


def _evaluate(board: Board, beat: Evaluate) -> Moves:
    edges = board.graph.edges_into(beat.node)
    sources = list(dict.fromkeys(edge.source for edge in edges))
    yield from _write(board, beat.formula, sides=2)
    yield Move(board, partial(gestures.pulses, board, edges), 1.0)
    if board.writes:
        yield Move(board, partial(gestures.numbers_fly, board, sources), 1.1)
    yield Move(board, partial(gestures.value_arrives, board, beat.node), 1.0)
    yield Hold(max(1.0, reading_time(beat.formula) - 2.5))


def _seed(board: Board, beat: SeedOutput) -> Moves:
    yield from _write(board, beat.formula)
    yield Move(board, partial(gestures.grad_arrives, board, beat.node), 1.0)
    yield Hold(1.2)


def _differentiate(board: Board, beat: Differentiate) -> Moves:
    yield from _write(board, beat.formula, sides=1)
    for edge in beat.edges:
        yield Move(board, partial(gestures.partial_shows, board, edge), 0.9)
        if board.writes:
            yield Move(board, partial(gestures.factors_fly, board, edge, 1), 1.4)
    if board.writes:
        yield Move(board, partial(gestures.unveil, board), 0.7)
    for edge in beat.edges:
        yield Move(board, partial(gestures.pulses, board, (edge,), backward=True), 0.9)
        if len(beat.edges) > 1:
            yield Move(board, partial(gestures.contribution_lands, board, edge), 0.6)
            yield Hold(0.9)
    yield Move(board, partial(gestures.grad_arrives, board, beat.node), 1.0)
    yield Hold(max(1.2, reading_time(beat.formula) - 3.0))


def _conclude(board: Board, beat: Conclude) -> Moves:
    for formula in beat.formulas:
        yield from _write(board, formula)
        yield Hold(reading_time(formula))


def _write(board: Board, formula: Formula, sides: int | None = None) -> Moves:
    """Write an equation in its place, where there is one."""
    if board.writes:
        yield Move(board, partial(gestures.write_equation, board, formula, sides), 0.8)


BEATS: Mapping[type, Callable[[Board, Any], Moves]] = MappingProxyType(
    {
        Reveal: _reveal,
        Given: _given,
        Evaluate: _evaluate,
        SeedOutput: _seed,
        Differentiate: _differentiate,
        Conclude: _conclude,
        **PATHS,
        Nudge: enact_nudge,
    }
)
