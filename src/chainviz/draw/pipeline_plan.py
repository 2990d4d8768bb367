"""The plan of a pipeline: its texts, typeset once, and the place of everything in one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any, Self

from chainviz.draw.look import role_of_node
from chainviz.draw.measure import line_room, tallest
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
from chainviz.layout import Box, Place, Route, Row, Size, TooLarge, lay_out_row
from chainviz.part import Kind, Part
from chainviz.story import edge_label, edge_part
from chainviz.tape import Tape
from chainviz.theme import Role, Theme

__all__ = ["END", "NUMBER", "PipelinePlan", "label_part", "plan_pipeline"]

NUMBER = Part(Kind.TEXT, ("number",))  # in a factor: what it comes to
END = "end"  # the row's last body, which is no node of the graph: where the output goes
BRACE = 0.42  # from a box to its factor: the brace and the air around it
_BOX = (1.5, 1.3)  # the least box of a stage, in node diameters of 0.84
_PAD = 0.14  # between an arrow and a text
_ARROW = 2.6  # the length of an arrow where there is room
_STACK = 0.16  # between a label and the gradient above it


class Wording(Enum):
    """How much the texts of a pipeline say, the most first."""

    FULL = "u = g(x) on the arrows, dy/du = 2u = 12 in the braces"
    NUMBERS = "dy/du = 12 in the braces"
    SHORT = "only u on the arrows"


_ROOMY = {Wording.FULL: 0.85, Wording.NUMBERS: 0.68, Wording.SHORT: 0.0}  # least scales


@dataclass(frozen=True, slots=True, eq=False)
class PipelinePlan:
    """What a pipeline shows and where; copies of a board share one plan."""

    order: tuple[str, ...]  # the graph's nodes, and the end
    row: Row
    texts: Mapping[Part, Typeset]  # at the row's scale, each in its place

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Frozen: a copy is the same plan."""
        return self

    def place(self, name: str) -> Place:
        """Where a body stands."""
        return self.row.places[self.order.index(name)]

    def arrow(self, name: str) -> Route:
        """The arrow out of a body, which carries its variable."""
        return self.row.arrows[self.order.index(name)]


def plan_pipeline(
    of: Tape | Graph, names: Mapping[str, Formula], theme: Theme, frame: Box
) -> PipelinePlan:
    """Typeset, measure, lay out in a row; texts become shorter where room is."""
    graph = of.graph if isinstance(of, Tape) else of
    tape = of if isinstance(of, Tape) else None
    for level in Wording:
        writings = _writings(graph, tape, names, theme, level)
        texts = dict(
            zip(writings, typeset_many(writings.values(), setter=theme.setter), strict=True)
        )
        try:
            row = _row(graph, texts, theme, frame)
        except TooLarge:
            if level is Wording.SHORT:
                raise
            continue
        if row.scale > _ROOMY[level]:
            break
    plan = PipelinePlan((*(node.name for node in graph), END), row, texts)
    for text in texts.values():
        text.scale(row.scale)
    for part in texts:
        _put(part, plan)
    return plan


def label_part(name: str) -> Part:
    """The text on the arrow that carries a variable: u = g(x)."""
    return Part.of_node(Kind.LABEL, name)


def _writings(
    graph: Graph, tape: Tape | None, names: Mapping[str, Formula], theme: Theme, level: Wording
) -> dict[Part, Writing]:
    sizes = theme.sizes
    found: dict[Part, Writing] = {}
    for node in graph:
        colour = theme[role_of_node(graph, node.name)]
        body = Part.of_node(Kind.NODE, node.name)
        written = _inside(graph, node, names)
        found[body] = Writing(written, sizes.name * (1.25 if node.op else 1.0), theme[Role.TEXT])
        found[label_part(node.name)] = Writing(
            _label(graph, node, names, level), sizes.label, colour
        )
        if tape is not None:
            value = Num(tape.value(node.name))
            found[Part.of_node(Kind.VALUE, node.name)] = Writing(value, sizes.number, colour)
            grad = Num(tape.grad(node.name))
            found[Part.of_node(Kind.GRAD, node.name)] = Writing(
                grad, sizes.number, theme[Role.GRAD]
            )
    for edge in graph.edges:
        factor = _factor(graph, edge, tape, level)
        look = _in_colour_of(graph, edge, theme)
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


