"""How much room each item needs: above and below its line, and from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chainviz.layout.beside import Side, Sizes, own_side
from chainviz.layout.geometry import Size
from chainviz.layout.needs import EdgeLike, Needs, Spacing
from chainviz.layout.order import Columns

LENS = 0.42  # half the room between two edges that join the same nodes

__all__ = ["Extents", "Order", "label_items", "measure", "sizes_of"]


@dataclass(frozen=True, slots=True)
class Order:
    """A graph in columns: the part of the work that doesn't depend on sizes."""

    names: tuple[str, ...]
    edges: tuple[EdgeLike, ...]
    columns: Columns
    sides: tuple[Side, ...]

    @classmethod
    def of(cls, names: tuple[str, ...], edges: tuple[EdgeLike, ...], columns: Columns) -> Order:
        """The order with the sides on which each edge's texts stand."""
        return cls(names, edges, columns, tuple(own_side(columns, e) for e in range(len(edges))))


@dataclass(frozen=True, slots=True)
class Extents:
    """Room by item number; `gaps` is what neighbours leave between them."""

    up: list[float]
    down: list[float]
    wide: list[float]
    gaps: list[float]

    def distance(self, upper: int, lower: int) -> float:
        """The least distance between the lines of two neighbours."""
        return self.down[upper] + min(self.gaps[upper], self.gaps[lower]) + self.up[lower]


def measure(order: Order, needs: Needs, spacing: Spacing, slopes: Sequence[float]) -> Extents:
    """The room of every item; a label on a slanting edge needs more, by the edge's slope."""
    columns = order.columns
    count = len(columns.column_of)
    found = Extents([0.0] * count, [0.0] * count, [0.0] * count, [spacing.clear] * count)
    for i, name in enumerate(order.names):
        body = needs.body(name)
        value, grad = needs.value_sizes.get(name), needs.grad_sizes.get(name)
        found.up[i] = body.height / 2 + (spacing.pad + grad.height if grad else 0.0)
        found.down[i] = body.height / 2 + (spacing.pad + value.height if value else 0.0)
        found.wide[i] = max(size.width for size in (body, value, grad) if size)
        found.gaps[i] = spacing.between
    ends = [(chain[0], chain[-1]) for chain in columns.chains]
    for e, item in enumerate(label_items(columns)):
        label, partial = sizes_of(order, e, needs)
        flipped = order.sides[e] is Side.FLIPPED
        found.up[item] = _beside_line(label if flipped else partial, spacing, slopes[e])
        found.down[item] = _beside_line(partial if flipped else label, spacing, slopes[e])
        found.wide[item] = max((size.width for size in (label, partial) if size), default=0.0)
        if ends.count(ends[e]) > 1:
            found.up[item] = max(found.up[item], LENS)
            found.down[item] = max(found.down[item], LENS)
    return found


def sizes_of(order: Order, edge: int, needs: Needs) -> Sizes:
    """The sizes of an edge's label and partial."""
    record = order.edges[edge]
    return needs.label_sizes.get(record), needs.partial_sizes.get(record)


def _beside_line(size: Size | None, spacing: Spacing, slope: float) -> float:
    return spacing.pad + size.height + abs(slope) * size.width / 2 if size else 0.0


def label_items(columns: Columns) -> list[int]:
    """The item of each edge at which it is labelled: in the emptiest column near its middle."""
    load = [0] * len(columns.columns)
    chosen = [0] * len(columns.chains)
    for e, chain in sorted(enumerate(columns.chains), key=lambda pair: (len(pair[1]), pair[0])):
        places = range(1, len(chain), 2)
        middle = (len(chain) - 1) / 2
        first = columns.column_of[chain[0]]
        best = min(places, key=lambda k: (load[first + k], abs(k - middle), -k))
        load[first + best] += 1
        chosen[e] = chain[best]
    return chosen
