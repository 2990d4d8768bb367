"""How high each item of each column stands: straight spines, symmetric forks, no overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from chainviz.layout.order import Columns
from chainviz.layout.solve import least_squares, spread

__all__ = ["align_items", "item_heights"]

EXACT = 260  # above so many blocks the heights are approximated


def item_heights(
    columns: Columns, up: Sequence[float], down: Sequence[float], gaps: Sequence[float]
) -> list[float]:
    """The height of every item; `up` and `down` are what it needs above and below its line.

    Between neighbours lies the smaller of their `gaps`.
    """
    block_of = align_items(columns)
    blocks = max(block_of, default=-1) + 1
    if blocks > EXACT:
        return _approximate(columns, up, down, gaps)
    apart: dict[tuple[int, int], float] = {}
    for column in columns.columns:
        for upper, lower in pairwise(column):
            key = (block_of[upper], block_of[lower])
            distance = down[upper] + min(gaps[upper], gaps[lower]) + up[lower]
            apart[key] = max(apart.get(key, 0.0), distance)
    pulls = [
        (block_of[a], block_of[b], weight, 0.0)
        for chain in columns.chains
        for a, b, weight in _links(chain)
        if block_of[a] != block_of[b]
    ]
    heights = least_squares(blocks, pulls, apart)
    return [float(heights[block]) for block in block_of]


def _links(chain: Sequence[int]) -> list[tuple[int, int, float]]:
    """Neighbours of a chain and how strongly they pull at each other."""
    weight = 1.0 if len(chain) == 3 else 0.5
    return [(a, b, weight) for a, b in pairwise(chain)]


def align_items(columns: Columns) -> list[int]:
    """The block of every item: items of one block share one height, so their edge is straight.

    Long edges run straight between their ends; a node and the one that goes on from it run
    straight, while side inputs and forks are left to symmetry.
    """
    links = _inner_links(columns) + _spine_links(columns)
    place = {item: i for column in columns.columns for i, item in enumerate(column)}
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    accepted: dict[int, list[tuple[int, int]]] = {}
    parent = list(range(len(columns.column_of)))
    for chain in links:
        pairs = list(pairwise(chain))
        if any(a in taken_right or b in taken_left for a, b in pairs):
            continue
        spots = [(columns.column_of[a], (place[a], place[b])) for a, b in pairs]
        if any(_crosses(accepted.get(column, []), pair) for column, pair in spots):
            continue
        for (a, b), (column, pair) in zip(pairs, spots, strict=True):
            taken_right.add(a)
            taken_left.add(b)
            row = accepted.setdefault(column, [])
            row.insert(bisect_left(row, pair), pair)
            parent[_root(parent, b)] = _root(parent, a)
    names: dict[int, int] = {}
    return [names.setdefault(_root(parent, i), len(names)) for i in range(len(parent))]


def _inner_links(columns: Columns) -> list[tuple[int, ...]]:
    """The straight middle of every long edge, the longest first."""
    inner = [chain[1:-1] for chain in columns.chains if len(chain) > 3]
    return sorted(inner, key=len, reverse=True)


def _spine_links(columns: Columns) -> list[tuple[int, ...]]:
    """Short edges by which one node plainly goes on as the next."""
    into: dict[int, list[tuple[int, ...]]] = {}
    for chain in columns.chains:
        into.setdefault(chain[-1], []).append(chain)
    chosen: dict[int, list[tuple[int, ...]]] = {}
    for chains in into.values():
        short = [chain for chain in chains if len(chain) == 3]
        main = [chain for chain in short if chain[0] in into] if len(chains) > 1 else short
        if len(main) == 1:
            chosen.setdefault(main[0][0], []).append(main[0])
    return [chains[0] for chains in chosen.values() if len(chains) == 1]


def _crosses(row: list[tuple[int, int]], pair: tuple[int, int]) -> bool:
    """Whether a link crosses one of the sorted, uncrossed links."""
    spot = bisect_left(row, pair)
    return (spot > 0 and row[spot - 1][1] >= pair[1]) or (
        spot < len(row) and row[spot][1] <= pair[1]
    )


def _root(parent: list[int], item: int) -> int:
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item


def _approximate(
    columns: Columns, up: Sequence[float], down: Sequence[float], gaps: Sequence[float]
) -> list[float]:
    """Heights by sweeping the columns, for drawings too large to solve exactly."""
    near: list[list[int]] = [[] for _ in columns.column_of]
    for chain in columns.chains:
        for a, b in pairwise(chain):
            near[a].append(b)
            near[b].append(a)
    heights = [0.0] * len(near)
    distances = [
        [down[a] + min(gaps[a], gaps[b]) + up[b] for a, b in pairwise(column)]
        for column in columns.columns
    ]
    order = list(range(len(columns.columns)))
    for sweep in range(6):
        for c in order if sweep % 2 == 0 else reversed(order):
            column = columns.columns[c]
            wanted = [
                sum(heights[n] for n in near[i]) / len(near[i]) if near[i] else 0.0 for i in column
            ]
            weights = [float(len(near[i]) or 1) for i in column]
            for item, height in zip(column, spread(wanted, distances[c], weights), strict=True):
                heights[item] = height
    return heights
