"""A drawing at scale 1 while it is made: bodies, their texts, routes and the texts on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chainviz.layout.curves import rim_at_height, stepped_route
from chainviz.layout.geometry import Box, Place, Route, Size
from chainviz.layout.heights import item_heights
from chainviz.layout.needs import EdgeLike, GraphLike, Needs, Spacing
from chainviz.layout.order import Columns, order_columns
from chainviz.layout.ranks import rank_nodes

__all__ = ["Draft", "arrange", "first_draft", "texts_on"]


@dataclass(frozen=True, slots=True)
class Order:
    """A graph in columns: the part of the work that doesn't depend on sizes."""

    names: tuple[str, ...]
    edges: tuple[EdgeLike, ...]
    columns: Columns


@dataclass(slots=True)
class Draft:
    """Everything placed, at scale 1; nodes and edges go by number."""

    order: Order
    places: list[Place]
    boxy: list[bool]
    node_texts: list[tuple[Box | None, Box | None]]  # value, gradient
    routes: list[Route] = field(default_factory=list)
    edge_texts: list[tuple[Box | None, Box | None]] = field(default_factory=list)  # label, partial
    anchors: list[tuple[float, float]] = field(default_factory=list)  # where each edge is labelled
    lanes: list[list[tuple[float, float]]] = field(default_factory=list)  # way points of each edge

    def ends(self, edge: int) -> tuple[int, int]:
        """The numbers of an edge's source and target."""
        chain = self.order.columns.chains[edge]
        return chain[0], chain[-1]

    def bounds(self) -> Box:
        """The box around everything."""
        boxes = [place.box for place in self.places]
        boxes += [b for pair in (*self.node_texts, *self.edge_texts) for b in pair if b]
        for route in self.routes:
            points = route.sampled(8)
            (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
            boxes.append(Box(float(x0), float(y0), float(x1), float(y1)))
        return Box.hull(boxes) if boxes else Box(0.0, 0.0, 0.0, 0.0)


def arrange(graph: GraphLike) -> Order:
    """Ranks and orders of a graph."""
    names = tuple(node.name for node in graph.nodes)
    number = {name: i for i, name in enumerate(names)}
    edges = tuple(graph.edges)
    arcs = [(number[edge.source], number[edge.target]) for edge in edges]
    return Order(names, edges, order_columns(rank_nodes(len(names), arcs), arcs))


def first_draft(order: Order, needs: Needs, spacing: Spacing) -> Draft:
    """Everything in its column and its lane: nothing touches, though not yet at its best."""
    columns = order.columns
    label_column = _label_columns(columns)
    up, down, wide, gaps = _extents(order, needs, spacing, label_column)
    heights = item_heights(columns, up, down, gaps)
    lefts, rights = _column_edges(columns, wide, spacing)
    places, texts, boxy = [], [], []
    for i, name in enumerate(order.names):
        body = needs.body(name)
        c = columns.column_of[i]
        place = Place((lefts[c] + rights[c]) / 2, heights[i], body)
        places.append(place)
        boxy.append(name in needs.boxes)
        below, above = place.box.y0 - spacing.pad, place.box.y1 + spacing.pad
        texts.append(
            (
                _text(place.x, below, needs.value_sizes.get(name), -1),
                _text(place.x, above, needs.grad_sizes.get(name), 1),
            )
        )
    draft = Draft(order, places, boxy, texts)
    ports = _ports(columns, heights, places)
    for e, chain in enumerate(columns.chains):
        source, target = chain[0], chain[-1]
        start = rim_at_height(places[source], ports[e][0], 1, box=boxy[source])
        end = rim_at_height(places[target], ports[e][1], -1, box=boxy[target])
        stops = [(start[0], rights[columns.column_of[source]], start[1])]
        for item in chain[1:-1]:
            c = columns.column_of[item]
            stops.append((lefts[c], rights[c], heights[item]))
        stops.append((lefts[columns.column_of[target]], end[0], end[1]))
        draft.routes.append(stepped_route(stops))
        draft.lanes.append(
            [
                ((lefts[columns.column_of[i]] + rights[columns.column_of[i]]) / 2, heights[i])
                for i in chain[1:-1]
            ]
        )
        c = label_column[e]
        item = chain[c - columns.column_of[source]]
        anchor = ((lefts[c] + rights[c]) / 2, heights[item])
        draft.anchors.append(anchor)
        draft.edge_texts.append(
            texts_on(anchor[0], anchor[1], anchor[1], order.edges[e], needs, spacing)
        )
    return draft


def texts_on(
    x: float, low: float, high: float, edge: EdgeLike, needs: Needs, spacing: Spacing
) -> tuple[Box | None, Box | None]:
    """The label below and the partial above a line that keeps between two heights at x."""
    return (
        _text(x, low - spacing.pad, needs.label_sizes.get(edge), -1),
        _text(x, high + spacing.pad, needs.partial_sizes.get(edge), 1),
    )


def _text(x: float, y: float, size: Size | None, side: int) -> Box | None:
    """A text centred at x whose near edge is at y; it stands above (1) or below (-1)."""
    return Box.around(x, y + side * size.height / 2, size) if size else None


def _label_columns(columns: Columns) -> list[int]:
    """The column in which each edge is labelled: the emptiest near its middle."""
    load = [0] * len(columns.columns)
    chosen = [0] * len(columns.chains)
    for e, chain in sorted(enumerate(columns.chains), key=lambda pair: (len(pair[1]), pair[0])):
        first = columns.column_of[chain[0]] + 1
        options = range(first, columns.column_of[chain[-1]], 2)
        middle = (options[0] + options[-1]) / 2
        best = min(options, key=lambda c: (load[c], abs(c - middle), -c))
        load[best] += 1
        chosen[e] = best
    return chosen


def _extents(
    order: Order, needs: Needs, spacing: Spacing, label_column: Sequence[int]
) -> tuple[list[float], list[float], list[float], list[float]]:
    """What each item needs above and below its line, its width, and its gap to neighbours."""
    columns = order.columns
    count = len(columns.column_of)
    up, down, wide = [0.0] * count, [0.0] * count, [0.0] * count
    gaps = [spacing.clear] * count
    for i, name in enumerate(order.names):
        body, value, grad = (
            needs.body(name),
            needs.value_sizes.get(name),
            needs.grad_sizes.get(name),
        )
        up[i] = body.height / 2 + (spacing.pad + grad.height if grad else 0.0)
        down[i] = body.height / 2 + (spacing.pad + value.height if value else 0.0)
        wide[i] = max(s.width for s in (body, value, grad) if s)
        gaps[i] = spacing.between
    for e, chain in enumerate(columns.chains):
        item = chain[label_column[e] - columns.column_of[chain[0]]]
        edge = order.edges[e]
        label, partial = needs.label_sizes.get(edge), needs.partial_sizes.get(edge)
        up[item] = spacing.pad + partial.height if partial else 0.0
        down[item] = spacing.pad + label.height if label else 0.0
        wide[item] = max((s.width for s in (label, partial) if s), default=0.0)
    return up, down, wide, gaps


def _column_edges(
    columns: Columns, wide: Sequence[float], spacing: Spacing
) -> tuple[list[float], list[float]]:
    """Where each column begins and ends."""
    lefts, rights = [], []
    x = 0.0
    for c, column in enumerate(columns.columns):
        width = max((wide[i] for i in column), default=0.0)
        if c % 2:
            width = max(width, 0.2)
        lefts.append(x)
        rights.append(x + width)
        x += width + spacing.beside
    return lefts, rights


def _ports(
    columns: Columns, heights: Sequence[float], places: Sequence[Place]
) -> list[tuple[float, float]]:
    """How far above the centres each edge leaves and arrives: in the order of the lanes."""
    leaving: dict[int, list[int]] = {}
    arriving: dict[int, list[int]] = {}
    for e, chain in enumerate(columns.chains):
        leaving.setdefault(chain[0], []).append(e)
        arriving.setdefault(chain[-1], []).append(e)
    starts, ends = [0.0] * len(columns.chains), [0.0] * len(columns.chains)
    for groups, side, offsets in ((leaving, 1, starts), (arriving, -2, ends)):
        for node, edges in groups.items():
            reach = 0.36 * places[node].size.height
            edges.sort(key=lambda e: -heights[columns.chains[e][side]])
            step = min(2 * reach / max(len(edges) - 1, 1), 0.5 * reach * 2)
            for k, e in enumerate(edges):
                offsets[e] = ((len(edges) - 1) / 2 - k) * step
    return list(zip(starts, ends, strict=True))
