"""The network board: neurons in layers, weights on the edges between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import manim as mn
import numpy as np

from chainviz.draw.arrow import Arrow
from chainviz.draw.board import FRAME, Board, panel_of
from chainviz.draw.look import role_of
from chainviz.draw.network_plan import NetworkPlan, plan_network
from chainviz.draw.node import NodeBody
from chainviz.errors import ChainvizError
from chainviz.graph import Edge, Graph
from chainviz.layout import Box
from chainviz.part import Kind, Part
from chainviz.story import edge_part
from chainviz.tape import Tape
from chainviz.theme import Role, Theme, current_theme

__all__ = ["NetworkBoard"]

_GAP = 0.3  # between the network and the equation
_AIR = 0.04  # between a line and the weight that interrupts it


class NetworkBoard(Board):
    """A graph as a network: what multiplies an edge stands on it instead of being a node.

    ``board["h"]`` is a neuron, ``board["w1"]`` the weight on its edge, ``board["x", "h"]`` and
    ``board["w1", "h"]`` are both the arrow that it stands on.
    """

    def __init__(
        self,
        of: Tape | Graph,
        *,
        wrt: Sequence[str] = (),
        frame: Box = FRAME,
        equations: bool = True,
        theme: Theme | None = None,
    ) -> None:
        """``wrt``: the nodes whose gradients will be shown, if not all (more room for the rest)."""
        theme = theme or current_theme()
        panel = panel_of(of, frame, theme) if equations else None
        super().__init__(of, theme, frame, panel)
        area = Box(frame.x0, panel.y1 + _GAP, frame.x1, frame.y1) if panel else frame
        self.plan: NetworkPlan = plan_network(of, theme, area, wrt)
        self.shrunk = self.plan.scale
        groups = list(self.drawing_order())
        for lines in (True, False):  # the lines lie below the bodies
            for part in (part for group in groups for part in group):
                if (part.kind is Kind.EDGE) is lines:
                    self.show(part)

    @property
    def note(self) -> str:
        """What the picture leaves out, in words; empty when it shows everything."""
        return self.plan.note

    # -- parts -------------------------------------------------------------------------------

    def drawing_order(self) -> Iterator[tuple[Part, ...]]:
        """Neuron by neuron: the edges into it with what stands on them, then the neuron."""
        wiring = self.plan.wiring
        for node in wiring.nodes:
            for edge in wiring.edges:
                if edge.target == node.name:
                    slot = wiring.weight.get(edge)
                    label = edge_part(Kind.LABEL, edge)
                    standing = Part.of_node(Kind.NODE, slot.source) if slot else label
                    yield (edge_part(Kind.EDGE, edge), standing)
            yield (Part.of_node(Kind.NODE, node.name),)

    def canonical(self, part: Part) -> Part:
        """A weight's argument slot has no arrow of its own: it shares its edge's."""
        if part.kind is Kind.EDGE:
            return edge_part(Kind.EDGE, self.plan.wiring.line_of(Edge(*part.key)))  # type: ignore[arg-type]
        return part

    def arrows(self, edge: Edge) -> tuple[mn.VMobject, ...]:
        """A weight is half way: only the arrow's tip gives way when it is turned round."""
        arrow = self[edge_part(Kind.EDGE, edge)]
        assert isinstance(arrow, Arrow)
        return (arrow.tip,) if edge.source in self.plan.wiring.carrier else (arrow,)

    def rivals(self, part: Part) -> tuple[Part, ...]:
        """An edge shows one partial at a time: by what flows along it, or by its weight."""
        if part.kind is not Kind.PARTIAL:
            return ()
        line = self.plan.wiring.line_of(Edge(*part.key))  # type: ignore[arg-type]
        slot = self.plan.wiring.weight.get(line)
        both = [line, slot] if slot else [line]
        return tuple(p for edge in both if edge and (p := edge_part(Kind.PARTIAL, edge)) != part)

    def show(self, part: Part) -> mn.VMobject:  # type: ignore[override]
        """Put a part on the board; a partial takes the place of the one that stood there."""
        for rival in self.rivals(part):
            self.hide(rival)
        return super().show(part)

    # -- drawing -----------------------------------------------------------------------------

    def draw(self, part: Part) -> mn.VMobject:
        """A neuron, a weight, an arrow, or a text, where the layout put it."""
        if part.kind is Kind.EDGE:
            return self.route(Edge(*part.key))  # type: ignore[arg-type]
        if part not in self.plan.texts:
            raise ChainvizError(f"{part} is nothing this board can show")
        text = self.plan.texts[part].copy()
        if part.kind is not Kind.NODE:
            return text
        place = self.plan.places[str(part.key[0])]
        body = NodeBody(text, role_of(self.graph, part), self.theme, place.size)
        return body.move_to((place.x, place.y, 0.0))

    def route(self, edge: Edge, *, backward: bool = False) -> Arrow:
        """The arrow of an edge, interrupted by its weight; a weight's own starts at the weight."""
        arrow = self._arrow(self._way(edge), backward=backward)
        line = self.plan.wiring.line_of(edge)
        slot = self.plan.wiring.weight.get(line)
        if slot is not None and line == edge:
            place = self.plan.places[slot.source]
            _interrupt(arrow.curve, place.box.grown(_AIR))
        return arrow

    def pulse_route(self, edge: Edge, *, backward: bool = False) -> mn.VMobject:
        """The whole way, through the weight."""
        arrow = self._arrow(self._way(edge), backward=backward)
        self.ruler.carry(arrow)
        return arrow.curve

    def _way(self, edge: Edge) -> np.ndarray:
        """The route of an edge; for a weight's slot, from the weight to the neuron."""
        line = self.plan.wiring.line_of(edge)
        points = self.plan.routes[line]
        if line == edge:
            return points
        box = self.plan.places[edge.source].box.grown(_AIR)
        whole = _curve(points)
        leaves = _crossings(whole, box)[1]
        return _shared(_curve(points).pointwise_become_partial(whole, leaves, 1.0).points)

    def _arrow(self, points: np.ndarray, *, backward: bool) -> Arrow:
        return Arrow(
            points[::-1] if backward else points,
            colour=self.theme[Role.GRAD if backward else Role.EDGE],
            stroke=self.theme.sizes.stroke,
            tip=self.theme.sizes.tip * self.plan.scale,
        )


