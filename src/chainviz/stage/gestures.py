"""Gestures: the small animations on a board that beats are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import manim as mn

from chainviz.draw import EQUATION, MOST_SUMMANDS, Arrow, Board, Equation, NodeBody, Typeset
from chainviz.draw.tag import Tag, tag_of
from chainviz.formula import Formula
from chainviz.graph import Edge
from chainviz.part import Kind, Part
from chainviz.stage.moves import Fly, Pulse, Vanish, appear, glow
from chainviz.story import edge_part
from chainviz.theme import Role

__all__ = [
    "come_back",
    "contribution_lands",
    "draw_arrow",
    "enter",
    "factors_fly",
    "grad_arrives",
    "light",
    "numbers_fly",
    "partial_shows",
    "pop",
    "pulses",
    "turn_round",
    "unveil",
    "value_arrives",
    "write_equation",
]


def together(animations: Iterable[mn.Animation]) -> mn.Animation:
    """All at once; a short stillness where there is nothing to do."""
    every = list(animations)
    return mn.AnimationGroup(*every) if every else mn.Wait(run_time=0.05)


# -- the graph ---------------------------------------------------------------------------------


def enter(mobject: mn.VMobject) -> mn.Animation:
    """A part of the bare picture comes: arrows are drawn, nodes grow, texts appear."""
    if isinstance(mobject, Arrow):
        return draw_arrow(mobject)
    return pop(mobject) if isinstance(mobject, NodeBody) else appear(mobject)


def pop(body: mn.Mobject) -> mn.Animation:
    """A node grows into its place."""
    animation = mn.FadeIn(body, scale=0.6, run_time=0.5)
    animation.introducer = False
    return animation


def draw_arrow(arrow: mn.VMobject) -> mn.Animation:
    """An arrow is drawn from its start to its tip."""
    curve, tip = arrow.submobjects
    along = mn.Create(curve, run_time=0.6)
    along.introducer = False
    return mn.AnimationGroup(along, appear(tip, 0.25), lag_ratio=0.7)


def light(board: Board, name: str) -> mn.Animation:
    """A node fills with its own colour: its value is known."""
    return together(
        mn.ApplyMethod(body.outline.set_fill, body.lit_fill, 1.0, False, run_time=0.6)
        for body in board.bodies(name)
    )


def pulses(board: Board, edges: Sequence[Edge], *, backward: bool = False) -> mn.Animation:
    """Lights run along arrows, and what they stand for glows in the equation."""
    theme, equation = board.theme, board.equation
    runs: list[mn.Animation] = []
    for edge in edges:
        source = board[edge.source]
        role = Role.GRAD if backward or not isinstance(source, NodeBody) else source.role
        told = tag_of(board)
        tag = Tag(edge_part(Kind.SHAPE, edge), role, told.tape if told else None, backward)
        runs.append(Pulse(board.pulse_route(edge, backward=backward), colour=theme[role], tag=tag))
    kind = Kind.PARTIAL if backward else Kind.NODE
    keys = [
        edge_part(kind, edge) if backward else Part.of_node(kind, edge.source) for edge in edges
    ]
    if equation is not None and len(equation.sides) > 1 and len(edges) <= 2:
        side = equation.sides[1]
        runs += [glow(side.glyphs_of(key)) for key in dict.fromkeys(keys) if key in side.spans]
    return together(runs)


def value_arrives(board: Board, name: str) -> mn.Animation:
    """The result at the end of the equation comes to stand at its node, which lights up."""
    text = board.put(Part.of_node(Kind.VALUE, name))
    equation = board.equation
    if equation is None or len(equation.sides) < 2:
        return mn.AnimationGroup(light(board, name), appear(text))
    part = Part.of_node(Kind.VALUE, name)
    side = equation.sides[-1]
    origin = side.glyphs_of(part) if part in side.spans else side
    return mn.LaggedStart(
        *_ending(equation),
        mn.AnimationGroup(light(board, name), Fly(text, origin)),
        lag_ratio=0.5,
    )


def grad_arrives(board: Board, name: str) -> mn.Animation:
    """The gradient comes to stand at its node; the contributions it is the sum of go."""
    leaving = [
        Vanish(board, found, run_time=0.3)
        for edge in board.graph.edges_out_of(name)
        if (found := board.hide(edge_part(Kind.CONTRIBUTION, edge))) is not None
    ]
    text = board.put(Part.of_node(Kind.GRAD, name))
    equation = board.equation
    if equation is None:
        return mn.AnimationGroup(*leaving, appear(text), glow(board[name]))
    comes = Fly(text, equation.sides[-1])
    return mn.LaggedStart(
        *_ending(equation), mn.AnimationGroup(*leaving, comes, glow(board[name])), lag_ratio=0.5
    )


def partial_shows(board: Board, edge: Edge) -> mn.Animation:
    """An arrow turns round, and its partial appears on it."""
    part = edge_part(Kind.PARTIAL, edge)
    leaving = [
        Vanish(board, found, run_time=0.3)
        for rival in board.rivals(part)
        if (found := board.hide(rival)) is not None
    ]
    turning = turn_round(board, edge)
    return mn.AnimationGroup(*leaving, *turning, appear(board.put(part)))


def turn_round(board: Board, edge: Edge) -> list[mn.Animation]:
    """An arrow gives way to the one of the backward pass."""
    fading = [mn.ApplyMethod(arrow.set_opacity, 0.0, run_time=0.4) for arrow in board.arrows(edge)]
    return [*fading, draw_arrow(board.put_backward(edge))]


def come_back(piece: mn.VMobject) -> mn.Animation:
    """An arrow or its tip, as it was before it faded."""
    if isinstance(piece, Arrow):
        whole = piece.copy()
        whole.curve.set_stroke(opacity=1.0)
        whole.tip.set_fill(opacity=1.0)
        return mn.Transform(piece, whole, run_time=0.4)
    return mn.ApplyMethod(piece.set_fill, None, 1.0, run_time=0.4)


def contribution_lands(board: Board, edge: Edge) -> mn.Animation:
    """One contribution arrives over its node, beside those that came before or in their place."""
    out = [came.edge for came in board.tape.contributions(edge.source)]
    leaving = [
        Vanish(board, found, run_time=0.3)
        for other in out
        if len(out) > MOST_SUMMANDS
        and (found := board.hide(edge_part(Kind.CONTRIBUTION, other))) is not None
    ]
    return mn.AnimationGroup(*leaving, appear(board.put(edge_part(Kind.CONTRIBUTION, edge))))


# -- the equation ------------------------------------------------------------------------------


def write_equation(board: Board, formula: Formula, sides: int | None) -> mn.Animation:
    """The old equation goes and the new one comes; only its first sides, if a number is given."""
    old = board.hide(EQUATION)
    equation = board.write(formula)
    later: list[Typeset] = []
    if sides is not None:
        later = [*equation.sides[sides:], *equation.signs[max(0, sides - 1) :]]
    for piece in later:
        piece.set_opacity(0)
    shown = appear(mn.VGroup(*(piece for piece in equation if piece not in later)), 0.6)
    if old is None:
        return shown
    return mn.AnimationGroup(Vanish(board, old, run_time=0.3), shown, lag_ratio=0.4)


def numbers_fly(board: Board, sources: Iterable[str]) -> mn.Animation:
    """In u = w x = 3 · 2 = 6 the third side is put together from the values on the board."""
    equation = board.equation
    if equation is None or len(equation.sides) < 4:
        return together(())
    side = equation.sides[2]
    origins = {
        part: board[part]
        for name in sources
        if board.shown(part := Part.of_node(Kind.VALUE, name)) and part in side.spans
    }
    return _put_together(equation, 2, range(len(side)), origins)


def factors_fly(board: Board, edge: Edge, number: int) -> mn.Animation:
    """Upstream and partial come from the graph into their places in one term of the product."""
    equation = board.equation
    if equation is None or number >= len(equation.sides) - (number > 1):
        return together(())
    side = equation.sides[number]
    term = side.spans.get(edge_part(Kind.CONTRIBUTION, edge), tuple(range(len(side))))
    parts = (Part.of_node(Kind.GRAD, edge.target), edge_part(Kind.PARTIAL, edge))
    origins = {p: board[p] for p in parts if board.shown(p) and p in side.spans}
    return _put_together(equation, number, term, origins)


def unveil(board: Board) -> mn.Animation:
    """What of the equation is still unseen appears, its result apart."""
    equation = board.equation
    if equation is None:
        return together(())
    kept = {id(glyph) for piece in _end_of(equation) for glyph in piece}
    unseen = [g for piece in equation for g in piece if not _seen(g) and id(g) not in kept]
    return together([appear(_bright(unseen))] if unseen else ())


def _put_together(
    equation: Equation, number: int, term: Iterable[int], origins: dict[Part, mn.VMobject]
) -> mn.Animation:
    """The glyphs of one term: those of known origin fly, the rest (and the = sign) appear."""
    side, sign = equation.sides[number], equation.signs[number - 1]
    wanted, taken = set(term), set[int]()
    flown: list[mn.Animation] = []
    for part, origin in origins.items():
        indices = [i for i in side.spans[part] if i in wanted and i not in taken]
        if indices:
            taken.update(indices)
            flown.append(Fly(_bright([side[i] for i in indices]), origin))
    rest = [side[i] for i in sorted(wanted - taken)] + [g for g in sign if not _seen(g)]
    first = [appear(_bright(rest))] if rest else []
    if len(flown) > 1:  # one after the other, so that the eye can follow each
        flown = [mn.LaggedStart(*flown, lag_ratio=0.6)]
    return together([*first, *flown])


def _ending(equation: Equation) -> list[mn.Animation]:
    unseen = [glyph for piece in equation for glyph in piece if not _seen(glyph)]
    return [appear(_bright(unseen), 0.4)] if unseen else []


def _end_of(equation: Equation) -> tuple[Typeset, ...]:
    return (equation.sides[-1], equation.signs[-1]) if len(equation.sides) > 2 else ()


def _seen(glyph: mn.VMobject) -> bool:
    return bool(glyph.get_fill_opacity() > 0)


def _bright(glyphs: Iterable[mn.VMobject]) -> mn.VGroup:
    return mn.VGroup(*glyphs).set_fill(opacity=1)
