"""The pipeline board: boxes in a row, each knowing only its own input, each arrow its variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

import manim as mn
import numpy as np

from chainviz.draw.arrow import Arrow
from chainviz.draw.board import FRAME, Board, panel_of
from chainviz.draw.look import role_of, role_of_node
from chainviz.draw.node import NodeBody
from chainviz.draw.pipeline_plan import END, PipelinePlan, label_part, plan_pipeline
from chainviz.draw.typeset import Typeset
from chainviz.errors import ChainvizError
from chainviz.formula import Formula, symbol
from chainviz.graph import Edge, Graph
from chainviz.layout import Box, Row
from chainviz.part import Kind, Part
from chainviz.story import edge_part
from chainviz.tape import Tape
from chainviz.theme import Role, Theme, current_theme

__all__ = ["Factor", "PipelineBoard"]

_END = Part(Kind.SHAPE, (END,))  # the body that the output goes to
_LAST = Part(Kind.SHAPE, (END, "arrow"))
_GAP = 0.3  # between the row and the equation
_AXIS = 0.3  # em, from the line that letters stand on to the middle of a box


class Factor(mn.VGroup):
    """A brace under a box, and the local derivative it stands for."""

    def __init__(self, box: mn.VMobject, text: Typeset, colour: str) -> None:
        super().__init__()
        self.brace = mn.Brace(box, mn.DOWN, buff=0.1, color=colour)
        self.text = text
        self.add(self.brace, self.text)

    @property
    def says(self) -> str:
        """What a viewer reads in it."""
        return self.text.says


class PipelineBoard(Board):
    """A function of a function of ...: a box a stage, its factor in a brace below it.

    ``board["u"]`` is the box that makes u, ``board["x", "u"]`` the arrow into it; the arrow out
    of it says what it carries: u = g(x), when ``names={"u": "g"}`` calls the box g.
    """

    braces = True

    def __init__(
        self,
        of: Tape | Graph,
        *,
        names: Mapping[str, str | Formula] | None = None,
        frame: Box = FRAME,
        equations: bool = True,
        theme: Theme | None = None,
    ) -> None:
        theme = theme or current_theme()
        graph = of.graph if isinstance(of, Tape) else of
        _check(graph, names or {})
        panel = panel_of(of, frame, theme) if equations else None
        super().__init__(of, theme, frame, panel)
        area = Box(frame.x0, panel.y1 + _GAP, frame.x1, frame.y1) if panel else frame
        written = {
            name: symbol(word) if isinstance(word, str) else word
            for name, word in (names or {}).items()
        }
        self.plan: PipelinePlan = plan_pipeline(of, written, theme, area)
        self.shrunk = self.plan.row.scale
        parts = list(chain.from_iterable(self.drawing_order()))
        for body in (False, True):  # the arrows lie below the bodies
            for part in parts:
                if (part.kind is Kind.NODE or part == _END) is body:
                    self.put(part)

    @property
    def layout(self) -> Row:
        """Where the bodies stand and the arrows run."""
        return self.plan.row

    def drawing_order(self) -> Iterator[tuple[Part, ...]]:
        """Body, arrow and what it carries, from the input to the output."""
        for node in self.graph:
            inner = self.graph.edges_out_of(node.name)
            arrow = edge_part(Kind.EDGE, inner[0]) if inner else _LAST
            yield (Part.of_node(Kind.NODE, node.name),)
            yield (arrow, label_part(node.name))
        yield (_END,)

    def bodies(self, name: str) -> tuple[NodeBody, ...]:
        """The box, and for the output also the body at the row's end."""
        parts = [Part.of_node(Kind.NODE, name)]
        if name == self.graph.output:
            parts.append(_END)
        return tuple(body for part in parts if isinstance(body := self[part], NodeBody))

    def role(self, part: Part) -> Role:
        """A factor has the colour of its box."""
        if part.kind is Kind.PARTIAL:
            return role_of_node(self.graph, str(part.key[1]))
        if part.kind is Kind.LABEL:
            return role_of_node(self.graph, str(part.key[0]))
        if part.kind is Kind.SHAPE:
            return Role.OUTPUT if part == _END else Role.EDGE
        return role_of(self.graph, part)

    def look(self, part: Part) -> str | None:
        """In an equation, too, each factor has the colour of its box."""
        if part.kind is Kind.PARTIAL:
            return self.theme[self.role(part)]
        return super().look(part)

    def draw(self, part: Part) -> mn.VMobject:
        """A box, an arrow, a text, or a brace with its factor, where the layout put it."""
        if part.kind is Kind.EDGE:
            return self.route(Edge(*part.key))  # type: ignore[arg-type]
        if part == _LAST:
            return self._arrow(self.graph.output)
        if part not in self.plan.texts:
            raise ChainvizError(f"{part} is nothing this board can show")
        text = self.plan.texts[part].copy()
        if part.kind is Kind.PARTIAL:
            box = self.draw(Part.of_node(Kind.NODE, str(part.key[1])))
            return Factor(box, text, self.theme[self.role(part)])
        if part.kind in (Kind.NODE, Kind.SHAPE):
            return self._body(str(part.key[0]), text)
        return text

    def route(self, edge: Edge, *, backward: bool = False) -> Arrow:
        """The arrow between two boxes; the backward pass runs it from target to source."""
        return self._arrow(edge.source, backward=backward)

    def _arrow(self, name: str, *, backward: bool = False) -> Arrow:
        points = np.array(self.plan.arrow(name).points)
        return Arrow(
            points[::-1] if backward else points,
            colour=self.theme[Role.GRAD if backward else Role.EDGE],
            stroke=self.theme.sizes.stroke,
            tip=self.theme.sizes.tip * self.layout.scale,
        )

    def _body(self, name: str, text: Typeset) -> NodeBody:
        place = self.plan.place(name)
        stage = name != END and self.graph.node(name).op is not None
        role = role_of_node(self.graph, self.graph.output if name == END else name)
        body = NodeBody(text, role, self.theme, place.size, stage=stage)
        body.move_to((place.x, place.y, 0.0))
        if stage:
            text.sit_on(place.y - _AXIS * self.theme.sizes.name * self.layout.scale)
        return body


def _check(graph: Graph, names: Mapping[str, str | Formula]) -> None:
    """A pipeline is a single file."""
    for node in graph:
        edges = graph.edges_into(node.name)
        if len(edges) > 1 or len(graph.edges_out_of(node.name)) > 1:
            takes = ", ".join(edge.source for edge in edges)
            many = f"{node.name} takes {takes}" if len(edges) > 1 else f"{node.name} goes two ways"
            raise ChainvizError(
                f"a pipeline is one stage after the other, but {many}; "
                "GraphBoard draws any graph, and graph.fold(...) makes several nodes one stage"
            )
    for name in names:
        if graph.node(name).op is None:
            raise ChainvizError(f"{name} is the input, not a stage; name the stage that makes it")
