"""The ways in which one edge could run, the most wanted first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from chainviz.layout.curves import rim_at_angle, smooth_route
from chainviz.layout.draft import Draft
from chainviz.layout.geometry import Place, Point, Route
from chainviz.layout.solve import spread

__all__ = ["arrival", "arrivals_apart", "free_ports", "route_options"]

APART = math.radians(24)  # between arrows that arrive at one node
WIDEST = math.radians(50)  # from the level, for arrows that arrive at one node


def route_options(draft: Draft, edge: int, ports: tuple[float, float]) -> Iterator[Route]:
    """Routes for an edge, the most wanted first; `ports` are the angles kept free for it."""
    lane, anchor = draft.lanes[edge], draft.anchors[edge]
    if not is_twin(draft, edge):
        source, target = (draft.places[i] for i in draft.ends(edge))
        slope = math.atan((target.y - source.y) / (target.x - source.x))
        yield through(draft, edge, [], (slope, -slope))
        yield through(draft, edge, [], ports)
        yield through(draft, edge, [], (ports[0] / 2, ports[1] / 2))
    yield through(draft, edge, [anchor], ports)
    yield through(draft, edge, [anchor], (ports[0] / 2, ports[1] / 2))
    if len(lane) > 1:
        yield through(draft, edge, [lane[len(lane) // 2]], ports)
        for k in range(min(3, len(lane) // 2) - 1, -1, -1):
            yield through(draft, edge, [lane[k], lane[-1 - k]], ports)
        yield through(draft, edge, lane[::2], ports)
        yield through(draft, edge, lane, ports)
        yield through(draft, edge, lane, (ports[0] / 2, ports[1] / 2))


def through(draft: Draft, edge: int, stops: list[Point], ports: tuple[float, float]) -> Route:
    """The smooth route by way of some points, leaving and arriving at the given angles."""
    source, target = draft.ends(edge)
    start = rim_at_angle(draft.places[source], ports[0], 1, box=draft.boxy[source])
    end = rim_at_angle(draft.places[target], ports[1], -1, box=draft.boxy[target])
    return smooth_route([start, *stops, end], math.tan(ports[0]), -math.tan(ports[1]))


def free_ports(draft: Draft) -> list[tuple[float, float]]:
    """Angles above the level at which each edge leaves and arrives, apart from each other."""
    ports = [[0.0, 0.0] for _ in draft.routes]
    for end in (0, 1):
        groups: dict[int, list[int]] = {}
        for edge in range(len(draft.routes)):
            groups.setdefault(draft.ends(edge)[end], []).append(edge)
        for node, edges in groups.items():
            wanted = {edge: _aim(draft, edge, end, draft.places[node]) for edge in edges}
            edges.sort(key=lambda e: (-draft.lanes[e][-1 if end else 0][1], e))
            gap = min(APART if end else APART / 2, 2 * WIDEST / max(len(edges) - 1, 1)) * 1.02
            angles = spread(
                [wanted[e] for e in edges], [gap] * (len(edges) - 1), [1.0] * len(edges)
            )
            for edge, angle in zip(edges, angles, strict=True):
                ports[edge][end] = max(-1.2, min(1.2, angle))
    return [(a, b) for a, b in ports]


def _aim(draft: Draft, edge: int, end: int, place: Place) -> float:
    """The angle at which an edge would like to touch a node."""
    lane = draft.lanes[edge]
    if len(lane) == 1 and not is_twin(draft, edge):
        other = draft.places[draft.ends(edge)[1 - end]]
        x, y = other.x, other.y
    else:
        x, y = lane[-1 if end else 0]
    angle = math.atan2(y - place.y, abs(x - place.x))
    return max(-WIDEST, min(WIDEST, angle))


def is_twin(draft: Draft, edge: int) -> bool:
    """Whether another edge joins the same two nodes."""
    ends = draft.ends(edge)
    return any(e != edge and draft.ends(e) == ends for e in range(len(draft.routes)))


def arrival(draft: Draft, edge: int, route: Route) -> float:
    """The angle, seen from the target's centre, at which a route arrives."""
    place = draft.places[draft.ends(edge)[1]]
    return math.atan2(route.end[1] - place.y, route.end[0] - place.x)


def arrivals_apart(angle: float, others: Sequence[float]) -> bool:
    """Whether an arrow's tip keeps clear of the other tips at its node."""
    least = min(APART, 2 * WIDEST / max(len(others), 1)) * 0.98
    return all(abs(math.remainder(angle - other, math.tau)) >= least for other in others)
