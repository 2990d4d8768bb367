"""Beats about factors: one local derivative, and the product of them along a path."""

from __future__ import annotations

from dataclasses import dataclass

from chainviz.formula import Formula
from chainviz.graph import Edge

__all__ = ["Along", "Local"]


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
