"""Who stands above whom in each column: edges as chains of items, with few crossings."""

from __future__ import annotations

import random
from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Columns", "count_crossings", "order_columns"]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of items, top to bottom: even columns hold nodes, odd ones hold edge labels.

    Items below `nodes` are the nodes themselves; the others are places where an edge passes
    a column. `chains[e]` lists edge e's items from its source to its target, one a column.
    """

    nodes: int
    columns: tuple[tuple[int, ...], ...]
    chains: tuple[tuple[int, ...], ...]
    column_of: tuple[int, ...]
    crossings: int


def order_columns(rank: Sequence[int], arcs: Sequence[tuple[int, int]]) -> Columns:
    """Order every column; arcs come ordered by target and slot, and may repeat.

    >>> order_columns([0, 0, 1], [(0, 2), (1, 2)]).columns
    ((0, 1), (3, 4), (2,))
    """
    count = len(rank)
    chains: list[list[int]] = []
    column_of = [2 * r for r in rank]
    for source, target in arcs:
        chain = [source]
        for column in range(2 * rank[source] + 1, 2 * rank[target]):
            chain.append(len(column_of))
            column_of.append(column)
        chains.append([*chain, target])
    width = max(column_of, default=0) + 1
    sweeper = _Sweeper(count, column_of, [chain[::2] for chain in chains], (width + 1) // 2)
    ordered = sweeper.best()
    columns: list[tuple[int, ...]] = []
    place = {item: i for column in ordered for i, item in enumerate(column)}
    between: list[list[tuple[float, float, int, int]]] = [[] for _ in range(width // 2)]
    for number, chain in enumerate(chains):
        for k in range(1, len(chain), 2):
            left, right = place[chain[k - 1]], place[chain[k + 1]]
            share = len(ordered[column_of[chain[k + 1]] // 2]) / max(
                len(ordered[column_of[chain[k - 1]] // 2]), 1
            )
            key = (left * share + right, float(right), number, chain[k])
            between[column_of[chain[k]] // 2].append(key)
    for r, members in enumerate(ordered):
        columns.append(tuple(members))
        if r < len(between):
            columns.append(tuple(entry[3] for entry in sorted(between[r])))
    return Columns(
        count,
        tuple(columns),
        tuple(map(tuple, chains)),
        tuple(column_of),
        sweeper.crossings(ordered),
    )


def count_crossings(pairs: Sequence[tuple[int, int]]) -> int:
    """How many pairs of straight links between two columns cross.

    >>> count_crossings([(0, 1), (1, 0), (1, 1)])
    1
    """
    seen: list[int] = []
    total = 0
    for _, right in sorted(pairs):
        total += len(seen) - bisect_right(seen, right)
        insort(seen, right)
    return total


SHUFFLES = 16  # how many shuffled starts a small drawing gets


class _Sweeper:
    """Barycentre sweeps with transposition over the node columns."""

    def __init__(
        self, nodes: int, column_of: Sequence[int], chains: list[list[int]], width: int
    ) -> None:
        self.width = width
        self.members: list[list[int]] = [[] for _ in range(width)]
        self.left: dict[int, list[int]] = {}
        self.right: dict[int, list[int]] = {}
        self.chains = chains
        for item, column in enumerate(column_of):
            if column % 2 == 0:
                self.members[column // 2].append(item)
                self.left[item] = []
                self.right[item] = []
        for chain in chains:
            for a, b in pairwise(chain):
                self.right[a].append(b)
                self.left[b].append(a)
        self.into: dict[int, list[int]] = {}
        for chain in chains:
            self.into.setdefault(chain[-1], []).append(chain[-2])
        self.small = len(column_of) <= 600

    def best(self) -> list[list[int]]:
        """The order with the fewest crossings, then with the most slots in reading order."""
        best = self._by_depth(reverse=False)
        best_score = self._score(best)
        for start in self._starts():
            order = [list(column) for column in start]
            stale = 0
            for sweep in range(24 if self.small else 6):
                score = self._score(order)
                stale += 1
                if score < best_score:
                    best, best_score, stale = [list(c) for c in order], score, 0
                if best_score == (0, 0):
                    return best
                if stale > 5:
                    break
                self._sweep(order, forwards=sweep % 2 == 0, flip=sweep % 4 > 1)
                if self.small:
                    self._transpose(order)
        return best

    def _starts(self) -> Iterator[list[list[int]]]:
        """Orders to improve on: the reading order, its mirror image, and shuffled ones."""
        yield self._by_depth(reverse=False)
        if self.small:
            yield self._by_depth(reverse=True)
            dice = random.Random(1)
            for _ in range(SHUFFLES * 60 // max(60, len(self.left))):
                yield [dice.sample(column, len(column)) for column in self.members]

    def crossings(self, order: list[list[int]]) -> int:
        """Crossings of the whole drawing."""
        place = _places(order)
        return sum(
            count_crossings([(place[a], place[b]) for a in column for b in self.right[a]])
            for column in order
        )

    def _score(self, order: list[list[int]]) -> tuple[int, int]:
        place = _places(order)
        disorder = 0
        for sources in self.into.values():
            rows = [place[s] for s in sources]
            disorder += sum(a > b for i, a in enumerate(rows) for b in rows[i + 1 :])
        return self.crossings(order), disorder

    def _by_depth(self, *, reverse: bool) -> list[list[int]]:
        """Columns in the order of a walk from the right that takes arguments slot by slot."""
        order: list[list[int]] = [[] for _ in range(self.width)]
        seen: set[int] = set()
        for column in reversed(self.members):
            for root in column:
                waiting = [root]
                while waiting:
                    item = waiting.pop()
                    if item in seen:
                        continue
                    seen.add(item)
                    order[self._column(item)].append(item)
                    sources = self.left[item]
                    waiting.extend(sources if reverse else reversed(sources))
        return order

    def _column(self, item: int) -> int:
        if not hasattr(self, "_home"):
            self._home = {i: c for c, column in enumerate(self.members) for i in column}
        return self._home[item]

    def _sweep(self, order: list[list[int]], *, forwards: bool, flip: bool) -> None:
        columns = range(1, self.width) if forwards else range(self.width - 2, -1, -1)
        links = self.left if forwards else self.right
        for c in columns:
            place = {item: i for i, item in enumerate(order[c - 1 if forwards else c + 1])}
            keys = {}
            for i, item in enumerate(order[c]):
                near = [place[n] for n in links[item]]
                mean = sum(near) / len(near) if near else float(i)
                keys[item] = (mean, -i if flip else i)
            order[c].sort(key=keys.__getitem__)

    def _transpose(self, order: list[list[int]]) -> None:
        """Swap neighbours while that saves crossings."""
        place = _places(order)
        for _ in range(6):
            improved = False
            for column in order:
                for i in range(len(column) - 1):
                    a, b = column[i], column[i + 1]
                    if self._saved(a, b, place) > 0:
                        column[i], column[i + 1] = b, a
                        place[a], place[b] = i + 1, i
                        improved = True
            if not improved:
                return

    def _saved(self, a: int, b: int, place: dict[int, int]) -> int:
        """Crossings saved by putting b above a, where now a is above b."""
        saved = 0
        for links in (self.left, self.right):
            above = [place[n] for n in links[a]]
            below = [place[n] for n in links[b]]
            for p in above:
                for q in below:
                    saved += (p > q) - (p < q)
        return saved


def _places(order: list[list[int]]) -> dict[int, int]:
    return {item: i for column in order for i, item in enumerate(column)}
