"""Wiggle: nudge an input and watch the nudge grow along the graph, as an ordinary animation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import manim as mn
import numpy as np

from chainviz.draw import EQUATION, Board, NodeBody, typeset
from chainviz.errors import ChainvizError
from chainviz.formula import Formula, Num, Row, Text
from chainviz.graph import Edge
from chainviz.part import Kind, Part
from chainviz.stage import gestures
from chainviz.stage.moves import Hold, Move, Pulse, Vanish, appear
from chainviz.stage.reading import reading_time
from chainviz.story import Nudge, edge_part, tell_nudge
from chainviz.theme import Role

__all__ = ["Wiggle", "enact_nudge"]

_SWELL = 0.3  # how much the body swells that moves the most
_LONGEST = 1.7  # the bar of what moves the most
_BACKWARD = frozenset({Kind.GRAD, Kind.PARTIAL, Kind.CONTRIBUTION})


class Wiggle(mn.Succession):
    """Nudge an input: ``self.play(Wiggle(board, "x"))``; the board is left as it was.

    Each node shows its change, by a real second run at x + by; each edge shows how much it
    magnifies a nudge. With several steps, the smaller ones show what the ratio tends to.
    """

    def __init__(
        self, board: Board, node: str, *, by: float | Sequence[float] = 0.1, **kwargs: Any
    ) -> None:
        steps = (by,) if isinstance(by, int | float) else tuple(by)
        (self.beat,) = tell_nudge(board.tape, node, by=steps)
        assert isinstance(self.beat, Nudge)
        put_away = _PutAway(board)
        pace = board.theme.pace
        moves: list[mn.Animation] = []
        for move in (put_away.away(), *enact_nudge(board, self.beat), put_away.back()):
            if isinstance(move, Hold):
                moves.append(mn.Wait(run_time=move.seconds * pace))
            else:
                move.run_time *= pace
                moves.append(move)
        super().__init__(*moves, **kwargs)


class _PutAway:
    """What a nudge would write over, taken off the board for as long as it lasts."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.kept: dict[Part, mn.VMobject] = {}
        self.turned: list[Edge] = []

    def away(self) -> Move:
        """Gradients and partials fade; they are still the board's."""

        def make() -> mn.Animation:
            board = self.board
            wanted = [p for p in board.parts() if p.kind in _BACKWARD or p == EQUATION]
            self.kept = {part: board[part] for part in wanted}
            back = {edge: edge_part(Kind.SHAPE, edge) for edge in board.graph.edges}
            self.turned = [edge for edge, part in back.items() if board.shown(part)]
            fading = [
                Vanish(board, found, run_time=0.4)
                for part in [*wanted, *(back[edge] for edge in self.turned)]
                if (found := board.hide(part)) is not None
            ]
            ahead = [gestures.come_back(a) for edge in self.turned for a in board.arrows(edge)]
            return gestures.together([*fading, *ahead])

        return Move(self.board, make, 0.5)

    def back(self) -> Move:
        """They come back as they were."""

        def make() -> mn.Animation:
            board = self.board
            equation = board.hide(EQUATION)
            leaving = [] if equation is None else [Vanish(board, equation, run_time=0.4)]
            again = [self._again(part) for part in self.kept]
            turned = [a for edge in self.turned for a in gestures.turn_round(board, edge)]
            return gestures.together([*leaving, *again, *turned])

        return Move(self.board, make, 0.6)

    def _again(self, part: Part) -> mn.Animation:
        if part == EQUATION:
            kept = self.kept[part]
            formula = getattr(kept, "formula", None)
            assert isinstance(formula, Formula)
            return appear(self.board.write(formula))
        return appear(self.board.put(part))


def enact_nudge(board: Board, beat: Nudge) -> Iterator[Move | Hold]:
    """The nudge runs through the graph, then all of it swings together; its marks go."""
    moved = dict(beat.changes)
    most = max(abs(change) for change in moved.values())
    shares = {name: change / most for name, change in moved.items()}
    ratios = dict(beat.ratios)
    for name in moved:
        edges = tuple(edge for edge in ratios if edge.target == name)
        if edges:
            yield Move(board, partial(_runs, board, edges, shares), 1.0)
            yield Move(board, partial(_ratios_show, board, edges, ratios), 0.6)
        yield Move(board, partial(_change_shows, board, name, moved[name], shares[name]), 1.0)
    if board.writes:
        yield Move(board, lambda: gestures.write_equation(board, beat.formula, None), 0.8)
    yield Move(board, lambda: _swings(board, shares), 3.0)
    yield Hold(max(1.0, reading_time(beat.formula) - 3.0))
    if board.writes:
        yield Move(board, lambda: gestures.write_equation(board, beat.closer, None), 0.8)
        yield Hold(reading_time(beat.closer) + 0.5)
    yield Move(board, lambda: _marks_go(board), 0.5)
    yield Hold(0.6)


# -- gestures ----------------------------------------------------------------------------------


