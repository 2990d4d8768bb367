"""209 arithmetic: every number on screen is the one that the run computed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.rules.equations import untrue
from chainviz.audit.rules.nudges import misnudged
from chainviz.audit.rules.numbers import expected, fits, numbers_in
from chainviz.audit.rules.parts import shown
from chainviz.audit.rules.stale import stale
from chainviz.audit.states import stays
from chainviz.audit.timeline import Item, Sample, Timeline
from chainviz.audit.timeline import Kind as Seen
from chainviz.draw.tag import Tag
from chainviz.formula import keyed_parts, show_number, to_plain
from chainviz.part import Kind, Part
from chainviz.tape import Tape

__all__ = ["RULES"]

_ITS_OWN = {Kind.VALUE, Kind.GRAD, Kind.CONTRIBUTION}
_NUMERIC = {*_ITS_OWN, Kind.PARTIAL}


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    done: set[tuple[int, str, Tag | None]] = set()  # under another tag it means another thing
    for stay in stays(timeline):
        item = stay.item
        told = (item.key, item.says, item.meaning)
        if item.kind is not Seen.TEXT or not item.visible or told in done:
            continue
        done.add(told)
        for fault in _faults(item, stay.sample):
            yield Sight(stay.indices[0], (item,), fault, lasting=False)
    yield from stale(timeline)


def _faults(item: Item, sample: Sample) -> Iterator[str]:
    tag = item.meaning
    faulty = False
    if tag is not None and tag.tape is not None:
        for part, told in _claims(item, tag.part):
            wrong = _wrong(told, tag.tape, part, whole=told == item.says)
            if wrong:
                faulty = True
                yield f"{part} {wrong}"
        for left_out in _left_out(item, tag.tape):
            faulty = True
            yield f"its sum leaves out the {left_out}"
    nudged = misnudged(item, sample)
    if nudged:
        yield nudged
    if not faulty and item.tree is not None:
        tape = tag.tape if tag is not None else None
        yield from (f"it doesn't hold: {told}" for told in untrue(item.tree, tape or _run(sample)))


def _run(sample: Sample) -> Tape | None:
    """The run whose graph stands on the screen, if there is one and no other."""
    boards = [board for board in shown(sample).values() if any(board.of_kind(Kind.NODE))]
    return boards[0].tape if len(boards) == 1 else None


def _claims(item: Item, part: Part) -> Iterator[tuple[Part, str]]:
    """What a text says of which parts: of its own, and of those that its formula is keyed by."""
    if part.kind in _NUMERIC:
        yield part, item.says
    elif item.tree is not None:
        for piece in keyed_parts(item.tree):
            if piece.part.kind in _NUMERIC:
                yield piece.part, to_plain(piece.body)


def _left_out(item: Item, tape: Tape) -> Iterator[Part]:
    """Of a gradient that is told as a sum of contributions, the ones that are not in the sum."""
    if item.tree is None or tape.mode != "reverse":
        return
    parts = [piece.part for piece in keyed_parts(item.tree)]
    told = {part.key for part in parts if part.kind is Kind.CONTRIBUTION}
    for name in {str(part.key[0]) for part in parts[:1] if part.kind is Kind.GRAD}:
        came = {(e.source, e.target, e.slot) for c in tape.contributions(name) for e in (c.edge,)}
        if told & came:
            yield from (Part(Kind.CONTRIBUTION, key) for key in sorted(came - told))


def _wrong(told: str, tape: Tape, part: Part, *, whole: bool) -> str:
    """The last number of a whole text stands for its part, whatever words are before it."""
    numbers = numbers_in(told)
    if not numbers or not (_only_numbers(told) or (whole and part.kind in _ITS_OWN)):
        return ""
    value = expected(tape, part)
    if value is None or fits(numbers, value):
        return ""
    wanted = show_number(float(value)) if np.ndim(value) == 0 else "something else"
    return f"reads {', '.join(numbers)}; the run has {wanted}"


def _only_numbers(told: str) -> bool:
    """Whether its last side is a number or a matrix of numbers, not a product or a formula."""
    side = told.replace("≈", "=").rsplit("=", 1)[-1]
    for number in numbers_in(told):
        side = side.replace(number, "", 1)
    return not side.strip(" ()[],;⎡⎢⎣⎤⎥⎦ᵀ\n\t")


RULES = (
    Rule(
        id="209",
        name="arithmetic",
        level=Level.ERROR,
        limit=0.0,
        limit_words="the run's number, at the precision shown",
        explain="A number that stands for a value, a partial, a contribution or a gradient is not "
        "what the run has for it, at the precision shown. Numbers within equations count too, and "
        "the two sides of an equation are worked out: they must come to the same.",
        remedy="draw it from the tape (board.put, definition_numbers, step_numbers) instead of "
        "typing it in",
        check=_check,
        tagged=True,
    ),
)
