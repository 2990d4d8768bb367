"""Neurons in columns with every weight's line, and labels where there is room to read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chainviz.layout.clearance import box_array, boxes_apart
from chainviz.layout.curves import rim_point
from chainviz.layout.geometry import Array, Box, Place, Route, Size
from chainviz.layout.lay_out import TooLarge

__all__ = ["Network", "Neuron", "Weight", "lay_out_network"]

Neuron = tuple[int, int]  # layer, place in the layer from the top
Weight = tuple[int, int, int]  # layer of the source, its place, the target's place

SHARES = np.linspace(0.14, 0.86, 37)  # where along its line a label may stand
OWN = 0.06  # between a label and its own line
OTHER = 0.11  # the least between a label and any other line, so that it is plain whose it is


@dataclass(frozen=True, slots=True)
class Network:
    """Places of the neurons that are shown, lines, and the labels that have room.

    `ellipses` stand where neurons are left out; `unlabelled` are the weights whose labels
    would have been struck by lines or other labels.
    """

    neurons: Mapping[Neuron, Place]
    routes: Mapping[Weight, Route]
    labels: Mapping[Weight, Box]
    ellipses: Mapping[int, Box]
    unlabelled: tuple[Weight, ...]
    scale: float
    bounds: Box


def lay_out_network(
    layers: Sequence[int],
    *,
    frame: Box,
    neuron: Size | None = None,
    labels: Mapping[Weight, Size] | None = None,
    importance: Mapping[Weight, float] | None = None,
    gap: float = 0.35,
    least_scale: float = 0.62,
) -> Network:
    """Place a layered network; a layer too tall for the frame shows its first and last neurons.

    Labels stand beside their lines, staggered so that no line strikes them; the most important
    ones choose first (by default in order).

    >>> network = lay_out_network([2, 1], frame=Box(-5, -3, 5, 3))
    >>> len(network.neurons), len(network.routes)
    (3, 2)
    """
    if not layers or min(layers) < 1:
        raise ValueError("a network has at least one layer, and each at least one neuron")
    body = neuron or Size(0.8, 0.8)
    scale = _scale(layers, body, gap, frame, least_scale)
    shown, ellipses, places = {}, {}, {}
    body = body.scaled(scale)
    rows = max(2, int((frame.height + gap * scale) / (body.height + gap * scale) + 1e-9))
    pitch = _pitch(layers, rows, body, frame)
    for layer, x in enumerate(_columns(len(layers), body, frame)):
        shown[layer] = _shown(layers[layer], rows)
        spots = len(shown[layer]) + (layers[layer] > len(shown[layer]))
        tops = [frame.centre[1] + pitch * ((spots - 1) / 2 - k) for k in range(spots)]
        if spots > len(shown[layer]):
            hole = tops.pop(-2)
            ellipses[layer] = Box.around(x, hole, Size(body.width / 3, body.height))
        for place, y in zip(shown[layer], tops, strict=True):
            places[layer, place] = Place(x, y, body)
    routes = {
        (layer, i, j): _line(places[layer, i], places[layer + 1, j])
        for layer in range(len(layers) - 1)
        for i in shown[layer]
        for j in shown[layer + 1]
    }
    found = _label_boxes(routes, places, labels or {}, importance or {}, scale)
    boxes = [place.box for place in places.values()] + list(found.values())
    left_out = tuple(w for w in routes if w in (labels or {}) and w not in found)
    return Network(places, routes, found, ellipses, left_out, scale, Box.hull(boxes))


def _scale(layers: Sequence[int], body: Size, gap: float, frame: Box, least_scale: float) -> float:
    """The scale at which the columns fit side by side, and the tallest layer if it can."""
    across = len(layers) * body.width + (len(layers) - 1) * 1.5 * body.width
    tall = max(layers) * (body.height + gap) - gap
    wide = min(1.0, frame.width / across)
    if wide < least_scale:
        raise TooLarge(
            f"{len(layers)} layers would shrink to {wide:.2f} of their size, and "
            f"{least_scale:.2f} is the least that can be read: show fewer layers"
        )
    return min(wide, max(frame.height / tall, least_scale))


def _shown(count: int, rows: int) -> list[int]:
    """The neurons that are shown: all, or the first ones, a gap and the last one."""
    if count <= rows:
        return list(range(count))
    return [*range(max(1, rows - 2)), count - 1]


def _pitch(layers: Sequence[int], rows: int, body: Size, frame: Box) -> float:
    """The distance of neighbours in a column, the same in every layer."""
    most = max(min(count, rows) for count in layers)
    return min(2.2 * body.height, (frame.height - body.height) / max(most - 1, 1))


def _columns(count: int, body: Size, frame: Box) -> list[float]:
    step = min(6.0 * body.width, (frame.width - body.width) / max(count - 1, 1))
    return [frame.centre[0] + step * (k - (count - 1) / 2) for k in range(count)]


def _line(source: Place, target: Place) -> Route:
    start = rim_point(source, (target.x, target.y), box=False)
    return Route.straight(start, rim_point(target, (source.x, source.y), box=False))


def _label_boxes(
    routes: Mapping[Weight, Route],
    places: Mapping[Neuron, Place],
    sizes: Mapping[Weight, Size],
    importance: Mapping[Weight, float],
    scale: float,
) -> dict[Weight, Box]:
    """A box beside each line that no line strikes, for as many weights as there is room."""
    found: dict[Weight, Box] = {}
    bodies = box_array([place.box for place in places.values()])
    for layer in sorted({weight[0] for weight in routes}):
        here = [weight for weight in routes if weight[0] == layer]
        lines = np.array([(*routes[w].start, *routes[w].end) for w in here])
        placed = bodies
        wanted = [w for w in here if w in sizes]
        for weight in sorted(wanted, key=lambda w: -importance.get(w, 0.0)):
            others = np.delete(lines, here.index(weight), axis=0)
            box = _best_spot(weight, routes[weight], sizes[weight].scaled(scale), others, placed)
            if box:
                found[weight] = box
                placed = np.concatenate([placed, box_array([box])])
    return {weight: found[weight] for weight in routes if weight in found}


def _best_spot(
    weight: Weight, route: Route, size: Size, others: Array, placed: Array
) -> Box | None:
    """The spot beside a line with the clearest surroundings, near its preferred share."""
    (x0, y0), (x1, y1) = route.start, route.end
    slope = (y1 - y0) / (x1 - x0)
    best: tuple[float, Box] | None = None
    preferred = 0.32 if (weight[1] + weight[2]) % 2 == 0 else 0.6
    reach = OWN + size.height / 2 + abs(slope) * size.width / 2
    for share in SHARES:
        for side in (1, -1):
            x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0) + side * reach
            box = Box.around(float(x), float(y), size)
            room = _room(box, others)
            if room < OTHER or not boxes_apart(box, placed, 0.05, 0.14):
                continue
            merit = min(room, 0.3) - 0.25 * abs(share - preferred) + 0.01 * side
            if best is None or merit > best[0] + 1e-9:
                best = (merit, box)
    return best[1] if best else None


def _room(box: Box, lines: Array) -> float:
    """The least height between a box and the lines that pass above or below it."""
    x0, y0, x1, y1 = lines.T
    left, right = np.maximum(box.x0, x0), np.minimum(box.x1, x1)
    meets = left < right
    slope = (y1 - y0) / (x1 - x0)
    a, b = y0 + slope * (left - x0), y0 + slope * (right - x0)
    gap = np.maximum(np.minimum(a, b) - box.y1, box.y0 - np.maximum(a, b))
    return float(gap[meets].min()) if meets.any() else 1.0