def _runs(board: Board, edges: Sequence[Edge], shares: dict[str, float]) -> mn.Animation:
    """Lights run along the edges, as large as the nudges they carry."""
    runs: list[mn.Animation] = []
    for edge in edges:
        body = next(iter(board.bodies(edge.source)), None)
        role = body.role if isinstance(body, NodeBody) else Role.TEXT
        radius = 0.05 + 0.1 * abs(shares[edge.source]) ** 0.5
        route = board.pulse_route(edge)
        runs.append(Pulse(route, colour=board.theme[role], radius=radius))
    return gestures.together(runs)


def _ratios_show(board: Board, edges: Sequence[Edge], ratios: dict[Edge, float]) -> mn.Animation:
    """On each edge, how many times larger the nudge comes out: × 2."""
    shown = []
    for edge in edges:
        said = Row((Text("× "), Num(ratios[edge])))
        try:
            at = board.spot(edge_part(Kind.PARTIAL, edge))
        except ChainvizError:  # a dense picture has no room for what belongs to one line
            continue
        shown.append(appear(_mark(board, _key(edge), said, at, Role.TEXT)))
    return gestures.together(shown)


def _change_shows(board: Board, name: str, change: float, share: float) -> mn.Animation:
    """At a node, how much it moves: + 0.2, under a bar of that length; and its body swells."""
    number: Formula = Num(change) if change < 0 else Row((Text("+"), Num(change)))
    at = _place_of(board, Part.of_node(Kind.GRAD, name), board[Part.of_node(Kind.NODE, name)])
    role = board.role(Part.of_node(Kind.NODE, name))
    mark = _mark(board, Part(Kind.TEXT, ("nudge", name)), number, at, role)
    bar = _bar(board, mark, share, board.theme[role])
    board.pin(Part(Kind.SHAPE, ("nudge", name)), bar, role)
    grows = Stretch(bar, share, lambda alpha: alpha, run_time=0.6)
    return mn.AnimationGroup(appear(mark), grows, *_swell(board, name, share, mn.there_and_back))


def _swings(board: Board, shares: dict[str, float]) -> mn.Animation:
    """To and fro three times, every body and every bar by as much as it moves."""

    def swing(alpha: float) -> float:
        return float(np.sin(6 * np.pi * alpha) * np.sin(np.pi * alpha))

    every: list[mn.Animation] = []
    for name, share in shares.items():
        every += _swell(board, name, share, swing)
        bar = board[Part(Kind.SHAPE, ("nudge", name))]
        every.append(Stretch(bar, share, lambda alpha: np.cos(6 * np.pi * alpha)))
    return mn.AnimationGroup(*every, run_time=3.0)


class Stretch(mn.Animation):
    """A bar is as long as a function of time says; below 0 it points the other way."""

    def __init__(
        self, bar: mn.VMobject, share: float, length: Callable[[float], float], **kwargs: Any
    ) -> None:
        super().__init__(bar, **kwargs)
        self._sign = 1 if share > 0 else -1
        self._length = length

    def interpolate_mobject(self, alpha: float) -> None:
        """From its foot, which stays."""
        home = self.starting_mobject
        foot = home.get_left() if self._sign > 0 else home.get_right()
        share = self._length(self.rate_func(alpha)) or 1e-3
        self.mobject.points = foot + (home.points - foot) * np.array([share, 1.0, 1.0])


def _bar(board: Board, mark: mn.VMobject, share: float, colour: str) -> mn.VMobject:
    """A bar above a number, as long as the change it stands for."""
    scale = board.text_scale
    made = mn.Rectangle(
        width=_LONGEST * scale * abs(share),
        height=0.08 * scale,
        stroke_width=0,
        fill_color=colour,
        fill_opacity=1.0,
    )
    return _within(board, made.move_to(mark.get_top() + 0.14 * scale * mn.UP))


def _swell(board: Board, name: str, share: float, rate: Any) -> list[mn.Animation]:
    return [
        mn.ApplyMethod(body.scale, 1 + _SWELL * share, rate_func=rate, run_time=1.0)
        for body in board.bodies(name)
    ]


def _marks_go(board: Board) -> mn.Animation:
    marks = [part for part in board.parts() if part.key[:1] == ("nudge",)]
    return gestures.together(
        Vanish(board, found, run_time=0.4)
        for part in marks
        if (found := board.hide(part)) is not None
    )


def _key(edge: Edge) -> Part:
    return Part(Kind.TEXT, ("nudge", edge.source, edge.target, edge.slot))


def _place_of(board: Board, part: Part, beside: mn.VMobject) -> np.ndarray:
    """Where a number of that part would stand; above the thing itself if no room is kept."""
    try:
        return board.spot(part)
    except ChainvizError:
        up: np.ndarray = beside.get_top() + 0.3 * board.text_scale * mn.UP
        return up


def _mark(board: Board, key: Part, said: Formula, at: np.ndarray, role: Role) -> mn.VMobject:
    size = board.theme.sizes.number * board.text_scale
    mark = typeset(said, size, board.theme[role]).move_to(at)
    board.hide(key)
    return board.pin(key, _within(board, mark), role)


def _within(board: Board, mark: mn.VMobject) -> mn.VMobject:
    """What stands at the board's edge stays within it."""
    left, right = board.ruler.points[0][0], board.ruler.points[3][0]
    out = max(0.0, mark.get_right()[0] - right) + min(0.0, mark.get_left()[0] - left)
    return mark.shift(out * mn.LEFT) if left < right else mark
