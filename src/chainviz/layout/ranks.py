"""Which column each node stands in: every edge goes right, and edges are short."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["rank_nodes"]

Arc = tuple[int, int]


def rank_nodes(count: int, arcs: Sequence[Arc]) -> list[int]:
    """Columns, from 0, of nodes that are numbered in topological order.

    Nodes start as far left as they can; then whatever shortens the edges moves right, alone
    or together with all that exists only for it (an input moves up to its first use, and a
    sub-expression up to the place where it is needed).

    >>> rank_nodes(4, [(0, 2), (1, 3), (2, 3)])  # 1 is needed by 3 alone
    [0, 1, 1, 2]
    """
    into: list[list[int]] = [[] for _ in range(count)]
    out: list[list[int]] = [[] for _ in range(count)]
    for source, target in arcs:
        into[target].append(source)
        out[source].append(target)
    rank = [0] * count
    for node in range(count):
        rank[node] = max((rank[source] + 1 for source in into[node]), default=0)
    for _ in range(8):
        moves = [_pull(node, rank, into, out) for node in reversed(range(count))]
        if not any(moves):
            break
    least = min(rank, default=0)
    return [r - least for r in rank]


def _pull(node: int, rank: list[int], into: list[list[int]], out: list[list[int]]) -> bool:
    """Move a node, with all that serves only it, as far right as its uses allow, if it pays."""
    if not out[node]:
        return False
    slack = min(rank[target] for target in out[node]) - 1 - rank[node]
    if slack <= 0:
        return False
    group = _served_only_by(node, into, out)
    if _gain(group, into, out) > 0:
        for member in group:
            rank[member] += slack
        return True
    if len(out[node]) > len(into[node]):
        rank[node] += slack
        return True
    return False


def _served_only_by(node: int, into: list[list[int]], out: list[list[int]]) -> set[int]:
    """The node and every ancestor all of whose uses lead into the group."""
    group = {node}
    waiting = sorted(into[node], reverse=True)
    while waiting:
        ancestor = waiting.pop()
        if ancestor not in group and all(target in group for target in out[ancestor]):
            group.add(ancestor)
            waiting.extend(into[ancestor])
    return group


def _gain(group: set[int], into: list[list[int]], out: list[list[int]]) -> int:
    """How many edges get shorter, less how many get longer, when the group moves right."""
    leaving = sum(target not in group for member in group for target in out[member])
    arriving = sum(source not in group for member in group for source in into[member])
    return leaving - arriving
