"""Graphs to lay out: the lessons' own, awkward ones, and random ones; with sizes as drawn."""

from __future__ import annotations

import random
from dataclasses import dataclass

from chainviz.layout import Box, Needs, Size

FRAME = Box(-6.6, -3.4, 6.6, 2.6)


@dataclass(frozen=True, slots=True)
class Dot:
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    source: str
    target: str
    slot: int


@dataclass(frozen=True, slots=True)
class Web:
    """The least that a layout asks of a graph."""

    nodes: tuple[Dot, ...]
    edges: tuple[Link, ...]


def web(text: str) -> Web:
    """A graph from lines such as ``u: w x`` (u is made of w and x); inputs need no line."""
    names: dict[str, None] = {}
    edges = []
    for line in filter(None, (piece.strip() for piece in text.replace(";", "\n").split("\n"))):
        target, _, sources = line.partition(":")
        for slot, source in enumerate(sources.split()):
            names.setdefault(source)
            edges.append(Link(source, target.strip(), slot))
        names.setdefault(target.strip())
    return Web(tuple(map(Dot, names)), tuple(edges))


def needs_for(graph: Web, *, frame: Box | None = FRAME, seed: int = 0, vary: bool = True) -> Needs:
    """Sizes like those of numbers and partials at the usual text height."""
    dice = random.Random(seed)

    def size(low: float, high: float, height: float = 0.26) -> Size:
        return Size(round(dice.uniform(low, high) if vary else (low + high) / 2, 2), height)

    return Needs(
        node_sizes={n.name: Size(0.9, 0.9) for n in graph.nodes},
        value_sizes={n.name: size(0.2, 1.1) for n in graph.nodes},
        grad_sizes={n.name: size(0.5, 1.2) for n in graph.nodes},
        label_sizes={e: size(0.15, 0.5) for e in graph.edges},
        partial_sizes={e: size(0.4, 1.0) for e in graph.edges},
        frame=frame,
        least_scale=0.62,
    )


def random_web(count: int, seed: int, *, inputs: int = 0, fan: int = 2, reach: int = 99) -> Web:
    """A random DAG in which later nodes use earlier ones, doubles and skips included."""
    dice = random.Random(seed)
    inputs = inputs or max(1, count // 4)
    lines = []
    for i in range(inputs, count):
        low = max(0, i - reach)
        sources = [f"n{dice.randrange(low, i)}" for _ in range(dice.randint(1, fan))]
        lines.append(f"n{i}: {' '.join(sources)}")
    known = web("\n".join(lines))
    return Web(tuple(Dot(f"n{i}") for i in range(count)), known.edges)


def chain(count: int) -> Web:
    return web("\n".join(f"v{i}: v{i - 1}" for i in range(1, count)))


def sum_of_products(count: int) -> Web:
    products = [f"p{i}: w{i} x{i}" for i in range(count)]
    return web("\n".join([*products, "L: " + " ".join(f"p{i}" for i in range(count))]))


GALLERY: dict[str, Web] = {
    "sigma": web("u: w x; s: u; L: s"),
    "one_weight": web("u: w x; r: u t; L: r"),
    "square_twin": web("y: x x"),
    "twin_in_chain": web("u: w x; y: u u; L: y t"),
    "sum_over_paths": web("f: x; g: x; L: f g"),
    "network": web("a: w1 x; h: a; b: w2 h; y: b; e: y t; L: e"),
    "square_of_sum": web("t1: a b; t2: t1 c; L: t2"),
    "chain4": chain(4),
    "chain12": chain(12),
    "sum8": web(
        "; ".join(f"p{i}: w{i} x{i}" for i in range(8))
        + "; L: "
        + " ".join(f"p{i}" for i in range(8))
    ),
    "sum4": web(
        "; ".join(f"p{i}: w{i} x{i}" for i in range(4))
        + "; L: "
        + " ".join(f"p{i}" for i in range(4))
    ),
    "dense_net": web("a: x; b: x a; c: x a b; d: x a b c; e: x a b c d"),
    "change": web("u2: x y; v2: x y; p: u2 v2; q: u2 u2; z: p q"),
    "neuron2": web("p1: w1 x1; p2: w2 x2; s: p1 p2; z: s b; a: z; e: a y; L: e"),
    "residual": web("a: x; b: a; c: b x; d: c; e: d; f: e c; L: f"),
    "unused": web("y: x; L: y; k:"),
    "random10": random_web(10, 3),
    "random12": random_web(12, 7, inputs=3),
    "random20": random_web(20, 1),
    "random30": random_web(30, 5, reach=8),
}
