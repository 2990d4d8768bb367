"""The forward and the backward pass as ordinary animations, made of steps one can play alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import manim as mn

from chainviz.draw import Board
from chainviz.stage.enact import enact
from chainviz.stage.moves import Hold
from chainviz.story import Beat, Storyboard, name_of, tell_backward, tell_forward

__all__ = ["BackwardPass", "ForwardPass", "Step", "Telling"]


class Step(mn.Succession):
    """One beat of a pass: ``self.play(step)``."""

    def __init__(self, board: Board, beat: Beat, **kwargs: Any) -> None:
        self.beat = beat
        moves = (
            mn.Wait(run_time=move.seconds) if isinstance(move, Hold) else move
            for move in enact(board, beat)
        )
        super().__init__(*moves, name=name_of(beat), **kwargs)


class Telling(mn.Succession):
    """The beats of a storyboard on a board, one after the other; ``steps`` holds them."""

    def __init__(self, board: Board, storyboard: Storyboard, **kwargs: Any) -> None:
        self.board = board
        self.steps = tuple(Step(board, beat) for beat in storyboard)
        super().__init__(*self.steps, **kwargs)


class ForwardPass(Telling):
    """Values appear, node by node: ``self.play(ForwardPass(board))``."""

    def __init__(self, board: Board, **kwargs: Any) -> None:
        super().__init__(board, tell_forward(board.tape), **kwargs)


class BackwardPass(Telling):
    """Gradients appear one at a time, from the seed back to the inputs (or to those in ``wrt``)."""

    def __init__(self, board: Board, *, wrt: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(board, tell_backward(board.tape, wrt=wrt or board.wrt), **kwargs)
