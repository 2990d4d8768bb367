"""What every board is: parts under their keys, a place for equations, a ruler for its moves."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TypeVar, cast

import manim as mn
import numpy as np

from chainviz.draw.arrow import Arrow
from chainviz.draw.equation import Equation
from chainviz.draw.look import look_of, role_of
from chainviz.draw.node import NodeBody
from chainviz.draw.ruler import Ruler
from chainviz.draw.tag import Tag, tagged
from chainviz.draw.typeset import Look
from chainviz.errors import ChainvizError
from chainviz.formula import Formula
from chainviz.graph import Edge, Graph
from chainviz.layout import Box
from chainviz.part import Kind, Part
from chainviz.story import edge_part, tell_backward, tell_forward, tell_graph, tell_result
from chainviz.tape import Tape
from chainviz.theme import Role, Theme

__all__ = ["BOARD", "EQUATION", "FRAME", "Board", "panel_of"]

FRAME = Box(-6.65, -3.55, 6.65, 3.55)  # the frame less 5% all round: what a board may fill
MOST = 0.34  # of the frame's height may go to equations
SHARES = (1.0, 0.9, 0.8, 0.72, 0.66)  # of their full size, tried in turn
BOARD = Part(Kind.SHAPE, ("board",))
EQUATION = Part(Kind.EQUATION)
M = TypeVar("M", bound=mn.VMobject)


class Board(mn.VGroup):
    """A computation as one mobject; a kind of board says how each part is drawn.

    What has not been computed yet is not on the board. ``board["u"]`` is a node,
    ``board["w", "u"]`` an arrow, ``board[part]`` anything that is on it now.
    """

    braces: bool = False  # whether factors stand in braces, apart from the arrows
    shrunk: float = 1.0  # the share of their size that the layout left to texts

    wrt: tuple[str, ...] = ()  # the nodes whose gradients there is room for; empty: all

    def __init__(self, of: Tape | Graph, theme: Theme, frame: Box, panel: Box | None) -> None:
        super().__init__()
        self.graph: Graph = of.graph if isinstance(of, Tape) else of
        self.theme = theme
        self._of = of
        self._panel = panel
        self._drawn: dict[Part, mn.VMobject] = {}
        self.ruler = Ruler(frame.x0, frame.y0, frame.x1, frame.y1)
        self.add(self.ruler)
        tagged(self, Tag(BOARD, Role.TEXT, of if isinstance(of, Tape) else None))

    @abstractmethod
    def draw(self, part: Part) -> mn.VMobject:
        """A part's mobject, where it stood when the board was made."""

    @abstractmethod
    def route(self, edge: Edge, *, backward: bool = False) -> Arrow:
        """The arrow of one argument slot, where it stood when the board was made."""

    def drawing_order(self) -> Iterator[tuple[Part, ...]]:
        """The parts of the bare picture, in groups that appear together."""
        for node in self.graph:
            for edge in self.graph.edges_into(node.name):
                yield (edge_part(Kind.EDGE, edge), edge_part(Kind.LABEL, edge))
            yield (Part.of_node(Kind.NODE, node.name),)

    def role(self, part: Part) -> Role:
        """What a part stands for, and so which colour it wears."""
        return role_of(self.graph, part)

    def look(self, part: Part) -> str | None:
        """The colour of a part in an equation, or None for plain text."""
        return look_of(self.graph, self.theme)(part)

    def bodies(self, name: str) -> tuple[NodeBody, ...]:
        """The bodies that light up when a node's value is known."""
        body = self[Part.of_node(Kind.NODE, name)]
        return (body,) if isinstance(body, NodeBody) else ()

    def canonical(self, part: Part) -> Part:
        """The part itself, or another one that is drawn for it."""
        return part

    def arrows(self, edge: Edge) -> tuple[mn.VMobject, ...]:
        """What of the picture gives way when an edge's arrow is turned round."""
        return (self[edge_part(Kind.EDGE, edge)],)

    def rivals(self, part: Part) -> tuple[Part, ...]:
        """The parts that would stand in the same place: they go when this one comes."""
        del part
        return ()

    @property
    def tape(self) -> Tape:
        """The run whose numbers the board shows."""
        if isinstance(self._of, Tape):
            return self._of
        raise ChainvizError(
            "this board was drawn of a graph without numbers; "
            "draw it of a run: GraphBoard(run(graph, x=2.0, ...))"
        )

    # -- handles -----------------------------------------------------------------------------

    def __getitem__(self, key: object) -> mn.VMobject:
        """board["u"]: a node; board["w", "u"] or board["x", "y", 1]: an arrow; or any Part."""
        if isinstance(key, int | slice):
            return super().__getitem__(key)
        part = self.canonical(key if isinstance(key, Part) else self._turned(self._part(key)))
        if part not in self._drawn:
            raise ChainvizError(f"{part} is not on the board yet; board.put(...) draws it")
        return self._drawn[part]

    def _turned(self, part: Part) -> Part:
        """The arrow that can be seen now: the backward pass puts one of its own in its place."""
        back = Part(Kind.SHAPE, part.key)
        return back if part.kind is Kind.EDGE and back in self._drawn else part

    def _part(self, key: object) -> Part:
        if isinstance(key, str):
            return Part.of_node(Kind.NODE, self.graph.node(key).name)
        if not isinstance(key, tuple) or len(key) not in (2, 3):
            raise ChainvizError(
                f"board[{key!r}]: use a node's name, or (source, target), or (source, target, slot)"
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
        return self.canonical(part) in self._drawn

    def parts(self) -> Iterator[Part]:
        """The parts that are on the board now."""
        return iter(tuple(self._drawn))

    # -- drawing and wiping -------------------------------------------------------------------

    def put(self, part: Part) -> mn.VMobject:
        """Put a part on the board, where the board now stands, and return it."""
        part = self.canonical(part)
        if part not in self._drawn:
            self._place(part, self.draw(part), Tag(part, self.role(part), self._run))
        return self._drawn[part]

    def put_backward(self, edge: Edge) -> Arrow:
        """Put the arrow of the backward pass on the board: from the target to the source."""
        key = edge_part(Kind.SHAPE, edge)
        if key not in self._drawn:
            tag = Tag(edge_part(Kind.EDGE, edge), Role.GRAD, self._run, backward=True)
            self._place(key, self.route(edge, backward=True), tag)
        found = self._drawn[key]
        assert isinstance(found, Arrow)
        return found

    def pin(self, part: Part, mobject: M, role: Role = Role.TEXT) -> M:
        """Put something of one's own on the board, under a key; it was placed beforehand."""
        self._drawn[part] = tagged(mobject, Tag(part, role, self._run))
        self.add(mobject)
        return mobject

    def spot(self, part: Part) -> np.ndarray:
        """The middle of the place that is kept for a part, where the board now stands."""
        drawn = self.draw(part)
        self.ruler.carry(drawn)
        return cast(np.ndarray, drawn.get_center())

    @property
    def text_scale(self) -> float:
        """The scale at which the board's texts stand, where it now is."""
        return self.shrunk * abs(float(np.linalg.det(self.ruler.matrix[:2, :2]))) ** 0.5

    def hide(self, part: Part) -> mn.VMobject | None:
        """Take a part off the board, if it is there, and return it."""
        found = self._drawn.pop(part, None)
        if found is not None:
            self.remove(found)
        return found

    def write(self, formula: Formula) -> Equation:
        """Put an equation beside the graph, in the place kept for it; the old one goes."""
        self.hide(EQUATION)
        made = fitting_equation(formula, self._of, self._room, self.theme, self.look)
        made.move_to((*self._room.centre, 0.0))
        self.ruler.carry(made)
        self._drawn[EQUATION] = made
        self.add(made)
        return made

    @property
    def equation(self) -> Equation | None:
        """The equation that now stands beside the graph."""
        found = self._drawn.get(EQUATION)
        return found if isinstance(found, Equation) else None

    @property
    def writes(self) -> bool:
        """Whether there is a place for equations."""
        return self._panel is not None

    def pulse_route(self, edge: Edge, *, backward: bool = False) -> mn.VMobject:
        """The path that something takes along an arrow, as a bare curve."""
        arrow = self.route(edge, backward=backward)
        self.ruler.carry(arrow)
        return arrow.curve

    @property
    def _run(self) -> Tape | None:
        return self._of if isinstance(self._of, Tape) else None

    @property
    def _room(self) -> Box:
        if self._panel is None:
            raise ChainvizError("this board has no place for equations; equations=True makes one")
        return self._panel

    def _place(self, part: Part, mobject: M, tag: Tag) -> None:
        self.ruler.carry(mobject)
        self._drawn[part] = tagged(mobject, tag)
        self.add(mobject)


def fitting_equation(
    formula: Formula,
    of: Tape | Graph | None,
    room: Box,
    theme: Theme,
    look: Look | None = None,
) -> Equation:
    """The equation in the largest size at which its lines fit a place."""
    for share in SHARES:
        size = theme.sizes.equation * share
        made = Equation(formula, of=of, theme=theme, size=size, width=room.width, look=look)
        if made.height <= room.height + 1e-6 and made.width <= room.width + 1e-6:
            return made
    made.scale(min(room.width / made.width, room.height / made.height))
    return made


def panel_of(of: Tape | Graph, frame: Box, theme: Theme) -> Box | None:
    """The place at the frame's foot that holds the tallest of the passes' equations."""
    if not isinstance(of, Tape):
        return None
    room = Box(frame.x0, frame.y0, frame.x1, frame.y0 + MOST * (frame.y1 - frame.y0))
    beats = (*tell_graph(of.graph), *tell_forward(of), *tell_backward(of), *tell_result(of))
    formulas = [f for beat in beats if (f := getattr(beat, "formula", None)) is not None]
    formulas += [f for beat in beats for f in getattr(beat, "formulas", ())]
    tallest = max(fitting_equation(f, None, room, theme).height for f in formulas)
    return Box(frame.x0, frame.y0, frame.x1, frame.y0 + tallest)
