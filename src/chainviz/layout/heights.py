"""How high each item of each column stands: straight spines, symmetric forks, no overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise

from chainviz.layout.extents import Extents
from chainviz.layout.order import Columns
from chainviz.layout.solve import Row, least_squares, shortfall, spread

__all__ = ["align_items", "item_heights", "line_ties"]

EXACT = 260  # above so many blocks the heights are approximated
NO_TIES: Mapping[int, tuple[int, int, float]] = {}


def item_heights(
    columns: Columns,
    room: Extents,
    ties: Mapping[int, tuple[int, int, float]] = NO_TIES,
    *,
    level: bool = True,
) -> list[float]:
    """The height of every item, so that each has its room and edges are as level as can be.

    A tie (source, target, share) puts a label's item on the line between two nodes.
    """
    block_of = align_items(columns, level=level)
    blocks = max(block_of, default=-1) + 1
    if blocks > EXACT:
        return _approximate(columns, room)
    sums: list[Row] = []
    for item, block in enumerate(block_of):
        source, target, share = ties.get(item, (item, item, 0.0))
        tied = ((block_of[source], 1 - share), (block_of[target], share))
        sums.append(tied if item in ties else ((block, 1.0),))
    apart = _distances(columns, room, sums)
    pulls = []
    for chain in columns.chains:
        kept = [item for item in chain if item not in ties]
        weight = 1.0 if len(kept) == 3 else 0.5
        pulls += [(block_of[a], block_of[b], weight) for a, b in pairwise(kept)]
    heights = least_squares(blocks, [p for p in pulls if p[0] != p[1]], apart)
    if ties and shortfall(heights, apart) > 1e-5:
        return item_heights(columns, room, level=level)
    return [float(sum(heights[block] * share for block, share in row)) for row in sums]


def _distances(columns: Columns, room: Extents, sums: list[Row]) -> dict[Row, float]:
    """The least distance of every two neighbours in a column."""
    apart: dict[Row, float] = {}
    for column in columns.columns:
        for upper, lower in pairwise(column):
            row = (*sums[upper], *((block, -share) for block, share in sums[lower]))
            apart[row] = max(apart.get(row, 0.0), room.distance(upper, lower))
    return apart


def line_ties(columns: Columns, middles: Sequence[float]) -> dict[int, tuple[int, int, float]]:
    """The labels that can lie on straight edges: those of short edges that cross no other."""
    place = {item: i for column in columns.columns for i, item in enumerate(column)}
    links: dict[int, list[tuple[int, int]]] = {}
    for chain in columns.chains:
        for k in range(0, len(chain) - 1, 2):
            row = links.setdefault(columns.column_of[chain[k]], [])
            row.append((place[chain[k]], place[chain[k + 2]]))
    ties = {}
    for chain in columns.chains:
        if len(chain) != 3:
            continue
        c = columns.column_of[chain[0]]
        a, b = place[chain[0]], place[chain[2]]
        if any((a - p) * (b - q) < 0 for p, q in links[c]) or links[c].count((a, b)) > 1:
            continue
        share = (middles[c + 1] - middles[c]) / (middles[c + 2] - middles[c])
        ties[chain[1]] = (chain[0], chain[2], share)
    return ties


def align_items(columns: Columns, *, level: bool = True) -> list[int]:
    """The block of every item: items of one block share one height, so their edge is straight.

    A node and the one that goes on from it run straight, while side inputs and forks are left
    to symmetry; with `level`, long edges run straight between their ends.
    """
    links = _spine_links(columns) + (_inner_links(columns) if level else [])
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
    """The middles of long edges, link by link, those of the longest edges first."""
    inner = sorted((chain[1:-1] for chain in columns.chains), key=len, reverse=True)
    return [pair for chain in inner for pair in pairwise(chain)]


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


def _approximate(columns: Columns, room: Extents) -> list[float]:
    """Heights by sweeping the columns, for drawings too large to solve exactly."""
    near: list[list[int]] = [[] for _ in columns.column_of]
    for chain in columns.chains:
        for a, b in pairwise(chain):
            near[a].append(b)
            near[b].append(a)
    heights = [0.0] * len(near)
    distances = [[room.distance(a, b) for a, b in pairwise(column)] for column in columns.columns]
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
