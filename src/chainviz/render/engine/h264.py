"""As much of H.264 as it takes to put the slices of several encoders into one picture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chainviz.render.engine.arithmetic import COARSEST, EXPECTED, skipped
from chainviz.render.engine.bits import Bits, as_bits, as_golomb, as_signed
from chainviz.render.engine.parameters import Layout

__all__ = ["Place", "Slice", "skipping"]

_TO_ESCAPE = re.compile(rb"\x00\x00(?=[\x00-\x03])")
_SLICE, _IDR = 1, 5
_P, _B, _I = range(3)
_HEAD = 48
"""A slice's header is shorter than this many bytes."""
_LISTS = {_P: 1, _B: 2, _I: 0}
"""So many lists of references a slice has."""
_NO_MORE = 3
"""Ends what is said of the order of references."""
_NUMBERS = {1: 1, 2: 1, 3: 2, 4: 1, 5: 0, 6: 1}
"""So many follow each command to forget a picture."""
_AS_IT_WAS = "1100"
"""What a slice refers to has neither become brighter nor darker."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a slice belongs."""

    block: int
    """The first one of it, in the picture."""
    frame_num: int
    """How many references there have been since the stretch began."""
    order: int
    """Which frame of the stretch it is, times two."""
    begins: bool = False
    """Whether the stretch begins with this picture."""
    first: tuple[int, int] = (0, 0)
    """Which of the references decoded before it, counted back, comes first of those that are shown
    earlier, and of those that are shown later; 0 for the nearest one."""
    forgets: tuple[int, ...] = ()
    """Which of them nothing refers to any more."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One of an encoder's, taken apart so that it can be put elsewhere."""

    first: int
    kind: int
    is_reference: bool
    front: str
    """The part of the header that says how many pictures it refers to, bit by bit."""
    weights: str
    """The part that says by how much these have faded."""
    model: str
    """The part that says how its data are to be read."""
    quantiser: int
    """With which they begin."""
    edges: str
    """The part that says how blocks are joined."""
    data: bytes

    @classmethod
    def read(cls, unit: bytes, layout: Layout) -> Slice | None:
        """Take a unit apart; None for one that is no slice.

        If its encoder doesn't weigh, it is made one of an encoder that does but has found nothing.
        """
        type_ = unit[0] & 31
        if type_ not in (_SLICE, _IDR):
            return None
        payload = unit[1:].replace(b"\x00\x00\x03", b"\x00\x00")
        bits = Bits(payload[:_HEAD])
        is_reference = bool(unit[0] & 0x60)
        first, kind, _ = bits.golomb(), bits.golomb() % 5, bits.golomb()
        bits.take(layout.frame_num_bits)
        if type_ == _IDR:
            bits.golomb()
        bits.take(layout.order_bits)
        begin = bits.read
        referred = _read_counts(bits, kind)
        front = bits.since(begin)
        _read_order(bits, kind)
        begin = bits.read
        if kind == _P and layout.weighs:
            _read_weights(bits, referred)
        weights = bits.since(begin) + _AS_IT_WAS * (kind == _P and not layout.weighs)
        if is_reference:
            _read_marks(bits, begins=type_ == _IDR)
        begin = bits.read
        if kind != _I:
            bits.golomb()
        model = bits.since(begin)
        quantiser = layout.quantiser + bits.signed()
        begin = bits.read
        if bits.golomb() != 1:
            bits.golomb(), bits.golomb()
        edges = bits.since(begin)
        data = payload[-(-bits.read // 8) :]
        return cls(first, kind, is_reference, front, weights, model, quantiser, edges, data)

    def at(self, place: Place, layout: Layout) -> bytes:
        """A unit that says the same there."""
        type_ = _IDR if place.begins else _SLICE
        bits = [
            as_golomb(place.block),
            as_golomb(self.kind),
            as_golomb(0),
            as_bits(place.frame_num % (1 << layout.frame_num_bits), layout.frame_num_bits),
            as_golomb(0) if place.begins else "",
            as_bits(place.order % (1 << layout.order_bits), layout.order_bits),
            self.front,
            self._order(place),
            self.weights,
            _marks(place) if self.is_reference else "",
            self.model,
            as_signed(self.quantiser - layout.quantiser),
            self.edges,
        ]
        head = "".join(bits)
        head += "1" * (-len(head) % 8)
        payload = int(head, 2).to_bytes(len(head) // 8, "big") + self.data
        first = bytes([self.is_reference << 6 | type_])
        return first + _TO_ESCAPE.sub(b"\x00\x00\x03", payload)

    def _order(self, place: Place) -> str:
        """Which of the references comes first."""
        lists = place.first[: _LISTS[self.kind]]
        return "".join(
            "1" + as_golomb(0) + as_golomb(back - 1) + as_golomb(_NO_MORE) if back else "0"
            for back in lists
        )


def skipping(blocks: int, *, is_between: bool, is_reference: bool) -> Slice:
    """So many blocks that stay as they were in what the picture refers to.

    It is of the same kind as other slices of the picture: some players ask any one of them.
    """
    kind = _B if is_between else _P
    front, weights = ("10", "") if is_between else ("0", _AS_IT_WAS)
    data = skipped(blocks, EXPECTED[kind])
    return Slice(0, kind, is_reference, front, weights, as_golomb(0), COARSEST, as_golomb(1), data)


def _read_counts(bits: Bits, kind: int) -> int:
    """How many pictures are referred to, in the first list."""
    if kind == _B:
        bits.take(1)
    if kind == _I or not bits.take(1):
        return 1
    referred = bits.golomb() + 1
    if kind == _B:
        bits.golomb()
    return referred


def _read_order(bits: Bits, kind: int) -> None:
    for _ in range(_LISTS[kind]):
        if bits.take(1):
            while bits.golomb() != _NO_MORE:
                bits.golomb()


def _read_marks(bits: Bits, *, begins: bool) -> None:
    """What its encoder forgets; a player forgets whatever is oldest."""
    if begins:
        bits.take(2)
    elif bits.take(1):
        while command := bits.golomb():
            for _ in range(_NUMBERS[command]):
                bits.golomb()


def _marks(place: Place) -> str:
    """What a player is to forget once it has decoded a reference."""
    if place.begins:
        return "00"
    if not place.forgets:
        return "0"
    return (
        "1" + "".join(as_golomb(1) + as_golomb(back - 1) for back in place.forgets) + as_golomb(0)
    )


def _read_weights(bits: Bits, referred: int) -> None:
    bits.golomb(), bits.golomb()
    for _ in range(referred):
        for numbers in (2, 4):
            if bits.take(1):
                for _ in range(numbers):
                    bits.signed()
