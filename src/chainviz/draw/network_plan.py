"""The plan of a network: weights on their edges, and room for all that will come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from chainviz.draw.look import role_of
from chainviz.draw.node import body_size
from chainviz.draw.pipeline_plan import NUMBER
from chainviz.draw.typeset import Typeset, Writing, typeset_many
from chainviz.draw.weights import Wiring, wire
from chainviz.formula import Eq, Formula, Keyed, Num, partial_name, symbol
from chainviz.graph import Edge, Graph
from chainviz.layout import Box, Layout, Needs, Place, Size, Spacing, lay_out
from chainviz.part import Kind, Part
from chainviz.story import edge_label, edge_part
from chainviz.tape import Tape
from chainviz.theme import Role, Theme

__all__ = ["NetworkPlan", "plan_network"]

_CHIP = 0.2  # around the letters of a weight
_STACK = 0.14  # between two texts of one edge


@dataclass(frozen=True, slots=True, eq=False)
class NetworkPlan:
    """What a network shows and where; copies of a board share one plan."""

    wiring: Wiring
    scale: float
    places: Mapping[str, Place]  # of neurons, and of weights on their edges
    routes: Mapping[Edge, np.ndarray]
    texts: Mapping[Part, Typeset]  # each at its size and in its place
    note: str = ""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Frozen: a copy is the same plan."""
        return self


def plan_network(of: Tape | Graph, theme: Theme, frame: Box) -> NetworkPlan:
    """Lay out the neurons; on the edges the weight, its gradient above, value and partial below."""
    graph = of.graph if isinstance(of, Tape) else of
    wiring = wire(graph)
    writings = _writings(graph, of if isinstance(of, Tape) else None, wiring, theme)
    texts = dict(zip(writings, typeset_many(writings.values()), strict=True))
    stacks = {edge: _Stack.of(graph, wiring, edge, texts) for edge in wiring.edges}
    layout = lay_out(wiring, _needs(graph, wiring, texts, stacks, theme, frame))
    for text in texts.values():
        text.scale(layout.scale)
    places = dict(layout.nodes)
    for name, edge in wiring.carrier.items():
        places[name] = _on_line(layout, edge, stacks[edge].chip.scaled(layout.scale))
    for part in texts:
        _put(part, graph, wiring, layout, places, stacks, texts)
    routes = {edge: np.array(route.points) for edge, route in layout.routes.items()}
    return NetworkPlan(wiring, layout.scale, places, routes, texts)


def _writings(graph: Graph, tape: Tape | None, wiring: Wiring, theme: Theme) -> dict[Part, Writing]:
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
            partial = Eq(partial, Keyed(NUMBER, Num(tape.partial_of(edge))))
            came = Num(tape.contribution_of(edge))
            write(edge_part(Kind.CONTRIBUTION, edge), came, sizes.number, Role.GRAD)
        write(edge_part(Kind.PARTIAL, edge), partial, sizes.label, Role.GRAD)
    return found


@dataclass(frozen=True, slots=True)
class _Stack:
    """What stands at one edge, from the line outwards: sizes of the texts above and below."""

    chip: Size
    above: tuple[Size, ...]
    below: tuple[Size, ...]

    @classmethod
    def of(cls, graph: Graph, wiring: Wiring, edge: Edge, texts: Mapping[Part, Typeset]) -> _Stack:
        def size(part: Part) -> Size:
            text = texts.get(part)
            return Size(text.width, text.height) if text else Size(0.0, 0.0)

        slot = wiring.weight.get(edge)
        partial = size(edge_part(Kind.PARTIAL, edge))
        if slot is None:
            return cls(Size(0.0, 0.0), (size(edge_part(Kind.LABEL, edge)),), (partial,))
        name, value, grad = (
            size(Part.of_node(kind, slot.source)) for kind in (Kind.NODE, Kind.VALUE, Kind.GRAD)
        )
        other = size(edge_part(Kind.PARTIAL, slot))
        partial = Size(max(partial.width, other.width), max(partial.height, other.height))
        chip = Size(name.width + 2 * _CHIP, name.height + 2 * _CHIP)
        return cls(chip, (grad,), (value, partial))

    def side(self, texts: tuple[Size, ...]) -> Size:
        """The room on one side of the line."""
        high = sum(text.height for text in texts if text.height)
        high += _STACK * (sum(1 for text in texts if text.height) - 1)
        if self.chip.height:
            high += self.chip.height / 2
        return Size(max(self.chip.width, *(text.width for text in texts)), high)


def _needs(
    graph: Graph,
    wiring: Wiring,
    texts: Mapping[Part, Typeset],
    stacks: Mapping[Edge, _Stack],
    theme: Theme,
    frame: Box,
) -> Needs:
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
    return Needs(
        node_sizes=bodies,
        value_sizes=sizes(Kind.VALUE),
        grad_sizes=sizes(Kind.GRAD),
        label_sizes={edge: stack.side(stack.below) for edge, stack in stacks.items()},
        partial_sizes={edge: stack.side(stack.above) for edge, stack in stacks.items()},
        boxes=frozenset(name for name, size in bodies.items() if size.width > size.height + 1e-6),
        frame=frame,
        least_scale=theme.sizes.least,
        spacing=Spacing(beside=0.4),
    )


def _on_line(layout: Layout, edge: Edge, size: Size) -> Place:
    """Where a line passes over the middle of its label."""
    x = layout.labels[edge].centre[0]
    points = layout.routes[edge].sampled(48)
    return Place(x, float(np.interp(x, points[:, 0], points[:, 1])), size)


def _put(
    part: Part,
    graph: Graph,
    wiring: Wiring,
    layout: Layout,
    places: Mapping[str, Place],
    stacks: Mapping[Edge, _Stack],
    texts: Mapping[Part, Typeset],
) -> None:
    """Move a text to its place."""
    text, name = texts[part], str(part.key[0])
    if part.kind is Kind.NODE:
        text.move_to((*places[name].box.centre, 0.0))
    elif part.kind in (Kind.VALUE, Kind.GRAD, Kind.CONTRIBUTION):
        up = part.kind is not Kind.VALUE
        if name not in wiring.carrier:
            box = (layout.grads if up else layout.values)[name]
            text.move_to((*box.centre, 0.0))
            return
        chip, edge = places[name], wiring.carrier[name]
        outside = chip.box.y1 if up else chip.box.y0
        reach = (_STACK * layout.scale + text.height / 2) * (1 if up else -1)
        text.move_to((chip.x, outside + reach, 0.0))
    else:
        edge = wiring.line_of(Edge(*part.key))  # type: ignore[arg-type]
        if part.kind is Kind.LABEL:
            text.move_to((*layout.partials[edge].centre, 0.0))
            return
        box = layout.labels[edge]
        text.move_to(
            (box.centre[0], box.y0 + stacks[edge].below[-1].height * layout.scale / 2, 0.0)
        )
