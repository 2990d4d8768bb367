"""What is too large for the frame is folded into gates, and it is said which."""

from __future__ import annotations

import re

from chainviz.draw.graph_board import graph_area
from chainviz.draw.plan import needs_of
from chainviz.graph import Node
from chainviz.layout import Box, TooLarge, lay_out, suggest_folds
from chainviz.tape import Tape, run
from chainviz.theme import Theme

__all__ = ["fold_to_fit"]

_SHORT = 12  # characters; a gate that does more is labelled with dots
_ROUNDS = 6  # a folded graph has other texts, and may need another fold


def fold_to_fit(tape: Tape, theme: Theme, frame: Box) -> tuple[Tape, tuple[tuple[str, ...], ...]]:
    """The same run with just enough folded for a board in the frame, and the groups folded.

    Raises TooLarge where folding is not enough.
    """
    folded: list[tuple[str, ...]] = []
    for _ in range(_ROUNDS):
        needs = needs_of(tape, theme, graph_area(tape, frame, theme))
        try:
            lay_out(tape.graph, needs)
        except TooLarge:
            groups = suggest_folds(tape.graph, needs)
        else:
            return tape, tuple(folded)
        graph = tape.graph
        for group in groups:
            name = f"gate_{group[-1]}"
            trial = graph.fold(name, group, spelled=True)
            graph = graph.fold(name, group, symbol=_symbol(trial.node(group[-1])), spelled=True)
        folded = [old for old in folded if old[-1] in graph] + list(groups)
        tape = run(graph, **{name: tape.value(name) for name in graph.inputs})
    lay_out(tape.graph, needs)
    return tape, tuple(folded)


def _symbol(gate: Node) -> str:
    """What a gate of one input does, where that is short: tanh(· + 1)."""
    notation = gate.op.notation if gate.op else ""
    if len(gate.arguments) != 1 or len(notation) > _SHORT:
        return "…"
    return re.sub(r"\ba\b", "·", notation)
