"""A drawing at scale 1 while it is made: bodies, their texts, routes and the texts on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from chainviz.layout.beside import text_box, texts_beside
from chainviz.layout.curves import rim_at_height, stepped_route
from chainviz.layout.extents import Extents, Order, label_items, measure, sizes_of
from chainviz.layout.geometry import Box, Place, Route
from chainviz.layout.heights import item_heights, line_ties
from chainviz.layout.needs import GraphLike, Needs, Spacing
from chainviz.layout.order import Columns, order_columns
from chainviz.layout.ranks import rank_nodes
from chainviz.layout.widths import column_edges

LEVEL = 0.065  # how far beyond its column a lane stays level, so that bends clear the texts

__all__ = ["Draft", "arrange", "first_draft", "fullest_rank", "split_rank"]


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
        boxes += [route.bounds for route in self.routes]
        return Box.hull(boxes) if boxes else Box(0.0, 0.0, 0.0, 0.0)


def arrange(graph: GraphLike) -> Order:
    """Ranks and orders of a graph."""
    names = tuple(node.name for node in graph.nodes)
    number = {name: i for i, name in enumerate(names)}
    edges = tuple(graph.edges)
    arcs = [(number[edge.source], number[edge.target]) for edge in edges]
    return Order.of(names, edges, order_columns(rank_nodes(len(names), arcs), arcs))


def split_rank(order: Order, rank: int) -> Order:
    """The same with one rank dealt out, every second node, to two columns."""
    old = order.columns
    right = set([i for i in old.columns[2 * rank] if i < old.nodes][1::2])
    ranks = [old.column_of[i] // 2 for i in range(old.nodes)]
    ranks = [r + (r > rank or i in right) for i, r in enumerate(ranks)]
    arcs = [(chain[0], chain[-1]) for chain in old.chains]
    return Order.of(order.names, order.edges, order_columns(ranks, arcs))


def fullest_rank(draft: Draft) -> int:
    """The rank, of those with several nodes, that reaches highest and lowest."""
    columns = draft.order.columns
    spans: dict[int, list[float]] = {}
    for i, place in enumerate(draft.places):
        spans.setdefault(columns.column_of[i] // 2, []).append(place.y)
    return max(spans, key=lambda r: (len(spans[r]) > 1, max(spans[r]) - min(spans[r])))


def first_draft(
    order: Order, needs: Needs, spacing: Spacing, *, slanting: bool, level: bool
) -> Draft:
    """Everything in its column and its lane: nothing touches, though not yet at its best.

    `slanting` keeps enough room at labels for their edges to run straight from node to node;
    `level` lanes run without a bend past everything between their ends.
    """
    columns = order.columns
    slopes = [0.0] * len(order.edges)
    heights: list[float] = []
    ties: dict[int, tuple[int, int, float]] = {}
    for _ in range(3 if slanting else 1):
        extents = measure(order, needs, spacing, slopes)
        heights = item_heights(columns, extents, ties, level=level)
        room = _room(order, needs, extents, heights)
        lefts, rights = column_edges(columns, extents.wide, spacing, heights, room)
        middles = [(a + b) / 2 for a, b in zip(lefts, rights, strict=True)]
        if slanting:
            slopes = _slopes(columns, middles, heights)
            ties = line_ties(columns, middles)
    draft = _with_nodes(order, needs, spacing, middles, heights)
    ports = lane_ports(columns, heights, draft.places)
    labelled = label_items(columns)
    for e, chain in enumerate(columns.chains):
        source, target = chain[0], chain[-1]
        start = rim_at_height(draft.places[source], ports[e][0], 1, box=draft.boxy[source])
        end = rim_at_height(draft.places[target], ports[e][1], -1, box=draft.boxy[target])
        stops = [(start[0], rights[columns.column_of[source]], start[1])]
        for item in chain[1:-1]:
            c = columns.column_of[item]
            stops.append((lefts[c] - LEVEL, rights[c] + LEVEL, heights[item]))
        stops.append((lefts[columns.column_of[target]], end[0], end[1]))
        draft.routes.append(stepped_route(stops))
        draft.lanes.append([(middles[columns.column_of[i]], heights[i]) for i in chain[1:-1]])
        x, y = middles[columns.column_of[labelled[e]]], heights[labelled[e]]
        draft.anchors.append((x, y))
        sizes, level_line = sizes_of(order, e, needs), np.array([(x, y)])
        draft.edge_texts.append(texts_beside(level_line, x, sizes, order.sides[e], spacing.pad))
    return draft


def _with_nodes(
    order: Order, needs: Needs, spacing: Spacing, middles: Sequence[float], heights: Sequence[float]
) -> Draft:
    """The draft with its bodies and their texts alone."""
    places, texts = [], []
    for i, name in enumerate(order.names):
        place = Place(middles[order.columns.column_of[i]], heights[i], needs.body(name))
        places.append(place)
        below, above = place.box.y0 - spacing.pad, place.box.y1 + spacing.pad
        texts.append(
            (
                text_box(place.x, below, needs.value_sizes.get(name), -1),
                text_box(place.x, above, needs.grad_sizes.get(name), 1),
            )
        )
    return Draft(order, places, [name in needs.boxes for name in order.names], texts)


def _slopes(columns: Columns, middles: Sequence[float], heights: Sequence[float]) -> list[float]:
    """How steeply each edge would climb if it ran straight; long edges run level."""
    found = []
    for chain in columns.chains:
        run = middles[columns.column_of[chain[-1]]] - middles[columns.column_of[chain[0]]]
        slope = (heights[chain[-1]] - heights[chain[0]]) / run if len(chain) == 3 else 0.0
        found.append(max(-1.0, min(1.0, slope)))
    return found


def _room(order: Order, needs: Needs, extents: Extents, heights: Sequence[float]) -> float:
    """The width that can be used without making anything smaller than it must be."""
    if needs.frame is None:
        return 3.0 * len(order.columns.columns)
    tops = max((h + u for h, u in zip(heights, extents.up, strict=True)), default=0.0)
    bottoms = min((h - d for h, d in zip(heights, extents.down, strict=True)), default=0.0)
    scale = min(1.0, needs.frame.height / max(tops - bottoms, 1e-9))
    return needs.frame.width / max(scale, needs.least_scale)


def lane_ports(
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
            reach = (0.36 if len(edges) < 4 else 0.42) * places[node].size.height
            edges.sort(key=lambda e: -heights[columns.chains[e][side]])
            step = min(2 * reach / max(len(edges) - 1, 1), reach)
            for k, e in enumerate(edges):
                offsets[e] = ((len(edges) - 1) / 2 - k) * step
    return list(zip(starts, ends, strict=True))
