"""What is too large for the frame is folded into gates, and it is said which."""

from __future__ import annotations

from chainviz.draw.plan import needs_of
from chainviz.layout import Box, TooLarge, lay_out, suggest_folds
from chainviz.tape import Tape, run
from chainviz.theme import Theme

__all__ = ["fold_to_fit"]


def fold_to_fit(tape: Tape, theme: Theme, frame: Box) -> tuple[Tape, tuple[tuple[str, ...], ...]]:
    """The same run with just enough folded to be drawn in the frame, and the groups folded.

    Raises TooLarge where folding is not enough.
    """
    needs = needs_of(tape, theme, frame)
    try:
        lay_out(tape.graph, needs)
        return tape, ()
    except TooLarge:
        groups = suggest_folds(tape.graph, needs)
    graph = tape.graph
    for group in groups:
        graph = graph.fold(f"gate_{group[-1]}", group, symbol="…", spelled=True)
    return run(graph, **{name: tape.value(name) for name in graph.inputs}), groups
