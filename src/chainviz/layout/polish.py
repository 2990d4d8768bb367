"""Straighter and smoother routes wherever nothing stands in their way."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from chainviz.layout.clearance import (
    box_array,
    boxes_apart,
    crossings_between,
    curve_clear,
    finely,
)
from chainviz.layout.curves import rim_point, smooth_route
from chainviz.layout.draft import Draft, texts_on
from chainviz.layout.geometry import Array, Box, Place, Point, Route
from chainviz.layout.needs import Needs, Spacing

__all__ = ["polish"]

MOST = 90  # edges; a larger drawing keeps its lanes
APART = math.radians(24)  # between arrows that arrive at one node


def polish(draft: Draft, needs: Needs, spacing: Spacing) -> None:
    """Replace each route by the best of its candidates that keeps clear of everything else."""
    if len(draft.routes) > MOST:
        return
    scene = _Scene(draft, needs, spacing)
    by_length = sorted(range(len(draft.routes)), key=lambda e: (len(draft.lanes[e]), e))
    for _ in range(2):
        for edge in by_length:
            scene.improve(edge)


class _Scene:
    """The draft with what is needed to check a candidate quickly."""

    def __init__(self, draft: Draft, needs: Needs, spacing: Spacing) -> None:
        self.draft, self.needs, self.spacing = draft, needs, spacing
        self.bodies = box_array([place.box for place in draft.places])
        self.texts = box_array([b for pair in draft.node_texts for b in pair if b])
        self.fine = [finely(route) for route in draft.routes]
        self.rough = [route.sampled(6) for route in draft.routes]
        self.level = [99] * len(draft.routes)

    def improve(self, edge: int) -> None:
        """Take the first candidate, from the best down, that fits."""
        for level, route in enumerate(candidates(self.draft, edge)):
            if level >= self.level[edge]:
                return
            if self._accepts(edge, route):
                self.level[edge] = level
                return

    def _accepts(self, edge: int, route: Route) -> bool:
        draft, spacing = self.draft, self.spacing
        margin = spacing.clear * 0.75
        source, target = draft.ends(edge)
        points = finely(route)
        others = np.delete(self.bodies, [source, target], axis=0)
        if not (curve_clear(points, others, margin) and curve_clear(points, self.texts, 0.05)):
            return False
        foreign = box_array(
            [b for e, pair in enumerate(draft.edge_texts) if e != edge for b in pair if b]
        )
        if not curve_clear(points, foreign, margin * 0.75):
            return False
        if not self._arrives_apart(edge, route):
            return False
        texts = texts_along(route, points, draft.anchors[edge][0], edge, draft, self.needs, spacing)
        for box in texts:
            if box is None:
                continue
            if not all(boxes_apart(box, b, margin) for b in (self.bodies, self.texts, foreign)):
                return False
            lone = box_array([box])
            for e, other in enumerate(self.fine):
                if e != edge and not curve_clear(other, lone, margin * 0.75):
                    return False
        rough = route.sampled(6)
        before = after = 0
        for e, other in enumerate(self.rough):
            if e != edge and not set(draft.ends(e)) & {source} - {target}:
                before += crossings_between(self.rough[edge], other)
                after += crossings_between(rough, other)
        if after > before:
            return False
        draft.routes[edge], draft.edge_texts[edge] = route, texts
        self.fine[edge], self.rough[edge] = points, rough
        return True

    def _arrives_apart(self, edge: int, route: Route) -> bool:
        """Whether the tip keeps its distance to the other tips at the same node."""
        _, target = self.draft.ends(edge)
        here = _angle(self.draft.places[target], route.end)
        for e, other in enumerate(self.draft.routes):
            if e != edge and self.draft.ends(e)[1] == target:
                there = _angle(self.draft.places[target], other.end)
                if abs(math.remainder(here - there, math.tau)) < APART:
                    return False
        return True


def candidates(draft: Draft, edge: int) -> Iterator[Route]:
    """Routes for an edge, the most wanted first."""
    source, target = (draft.places[i] for i in draft.ends(edge))
    twin = any(e != edge and draft.ends(e) == draft.ends(edge) for e in range(len(draft.routes)))
    lane = draft.lanes[edge]
    anchor = draft.anchors[edge]
    if not twin:
        yield through(draft, edge, [])
    yield through(draft, edge, [anchor])
    if len(lane) > 1:
        yield through(draft, edge, [lane[0], lane[-1]])
        yield through(draft, edge, lane[::2])
        yield through(draft, edge, lane)
    yield through(draft, edge, [], level=True)
    del source, target


def through(draft: Draft, edge: int, stops: list[Point], *, level: bool = False) -> Route:
    """The smooth route by way of some points."""
    source, target = draft.ends(edge)
    a, b = draft.places[source], draft.places[target]
    first = stops[0] if stops else (b.x, b.y)
    last = stops[-1] if stops else (a.x, a.y)
    if level:
        first, last = (b.x, a.y), (a.x, b.y)
    start = rim_point(a, first, box=draft.boxy[source])
    end = rim_point(b, last, box=draft.boxy[target])
    leave = (first[1] - a.y) / (first[0] - a.x)
    arrive = (last[1] - b.y) / (last[0] - b.x)
    return smooth_route([start, *stops, end], leave, arrive)


def texts_along(
    route: Route, points: Array, x: float, edge: int, draft: Draft, needs: Needs, spacing: Spacing
) -> tuple[Box | None, Box | None]:
    """An edge's texts beside its curve at x, clear of the curve over their whole width."""
    record = draft.order.edges[edge]
    sizes = (needs.label_sizes.get(record), needs.partial_sizes.get(record))
    ends = [(0.0, 0.0), (0.0, 0.0)]
    for i, size in enumerate(sizes):
        half = size.width / 2 if size else 0.0
        near = np.abs(points[:, 0] - x) <= half + 0.05
        heights = points[near, 1] if near.any() else points[:, 1]
        ends[i] = (float(heights.min()), float(heights.max()))
    return texts_on(x, ends[0][0], ends[1][1], record, needs, spacing)


def _angle(place: Place, point: Point) -> float:
    return math.atan2(point[1] - place.y, point[0] - place.x)
