"""The few fields of an H.264 stream that say which picture comes when."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Layout", "Numbering", "join_units", "layout_of", "renumbered", "split_units"]

_START = re.compile(rb"\x00\x00\x00?\x01")
_TO_ESCAPE = re.compile(rb"\x00\x00(?=[\x00-\x03])")
_SEQUENCE = 7
_HIGH_PROFILES = {100, 110, 122, 244, 44, 83, 86, 118, 128}


@dataclass(frozen=True, slots=True)
class Layout:
    """How many bits the two counters have."""

    frame_num_bits: int
    order_bits: int


@dataclass(frozen=True, slots=True)
class Numbering:
    """The counters of one picture: which reference it is, and its place in the film."""

    frame_num: int
    order: int


class _Bits:
    """Reads numbers off the front of a unit without its escapes."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    @property
    def left(self) -> int:
        return self._left

    def take(self, count: int) -> int:
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def golomb(self) -> int:
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)


def split_units(data: bytes) -> list[bytes]:
    """The units of a packet in byte-stream format, without their start codes."""
    marks = list(_START.finditer(data))
    ends = [mark.start() for mark in marks[1:]] + [len(data)]
    return [data[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]


def join_units(units: list[bytes]) -> bytes:
    """A packet in byte-stream format."""
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units)


def layout_of(headers: bytes) -> Layout | None:
    """The counters' sizes from a stream's headers; None for a stream of another build."""
    for unit in split_units(headers):
        if unit[0] & 31 == _SEQUENCE:
            return _layout(_Bits(_plain(unit[1:])))
    return None


def _layout(bits: _Bits) -> Layout | None:
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
    return Layout(frame_num_bits, bits.golomb() + 4)


def renumbered(
    unit: bytes, layout: Layout, change: Numbering, *, absolute: bool = False
) -> tuple[bytes, Numbering]:
    """A slice of another picture: its counters moved on (or, if ``absolute``, set).

    Both counters have a fixed width, so that nothing else moves. Gives the new unit and the
    numbers it has now. Slices that begin the count anew (IDR) must not be given here.
    """
    payload = _plain(unit)
    head, rest = payload[1:25], payload[25:]
    bits = _Bits(head)
    for _ in range(3):  # the first block, the kind of slice, the picture's parameters
        bits.golomb()
    frame_num = bits.take(layout.frame_num_bits)
    order = bits.take(layout.order_bits)
    if absolute:
        frame_num = order = 0
    frame_num = (frame_num + change.frame_num) % (1 << layout.frame_num_bits)
    order = (order + change.order) % (1 << layout.order_bits)
    width = layout.frame_num_bits + layout.order_bits
    field = (frame_num << layout.order_bits) | order
    mask = ((1 << width) - 1) << bits.left
    value = int.from_bytes(head, "big") & ~mask | field << bits.left
    changed = payload[:1] + value.to_bytes(len(head), "big") + rest
    return _escaped(changed), Numbering(frame_num, order)


def _plain(unit: bytes) -> bytes:
    return unit.replace(b"\x00\x00\x03", b"\x00\x00")


def _escaped(payload: bytes) -> bytes:
    return _TO_ESCAPE.sub(b"\x00\x00\x03", payload)
