"""What stands at one edge of a network: the weight on it, texts above and below, and their room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chainviz.draw.measure import line_room
from chainviz.draw.typeset import Typeset
from chainviz.draw.weights import Wiring
from chainviz.graph import Edge
from chainviz.layout import Size, Spacing
from chainviz.part import Kind, Part
from chainviz.story import edge_part

__all__ = ["SPACING", "EdgeStack", "partial_depth", "reach_of"]

SPACING = Spacing(beside=0.4)
_NOTHING = Size(0.0, 0.0)
_CHIP = 0.18  # around the letters of a weight


@dataclass(frozen=True, slots=True)
class EdgeStack:
    """The sizes of what stands at one edge; a weight's numbers keep the distance of a node's."""

    arm: float  # from the line to a node's numbers
    chip: Size
    above: Size  # the weight's gradient, or the edge's label
    value: Size  # of the weight
    partial: Size

    @classmethod
    def of(cls, wiring: Wiring, edge: Edge, texts: Mapping[Part, Typeset], arm: float) -> EdgeStack:
        """Measured from the texts that may appear there."""

        def size(part: Part) -> Size:
            text = texts.get(part)
            return Size(text.width, text.height) if text else _NOTHING

        slot = wiring.weight.get(edge)
        width = size(edge_part(Kind.PARTIAL, edge)).width
        if slot is not None:
            width = max(width, size(edge_part(Kind.PARTIAL, slot)).width)
        partial = Size(width + SPACING.clear, sum(line_room(texts, Kind.PARTIAL)))
        partial = partial if width else _NOTHING
        if slot is None:
            return cls(arm, _NOTHING, size(edge_part(Kind.LABEL, edge)), _NOTHING, partial)
        name, value, grad = (
            size(Part.of_node(kind, slot.source)) for kind in (Kind.NODE, Kind.VALUE, Kind.GRAD)
        )
        chip = Size(name.width + 2 * _CHIP, name.height + 2 * _CHIP)
        return cls(arm, chip, grad, value, partial)

    @property
    def over(self) -> Size:
        """The room above the line."""
        return self._pile(self.above)

    def under(self, depth: float, reach: float) -> Size:
        """The room below the line; the partial hangs at the common depth and may reach out."""
        pile = self._pile(self.value)
        if not self.partial.height:
            return pile
        width = max(pile.width, self.partial.width - 2 * reach)
        return Size(width, depth + self.partial.height)

    @property
    def value_depth(self) -> float:
        """How far below the line the weight's value ends."""
        return self._pile(self.value).height

    def _pile(self, text: Size) -> Size:
        width = max(self.chip.width, text.width)
        if not self.chip.height:
            return Size(width, text.height)
        high = self.arm + text.height if text.height else self.chip.height / 2
        return Size(width, high - SPACING.pad)


def partial_depth(stacks: Iterable[EdgeStack], values: Iterable[Size]) -> float:
    """How far below the lines the partials hang: all in one row, below every value."""
    weighted = [stack for stack in stacks if stack.chip.height]
    if not weighted:
        return 0.0
    lowest = weighted[0].arm + max((size.height for size in values), default=0.0)
    deepest = max(lowest - SPACING.pad, *(stack.value_depth for stack in weighted))
    return deepest + SPACING.clear


def reach_of(wiring: Wiring, edge: Edge) -> float:
    """How far a partial may reach under the nodes beside it: far where each is alone."""
    if sum(other.target == edge.target for other in wiring.edges) > 1:
        return 0.0
    columns = wiring.columns
    filled = list(columns.values())
    alone = all(filled.count(columns[end]) == 1 for end in (edge.source, edge.target))
    return SPACING.beside - SPACING.clear + (0.4 if alone else 0.0)
