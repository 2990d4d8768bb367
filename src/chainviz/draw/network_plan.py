"""The plan of a network: weights on their edges, and room for all that will come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from chainviz.draw.edge_stack import SPACING, EdgeStack, partial_depth, reach_of
from chainviz.draw.look import role_of
from chainviz.draw.measure import line_room
from chainviz.draw.node import body_size
from chainviz.draw.pipeline_plan import NUMBER
from chainviz.draw.typeset import Typeset, Writing, typeset_many
from chainviz.draw.weights import Wiring, wire
from chainviz.formula import Eq, Formula, Keyed, Num, partial_name, symbol
from chainviz.graph import Edge, Graph
from chainviz.layout import Box, Layout, Needs, Place, Size, TooLarge, lay_out
from chainviz.part import Kind, Part
from chainviz.story import edge_label, edge_part
from chainviz.tape import Tape
from chainviz.theme import Role, Theme

__all__ = ["NetworkPlan", "plan_network"]

_ROOMY = 0.75  # the scale at which a partial still says its name
_BACKWARD = frozenset({Kind.GRAD, Kind.PARTIAL, Kind.CONTRIBUTION})


@dataclass(frozen=True, slots=True, eq=False)
class NetworkPlan:
    """What a network shows and where; copies of a board share one plan."""

    wiring: Wiring
    scale: float
    places: Mapping[str, Place]  # of neurons, and of weights on their edges
    routes: Mapping[Edge, np.ndarray]
    texts: Mapping[Part, Typeset]  # each at its size and in its place
    note: str = ""
    dense: bool = False  # weights are their lines, with a label where there is room
    ellipses: tuple[tuple[float, float], ...] = ()  # where neurons are left out

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Frozen: a copy is the same plan."""
        return self


def plan_network(
    of: Tape | Graph, theme: Theme, frame: Box, wrt: Sequence[str] = ()
) -> NetworkPlan:
    """Lay out the neurons; on the edges the weight, its gradient above, value and partial below.

    With ``wrt`` there is room only for what a backward pass to those nodes shows. Partials lose
    their names where room is short.
    """
    if isinstance(of, Tape):
        try:
            plan = _plan(of, theme, frame, wrt, named=True)
            if plan.scale > _ROOMY:
                return plan
        except TooLarge:
            pass
    return _plan(of, theme, frame, wrt, named=not isinstance(of, Tape))


def _plan(
    of: Tape | Graph, theme: Theme, frame: Box, wrt: Sequence[str], *, named: bool
) -> NetworkPlan:
    graph = of.graph if isinstance(of, Tape) else of
    wiring = wire(graph)
    writings = _writings(graph, of if isinstance(of, Tape) else None, wiring, theme, named)
    passed = _passed(graph, wrt)
    for part in [part for part in writings if part.kind in _BACKWARD and part.key[0] not in passed]:
        del writings[part]
    texts = dict(zip(writings, typeset_many(writings.values(), setter=theme.setter), strict=True))
    arm = theme.sizes.radius + SPACING.pad
    stacks = {edge: EdgeStack.of(wiring, edge, texts, arm) for edge in wiring.edges}
    needs = _needs(wiring, texts, stacks, theme, frame)
    layout = lay_out(wiring, needs)
    for text in texts.values():
        text.scale(layout.scale)
    places = dict(layout.nodes)
    for name, edge in wiring.carrier.items():
        places[name] = _on_line(layout, edge, stacks[edge].chip.scaled(layout.scale))
    for part in texts:
        _put(part, wiring, layout, places, texts, arm)
    routes = {edge: np.array(layout.routes[edge].points) for edge in wiring.edges}
    return NetworkPlan(wiring, layout.scale, places, routes, texts)


def _passed(graph: Graph, wrt: Sequence[str]) -> set[str]:
    """The nodes that a backward pass to some nodes goes through; all when none are named."""
    found = {graph.node(name).name for name in wrt or [node.name for node in graph]}
    for node in graph:
        if any(edge.source in found for edge in graph.edges_into(node.name)):
            found.add(node.name)
    return found


