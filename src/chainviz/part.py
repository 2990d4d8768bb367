"""The key of everything that can be drawn, written or spoken of: the names of a film's parts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

__all__ = ["Kind", "Part"]


class Kind(StrEnum):
    """What sort of thing a part is."""

    __hash__ = str.__hash__  # an Enum's own is slow, and parts are looked up all the time

    NODE = "node"  # a node's body; in a formula, the node's symbol
    VALUE = "value"  # a node's number of the forward pass
    GRAD = "grad"  # d(output)/d(node); in a formula, the fraction that names it
    EDGE = "edge"  # the arrow of one argument slot
    LABEL = "label"  # what an edge is called in the forward pass
    PARTIAL = "partial"  # the local derivative on an edge
    CONTRIBUTION = "contribution"  # grad x partial, arriving along an edge
    EQUATION = "equation"  # a whole formula
    TEXT = "text"  # words: titles, notes
    SHAPE = "shape"  # what only decorates or carries: frames, braces, pulses


@dataclass(frozen=True, slots=True)
class Part:
    """The key of one part: a kind, and the node or the (source, target, slot) it belongs to."""

    kind: Kind
    key: tuple[str | int, ...] = ()

    def __deepcopy__(self, memo: Any) -> Self:
        """Frozen: copies of what is drawn share their keys."""
        return self

    def __str__(self) -> str:
        """``value(u)``, ``partial(w->u#1)``: for messages and goldens."""
        if len(self.key) == 3:
            source, target, slot = self.key
            return f"{self.kind.value}({source}->{target}#{slot})"
        return f"{self.kind.value}({','.join(map(str, self.key))})"

    @classmethod
    def of_node(cls, kind: Kind, name: str) -> Part:
        """The part of that kind that belongs to a node."""
        return cls(kind, (name,))

    @classmethod
    def of_edge(cls, kind: Kind, source: str, target: str, slot: int) -> Part:
        """The part of that kind that belongs to one argument slot."""
        return cls(kind, (source, target, slot))
