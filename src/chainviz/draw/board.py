"""The graph board: a whole computation as one mobject, each part under its key."""

from __future__ import annotations

from collections.abc import Iterator

import manim as mn
import numpy as np

from chainviz.draw.arrow import Arrow
from chainviz.draw.equation import Equation
from chainviz.draw.look import role_of
from chainviz.draw.node import NodeBody
from chainviz.draw.plan import Plan, make_plan
from chainviz.draw.ruler import Ruler
from chainviz.draw.tag import Tag, tagged
from chainviz.errors import ChainvizError
from chainviz.formula import Formula
from chainviz.graph import Edge, Graph
from chainviz.layout import Box
from chainviz.part import Kind, Part
from chainviz.story import edge_part, tell_backward, tell_forward
from chainviz.tape import Tape
from chainviz.theme import Role, Theme, current_theme

__all__ = ["BOARD", "FRAME", "GraphBoard"]

FRAME = Box(-6.75, -3.65, 6.75, 3.65)  # what a board may fill when nothing else is said
BOARD = Part(Kind.SHAPE, ("board",))
EQUATION = Part(Kind.EQUATION)


class GraphBoard(mn.VGroup):
    """The graph of a run, laid out: nodes, arrows and labels, and room for all that will come.

    Values, partials, contributions and gradients are drawn when a pass reaches them: until
    then they are not there. ``board["u"]`` is a node, ``board["w", "u"]`` an arrow.
    """

    def __init__(
        self,
        of: Tape | Graph,
        *,
        frame: Box = FRAME,
        equations: bool = True,
        symbols_on_edges: bool = True,
        theme: Theme | None = None,
    ) -> None:
        super().__init__()
        theme = theme or current_theme()
        self._panel = _panel(of, frame, theme) if equations and isinstance(of, Tape) else None
        area = frame if self._panel is None else Box(*_above(frame, self._panel))
        self.plan: Plan = make_plan(of, theme, area, symbols_on_edges=symbols_on_edges)
        self._drawn: dict[Part, mn.VMobject] = {}
        self.ruler = Ruler(frame.x0, frame.y0, frame.x1, frame.y1)
        self.add(self.ruler)
        for edge in self.graph.edges:
            self.show(edge_part(Kind.EDGE, edge))
        for edge in self.graph.edges:
            self.show(edge_part(Kind.LABEL, edge))
        for node in self.graph:
            self.show(Part.of_node(Kind.NODE, node.name))
        tagged(self, Tag(BOARD, Role.TEXT, self.tape_or_none))

    # -- what it is of -----------------------------------------------------------------------

    @property
    def graph(self) -> Graph:
        """The graph on the board."""
        return self.plan.graph

    @property
    def tape_or_none(self) -> Tape | None:
        """The run whose numbers the board shows, if it was given one."""
        return self.plan.tape

    @property
    def tape(self) -> Tape:
        """The run whose numbers the board shows."""
        if self.plan.tape is None:
            raise ChainvizError(
                "this board was drawn of a graph without numbers; "
                "draw it of a tape: GraphBoard(run(graph, x=2.0, ...))"
            )
        return self.plan.tape

    @property
    def theme(self) -> Theme:
        """The theme the board is drawn in."""
        return self.plan.theme

    # -- handles -----------------------------------------------------------------------------

    def __getitem__(self, key: object) -> mn.VMobject:  # type: ignore[override]
        """board["u"]: a node; board["w", "u"] or board["x", "y", 1]: an arrow; or any Part."""
        if isinstance(key, int | slice):
            return super().__getitem__(key)  # type: ignore[no-any-return]
        part = key if isinstance(key, Part) else self._part(key)
        if part not in self._drawn:
            raise ChainvizError(f"{part} is not on the board yet; board.show(...) draws it")
        return self._drawn[part]

    def _part(self, key: object) -> Part:
        if isinstance(key, str):
            return Part.of_node(Kind.NODE, self.graph.node(key).name)
        if not isinstance(key, tuple) or len(key) not in (2, 3):
            raise ChainvizError(
                f"board[{key!r}]: use a node's name, or (source, target), or "
                "(source, target, slot)"
            )
        edges = [e for e in self.graph.edges_into(str(key[1])) if e.source == key[0]]
        if len(key) == 3:
            edges = [e for e in edges if e.slot == key[2]]
        if not edges:
            into = ", ".join(f"{e.source}->{e.target}" for e in self.graph.edges_into(str(key[1])))
            raise ChainvizError(f"no arrow {key[0]}->{key[1]}; into {key[1]} go: {into or 'none'}")
        return edge_part(Kind.EDGE, edges[0])

    def shown(self, part: Part) -> bool:
        """Whether the part is on the board now."""
        return part in self._drawn

    def parts(self) -> Iterator[Part]:
        """The parts that are on the board now."""
        return iter(tuple(self._drawn))

    # -- drawing and wiping -------------------------------------------------------------------

    def show(self, part: Part) -> mn.VMobject:
        """Put a part on the board, where the board now stands, and return it."""
        if part not in self._drawn:
            made = self._draw(part)
            self.ruler.carry(made)
            tag = Tag(part, self._role(part), self.tape_or_none)
            self._keep(part, tagged(made, tag))
        return self._drawn[part]

    def show_backward(self, edge: Edge) -> Arrow:
        """Put the arrow of the backward pass on the board: from the target to the source."""
        part = edge_part(Kind.SHAPE, edge)
        if part not in self._drawn:
            made = self._arrow(edge, Role.GRAD, reverse=True)
            self.ruler.carry(made)
            tag = Tag(edge_part(Kind.EDGE, edge), Role.GRAD, self.tape, backward=True)
            self._keep(part, tagged(made, tag))
        found = self._drawn[part]
        assert isinstance(found, Arrow)
        return found

    def hide(self, part: Part) -> mn.VMobject | None:
        """Take a part off the board, if it is there, and return it."""
        found = self._drawn.pop(part, None)
        if found is not None:
            self.remove(found)
        return found

    def write(self, formula: Formula) -> Equation:
        """Put an equation beside the graph, in the place kept for it; the old one goes."""
        self.hide(EQUATION)
        made = Equation(formula, of=self.tape_or_none or self.graph, theme=self.theme)
        if self._panel is not None:
            made.scale(min(1.0, self._panel.width / made.width, self._panel.height / made.height))
            made.move_to([*self._panel.centre, 0.0])
        self.ruler.carry(made)
        self._keep(EQUATION, made)
        return made

    @property
    def equation(self) -> Equation | None:
        """The equation that now stands beside the graph."""
        found = self._drawn.get(EQUATION)
        return found if isinstance(found, Equation) else None

    def pulse_route(self, edge: Edge, *, backward: bool = False) -> mn.VMobject:
        """The path that something takes along an arrow, as a bare curve."""
        arrow = self._arrow(edge, Role.EDGE, reverse=backward)
        self.ruler.carry(arrow)
        return arrow.curve

    def _keep(self, part: Part, mobject: mn.VMobject) -> None:
        self._drawn[part] = mobject
        self.add(mobject)

    def _role(self, part: Part) -> Role:
        return role_of(self.graph, part)

    def _draw(self, part: Part) -> mn.VMobject:
        if part.kind is Kind.EDGE:
            return self._arrow(Edge(*part.key), Role.EDGE)  # type: ignore[arg-type]
        if part not in self.plan.texts:
            raise ChainvizError(f"{part} is nothing this board can show")
        text = self.plan.texts[part].copy()
        if part.kind is not Kind.NODE:
            return text
        name = str(part.key[0])
        body = NodeBody(text, self._role(part), self.theme, self.plan.layout.nodes[name].size)
        x, y = self.plan.layout.nodes[name].x, self.plan.layout.nodes[name].y
        return body.move_to([x, y, 0.0])

    def _arrow(self, edge: Edge, role: Role, *, reverse: bool = False) -> Arrow:
        points = np.array(self.plan.layout.routes[edge].points)
        sizes, scale = self.theme.sizes, self.plan.layout.scale
        return Arrow(
            points[::-1] if reverse else points,
            colour=self.theme[role],
            stroke=sizes.stroke,
            tip=sizes.tip * scale,
        )


def _panel(tape: Tape, frame: Box, theme: Theme) -> Box:
    """The place at the frame's foot that holds the tallest of the passes' equations."""
    beats = (*tell_forward(tape), *tell_backward(tape))
    formulas = [f for beat in beats if (f := getattr(beat, "formula", None)) is not None]
    tallest = max(Equation(f, theme=theme, width=frame.width).height for f in formulas)
    height = min(tallest, 0.36 * frame.height)
    return Box(frame.x0, frame.y0, frame.x1, frame.y0 + height)


def _above(frame: Box, panel: Box) -> tuple[float, float, float, float]:
    return frame.x0, panel.y1 + 0.3, frame.x1, frame.y1
