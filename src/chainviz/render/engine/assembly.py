"""Pictures put together from what the encoders of their bands have said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from chainviz.render.engine.bits import join_units, split_units
from chainviz.render.engine.h264 import Place, Slice, skipping
from chainviz.render.engine.parameters import Layout
from chainviz.render.engine.partition import Rows

__all__ = ["Coded", "Packet", "Shown", "Stretch", "assembled"]

_STEP = 2
"""The count of the order goes by twos, one for each field."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame of a stream."""

    data: bytes
    place: int
    """Which frame of its stretch it shows."""
    is_key: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some frames of a film that can be decoded by themselves, in the order of decoding."""

    headers: bytes
    packets: tuple[Packet, ...]


@dataclass(frozen=True, slots=True)
class Coded:
    """What an encoder has made of some rows of a picture."""

    rows: Rows
    data: bytes
    layout: Layout | None
    """With which it has to be read; None for what is taken as it is."""
    plain: bool = False
    """Whether its encoder refers to nothing that is between two."""


@dataclass(slots=True)
class Shown:
    """A picture, and where it stands in its stretch."""

    place: int
    frames: int
    """How long it is repeated."""
    is_between: bool
    """Whether it is decoded after the next one that isn't."""
    is_middle: bool = False
    """Whether others that are between the same two refer to it."""
    coded: list[Coded] = field(default_factory=list)

    @property
    def is_reference(self) -> bool:
        """Whether anything refers to it."""
        return self.is_middle or not self.is_between


def assembled(
    pictures: Iterable[Shown], layout: Layout | None, size: tuple[int, int]
) -> Iterator[Packet]:
    """A stretch of pictures so many blocks wide and high, in the order of decoding.

    Without a layout each of them has to have been encoded as a whole.
    """
    # the numbers of the references that are kept: two that others lie between, and the middle one
    # of these, whose place is told
    kept: list[int] = []
    references = middle = 0
    for picture, place in _in_order(pictures):
        coded = picture.coded if place == picture.place else []
        before, has_middle = kept[1:2] or kept[:1], len(kept) > 2
        if layout is None:
            units = [unit for one in coded for unit in split_units(one.data)]
        else:
            at = Place(0, references, _STEP * place, begins=place == 0)
            others = at
            if not picture.is_between:
                nearest = references - before[0] if has_middle else 0
                forgotten = tuple(references - one for one in kept if one not in before)
                at = others = replace(at, first=(nearest, 0), forgets=forgotten)
            elif has_middle:
                is_later = place > middle
                first = (references - kept[0], 0) if is_later else (0, references - kept[1])
                others = replace(at, first=first)
            units = [
                part.at(replace(others if plain else at, block=block), layout)
                for block, part, plain in _parts(picture, coded, layout, size)
            ]
        if not picture.is_between:
            kept = before
        elif picture.is_middle:
            middle = place
        if picture.is_reference:
            kept.append(references)
            references += 1
        yield Packet(join_units(units), place, is_key=place == 0)


def _in_order(pictures: Iterable[Shown]) -> Iterator[tuple[Shown, int]]:
    """The pictures and the frames they are shown as, in the order of decoding."""
    waiting: list[Shown] = []
    for picture in pictures:
        if picture.is_between:
            waiting.append(picture)
            continue
        yield picture, picture.place
        waiting.sort(key=lambda one: not one.is_middle)
        yield from ((one, one.place) for one in waiting)
        waiting.clear()
        yield from ((picture, picture.place + again) for again in range(1, picture.frames))


def _parts(
    picture: Shown, coded: Iterable[Coded], layout: Layout, size: tuple[int, int]
) -> Iterator[tuple[int, Slice, bool]]:
    """The slices of a picture, each with its first block: all of its blocks, in order.

    And whether it was made by an encoder for which there's no middle one to refer to.
    """
    wide, high = size
    done = 0

    def still(until: int) -> Iterator[tuple[int, Slice, bool]]:
        if until > done:
            blocks = (until - done) * wide
            between, reference = picture.is_between, picture.is_reference
            alike = skipping(blocks, is_between=between, is_reference=reference)
            yield done * wide, alike, False

    for one in sorted(coded, key=lambda one: one.rows):
        top, bottom = one.rows
        yield from still(top)
        for unit in split_units(one.data):
            part = Slice.read(unit, one.layout or layout)
            if part is not None:
                if one.plain:
                    part = replace(part, is_reference=picture.is_reference)
                elif part.is_reference != picture.is_reference:
                    raise ValueError("an encoder takes a picture for one of another kind")
                yield top * wide + part.first, part, one.plain
        done = bottom
    yield from still(high)
