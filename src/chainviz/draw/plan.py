"""The plan of a board: everything it may show, typeset once, measured, and given its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from chainviz.draw.look import role_of
from chainviz.draw.node import body_size
from chainviz.draw.typeset import Typeset, Writing, typeset_many
from chainviz.formula import Eq, Formula, Num, name_of, partial, partial_name
from chainviz.graph import Edge, Graph
from chainviz.layout import Box, Layout, Needs, Size, Spacing, TooLarge, lay_out
from chainviz.part import Kind, Part
from chainviz.story import edge_label, edge_part
from chainviz.tape import Tape
from chainviz.theme import Role, Theme

__all__ = ["MOST_SUMMANDS", "PLUS", "Plan", "make_plan", "needs_of"]

_AIRY = Spacing(beside=0.7, between=0.9, pad=0.14, clear=0.34)  # tightened only where it must be
SYMBOLIC = 0.8  # partials are named on their edges only where that leaves the texts this large
PLUS = 0.45  # em: half the room that a plus sign takes between two contributions
MOST_SUMMANDS = 3  # so many contributions stand side by side; more replace one another


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What a board shows and where; copies of a board share one plan."""

    graph: Graph
    tape: Tape | None
    theme: Theme
    layout: Layout
    texts: Mapping[Part, Typeset]  # at the layout's scale, each centred in its place

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Frozen: a copy is the same plan."""
        return self


def make_plan(of: Tape | Graph, theme: Theme, frame: Box, *, symbols_on_edges: bool) -> Plan:
    """Typeset, measure, lay out; partials lose their symbols where room is short."""
    tape = of if isinstance(of, Tape) else None
    graph = of.graph if isinstance(of, Tape) else of
    texts, layout = _arranged(graph, tape, theme, frame, symbols_on_edges)
    for part, text in texts.items():
        text.scale(layout.scale)
        box = _place(layout, part)
        text.move_to((*box.centre, 0.0))
    return Plan(graph, tape, theme, layout, texts)


def _arranged(
    graph: Graph, tape: Tape | None, theme: Theme, frame: Box, symbolic: bool
) -> tuple[dict[Part, Typeset], Layout]:
    writings = _writings(graph, tape, theme, symbolic)
    texts = dict(zip(writings, typeset_many(writings.values(), setter=theme.setter), strict=True))
    needs = _needs(graph, texts, theme, frame)
    if not symbolic:
        return texts, lay_out(graph, needs)
    try:
        return texts, lay_out(graph, needs, least_scale=SYMBOLIC)
    except TooLarge:
        return _arranged(graph, tape, theme, frame, False)


def needs_of(tape: Tape, theme: Theme, frame: Box) -> Needs:
    """The room that everything a board of this run may show will take, at its shortest."""
    writings = _writings(tape.graph, tape, theme, symbolic=False)
    texts = dict(zip(writings, typeset_many(writings.values(), setter=theme.setter), strict=True))
    return _needs(tape.graph, texts, theme, frame)


def _writings(graph: Graph, tape: Tape | None, theme: Theme, symbolic: bool) -> dict[Part, Writing]:
    sizes = theme.sizes
    found: dict[Part, Writing] = {}

    def write(part: Part, formula: Formula, size: float, role: Role) -> None:
        found[part] = Writing(formula, size, theme[role])

    for node in graph:
        part = Part.of_node(Kind.NODE, node.name)
        write(part, name_of(graph, node.name), sizes.name, Role.TEXT)
    for edge in graph.edges:
        write(edge_part(Kind.LABEL, edge), edge_label(graph, edge), sizes.label, Role.TEXT)
    if tape is None:
        return found
    for node in graph:
        value = Part.of_node(Kind.VALUE, node.name)
        write(value, Num(tape.value(node.name)), sizes.number, role_of(graph, value))
        grad = Part.of_node(Kind.GRAD, node.name)
        write(grad, Num(tape.grad(node.name)), sizes.number, Role.GRAD)
    for edge in graph.edges:
        part = edge_part(Kind.PARTIAL, edge)
        write(part, _partial(graph, tape, edge, symbolic), sizes.label, Role.TEXT)
        came = edge_part(Kind.CONTRIBUTION, edge)
        write(came, Num(tape.contribution_of(edge)), sizes.number, Role.GRAD)
    return found


def _partial(graph: Graph, tape: Tape, edge: Edge, symbolic: bool) -> Formula:
    value = tape.partial_of(edge)
    if np.ndim(value) > 2:  # nobody reads a cube of numbers: how it acts is shown instead
        acts = partial(graph, edge)
        return acts.right if isinstance(acts, Eq) else acts
    number = Num(value)
    return Eq(partial_name(graph, edge), number) if symbolic else number


def _needs(graph: Graph, texts: Mapping[Part, Typeset], theme: Theme, frame: Box) -> Needs:
    def sizes(kind: Kind) -> dict[Any, Size]:
        return {
            _owner(part): Size(text.width, text.height)
            for part, text in texts.items()
            if part.kind is kind
        }

    bodies = {
        node.name: body_size(texts[Part.of_node(Kind.NODE, node.name)], theme) for node in graph
    }
    grads = sizes(Kind.GRAD)
    for node in graph:
        out = [edge_part(Kind.CONTRIBUTION, edge) for edge in graph.edges_out_of(node.name)]
        if node.name in grads and 1 < len(out) <= MOST_SUMMANDS:
            joined = sum(texts[part].width for part in out)
            joined += (len(out) - 1) * 2 * PLUS * theme.sizes.number
            own = grads[node.name]
            grads[node.name] = Size(max(own.width, joined), own.height)
    return Needs(
        node_sizes={name: Size(*size) for name, size in bodies.items()},
        value_sizes=sizes(Kind.VALUE),
        grad_sizes=grads,
        label_sizes=sizes(Kind.LABEL),
        partial_sizes=sizes(Kind.PARTIAL),
        boxes=frozenset(name for name, (width, height) in bodies.items() if width > height + 1e-6),
        frame=frame,
        least_scale=theme.sizes.least,
        spacing=_AIRY,
    )


def _owner(part: Part) -> Any:
    return str(part.key[0]) if len(part.key) == 1 else Edge(*part.key)  # type: ignore[arg-type]


def _place(layout: Layout, part: Part) -> Box:
    """The box in which a part's text is centred; contributions arrive where the gradient goes."""
    owner = _owner(part)
    if part.kind is Kind.NODE:
        return layout.nodes[owner].box
    if part.kind is Kind.VALUE:
        return layout.values[owner]
    if part.kind is Kind.GRAD:
        return layout.grads[owner]
    if part.kind is Kind.LABEL:
        return layout.labels[owner]
    if part.kind is Kind.PARTIAL:
        return layout.partials[owner]
    return layout.grads[owner.source]
