"""What is wrong with a layout, found by sampling: knows nothing of how the layout was made."""

from __future__ import annotations

import math
from itertools import pairwise

from chainviz.layout import Box, Layout, Place, Route

SLACK = 1e-6


def faults(
    layout: Layout, *, boxes: frozenset[str] = frozenset(), frame: Box | None = None
) -> list[str]:
    """Everything that overlaps, strays or is out of place, in words."""
    return [
        *_texts_and_bodies(layout, boxes),
        *_arrows(layout, boxes),
        *_labels_far(layout),
        *(_outside(layout, frame) if frame else []),
    ]


def all_texts(layout: Layout) -> list[tuple[str, Box]]:
    named = [(f"value {n}", b) for n, b in layout.values.items()]
    named += [(f"grad {n}", b) for n, b in layout.grads.items()]
    for kind, found in (("label", layout.labels), ("partial", layout.partials)):
        named += [(f"{kind} {e.source}->{e.target}#{e.slot}", b) for e, b in found.items()]
    return named


def _texts_and_bodies(layout: Layout, boxes: frozenset[str]) -> list[str]:
    found = []
    texts = all_texts(layout)
    for i, (one, a) in enumerate(texts):
        for other, b in texts[i + 1 :]:
            if _overlap(a, b):
                found.append(f"{one} overlaps {other}")
        for name, place in layout.nodes.items():
            if _distance_to_body(_nearest(a, place.x, place.y), place, name in boxes) < -SLACK:
                found.append(f"{one} overlaps node {name}")
    places = list(layout.nodes.items())
    for i, (one, p) in enumerate(places):
        for other, q in places[i + 1 :]:
            if _overlap(p.box, q.box):
                found.append(f"node {one} overlaps node {other}")
    return found


def _arrows(layout: Layout, boxes: frozenset[str]) -> list[str]:
    found = []
    texts = all_texts(layout)
    for edge, route in layout.routes.items():
        here = f"arrow {edge.source}->{edge.target}#{edge.slot}"
        points = sampled(route)
        for name, place in layout.nodes.items():
            depth = min(_distance_to_body(p, place, name in boxes) for p in points)
            mine = name in (edge.source, edge.target)
            if depth < (-0.02 if mine else 0.01):
                found.append(f"{here} runs through node {name} ({depth:.3f})")
        for which, end, name in (
            ("starts", route.start, edge.source),
            ("ends", route.end, edge.target),
        ):
            gap = _distance_to_body(end, layout.nodes[name], name in boxes)
            if abs(gap) > 1e-6:
                found.append(f"{here} {which} {gap:.3f} away from node {name}")
        if any(b[0] < a[0] - SLACK for a, b in pairwise(points)):
            found.append(f"{here} runs back to the left")
        for what, box in texts:
            if any(_inside(p, box) for p in points):
                found.append(f"{here} strikes {what}")
    return found


def _labels_far(layout: Layout) -> list[str]:
    """Labels hug their lines; a partial stands at its line, or on the label."""
    found = []
    for edge, route in layout.routes.items():
        points = sampled(route)
        label, partial = layout.labels.get(edge), layout.partials.get(edge)
        for kind, box, most in (
            ("label", label, 0.25),
            ("partial", partial, 0.25 + (label.height + 0.1 if label else 0.0)),
        ):
            gap = min(math.dist(p, _nearest(box, *p)) for p in points) if box else 0.0
            if gap > most:
                found.append(f"{kind} of {edge.source}->{edge.target}#{edge.slot}: {gap:.2f} away")
    return found


def _outside(layout: Layout, frame: Box) -> list[str]:
    things = all_texts(layout) + [(f"node {n}", p.box) for n, p in layout.nodes.items()]
    for edge, route in layout.routes.items():
        xs, ys = zip(*sampled(route), strict=True)
        box = Box(min(xs), min(ys), max(xs), max(ys))
        things.append((f"arrow {edge.source}->{edge.target}", box))
    grown = frame.grown(0.01)
    return [
        f"{what} leaves the frame"
        for what, b in things
        if b.x0 < grown.x0 or b.y0 < grown.y0 or b.x1 > grown.x1 or b.y1 > grown.y1
    ]


def sampled(route: Route, steps: int = 40) -> list[tuple[float, float]]:
    """Points of the curve by de Casteljau's halving of lines."""
    points = [route.points[0]]
    for k in range(0, len(route.points) - 1, 3):
        for i in range(1, steps + 1):
            row = list(route.points[k : k + 4])
            t = i / steps
            while len(row) > 1:
                row = [
                    (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(row)
                ]
            points.append(row[0])
    return points


def _overlap(a: Box, b: Box) -> bool:
    return min(a.x1, b.x1) - max(a.x0, b.x0) > SLACK and min(a.y1, b.y1) - max(a.y0, b.y0) > SLACK


def _inside(point: tuple[float, float], box: Box) -> bool:
    return box.x0 < point[0] < box.x1 and box.y0 < point[1] < box.y1


def _nearest(box: Box, x: float, y: float) -> tuple[float, float]:
    return (min(max(x, box.x0), box.x1), min(max(y, box.y0), box.y1))


def _distance_to_body(point: tuple[float, float], place: Place, boxy: bool) -> float:
    """How far a point is outside a body; negative inside."""
    dx, dy = abs(point[0] - place.x), abs(point[1] - place.y)
    if boxy:
        dx, dy = dx - place.size.width / 2, dy - place.size.height / 2
        return math.hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0)
    return math.hypot(dx, dy) - place.size.width / 2
