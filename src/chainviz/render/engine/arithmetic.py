"""The arithmetic coder of H.264, for blocks that are skipped."""

from __future__ import annotations

from functools import cache

__all__ = ["COARSEST", "EXPECTED", "skipped"]

_P, _B = range(2)
COARSEST = 51
"""The quantiser at which the coder of numbers expects skipped blocks most."""
EXPECTED = {_P: 42, _B: 57}
"""How much it expects them then, at the first; by one more after each."""
_LEAST = 42
_UNEXPECTED = (
    *((16, 20, 23, 27), (15, 19, 22, 25), (14, 18, 21, 24), (14, 17, 20, 23), (13, 16, 19, 22)),
    *((12, 15, 18, 21), (12, 14, 17, 20), (11, 14, 16, 19), (11, 13, 15, 18), (10, 12, 15, 17)),
    *((10, 12, 14, 16), (9, 11, 13, 15), (9, 11, 12, 14), (8, 10, 12, 14), (8, 9, 11, 13)),
    *((7, 9, 11, 12), (7, 9, 10, 12), (7, 8, 10, 11), (6, 8, 9, 11), (6, 7, 9, 10), (6, 7, 8, 9)),
)
"""The standard's share of the range for what isn't expected, from the least of these on."""


@cache
def skipped(blocks: int, expected: int) -> bytes:
    """The data of a slice in which every block is skipped, by the standard's arithmetic coder."""
    low, wide, bits, state = 0, 510, 0, expected - _LEAST
    for left in range(blocks, 0, -1):
        wide -= _UNEXPECTED[state][wide >> 6 & 3]
        state = min(state + 1, len(_UNEXPECTED) - 1)
        if wide < 256:
            low, wide, bits = low << 1, wide << 1, bits + 1
        wide -= 2  # it isn't the last block,
        if left == 1:  # or it is
            low, wide, bits = (low + wide) << 7, 256, bits + 7
        elif wide < 256:
            low, wide, bits = low << 1, wide << 1, bits + 1
    count = bits + 2  # of the ten bits of the register three are written, but the first is none
    value = (low >> 7 | 1) << (-count % 8)  # the one is the mark of a slice's end
    return value.to_bytes(-(-count // 8), "big")
