"""A picture of one colour that takes hardly any memory until somebody paints on it.

Manim keeps the bare background of each camera, eight megabytes of the same four bytes at 1080p.
Here one small piece of memory is mapped over and over again, copied on write, so that the array
behaves as any other. What was painted on and shows the one colour again can be given back.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import sys
from typing import Any

import numpy as np

from chainviz.machine import own_pages

__all__ = ["PlainPixels"]

_PIECE = 2**18
_AT_ONCE = 64
"""Pages that are looked at together."""
_FIXED = 0x10
"""MAP_FIXED: the mapping goes exactly there, over what was reserved before."""
_FAILED = ctypes.c_void_p(-1).value


class PlainPixels:
    """Such a picture; ``pixels`` behave as any other array."""

    def __init__(self, shape: tuple[int, ...], word: Any) -> None:
        size = int(np.prod(shape))
        self._word = word
        self._memory = _mapped(-(-size // _PIECE), word)
        self.pixels = np.frombuffer(self._memory, np.uint8, size).reshape(shape)

    @classmethod
    def of(cls, shape: tuple[int, ...], word: Any) -> PlainPixels | None:
        """Pixels of this shape, each this number; None where the system has no such memory."""
        known = sys.platform == "linux" and _PIECE % mmap.PAGESIZE == 0
        if not known or int(np.prod(shape)) < _PIECE:
            return None
        with contextlib.suppress(OSError):
            return cls(shape, word)
        return None

    def wipe(self) -> None:
        """Make all of it plain again, and give back what was painted on."""
        self._memory.madvise(mmap.MADV_DONTNEED)

    def give_back(self) -> None:
        """Give back what was painted on and is plain again."""
        own = own_pages(self.pixels.ctypes.data, len(self._memory))
        words = np.frombuffer(self._memory, np.uint32).reshape(-1, mmap.PAGESIZE // 4)
        pages = np.arange(len(words)) if own is None else np.array(own, int)
        for at in range(0, len(pages), _AT_ONCE):
            some = pages[at : at + _AT_ONCE]
            plain = some[(words[some] == self._word).all(axis=1)]
            for run in np.split(plain, np.flatnonzero(np.diff(plain) > 1) + 1):
                if len(run):
                    where, size = (int(count) * mmap.PAGESIZE for count in (run[0], len(run)))
                    self._memory.madvise(mmap.MADV_DONTNEED, where, size)


def _mapped(pieces: int, word: Any) -> mmap.mmap:
    """So many times the same piece of memory in a row."""
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
                raise OSError(ctypes.get_errno(), "no memory for a picture")
    finally:
        os.close(piece)
    return reserved
