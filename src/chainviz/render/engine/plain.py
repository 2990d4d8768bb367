"""A picture of one colour that takes hardly any memory until somebody paints on it.

Manim keeps the bare background of each camera, eight megabytes of the same four bytes at 1080p.
Here one small piece of memory is mapped over and over again, copied on write, so that the array
behaves as any other.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from typing import Any

import numpy as np

__all__ = ["plain_pixels"]

_PIECE = 2**18
_FIXED = 0x10
"""MAP_FIXED: the mapping goes exactly there, over what was reserved before."""
_FAILED = ctypes.c_void_p(-1).value


def plain_pixels(shape: tuple[int, ...], word: Any) -> Any:
    """Pixels of this shape, each this number; None where the system has no such memory."""
    size = int(np.prod(shape))
    if sys.platform != "linux" or size < _PIECE or _PIECE % mmap.PAGESIZE:
        return None
    pieces = -(-size // _PIECE)
    reserved = mmap.mmap(-1, pieces * _PIECE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    begin = ctypes.addressof(ctypes.c_char.from_buffer(reserved))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *3 * (ctypes.c_int,), ctypes.c_long)
    piece = os.memfd_create("background")
    try:
        os.write(piece, np.full(_PIECE // 4, word, np.uint32).tobytes())
        how = mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | _FIXED
        for number in range(pieces):
            if libc.mmap(begin + number * _PIECE, _PIECE, *how, piece, 0) == _FAILED:
                return None
    finally:
        os.close(piece)
    return np.frombuffer(reserved, np.uint8, size).reshape(shape)
