"""A film's parameters: as much of them as it takes to read its slices."""

from __future__ import annotations

from dataclasses import dataclass

from chainviz.render.engine.bits import Bits, split_units

__all__ = ["Layout", "layout_of"]

_SEQUENCE, _PICTURE = 7, 8
_HIGH_PROFILES = {100, 110, 122, 244, 44, 83, 86, 118, 128}


@dataclass(frozen=True, slots=True)
class Layout:
    """What a slice's header has to be read with."""

    frame_num_bits: int
    order_bits: int
    quantiser: int
    weighs: bool
    """Whether a slice says by how much what it refers to has faded."""


def layout_of(headers: bytes) -> Layout | None:
    """How a stream's slices are to be read; None for a stream of another build."""
    counters = begins = None
    for unit in split_units(headers):
        bits = Bits(unit[1:].replace(b"\x00\x00\x03", b"\x00\x00"))
        if unit[0] & 31 == _SEQUENCE:
            counters = _counters(bits)
        elif unit[0] & 31 == _PICTURE:
            begins = _beginning(bits)
    if counters is None or begins is None:
        return None
    return Layout(*counters, *begins)


def _counters(bits: Bits) -> tuple[int, int] | None:
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


def _beginning(bits: Bits) -> tuple[int, bool] | None:
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
