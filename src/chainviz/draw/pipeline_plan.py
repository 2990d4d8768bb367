"""The plan of a pipeline: its texts, typeset once, and the place of everything in one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from chainviz.draw.look import role_of_node
from chainviz.draw.node import body_size
from chainviz.draw.typeset import Look, Typeset, Writing, typeset_many
from chainviz.formula import (
    Call,
    Eq,
    Formula,
    Keyed,
    Num,
    bare,
    equals,
    partial,
    symbol,
)
from chainviz.graph import Edge, Graph, Node
from chainviz.layout import Box, Layout, Needs, Size, Spacing, lay_out
from chainviz.part import Kind, Part
from chainviz.story import edge_label, edge_part
from chainviz.tape import Tape
from chainviz.theme import Role, Theme

__all__ = ["END", "NUMBER", "RING", "Line", "PipelinePlan", "label_part", "plan_pipeline"]

NUMBER = Part(Kind.TEXT, ("number",))  # in a factor: what it comes to
END = "end"  # the row's last body, which is no node of the graph: where the output goes
BRACE = 0.3  # from a box to its factor: the brace and the air around it
_BOX = (1.5, 1.3)  # the least box of a stage, in node diameters of 0.84
RING = 0.075  # the output's second ring, outside of its body
_STACK = 0.16  # between a label and the gradient above it


@dataclass(frozen=True, slots=True)
class Line:
    """The row as the layout sees it: the graph's nodes and the end, each leading to the next."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @classmethod
    def of(cls, graph: Graph) -> Line:
        """The row of a graph that is a single file."""
        names = [node.name for node in graph] + [END]
        return cls(tuple(map(Node, names)), tuple(Edge(a, b, 0) for a, b in pairwise(names)))

    def out_of(self, name: str) -> Edge:
        """The arrow that carries a node's variable."""
        return next(edge for edge in self.edges if edge.source == name)


