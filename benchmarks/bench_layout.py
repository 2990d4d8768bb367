"""How long a layout takes, beside fast-sugiyama's bare positions of the same graph.

    python benchmarks/bench_layout.py

Ours also keeps room for every text, routes every edge and keeps them apart. CPU time, medians
of runs taken in turn, so that the ratio means something on a busy machine too.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import fast_sugiyama

from chainviz.layout import Box, Needs, Size, lay_out

RUNS = 5


@dataclass(frozen=True, slots=True)
class Dot:
    """A node."""

    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """An edge."""

    source: str
    target: str
    slot: int


@dataclass(frozen=True, slots=True)
class Web:
    """A graph whose nodes use one or two of the 25 before them."""

    nodes: tuple[Dot, ...]
    edges: tuple[Link, ...]

    @classmethod
    def random(cls, count: int, seed: int = 1) -> Web:
        """The same graph for the same seed."""
        dice = random.Random(seed)
        links = [
            Link(f"n{dice.randrange(max(0, i - 25), i)}", f"n{i}", slot)
            for i in range(count // 5, count)
            for slot in range(dice.randint(1, 2))
        ]
        return cls(tuple(Dot(f"n{i}") for i in range(count)), tuple(links))


def needs_of(web: Web, frame: Box | None) -> Needs:
    """Texts of usual sizes on everything."""
    value, label = Size(0.8, 0.26), Size(0.5, 0.26)
    names = [node.name for node in web.nodes]
    return Needs(
        value_sizes=dict.fromkeys(names, value),
        grad_sizes=dict.fromkeys(names, value),
        label_sizes=dict.fromkeys(web.edges, label),
        partial_sizes=dict.fromkeys(web.edges, label),
        frame=frame,
    )


def seconds(work: Callable[[], object]) -> float:
    """CPU time of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print a line for each size of graph."""
    print(f"{'nodes':>6} {'edges':>6} {'chainviz':>10} {'fast-sugiyama':>14} {'ratio':>8}")
    for count in (10, 30, 100, 250, 500):
        web = Web.random(count)
        arcs = [(int(edge.source[1:]), int(edge.target[1:])) for edge in web.edges]
        needs = needs_of(web, None)
        ours, theirs = [], []
        for _ in range(RUNS):
            ours.append(seconds(lambda w=web, n=needs: lay_out(w, n)))  # type: ignore[misc]
            theirs.append(seconds(lambda a=arcs: list(fast_sugiyama.from_edges(a))))  # type: ignore[misc]
        mine, bare = statistics.median(ours), statistics.median(theirs)
        print(
            f"{count:>6} {len(arcs):>6} {mine * 1e3:>7.0f} ms {bare * 1e3:>11.1f} ms "
            f"{mine / max(bare, 1e-9):>8.0f}"
        )


if __name__ == "__main__":
    main()
