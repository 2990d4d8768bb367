"""Which sub-expressions to fold into gates so that a graph fits its frame."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from chainviz.layout.filling import filling
from chainviz.layout.geometry import Size
from chainviz.layout.lay_out import TooLarge, best_fit
from chainviz.layout.needs import EdgeLike, GraphLike, Needs

__all__ = ["suggest_folds"]

UNNAMED = re.compile(r"v\d+")  # what an intermediate is called that the user didn't name
TOO_FULL = 1.1  # by the quick estimate; what fills more hasn't been seen to fit
MARGIN = 1.02  # the gates' own texts may be a little wider than those they replace


def suggest_folds(graph: GraphLike, needs: Needs) -> tuple[tuple[str, ...], ...]:
    """Groups of nodes to fold, each with one output (its last node), so that the rest fits.

    No group where it fits as it is. Intermediates without a name of the user's are folded
    first; inputs and outputs never. Raises TooLarge where folding isn't enough.
    """
    whole = _Folded(graph, needs, ())
    merges: list[tuple[str, str]] = []
    now = whole
    while not now.fits():
        options = now.candidates()
        if not options:
            fit = best_fit(now, now.needs)
            raise TooLarge.of(fit.draft, fit.scale, needs.least_scale, folded=True)
        merges.append(min(options, key=now.after))
        now = _Folded(graph, needs, tuple(merges))
    for merge in reversed(tuple(merges)):
        fewer = [other for other in merges if other != merge]
        trial = _Folded(graph, needs, tuple(fewer))
        if trial.is_valid() and trial.fits():
            merges = fewer
    return _Folded(graph, needs, tuple(merges)).groups()


@dataclass(frozen=True, slots=True)
class _Arc:
    """An edge of the folded graph."""

    source: str
    target: str
    slot: int


@dataclass(frozen=True, slots=True)
class _Dot:
    """A node of the folded graph."""

    name: str


class _Folded:
    """A graph after some merges (a node, the node it goes into), with its needs."""

    def __init__(self, graph: GraphLike, needs: Needs, merges: tuple[tuple[str, str], ...]) -> None:
        self.graph, self.before, self.merges = graph, needs, merges
        into = dict(merges)
        self.owner: dict[str, str] = {}
        for node in reversed(graph.nodes):
            name = node.name
            self.owner[name] = self.owner[into[name]] if name in into else name
        self.nodes = tuple(_Dot(n.name) for n in graph.nodes if n.name not in into)
        gates = {owner for name, owner in self.owner.items() if name != owner}
        found: dict[tuple[str, str, int], list[EdgeLike]] = {}
        for edge in graph.edges:
            source, target = self.owner[edge.source], self.owner[edge.target]
            if source != target:
                found.setdefault((target, source, 0 if target in gates else edge.slot), []).append(
                    edge
                )
        place = {node.name: i for i, node in enumerate(self.nodes)}
        keys = sorted(found, key=lambda key: (place[key[0]], key[2] if key[2] else place[key[1]]))
        arcs = {
            _Arc(source, target, slot): found[target, source, slot] for target, source, slot in keys
        }
        self.edges = tuple(arcs)
        self.needs = replace(
            needs,
            label_sizes=_largest(needs.label_sizes, arcs),
            partial_sizes=_largest(needs.partial_sizes, arcs),
        )

    def fits(self) -> bool:
        """Whether a layout would do without refusing."""
        if filling(self, self.needs) > TOO_FULL:
            return False
        return best_fit(self, self.needs).scale >= min(1.0, self.needs.least_scale * MARGIN)

    def is_valid(self) -> bool:
        """Whether every group has a single output: its own last node."""
        out: dict[str, set[str]] = {}
        for edge in self.graph.edges:
            out.setdefault(edge.source, set()).add(self.owner[edge.target])
        return all(out.get(name) == {self.owner[name]} for name, _ in self.merges)

    def candidates(self) -> list[tuple[str, str]]:
        """What may be folded next: unnamed intermediates, or others where there are none."""
        uses: dict[str, set[str]] = {}
        given = {node.name for node in self.nodes} - {edge.target for edge in self.edges}
        for edge in self.edges:
            uses.setdefault(edge.source, set()).add(edge.target)
        single = [
            (name, next(iter(targets)))
            for name, targets in uses.items()
            if len(targets) == 1 and name not in given
        ]
        inner = [merge for merge in single if merge[1] in uses]  # nothing goes into an output
        unnamed = [merge for merge in inner if UNNAMED.fullmatch(merge[0])]
        return unnamed or inner

    def after(self, merge: tuple[str, str]) -> tuple[float, int]:
        """How full the frame is after one more merge; smaller gates first among equals."""
        trial = _Folded(self.graph, self.before, (*self.merges, merge))
        members = sum(owner == merge[1] for owner in trial.owner.values())
        return round(filling(trial, trial.needs), 3), members

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The members of every gate, in the graph's order."""
        members: dict[str, list[str]] = {}
        for node in self.graph.nodes:
            members.setdefault(self.owner[node.name], []).append(node.name)
        return tuple(tuple(group) for group in members.values() if len(group) > 1)


def _largest(
    sizes: Mapping[EdgeLike, Size], arcs: dict[_Arc, list[EdgeLike]]
) -> dict[EdgeLike, Size]:
    """For each folded edge the room of the largest text it stands for."""
    found: dict[EdgeLike, Size] = {}
    for arc, edges in arcs.items():
        known = [sizes[edge] for edge in edges if edge in sizes]
        if known:
            found[arc] = Size(max(s.width for s in known), max(s.height for s in known))
    return found
