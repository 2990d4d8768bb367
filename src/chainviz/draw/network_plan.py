"""The plan of a network: weights on their edges, and room for all that will come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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

_BACKWARD = frozenset({Kind.GRAD, Kind.PARTIAL, Kind.CONTRIBUTION})
_NOTHING = Size(0.0, 0.0)
_SPACING = Spacing(beside=0.4)
_CHIP = 0.18  # around the letters of a weight
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


def plan_network(
    of: Tape | Graph, theme: Theme, frame: Box, wrt: Sequence[str] = ()
) -> NetworkPlan:
    """Lay out the neurons; on the edges the weight, its gradient above, value and partial below.

    With ``wrt`` there is room only for what a backward pass to those nodes shows.
    """
    graph = of.graph if isinstance(of, Tape) else of
    wiring = wire(graph)
    writings = _writings(graph, of if isinstance(of, Tape) else None, wiring, theme)
    passed = _passed(graph, wrt)
    for part in [part for part in writings if part.kind in _BACKWARD and part.key[0] not in passed]:
        del writings[part]
    texts = dict(zip(writings, typeset_many(writings.values()), strict=True))
    stacks = {edge: _Stack.of(wiring, edge, texts) for edge in wiring.edges}
    needs = _needs(wiring, texts, stacks, theme, frame)
    layout = lay_out(wiring, needs)
    for text in texts.values():
        text.scale(layout.scale)
    places = dict(layout.nodes)
    for name, edge in wiring.carrier.items():
        places[name] = _on_line(layout, edge, stacks[edge].chip.scaled(layout.scale))
    for part in texts:
        _put(part, wiring, layout, places, texts)
    routes = {edge: np.array(route.points) for edge, route in layout.routes.items()}
    return NetworkPlan(wiring, layout.scale, places, routes, texts)


def _passed(graph: Graph, wrt: Sequence[str]) -> set[str]:
    """The nodes that a backward pass to some nodes goes through; all when none are named."""
    found = {graph.node(name).name for name in wrt or [node.name for node in graph]}
    for node in graph:
        if any(edge.source in found for edge in graph.edges_into(node.name)):
            found.add(node.name)
    return found


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
        write(edge_part(Kind.PARTIAL, edge), partial, sizes.label, Role.TEXT)
    return found


@dataclass(frozen=True, slots=True)
class _Stack:
    """The sizes of what stands at one edge: on the line, above it and below it."""

    chip: Size
    above: Size  # the weight's gradient, or the edge's label
    value: Size  # of the weight
    partial: Size

    @classmethod
    def of(cls, wiring: Wiring, edge: Edge, texts: Mapping[Part, Typeset]) -> _Stack:
        def size(part: Part) -> Size:
            text = texts.get(part)
            return Size(text.width, text.height) if text else _NOTHING

        slot = wiring.weight.get(edge)
        partial = size(edge_part(Kind.PARTIAL, edge))
        if slot is None:
            return cls(_NOTHING, size(edge_part(Kind.LABEL, edge)), _NOTHING, partial)
        name, value, grad = (
            size(Part.of_node(kind, slot.source)) for kind in (Kind.NODE, Kind.VALUE, Kind.GRAD)
        )
        other = size(edge_part(Kind.PARTIAL, slot))
        partial = Size(max(partial.width, other.width), max(partial.height, other.height))
        chip = Size(name.width + 2 * _CHIP, name.height + 2 * _CHIP)
        return cls(chip, grad, value, partial)

    @property
    def over(self) -> Size:
        """The room above the line."""
        return self._pile(self.above)

    def under(self, depth: float, reach: float) -> Size:
        """The room below the line; the partial hangs at the common depth and may reach out."""
        pile = self._pile(self.value)
        if not self.partial.height:
            return pile
        width = max(pile.width, self.partial.width - 2 * reach)
        return Size(width, depth + self.partial.height)

    @property
    def value_depth(self) -> float:
        """How far below the line the weight's value ends."""
        return self._pile(self.value).height

    def _pile(self, text: Size) -> Size:
        gap = _STACK if self.chip.height and text.height else 0.0
        width = max(self.chip.width, text.width)
        return Size(width, self.chip.height / 2 + gap + text.height)


def _depth(stacks: Iterable[_Stack], bodies: Iterable[Size], values: Iterable[Size]) -> float:
    """How far below the lines the partials hang: all in one row, below every value."""
    weighted = [stack.value_depth for stack in stacks if stack.chip.height]
    if not weighted:
        return 0.0
    lowest = max(size.height for size in bodies) / 2 + _SPACING.pad
    lowest += max((size.height for size in values), default=0.0)
    return max(lowest, *weighted) + _SPACING.clear - _SPACING.pad


def _reach(wiring: Wiring, edge: Edge) -> float:
    """How far a partial may reach under the nodes beside it: far where each is alone."""
    columns: dict[str, int] = {}
    for node in wiring.nodes:
        before = [columns[e.source] for e in wiring.edges if e.target == node.name]
        columns[node.name] = 1 + max(before, default=-1)
    inputs = [e for e in wiring.edges if columns[e.source] == 0]
    for late in inputs:  # an input stands just before what it feeds
        columns[late.source] = min(columns[e.target] for e in inputs if e.source == late.source) - 1
    alone = [list(columns.values()).count(columns[end]) == 1 for end in (edge.source, edge.target)]
    if sum(other.target == edge.target for other in wiring.edges) > 1:
        return 0.0
    return _SPACING.beside - _SPACING.clear + (0.4 if all(alone) else 0.0)


def _needs(
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
    values = sizes(Kind.VALUE)
    depth = _depth(stacks.values(), bodies.values(), values.values())
    under = {e: stack.under(depth, _reach(wiring, e)) for e, stack in stacks.items()}
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
        spacing=_SPACING,
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
        x, low = layout.labels[edge].centre[0], layout.labels[edge].y0
        text.move_to((x, low + _tallest(texts, Kind.PARTIAL) / 2, 0.0))
    else:
        up = part.kind is not Kind.VALUE
        if name not in wiring.carrier:
            box = (layout.grads if up else layout.values)[name]
            text.move_to((*box.centre, 0.0))
            return
        chip = places[name]
        outside = chip.box.y1 if up else chip.box.y0
        away = (_STACK * layout.scale + text.height / 2) * (1 if up else -1)
        text.move_to((chip.x, outside + away, 0.0))


def _tallest(texts: Mapping[Part, Typeset], kind: Kind) -> float:
    return max(float(text.height) for part, text in texts.items() if part.kind is kind)
