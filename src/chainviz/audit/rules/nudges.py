"""The numbers of a nudge: how far each node moves, by a second run, and how much each edge adds."""

from __future__ import annotations

from collections.abc import Mapping

from chainviz.audit.memo import memo
from chainviz.audit.rules.numbers import numbers_in
from chainviz.audit.rules.parts import shown
from chainviz.audit.timeline import Item, Sample
from chainviz.errors import ChainvizError
from chainviz.formula import agrees, parse_number, show_number
from chainviz.part import Kind
from chainviz.story import tell_nudge
from chainviz.tape import Tape

__all__ = ["misnudged"]

_Key = tuple[str | int, ...]


def misnudged(item: Item, sample: Sample) -> str:
    """What is wrong with the number at a nudged node or edge; nothing where all is well."""
    tag = item.meaning
    if tag is None or tag.tape is None or tag.part.kind is not Kind.TEXT:
        return ""
    key, told = tag.part.key, numbers_in(item.says)
    nudged = _nudged(sample, tag.tape)
    if key[:1] != ("nudge",) or not told or nudged is None:
        return ""
    wanted = _moves(tag.tape, *nudged).get(key[1:])
    if wanted is None or agrees(told[-1], wanted):
        return ""
    return f"it reads {item.says}; a second run has {show_number(wanted)}"


def _nudged(sample: Sample, tape: Tape) -> tuple[str, float] | None:
    """The input that is nudged, and by how much, as the picture itself says."""
    board = shown(sample).get(id(tape))
    for part, items in board.of_kind(Kind.TEXT) if board else ():
        if len(part.key) == 2 and part.key[0] == "nudge" and part.key[1] in tape.graph.inputs:
            told = numbers_in(items[0].says)
            return (str(part.key[1]), parse_number(told[-1])) if told else None
    return None


@memo
def _moves(tape: Tape, name: str, by: float) -> Mapping[_Key, float]:
    """The change of every node, and the ratio of every edge."""
    try:
        (beat,) = tell_nudge(tape, name, by=(by,))
    except ChainvizError:
        return {}
    found: dict[_Key, float] = {(node,): change for node, change in getattr(beat, "changes", ())}
    for edge, ratio in getattr(beat, "ratios", ()):
        found[edge.source, edge.target, edge.slot] = ratio
    return found