@dataclass(frozen=True, slots=True, eq=False)
class PipelinePlan:
    """What a pipeline shows and where; copies of a board share one plan."""

    line: Line
    layout: Layout
    texts: Mapping[Part, Typeset]  # at the layout's scale, each in its place

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Frozen: a copy is the same plan."""
        return self


def plan_pipeline(
    of: Tape | Graph, names: Mapping[str, Formula], theme: Theme, frame: Box
) -> PipelinePlan:
    """Typeset, measure, lay out in a row."""
    graph = of.graph if isinstance(of, Tape) else of
    writings = _writings(graph, of if isinstance(of, Tape) else None, names, theme)
    texts = dict(zip(writings, typeset_many(writings.values()), strict=True))
    line = Line.of(graph)
    layout = lay_out(line, _needs(graph, line, texts, theme, frame))
    for text in texts.values():
        text.scale(layout.scale)
    for part in texts:
        _put(part, texts, line, layout)
    return PipelinePlan(line, layout, texts)


def label_part(name: str) -> Part:
    """The text on the arrow that carries a variable: u = g(x)."""
    return Part.of_node(Kind.LABEL, name)


def _writings(
    graph: Graph, tape: Tape | None, names: Mapping[str, Formula], theme: Theme
) -> dict[Part, Writing]:
    sizes = theme.sizes
    found: dict[Part, Writing] = {}
    look = _in_colour_of_boxes(graph, theme)
    for node in graph:
        colour = theme[role_of_node(graph, node.name)]
        body = Part.of_node(Kind.NODE, node.name)
        written = _inside(graph, node, names)
        found[body] = Writing(written, sizes.name * (1.25 if node.op else 1.0), theme[Role.TEXT])
        found[label_part(node.name)] = Writing(_label(graph, node, names), sizes.label, colour)
        if tape is not None:
            value = Num(tape.value(node.name))
            found[Part.of_node(Kind.VALUE, node.name)] = Writing(value, sizes.number, colour)
            grad = Num(tape.grad(node.name))
            found[Part.of_node(Kind.GRAD, node.name)] = Writing(
                grad, sizes.number, theme[Role.GRAD]
            )
    for edge in graph.edges:
        factor = _factor(graph, edge, tape)
        found[edge_part(Kind.PARTIAL, edge)] = Writing(factor, sizes.label, theme[Role.TEXT], look)
        if tape is not None:
            came = Num(tape.contribution_of(edge))
            part = edge_part(Kind.CONTRIBUTION, edge)
            found[part] = Writing(came, sizes.number, theme[Role.GRAD])
    end = Part(Kind.SHAPE, (END,))
    found[end] = Writing(symbol(graph.output), sizes.name, theme[Role.TEXT])
    return found


def _inside(graph: Graph, node: Node, names: Mapping[str, Formula]) -> Formula:
    """What stands in a body: the input's name; a stage's name, or else its operation."""
    if node.op is None:
        return symbol(node.name)
    return names.get(node.name) or edge_label(graph, graph.edges_into(node.name)[0])


def _label(graph: Graph, node: Node, names: Mapping[str, Formula]) -> Formula:
    """What the arrow carries: x, then u = g(x), then y = f(u)."""
    own = symbol(node.name)
    if node.op is None:
        return own
    if node.name not in names:
        return own
    given = symbol(graph.edges_into(node.name)[0].source)
    return Eq(own, Call(names[node.name], (given,)))


def _factor(graph: Graph, edge: Edge, tape: Tape | None) -> Formula:
    """What stands under a brace: dy/du = 2u = 12, or as much of it as is known."""
    named = partial(graph, edge)
    assert isinstance(named, Eq)
    if isinstance(bare(named.right), Num):
        return Eq(named.left, Keyed(NUMBER, named.right))
    if tape is None:
        return named
    return equals(named.left, named.right, Keyed(NUMBER, Num(tape.partial_of(edge))))


def _in_colour_of_boxes(graph: Graph, theme: Theme) -> Look:
    def look(part: Part) -> str | None:
        if part.kind is Kind.PARTIAL:
            return theme[role_of_node(graph, str(part.key[1]))]
        return theme[role_of_node(graph, str(part.key[0]))] if part.kind is Kind.NODE else None

    return look


def _needs(
    graph: Graph, line: Line, texts: Mapping[Part, Typeset], theme: Theme, frame: Box
) -> Needs:
    """Bodies with their factors below; on the arrows labels and gradients above, values below."""
    spacing = Spacing(beside=0.42)
    above: dict[Edge, Size] = {}
    below: dict[Edge, Size] = {}
    high, deep = label_line(texts)
    tall = _tallest(texts, Kind.GRAD)
    for edge in line.edges:
        label = texts[label_part(edge.source)]
        grad = texts.get(Part.of_node(Kind.GRAD, edge.source))
        value = texts.get(Part.of_node(Kind.VALUE, edge.source))
        stacked = high + deep + (_STACK + tall if tall else 0.0)
        above[edge] = Size(max(label.width, grad.width if grad else 0.0), stacked)
        if value:
            below[edge] = Size(value.width, value.height)
    bodies, boxes = _bodies(graph, texts, theme)
    between = min(size.width for size in above.values()) + 2 * spacing.beside - spacing.clear
    factors = {}
    for name in boxes:
        text = texts[edge_part(Kind.PARTIAL, graph.edges_into(name)[0])]
        width = max(bodies[name].width, text.width - between)  # it may reach under the arrows
        factors[name] = Size(width, _tallest(texts, Kind.PARTIAL) + BRACE)
    return Needs(
        node_sizes=bodies,
        value_sizes=factors,
        partial_sizes=above,
        label_sizes=below,
        boxes=frozenset(boxes),
        frame=frame,
        least_scale=theme.sizes.least,
        spacing=spacing,
    )


def _bodies(
    graph: Graph, texts: Mapping[Part, Typeset], theme: Theme
) -> tuple[dict[str, Size], list[str]]:
    """The size of every body, and which are boxes: they are all alike."""
    boxes = [node.name for node in graph if node.op is not None]
    inside = [texts[Part.of_node(Kind.NODE, name)] for name in boxes]
    width, height = (share * 2 * theme.sizes.radius for share in _BOX)
    box = Size(
        max(width, *(text.width + 0.8 for text in inside)),
        max(height, *(text.height + 0.5 for text in inside)),
    )
    found = dict.fromkeys(boxes, box)
    for node in graph:
        if node.op is None:
            found[node.name] = Size(*body_size(texts[Part.of_node(Kind.NODE, node.name)], theme))
    across, high = body_size(texts[Part(Kind.SHAPE, (END,))], theme)
    found[END] = Size(across + 2 * RING, high + 2 * RING)
    return found, boxes


def label_line(texts: Mapping[Part, Typeset]) -> tuple[float, float]:
    """How far the labels reach above and below the line they are all written on."""
    labels = [text for part, text in texts.items() if part.kind is Kind.LABEL]
    return (
        max(float(text.get_top()[1]) - text.baseline for text in labels),
        max(text.baseline - float(text.get_bottom()[1]) for text in labels),
    )


def _tallest(texts: Mapping[Part, Typeset], kind: Kind) -> float:
    return max((float(text.height) for part, text in texts.items() if part.kind is kind), default=0)


def _put(part: Part, texts: Mapping[Part, Typeset], line: Line, layout: Layout) -> None:
    """Move a text to its place."""
    name, text = str(part.key[0]), texts[part]
    if part.kind in (Kind.NODE, Kind.SHAPE):
        text.move_to((*layout.nodes[name].box.centre, 0.0))
    elif part.kind is Kind.PARTIAL:
        box = layout.values[str(part.key[1])]
        text.move_to((box.centre[0], box.y0 + _tallest(texts, Kind.PARTIAL) / 2, 0.0))
    elif part.kind is Kind.VALUE:
        text.move_to((*layout.labels[line.out_of(name)].centre, 0.0))
    else:
        box = layout.partials[line.out_of(name)]
        text.move_to((box.centre[0], box.y1 - text.height / 2, 0.0))
        if part.kind is Kind.LABEL:
            text.sit_on(box.y0 + label_line(texts)[1])
