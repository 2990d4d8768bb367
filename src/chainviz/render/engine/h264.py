"""As much of H.264 as it takes to put the slices of several encoders into one picture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chainviz.render.engine.arithmetic import COARSEST, EXPECTED, skipped

__all__ = ["Layout", "Place", "Slice", "join_units", "layout_of", "skipping", "split_units"]

_START = re.compile(rb"\x00\x00\x00?\x01")
_TO_ESCAPE = re.compile(rb"\x00\x00(?=[\x00-\x03])")
_SLICE, _IDR, _SEQUENCE, _PICTURE = 1, 5, 7, 8
_P, _B, _I = range(3)
_HIGH_PROFILES = {100, 110, 122, 244, 44, 83, 86, 118, 128}
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
class Layout:
    """What a slice's header has to be read with."""

    frame_num_bits: int
    order_bits: int
    quantiser: int
    weighs: bool
    """Whether a slice says by how much what it refers to has faded."""


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


class _Bits:
    """Reads numbers off the front of a unit without its escapes."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._size = self._left = 8 * len(data)

    @property
    def read(self) -> int:
        return self._size - self._left

    def take(self, count: int) -> int:
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def golomb(self) -> int:
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        value = self.golomb()
        return -(value >> 1) if value % 2 == 0 else (value + 1) >> 1

    def since(self, begin: int) -> str:
        """What has been read since then."""
        count = self.read - begin
        return _bits(self._value >> self._left & ((1 << count) - 1), count)


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
    start: str
    """The part with which its data are read."""
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
        bits = _Bits(payload[:_HEAD])
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
        bits.golomb()
        if bits.golomb() != 1:
            bits.golomb(), bits.golomb()
        start = bits.since(begin)
        data = payload[-(-bits.read // 8) :]
        return cls(first, kind, is_reference, front, weights, start, data)

    def at(self, place: Place, layout: Layout) -> bytes:
        """A unit that says the same there."""
        type_ = _IDR if place.begins else _SLICE
        bits = [
            _golomb(place.block),
            _golomb(self.kind),
            _golomb(0),
            _bits(place.frame_num % (1 << layout.frame_num_bits), layout.frame_num_bits),
            _golomb(0) if place.begins else "",
            _bits(place.order % (1 << layout.order_bits), layout.order_bits),
            self.front,
            self._order(place),
            self.weights,
            _marks(place) if self.is_reference else "",
            self.start,
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
            "1" + _golomb(0) + _golomb(back - 1) + _golomb(_NO_MORE) if back else "0"
            for back in lists
        )


def split_units(data: bytes) -> list[bytes]:
    """The units of a packet in byte-stream format, without their start codes."""
    marks = list(_START.finditer(data))
    ends = [*(mark.start() for mark in marks[1:]), len(data)][: len(marks)]
    return [data[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]


def join_units(units: list[bytes]) -> bytes:
    """A packet in byte-stream format."""
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units)


def layout_of(headers: bytes) -> Layout | None:
    """How a stream's slices are to be read; None for a stream of another build."""
    counters = begins = None
    for unit in split_units(headers):
        bits = _Bits(unit[1:].replace(b"\x00\x00\x03", b"\x00\x00"))
        if unit[0] & 31 == _SEQUENCE:
            counters = _counters(bits)
        elif unit[0] & 31 == _PICTURE:
            begins = _beginning(bits)
    if counters is None or begins is None:
        return None
    return Layout(*counters, *begins)


def skipping(blocks: int, layout: Layout, *, is_between: bool, is_reference: bool) -> Slice:
    """So many blocks that stay as they were in what the picture refers to.

    It is of the same kind as other slices of the picture: some players ask any one of them.
    """
    kind = _B if is_between else _P
    front, weights = ("10", "") if is_between else ("0", _AS_IT_WAS)
    start = _golomb(0) + _signed(COARSEST - layout.quantiser) + _golomb(1)
    return Slice(0, kind, is_reference, front, weights, start, skipped(blocks, EXPECTED[kind]))


def _read_counts(bits: _Bits, kind: int) -> int:
    """How many pictures are referred to, in the first list."""
    if kind == _B:
        bits.take(1)
    if kind == _I or not bits.take(1):
        return 1
    referred = bits.golomb() + 1
    if kind == _B:
        bits.golomb()
    return referred


def _read_order(bits: _Bits, kind: int) -> None:
    for _ in range(_LISTS[kind]):
        if bits.take(1):
            while bits.golomb() != _NO_MORE:
                bits.golomb()


def _read_marks(bits: _Bits, *, begins: bool) -> None:
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
    return "1" + "".join(_golomb(1) + _golomb(back - 1) for back in place.forgets) + _golomb(0)


def _read_weights(bits: _Bits, referred: int) -> None:
    bits.golomb(), bits.golomb()
    for _ in range(referred):
        for numbers in (2, 4):
            if bits.take(1):
                for _ in range(numbers):
                    bits.signed()


def _counters(bits: _Bits) -> tuple[int, int] | None:
    """How many bits the two counters have, in a sequence's parameters."""
    profile = bits.take(8)
    bits.take(16)
    bits.golomb()
    if profile in _HIGH_PROFILES:
        chroma, luma_depth, chroma_depth = bits.golomb(), bits.golomb(), bits.golomb()
        if (chroma, luma_depth, chroma_depth, bits.take(2)) != (1, 0, 0, 0):
            return None
    frame_num_bits = bits.golomb() + 4
    if bits.golomb() != 0:
        return None
    order_bits = bits.golomb() + 4
    bits.golomb(), bits.take(1), bits.golomb(), bits.golomb()
    return (frame_num_bits, order_bits) if bits.take(1) else None


def _beginning(bits: _Bits) -> tuple[int, bool] | None:
    """The quantiser that slices begin with, and whether they say what fades.

    It's in a picture's parameters; None where these are unusual.
    """
    named = bits.golomb(), bits.golomb(), bits.take(1), bits.take(1), bits.golomb()
    referred = bits.golomb(), bits.golomb()
    weighs, is_told = bits.take(1) == 1, bits.take(2) == 1
    quantiser = 26 + bits.signed()
    bits.signed(), bits.signed()
    unfiltered, _, redundant = bits.take(1), bits.take(1), bits.take(1)
    rest = referred, is_told, unfiltered, redundant
    usual = named == (0, 0, 1, 0, 0) and rest == ((0, 0), False, 1, 0)
    return (quantiser, weighs) if usual else None


def _bits(value: int, count: int) -> str:
    return f"{value:0{count}b}" if count else ""


def _golomb(value: int) -> str:
    count = (value + 1).bit_length()
    return _bits(value + 1, 2 * count - 1)


def _signed(value: int) -> str:
    return _golomb(2 * value - 1 if value > 0 else -2 * value)