# -- lines that meet boxes ------------------------------------------------------------------------


def _curve(points: np.ndarray) -> mn.VMobject:
    """A route's (3 k + 1) shared points as a path."""
    flat = np.pad(points[:, :2], ((0, 0), (0, 1)))
    return mn.VMobject().set_points(
        np.concatenate([flat[3 * i : 3 * i + 4] for i in range((len(flat) - 1) // 3)])
    )


def _shared(points: np.ndarray) -> np.ndarray:
    """Manim's 4 k points as (3 k + 1) shared ones."""
    return np.concatenate([points[:1], *(points[i + 1 : i + 4] for i in range(0, len(points), 4))])


def _crossings(curve: mn.VMobject, box: Box) -> tuple[float, float]:
    """The shares of a path at which it enters and leaves a box."""
    shares = np.linspace(0.0, 1.0, 401)
    points = np.array([curve.point_from_proportion(share) for share in shares])
    inside = (
        (points[:, 0] > box.x0)
        & (points[:, 0] < box.x1)
        & (points[:, 1] > box.y0)
        & (points[:, 1] < box.y1)
    )
    found = shares[inside]
    return (float(found[0]), float(found[-1])) if len(found) else (1.0, 1.0)


def _interrupt(curve: mn.VMobject, box: Box) -> None:
    """Take out of a path what runs through a box."""
    enters, leaves = _crossings(curve, box)
    if enters < leaves:
        first, last = curve.copy(), curve.copy()
        first.pointwise_become_partial(curve, 0.0, enters)
        last.pointwise_become_partial(curve, leaves, 1.0)
        curve.set_points(np.concatenate([first.points, last.points]))
