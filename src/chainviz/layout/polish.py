"""The choice of routes: straight or smooth where nothing is in the way, lanes where there is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainviz.layout.beside import Side, texts_beside
from chainviz.layout.clearance import (
    box_array,
    boxes_apart,
    crossings_between,
    curve_clear,
    finely,
    segments,
)
from chainviz.layout.draft import Draft
from chainviz.layout.extents import sizes_of
from chainviz.layout.geometry import Array, Box, Route
from chainviz.layout.needs import Needs, Spacing
from chainviz.layout.options import arrival, arrivals_apart, free_ports, route_options

__all__ = ["polish"]

MOST = 90  # edges; a larger drawing keeps its lanes
FEW = 45  # edges; up to here it is tried from both ends
SHIFTS = (0.0, -0.5, 0.5, -1.0, 1.0)  # along the edge, where its texts may stand
WORD = 0.2  # between texts side by side, so that they are not read as one
HARD, LANE, CROSSING, TIPS, SHIFT, ONE_SIDE = 1000.0, 12.0, 4.0, 3.0, 0.35, 1.2  # prices


@dataclass(frozen=True, slots=True)
class Option:
    """One way to draw an edge, with its texts."""

    route: Route
    texts: tuple[Box | None, Box | None]
    price: float
    fine: Array
    lines: Array
    boxes: Array
    angle: float


def polish(draft: Draft, needs: Needs, spacing: Spacing) -> float:
    """Replace each route by its best option; what the result costs, 0 when all is straight."""
    edges = range(len(draft.routes))
    if len(edges) > MOST:
        return 1e6
    choice = _Choice(draft, needs, spacing)
    best: tuple[float, list[int]] = choice.settle([len(choice.options[e]) - 1 for e in edges])
    if len(edges) <= FEW:
        best = min(best, choice.settle([0] * len(edges)))
    for e in edges:
        taken = choice.options[e][best[1][e]]
        draft.routes[e], draft.edge_texts[e] = taken.route, taken.texts
    return best[0]


class _Choice:
    """All options of all edges, and what they cost beside each other."""

    def __init__(self, draft: Draft, needs: Needs, spacing: Spacing) -> None:
        self.draft, self.needs, self.spacing = draft, needs, spacing
        self.margin = spacing.clear * 0.6
        self.aside = min(WORD, 0.7 * spacing.beside)
        self.bodies = box_array([place.box for place in draft.places])
        self.texts = box_array([b for pair in draft.node_texts for b in pair if b])
        ports = free_ports(draft)
        self.options = [self._options(e, ports[e]) for e in range(len(draft.routes))]

    def _options(self, edge: int, ports: tuple[float, float]) -> list[Option]:
        """What an edge may choose from, its own lane last."""
        found: list[Option] = []
        for level, route in enumerate(route_options(self.draft, edge, ports)):
            points = finely(route)
            if not self._clear_of_nodes(edge, points):
                continue
            for shift in SHIFTS:
                for side, extra in self._sides(edge, level):
                    price = level + SHIFT * abs(shift) + extra
                    option = self._option(edge, route, points, shift, side, price)
                    if self._texts_fit(option, side):
                        found.append(option)
        return [*found, self._lane(edge)]

    def _lane(self, edge: int) -> Option:
        """The option that always works: the edge's own lane, its texts where room was kept."""
        route, texts = self.draft.routes[edge], self.draft.edge_texts[edge]
        boxes = box_array([box for box in texts if box])
        lines = segments(route.sampled(6))
        angle = arrival(self.draft, edge, route)
        return Option(route, texts, LANE, finely(route), lines, boxes, angle)

    def _sides(self, edge: int, level: int) -> list[tuple[Side, float]]:
        """How the texts may stand beside a straight or nearly straight edge, and the cost."""
        own = self.draft.order.sides[edge]
        if level > 2 or own is Side.FLIPPED or len(self.draft.lanes[edge]) > 1:
            return [(own, 0.0)]
        return [(own, 0.0), (Side.BELOW, ONE_SIDE), (Side.ABOVE, ONE_SIDE)]

    def _option(
        self, edge: int, route: Route, points: Array, shift: float, side: Side, price: float
    ) -> Option:
        x = self.draft.anchors[edge][0]
        x += shift * 0.17 * (self.draft.routes[edge].end[0] - self.draft.routes[edge].start[0])
        sizes = sizes_of(self.draft.order, edge, self.needs)
        texts = texts_beside(points, x, sizes, side, self.spacing.pad)
        boxes = box_array([box for box in texts if box])
        angle = arrival(self.draft, edge, route)
        return Option(route, texts, price, points, segments(route.sampled(6)), boxes, angle)

    def _texts_fit(self, option: Option, side: Side) -> bool:
        """Whether the texts stand at their curve, and clear of the nodes and their texts."""
        reach = self.spacing.pad + 0.1
        if side in (Side.BELOW, Side.ABOVE):
            reach += max((box.height + 0.1 for box in option.texts if box), default=0.0)
        return all(
            not curve_clear(option.fine, box_array([box]), reach)
            and boxes_apart(box, self.bodies, self.margin)
            and boxes_apart(box, self.texts, self.margin, self.aside)
            for box in option.texts
            if box
        )

    def _clear_of_nodes(self, edge: int, points: Array) -> bool:
        others = np.delete(self.bodies, self.draft.ends(edge), axis=0)
        return curve_clear(points, others, self.margin * 1.2) and curve_clear(
            points, self.texts, 0.05
        )

    def settle(self, chosen: list[int]) -> tuple[float, list[int]]:
        """Let every edge in turn take what costs least beside the others, until none moves."""
        for _ in range(6):
            moved = False
            for e, options in enumerate(self.options):
                if len(options) == 1:
                    continue
                others = _Others(self, e, chosen)
                least = others.cost(options[chosen[e]]) - 1e-9
                for k, option in enumerate(options):
                    cost = others.cost(option, least) if option.price < least else least
                    if cost < least:
                        least, chosen[e], moved = cost, k, True
            if not moved:
                break
        total = 0.0
        for e, options in enumerate(self.options):
            total += _Others(self, e, chosen).cost(options[chosen[e]])
        return total, chosen


class _Others:
    """The chosen options of all edges but one."""

    def __init__(self, choice: _Choice, edge: int, chosen: list[int]) -> None:
        self.margin, self.aside = choice.margin, choice.aside
        taken = [(e, choice.options[e][k]) for e, k in enumerate(chosen) if e != edge]
        empty = np.zeros((0, 2))
        self.boxes = np.concatenate([np.zeros((0, 4)), *(o.boxes for _, o in taken)])
        self.points = np.concatenate([empty, *(o.fine for _, o in taken)])
        self.lines = np.concatenate([np.zeros((0, 4)), *(o.lines for _, o in taken)])
        target = choice.draft.ends(edge)[1]
        self.angles = [o.angle for e, o in taken if choice.draft.ends(e)[1] == target]

    def cost(self, option: Option, limit: float = np.inf) -> float:
        """The price of an option and of all it disturbs; may stop once it exceeds a limit."""
        cost = option.price
        if not arrivals_apart(option.angle, self.angles):
            cost += TIPS
        cost += HARD * (not curve_clear(option.fine, self.boxes, self.margin))
        cost += HARD * sum(
            not boxes_apart(box, self.boxes, self.margin, self.aside) for box in option.texts if box
        )
        if cost >= limit:
            return cost
        cost += HARD * (not curve_clear(self.points, option.boxes, self.margin))
        if cost >= limit:
            return cost
        return cost + CROSSING * crossings_between(option.lines, self.lines)
