"""The network board: neurons in layers, weights on the edges between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import manim as mn
import numpy as np

from chainviz.draw.arrow import Arrow
from chainviz.draw.board import FRAME, Board, panel_of
from chainviz.draw.dense_plan import is_dense, plan_dense
from chainviz.draw.layers import layered_graph, named_weights
from chainviz.draw.network_plan import NetworkPlan, plan_network
from chainviz.draw.node import NodeBody
from chainviz.draw.weights import wire
from chainviz.errors import ChainvizError
from chainviz.graph import Edge, Graph
from chainviz.layout import Box
from chainviz.part import Kind, Part
from chainviz.story import edge_part
from chainviz.tape import Tape, run
from chainviz.theme import Role, Theme, current_theme

__all__ = ["NetworkBoard"]

_FEWER = "draw fewer neurons, or the network without numbers"
_CROWD = 40  # more lines than this are drawn thinner
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
        wiring = wire(self.graph)
        if is_dense(wiring):
            self.plan: NetworkPlan = plan_dense(of, wiring, theme, area)
        else:
            self.plan = plan_network(of, theme, area, wrt)
        self.shrunk = self.plan.scale
        groups = list(self.drawing_order())
        for lines in (True, False):  # the lines lie below the bodies
            for part in (part for group in groups for part in group):
                if (part.kind is Kind.EDGE) is lines:
                    self.put(part)

    @classmethod
    def dense(
        cls,
        layers: Sequence[int],
        *,
        weights: Sequence[Any] | None = None,
        inputs: Sequence[float] | None = None,
        activation: str = "sigmoid",
        frame: Box = FRAME,
        theme: Theme | None = None,
    ) -> NetworkBoard:
        """A fully connected network, such as ``NetworkBoard.dense((2, 4, 1))``.

        ``weights`` holds a matrix for each layer but the first, targets by sources; with
        ``inputs`` (1 each, if not given) it is a run whose values a pass can show.
        """
        graph = layered_graph(layers, activation=activation)
        if weights is None:
            return cls(graph, frame=frame, equations=False, theme=theme)
        given = [1.0] * layers[0] if inputs is None else list(inputs)
        names = [node.name for node in graph if node.is_input and not node.is_parameter]
        if len(given) != len(names):
            raise ChainvizError(f"{len(names)} inputs want {len(names)} values, not {len(given)}")
        values: dict[str, Any] = dict(zip(names, given, strict=True))
        values |= named_weights(layers, weights)
        return cls(run(graph, **values), frame=frame, equations=False, theme=theme)

    @property
    def note(self) -> str:
        """What the picture leaves out, in words; empty when it shows everything."""
        return self.plan.note

    # -- parts -------------------------------------------------------------------------------

    def drawing_order(self) -> Iterator[tuple[Part, ...]]:
        """Neuron by neuron: the edges into it with what stands on them, then the neuron."""
        wiring = self.plan.wiring
        for node in wiring.nodes:
            if node.name not in self.plan.places:
                continue
            for edge in wiring.edges:
                if edge.target == node.name and edge in self.plan.routes:
                    slot = wiring.weight.get(edge)
                    standing = edge_part(Kind.LABEL, edge)
                    if slot and not self.plan.dense:
                        standing = Part.of_node(Kind.NODE, slot.source)
                    yield (edge_part(Kind.EDGE, edge), standing)[
                        : 1 + (standing in self.plan.texts)
                    ]
            yield (Part.of_node(Kind.NODE, node.name),)
        for number, _ in enumerate(self.plan.ellipses):
            yield (Part(Kind.SHAPE, ("ellipsis", number)),)

    def canonical(self, part: Part) -> Part:
        """A weight's argument slot has no arrow of its own: it shares its edge's.

        In a dense picture a weight is its line, and its value is the label there.
        """
        if part.kind is Kind.EDGE:
            return edge_part(Kind.EDGE, self.plan.wiring.line_of(Edge(*part.key)))  # type: ignore[arg-type]
        if part.kind in (Kind.NODE, Kind.VALUE) and self.plan.dense:
            line = self.plan.wiring.carrier.get(str(part.key[0]))
            if line is not None:
                label = edge_part(Kind.LABEL, line)
                told = part.kind is Kind.VALUE and label in self.plan.texts
                return label if told else edge_part(Kind.EDGE, line)
        return part

    def arrows(self, edge: Edge) -> tuple[mn.VMobject, ...]:
        """A weight is half way: only the arrow's tip gives way when it is turned round."""
        arrow = self[edge_part(Kind.EDGE, edge)]
        assert isinstance(arrow, Arrow)
        return (arrow.tip,) if edge.source in self.plan.wiring.carrier else (arrow,)

    def role(self, part: Part) -> Role:
        """Every neuron of the last layer is an output."""
        if part.kind in (Kind.NODE, Kind.VALUE) and self._is_last(str(part.key[0])):
            return Role.OUTPUT
        return super().role(part)

    def _is_last(self, name: str) -> bool:
        return self.graph.node(name).op is not None and not self.graph.edges_out_of(name)

    def rivals(self, part: Part) -> tuple[Part, ...]:
        """An edge shows one partial at a time: by what flows along it, or by its weight."""
        if part.kind is not Kind.PARTIAL:
            return ()
        line = self.plan.wiring.line_of(Edge(*part.key))  # type: ignore[arg-type]
        slot = self.plan.wiring.weight.get(line)
        both = [line, slot] if slot else [line]
        return tuple(p for edge in both if edge and (p := edge_part(Kind.PARTIAL, edge)) != part)

    def put(self, part: Part) -> mn.VMobject:
        """Put a part on the board; a partial takes the place of the one that stood there."""
        for rival in self.rivals(part):
            self.hide(rival)
        return super().put(part)

    # -- drawing -----------------------------------------------------------------------------

    def draw(self, part: Part) -> mn.VMobject:
        """A neuron, a weight, an arrow, or a text, where the layout put it."""
        if part.kind is Kind.EDGE:
            return self.route(Edge(*part.key))  # type: ignore[arg-type]
        if part.kind is Kind.SHAPE and part.key[0] == "ellipsis":
            return self._ellipsis(self.plan.ellipses[int(part.key[1])])
        if part not in self.plan.texts and self.plan.dense:
            raise ChainvizError(f"there is no room for {part} in a dense picture: {_FEWER}")
        if part not in self.plan.texts:
            raise ChainvizError(f"{part} is nothing this board can show")
        text = self.plan.texts[part].copy()
        if part.kind is not Kind.NODE:
            return text
        place = self.plan.places[str(part.key[0])]
        body = NodeBody(text, self.role(part), self.theme, place.size)
        return body.move_to((place.x, place.y, 0.0))

    def route(self, edge: Edge, *, backward: bool = False) -> Arrow:
        """The arrow of an edge, interrupted by its weight; a weight's own starts at the weight."""
        arrow = self._arrow(self._way(edge), backward=backward)
        line = self.plan.wiring.line_of(edge)
        slot = self.plan.wiring.weight.get(line)
        if slot is not None and line == edge and slot.source in self.plan.places:
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
        if line not in self.plan.routes:
            raise ChainvizError(f"{line.source}->{line.target} is not drawn: {self.note}")
        points = self.plan.routes[line]
        if line == edge or edge.source not in self.plan.places:
            return points
        box = self.plan.places[edge.source].box.grown(_AIR)
        whole = _curve(points)
        leaves = _crossings(whole, box)[1]
        return _shared(_curve(points).pointwise_become_partial(whole, leaves, 1.0).points)

    def _arrow(self, points: np.ndarray, *, backward: bool) -> Arrow:
        share = 1.0
        if self.plan.dense:  # many arrows meet at one neuron, and many lines cross
            share = 0.6 if len(self.plan.routes) <= _CROWD else 0.35
        return Arrow(
            points[::-1] if backward else points,
            colour=self.theme[Role.GRAD if backward else Role.EDGE],
            stroke=self.theme.sizes.stroke * share,
            tip=self.theme.sizes.tip * self.plan.scale * share,
        )

    def _ellipsis(self, at: tuple[float, float]) -> mn.VMobject:
        dots = [mn.Dot(radius=0.05, color=self.theme[Role.DIM]) for _ in range(3)]
        return mn.VGroup(*dots).arrange(mn.DOWN, buff=0.14).move_to((*at, 0.0))


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
