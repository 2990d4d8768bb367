"""Beats about factors: one by itself, the product along a path, and a nudge to see them by."""

from __future__ import annotations

from dataclasses import dataclass

from chainviz.formula import Formula
from chainviz.graph import Edge

__all__ = ["Along", "Local", "Nudge"]


@dataclass(frozen=True, slots=True)
class Local:
    """One edge's own derivative, which needs to know nothing of the others."""

    edge: Edge
    formula: Formula
    caption: str = ""

    @property
    def node(self) -> str:
        """The node that the edge leads into."""
        return self.edge.target


@dataclass(frozen=True, slots=True)
class Along:
    """A gradient as a product: a factor for each edge from the output back to the node.

    Where several paths lead to it, their products are told one after the other and added.
    """

    node: str
    paths: tuple[tuple[Edge, ...], ...]
    formula: Formula
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Nudge:
    """An input moves by a little; every change is of a real run, and so is every ratio."""

    node: str
    by: float
    changes: tuple[tuple[str, float], ...]  # of the nodes that move, in the order of the graph
    ratios: tuple[tuple[Edge, float], ...]  # change of the target by this edge / of the source
    formula: Formula
    closer: Formula  # the ratio for smaller and smaller nudges, and what it tends to
    caption: str = ""