def _writings(
    graph: Graph, tape: Tape | None, wiring: Wiring, theme: Theme, named: bool
) -> dict[Part, Writing]:
    sizes = theme.sizes
    found: dict[Part, Writing] = {}

    def write(part: Part, formula: Formula, size: float, role: Role) -> None:
        found[part] = Writing(formula, size, theme[role])

    for node in graph:
        part = Part.of_node(Kind.NODE, node.name)
        size = sizes.label if node.name in wiring.carrier else sizes.name
        write(part, symbol(node.name), size, Role.TEXT)
        if tape is not None:
            value, grad = (Part.of_node(kind, node.name) for kind in (Kind.VALUE, Kind.GRAD))
            write(value, Num(tape.value(node.name)), sizes.number, role_of(graph, value))
            write(grad, Num(tape.grad(node.name)), sizes.number, Role.GRAD)
    for edge in wiring.edges:
        if edge not in wiring.weight:
            write(edge_part(Kind.LABEL, edge), edge_label(graph, edge), sizes.label, Role.TEXT)
    for edge in graph.edges:
        partial: Formula = partial_name(graph, edge)
        if tape is not None:
            number = Keyed(NUMBER, Num(tape.partial_of(edge)))
            partial = Eq(partial, number) if named else number
            came = Num(tape.contribution_of(edge))
            write(edge_part(Kind.CONTRIBUTION, edge), came, sizes.number, Role.GRAD)
        write(edge_part(Kind.PARTIAL, edge), partial, sizes.label, Role.TEXT)
    return found


def _needs(
    wiring: Wiring,
    texts: Mapping[Part, Typeset],
    stacks: Mapping[Edge, EdgeStack],
    theme: Theme,
    frame: Box,
) -> Needs:
    """Sizes of all that will come; the partials of weighted edges hang in one row."""

    def sizes(kind: Kind) -> dict[str, Size]:
        parts = [Part.of_node(kind, node.name) for node in wiring.nodes]
        return {
            str(part.key[0]): Size(texts[part].width, texts[part].height)
            for part in parts
            if part in texts
        }

    bodies = {
        node.name: Size(*body_size(texts[Part.of_node(Kind.NODE, node.name)], theme))
        for node in wiring.nodes
    }
    values = sizes(Kind.VALUE)
    depth = partial_depth(stacks.values(), values.values())
    under = {
        e: stack.under(depth if stack.chip.height else 0.0, reach_of(wiring, e))
        for e, stack in stacks.items()
    }
    over = {e: stack.over for e, stack in stacks.items()}
    return Needs(
        node_sizes=bodies,
        value_sizes=values,
        grad_sizes=sizes(Kind.GRAD),
        label_sizes={e: size for e, size in under.items() if size.height},
        partial_sizes={e: size for e, size in over.items() if size.height},
        boxes=frozenset(name for name, size in bodies.items() if size.width > size.height + 1e-6),
        frame=frame,
        least_scale=theme.sizes.least,
        spacing=SPACING,
    )


def _on_line(layout: Layout, edge: Edge, size: Size) -> Place:
    """Where a line passes over the middle of its label."""
    x = layout.labels[edge].centre[0]
    points = layout.routes[edge].sampled(48)
    return Place(x, float(np.interp(x, points[:, 0], points[:, 1])), size)


def _put(
    part: Part,
    wiring: Wiring,
    layout: Layout,
    places: Mapping[str, Place],
    texts: Mapping[Part, Typeset],
    arm: float,
) -> None:
    """Move a text to its place."""
    text, name = texts[part], str(part.key[0])
    if part.kind is Kind.NODE:
        text.move_to((*places[name].box.centre, 0.0))
    elif part.kind in (Kind.LABEL, Kind.PARTIAL):
        edge = wiring.line_of(Edge(*part.key))  # type: ignore[arg-type]
        if part.kind is Kind.LABEL:
            text.move_to((*layout.partials[edge].centre, 0.0))
            return
        box = layout.labels[edge]
        high, deep = line_room(texts, Kind.PARTIAL)
        low = box.y0 + deep if box.centre[1] < _height(layout, edge) else box.y1 - high
        text.move_to((box.centre[0], 0.0, 0.0)).sit_on(low)
    else:
        up = part.kind is not Kind.VALUE
        if name not in wiring.carrier:
            box = (layout.grads if up else layout.values)[name]
            text.move_to((*box.centre, 0.0))
            return
        chip, edge = places[name], wiring.carrier[name]
        text.move_to((chip.x, _beside(text, layout, edge, up, arm), 0.0))


def _beside(text: Typeset, layout: Layout, edge: Edge, up: bool, arm: float) -> float:
    """The height of a weight's gradient, far from the line, or of its value, next to it."""
    line = _height(layout, edge)
    box = layout.partials.get(edge) if up else layout.labels[edge]
    if box is None:
        return line + arm * layout.scale + text.height / 2
    below = box.centre[1] < line
    if up:
        return box.y0 + text.height / 2 if below else box.y1 - text.height / 2
    near = (arm - SPACING.pad) * layout.scale + text.height / 2
    return box.y1 - near if below else box.y0 + near


def _height(layout: Layout, edge: Edge) -> float:
    """How high a line is over the middle of its texts."""
    return _on_line(layout, edge, Size(0.0, 0.0)).y
