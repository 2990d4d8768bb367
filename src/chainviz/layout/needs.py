"""What has to be placed, measured before anything is placed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from chainviz.layout.geometry import Box, Size

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["EdgeLike", "GraphLike", "Needs", "Spacing"]


class NodeLike(Protocol):
    """What the layout asks of a node."""

    @property
    def name(self) -> str: ...


class EdgeLike(Hashable, Protocol):
    """What the layout asks of an edge; edges are also the keys of its answers."""

    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def target(self) -> str: ...  # noqa: D102
    @property
    def slot(self) -> int: ...  # noqa: D102


class GraphLike(Protocol):
    """What the layout asks of a graph: nodes in topological order, edges by target and slot."""

    @property
    def nodes(self) -> Sequence[NodeLike]: ...  # noqa: D102
    @property
    def edges(self) -> Sequence[EdgeLike]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Spacing:
    """The least gaps between things, in frame units at scale 1."""

    beside: float = 0.55  # between a column of nodes and the labels beside it
    between: float = 0.40  # between two nodes of a column
    pad: float = 0.12  # between a line and the text that belongs to it; a node and its value
    clear: float = 0.16  # between a line or text and anything it doesn't belong to

    def times(self, factor: float) -> Spacing:
        """Tighter or wider; what separates a text from its own line stays as it is."""
        return Spacing(
            self.beside * factor, self.between * factor, self.pad, max(self.clear * factor, 0.1)
        )


@dataclass(frozen=True, slots=True)
class Needs:
    """Sizes of everything that will be drawn, and the frame it has to fit.

    A value stands below its node and a gradient above it; on an edge the partial stands above
    the line and the label below it. Whatever has no size gets no room. Edges are keyed by the
    graph's own Edge records. Without a frame nothing is scaled.
    """

    node_sizes: Mapping[str, Size] = field(default_factory=dict)
    value_sizes: Mapping[str, Size] = field(default_factory=dict)
    grad_sizes: Mapping[str, Size] = field(default_factory=dict)
    label_sizes: Mapping[EdgeLike, Size] = field(default_factory=dict)
    partial_sizes: Mapping[EdgeLike, Size] = field(default_factory=dict)
    boxes: frozenset[str] = frozenset()  # nodes drawn as boxes; the others are circles
    frame: Box | None = None
    least_scale: float = 0.62
    default_size: Size = field(default_factory=lambda: Size(0.9, 0.9))
    spacing: Spacing = field(default_factory=Spacing)

    def body(self, name: str) -> Size:
        """The size of a node's body."""
        return self.node_sizes.get(name, self.default_size)
