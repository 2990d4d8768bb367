"""The graph board: nodes in columns, an arrow for every argument slot, room for numbers."""

from __future__ import annotations

import manim as mn
import numpy as np

from chainviz.draw.arrow import Arrow
from chainviz.draw.board import FRAME, Board, panel_of
from chainviz.draw.look import role_of
from chainviz.draw.node import NodeBody
from chainviz.draw.plan import MOST_SUMMANDS, PLUS, Plan, make_plan, needs_of
from chainviz.draw.typeset import Typeset, typeset
from chainviz.errors import ChainvizError
from chainviz.graph import Edge, Graph
from chainviz.layout import Box, Layout, TooLarge, suggest_folds
from chainviz.part import Kind, Part
from chainviz.story import edge_part
from chainviz.tape import Tape
from chainviz.theme import Role, Theme, current_theme

__all__ = ["GraphBoard", "graph_area"]

_GAP = 0.3  # between the graph and the equation


class Summand(mn.VGroup):
    """A number with a plus sign before it; ``says`` is the number's."""

    def __init__(self, plus: Typeset, number: Typeset) -> None:
        super().__init__(plus, number)
        self.says = number.says


class GraphBoard(Board):
    """The graph of a run, laid out: nodes, arrows and labels, and room for all that will come.

    Values, partials, contributions and gradients are drawn when a pass reaches them: until
    then they are not there. ``board["u"]`` is a node, ``board["w", "u"]`` an arrow.
    """

    def __init__(
        self,
        of: Tape | Graph,
        *,
        frame: Box | tuple[float, float, float, float] = FRAME,
        equations: bool = True,
        symbols_on_edges: bool = True,
        theme: Theme | None = None,
    ) -> None:
        """``frame``: left, bottom, right and top of the place to fill.

        Raises TooLarge, which says what to fold, where nothing readable fits.
        """
        theme = theme or current_theme()
        frame = Box(*frame) if isinstance(frame, tuple) else frame
        panel = panel_of(of, frame, theme) if equations else None
        super().__init__(of, theme, frame, panel)
        area = _above(panel, frame) if panel else frame
        try:
            self.plan: Plan = make_plan(of, theme, area, symbols_on_edges=symbols_on_edges)
        except TooLarge as error:
            raise TooLarge(f"{error}{way_out(of, theme, area)}") from None
        self.shrunk = self.layout.scale
        for kind in (Kind.EDGE, Kind.LABEL):
            for edge in self.graph.edges:
                self.put(edge_part(kind, edge))
        for node in self.graph:
            self.put(Part.of_node(Kind.NODE, node.name))

    @property
    def layout(self) -> Layout:
        """Where everything stands; prints as text."""
        return self.plan.layout

    def draw(self, part: Part) -> mn.VMobject:
        """A node, an arrow, or a text, where the layout put it."""
        if part.kind is Kind.EDGE:
            return self.route(Edge(*part.key))  # type: ignore[arg-type]
        if part not in self.plan.texts:
            raise ChainvizError(f"{part} is nothing this board can show")
        text = self.plan.texts[part].copy()
        if part.kind is Kind.CONTRIBUTION:
            return self._summand(Edge(*part.key), text)  # type: ignore[arg-type]
        if part.kind is not Kind.NODE:
            return text
        place = self.layout.nodes[str(part.key[0])]
        body = NodeBody(text, role_of(self.graph, part), self.theme, place.size)
        return body.move_to((place.x, place.y, 0.0))

    def _summand(self, edge: Edge, number: Typeset) -> mn.VMobject:
        """A contribution's number in the sum over its node, with the plus sign before it."""
        came = {contribution.edge for contribution in self.tape.contributions(edge.source)}
        out = [other for other in self.graph.edges_out_of(edge.source) if other in came]
        if len(out) > MOST_SUMMANDS or len(out) < 2:
            return number
        em = self.theme.sizes.number * self.layout.scale
        row = [self.plan.texts[edge_part(Kind.CONTRIBUTION, e)] for e in out]
        total = sum(text.width for text in row) + (len(row) - 1) * 2 * PLUS * em
        place = out.index(edge)
        left = self.layout.grads[edge.source].centre[0] - total / 2
        left += sum(text.width + 2 * PLUS * em for text in row[:place])
        number.shift((left - number.get_left()[0]) * mn.RIGHT)
        if not place:
            return number
        plus = typeset("+", em, self.theme[Role.GRAD], setter=self.theme.setter)
        plus.sit_on(number.baseline)
        plus.move_to((left - PLUS * em, plus.get_center()[1], 0.0))
        return Summand(plus, number)

    def route(self, edge: Edge, *, backward: bool = False) -> Arrow:
        """The arrow of one argument slot; the backward pass runs it from target to source."""
        points = np.array(self.layout.routes[edge].points)
        return Arrow(
            points[::-1] if backward else points,
            colour=self.theme[Role.GRAD if backward else Role.EDGE],
            stroke=self.theme.sizes.stroke,
            tip=self.theme.sizes.tip * self.layout.scale,
        )


def graph_area(tape: Tape, frame: Box, theme: Theme) -> Box:
    """What the equations of a run leave of a frame for its graph."""
    panel = panel_of(tape, frame, theme)
    return _above(panel, frame) if panel else frame


def way_out(of: Tape | Graph, theme: Theme, area: Box) -> str:
    """The folds that make it fit, as lines to paste; nothing where folding is not enough."""
    if not isinstance(of, Tape):
        return ""
    try:
        groups = suggest_folds(of.graph, needs_of(of, theme, area))
    except TooLarge:
        return ""
    folds = (f'graph = graph.fold("gate_{group[-1]}", {list(group)})' for group in groups)
    return "\n" + "\n".join(folds)


def _above(panel: Box, frame: Box) -> Box:
    return Box(frame.x0, panel.y1 + _GAP, frame.x1, frame.y1)
