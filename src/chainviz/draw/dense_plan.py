"""The plan of a dense network: every line, and the labels that can be read."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from chainviz.draw.look import role_of
from chainviz.draw.measure import tallest
from chainviz.draw.network_plan import NetworkPlan
from chainviz.draw.typeset import Typeset, Writing, typeset_many
from chainviz.draw.weights import Wiring
from chainviz.formula import Num, symbol
from chainviz.graph import Edge, Graph
from chainviz.layout import Box, Network, Place, Size, lay_out_network
from chainviz.part import Kind, Part
from chainviz.story import edge_part
from chainviz.tape import Tape
from chainviz.theme import Role, Theme

__all__ = ["is_dense", "plan_dense"]

_PAD = 0.1  # between a neuron and its numbers
_WORTH = 0.5  # the share of the weights that must have a label for any to be shown
_MANY = 8  # edges that can still be told apart with a chip and a partial on each


def is_dense(wiring: Wiring) -> bool:
    """Whether there are so many lines from layer to layer that only a dense picture holds them."""
    columns = wiring.columns
    layered = all(columns[e.target] == columns[e.source] + 1 for e in wiring.edges)
    return layered and len(wiring.edges) > _MANY


def plan_dense(of: Tape | Graph, wiring: Wiring, theme: Theme, frame: Box) -> NetworkPlan:
    """Columns of neurons; weights' labels are left out by rule where they couldn't be read."""
    tape = of if isinstance(of, Tape) else None
    graph = of.graph if isinstance(of, Tape) else of
    spot = _spots(wiring)
    for numbers in (True, False) if tape else (False,):
        texts = _texts(graph, tape if numbers else None, wiring, tape, theme)
        network = _laid_out(wiring, spot, texts, tape, theme, frame, numbers)
        if len(network.neurons) == len(spot):
            break
    for text in texts.values():
        text.scale(network.scale)
    places = {
        name: _round(network.neurons[at], theme, network.scale)
        for name, at in spot.items()
        if at in network.neurons
    }
    lines = {
        (*spot[edge.source], spot[edge.target][1]): edge
        for edge in wiring.edges
        if edge.source in places and edge.target in places
    }
    labels = {lines[weight]: box for weight, box in network.labels.items() if weight in lines}
    if len(labels) < _WORTH * len(lines):
        labels = {}  # a few stray labels say less than none
    shown = {part: text for part, text in texts.items() if _put(part, text, places, labels)}
    ellipses = tuple(box.centre for box in network.ellipses.values())
    routes = {edge: _line(places[edge.source], places[edge.target]) for edge in lines.values()}
    note = _note(wiring, places, labels)
    return NetworkPlan(wiring, network.scale, places, routes, shown, note, True, ellipses)


def _spots(wiring: Wiring) -> dict[str, tuple[int, int]]:
    """The layer of each neuron and its place in it, from the top."""
    found: dict[str, tuple[int, int]] = {}
    filled: dict[int, int] = {}
    for name, column in wiring.columns.items():
        found[name] = (column, filled.get(column, 0))
        filled[column] = found[name][1] + 1
    return found


def _texts(
    graph: Graph, numbers: Tape | None, wiring: Wiring, tape: Tape | None, theme: Theme
) -> dict[Part, Typeset]:
    sizes, found = theme.sizes, {}
    for node in wiring.nodes:
        part = Part.of_node(Kind.NODE, node.name)
        found[part] = Writing(symbol(node.name), sizes.name * 0.9, theme[Role.TEXT])
        if numbers is not None:
            value, grad = (Part.of_node(kind, node.name) for kind in (Kind.VALUE, Kind.GRAD))
            number = Num(numbers.value(node.name))
            found[value] = Writing(number, sizes.number, theme[role_of(graph, value)])
            found[grad] = Writing(Num(numbers.grad(node.name)), sizes.number, theme[Role.GRAD])
    for edge, slot in wiring.weight.items():
        said = symbol(slot.source) if tape is None else Num(tape.value(slot.source))
        label = edge_part(Kind.LABEL, edge)
        found[label] = Writing(said, sizes.label * 0.8, theme[Role.PARAMETER])
    return dict(zip(found, typeset_many(found.values(), setter=theme.setter), strict=True))


def _laid_out(
    wiring: Wiring,
    spot: Mapping[str, tuple[int, int]],
    texts: Mapping[Part, Typeset],
    tape: Tape | None,
    theme: Theme,
    frame: Box,
    numbers: bool,
) -> Network:
    layers = [0] * (1 + max(layer for layer, _ in spot.values()))
    for layer, _ in spot.values():
        layers[layer] += 1
    high = across = 2 * theme.sizes.radius
    if numbers:
        high += 2 * (_PAD + max(tallest(texts, Kind.VALUE), tallest(texts, Kind.GRAD)))
    sizes, importance = {}, {}
    for edge, slot in wiring.weight.items():
        text = texts[edge_part(Kind.LABEL, edge)]
        weight = (*spot[edge.source], spot[edge.target][1])
        sizes[weight] = Size(text.width, text.height)
        importance[weight] = 0.0 if tape is None else abs(float(tape.value(slot.source)))
    return lay_out_network(
        layers,
        frame=frame,
        neuron=Size(across, high),
        labels=sizes,
        importance=importance,
        gap=0.3,
        least_scale=theme.sizes.least,
    )


def _round(place: Place, theme: Theme, scale: float) -> Place:
    """The neuron itself, without the room for its numbers."""
    across = 2 * theme.sizes.radius * scale
    return Place(place.x, place.y, Size(across, across))


def _line(source: Place, target: Place) -> np.ndarray:
    """A straight line from rim to rim, as one Bezier piece."""
    a, b = np.array([source.x, source.y]), np.array([target.x, target.y])
    along = (b - a) / np.linalg.norm(b - a)
    a, b = a + along * source.size.width / 2, b - along * target.size.width / 2
    return np.array([a + (b - a) * share for share in (0, 1 / 3, 2 / 3, 1)])


def _put(
    part: Part, text: Typeset, places: Mapping[str, Place], labels: Mapping[Edge, Box]
) -> bool:
    """Move a text to its place; whether it has one."""
    if part.kind is Kind.LABEL:
        box = labels.get(Edge(*part.key))  # type: ignore[arg-type]
        if box is not None:
            text.move_to((*box.centre, 0.0))
        return box is not None
    place = places.get(str(part.key[0]))
    if place is None:
        return False
    if part.kind is Kind.NODE:
        inside = 0.74 * place.size.width
        text.scale(min(1.0, inside / max(text.width, text.height)))
    away = place.size.height / 2 + _PAD + text.height / 2
    lift = {Kind.VALUE: -away, Kind.GRAD: away}.get(part.kind, 0.0)
    text.move_to((place.x, place.y + lift, 0.0))
    return True


def _note(wiring: Wiring, places: Mapping[str, Place], labels: Mapping[Edge, Box]) -> str:
    said = []
    if hidden := len(wiring.nodes) - len(places):
        said.append(f"{hidden} of {len(wiring.nodes)} neurons are not drawn")
    drawn = [e for e in wiring.weight if e.source in places and e.target in places]
    if bare := len(drawn) - len(labels):
        said.append(f"{bare} of {len(drawn)} weights have no label: it could not be read")
    return "; ".join(said)
