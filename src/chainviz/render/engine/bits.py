"""Numbers as H.264 writes them, bit by bit, and the units that they stand in."""

from __future__ import annotations

import re

__all__ = ["Bits", "as_bits", "as_golomb", "as_signed", "join_units", "split_units"]

_START = re.compile(rb"\x00\x00\x00?\x01")


class Bits:
    """Reads numbers off the front of a unit without its escapes."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._size = self._left = 8 * len(data)

    @property
    def read(self) -> int:
        """How many bits have been read."""
        return self._size - self._left

    def take(self, count: int) -> int:
        """The number in the next so many bits."""
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def golomb(self) -> int:
        """The next number that says itself how long it is."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        """The same, which may be negative."""
        value = self.golomb()
        return -(value >> 1) if value % 2 == 0 else (value + 1) >> 1

    def since(self, begin: int) -> str:
        """What has been read since then."""
        count = self.read - begin
        return as_bits(self._value >> self._left & ((1 << count) - 1), count)


def as_bits(value: int, count: int) -> str:
    """A number in so many bits."""
    return f"{value:0{count}b}" if count else ""


def as_golomb(value: int) -> str:
    """A number that says itself how long it is."""
    count = (value + 1).bit_length()
    return as_bits(value + 1, 2 * count - 1)


def as_signed(value: int) -> str:
    """The same, which may be negative."""
    return as_golomb(2 * value - 1 if value > 0 else -2 * value)


def split_units(data: bytes) -> list[bytes]:
    """The units of a packet in byte-stream format, without their start codes."""
    marks = list(_START.finditer(data))
    ends = [*(mark.start() for mark in marks[1:]), len(data)][: len(marks)]
    return [data[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]


def join_units(units: list[bytes]) -> bytes:
    """A packet in byte-stream format."""
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units)