def _label(graph: Graph, node: Node, names: Mapping[str, Formula], level: Wording) -> Formula:
    """What the arrow carries: x, then u = g(x), then y = f(u); or only its name."""
    own = symbol(node.name)
    if node.op is None or node.name not in names or level is Wording.SHORT:
        return own
    given = symbol(graph.edges_into(node.name)[0].source)
    return Eq(own, Call(names[node.name], (given,)))


def _factor(graph: Graph, edge: Edge, tape: Tape | None, level: Wording) -> Formula:
    """What stands under a brace: dy/du = 2u = 12, or as much of it as is known."""
    named = partial(graph, edge)
    assert isinstance(named, Eq)
    if isinstance(bare(named.right), Num):
        return Eq(named.left, Keyed(NUMBER, named.right))
    if tape is None:
        return named
    number = Keyed(NUMBER, Num(tape.partial_of(edge)))
    return (
        equals(named.left, named.right, number) if level is Wording.FULL else Eq(named.left, number)
    )


def _in_colour_of(graph: Graph, edge: Edge, theme: Theme) -> Look:
    """A factor and its number in the colour of their box, names in that of what they name."""

    def look(part: Part) -> str | None:
        if part.kind is Kind.PARTIAL or part == NUMBER:
            return theme[role_of_node(graph, edge.target)]
        return theme[role_of_node(graph, str(part.key[0]))] if part.kind is Kind.NODE else None

    return look


def _row(graph: Graph, texts: Mapping[Part, Typeset], theme: Theme, frame: Box) -> Row:
    """Bodies with their factors below; on the arrows labels and gradients above, values below."""
    bodies, boxes = _bodies(graph, texts, theme)
    kinds = (Kind.LABEL, Kind.VALUE, Kind.GRAD)
    wide = [
        max(text.width for kind in kinds if (text := texts.get(Part.of_node(kind, node.name))))
        for node in graph
    ]
    factors = [texts[edge_part(Kind.PARTIAL, edge)].width for edge in graph.edges]
    for i, (one, other) in enumerate(pairwise(factors), 1):  # neighbours keep apart, too
        apart = (one + other) / 2 + 3 * _PAD - bodies[boxes[0]].width
        wide[i] = max(wide[i], apart - 4 * _PAD)
    grads = tallest(texts, Kind.GRAD)
    up = _PAD + sum(line_room(texts, Kind.LABEL)) + (_STACK + grads if grads else 0.0)
    down = bodies[boxes[0]].height / 2 + BRACE + sum(line_room(texts, Kind.PARTIAL))
    sizes = [bodies[name] for name in (*(node.name for node in graph), END)]
    labels = [Size(width, (up + down) / 2 - _PAD) for width in wide]

    def placed(box: Box) -> Row:
        return lay_out_row(
            sizes, labels=labels, gap=_ARROW, pad=_PAD, frame=box, least_scale=theme.sizes.least
        )

    lift = (down - up) / 2 * placed(frame).scale
    return placed(frame.moved(1.0, 0.0, lift))


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
    found[END] = Size(*body_size(texts[Part(Kind.SHAPE, (END,))], theme))
    return found, boxes


def _put(part: Part, plan: PipelinePlan) -> None:
    """Move a text to its place."""
    name, text, scale = str(part.key[0]), plan.texts[part], plan.row.scale
    if part.kind in (Kind.NODE, Kind.SHAPE):
        place = plan.place(name)
        text.move_to((place.x, place.y, 0.0))
    elif part.kind is Kind.PARTIAL:
        box = plan.place(str(part.key[1])).box
        line = box.y0 - BRACE * scale - line_room(plan.texts, Kind.PARTIAL)[0]
        text.move_to((box.centre[0], 0.0, 0.0)).sit_on(line)
    else:
        x, y = plan.arrow(name).at(0.5)
        high, deep = line_room(plan.texts, Kind.LABEL)
        pad = _PAD * scale
        if part.kind is Kind.LABEL:
            text.move_to((x, y, 0.0)).sit_on(y + pad + deep)
        elif part.kind is Kind.VALUE:
            text.move_to((x, y - pad - text.height / 2, 0.0))
        else:
            low = y + pad + deep + high + _STACK * scale
            text.move_to((x, low + text.height / 2, 0.0))
