"""What this machine and its processes are like: cores, how a process ended, who ends with whom."""

from __future__ import annotations

import contextlib
import mmap
import os
import re
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from pathlib import Path

__all__ = [
    "end_with_parent",
    "ending_in_words",
    "files_in_memory",
    "give_memory_back",
    "keep_memory",
    "let_go_of",
    "own_pages",
    "take_small_pages",
    "trim_memory",
    "usable_cores",
]

_PR_SET_PDEATHSIG = 1
_PR_SET_THP_DISABLE = 41
_M_MMAP_THRESHOLD = -3
_M_TRIM_THRESHOLD = -1
_LARGEST_KEPT, _KEPT = 2**25, 2**27
"""Bytes: the C library doesn't keep a larger piece, and so many of them are enough to keep."""
_READ_ONLY = ("r--p", "r-xp")
_WORTH = 2**16
"""Bytes; less than that isn't worth the asking."""
_PAGES = "/proc/self/pagemap"
_STATE = 8
"""Bytes that the system says about each page, as one number."""
_THERE, _OF_A_FILE = 0b1100_0000, 0b0010_0000
"""In the highest of them: that it is in memory or swapped out, and that it shows a file's."""
_OWN = bytes(bool(top & _THERE and not top & _OF_A_FILE) for top in range(256))


def usable_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ending_in_words(code: int) -> str:
    """How a process ended, by its exit code, or minus the number of the signal that ended it.

    >>> ending_in_words(3)
    'its process left with exit code 3'
    >>> ending_in_words(-11)
    'its process was killed (SIGSEGV)'
    """
    if code >= 0:
        return f"its process left with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = "; often by the system, out of memory" if name == "SIGKILL" else ""
    return f"its process was killed ({name}{hint})"


def end_with_parent(parent: int) -> None:
    """In a child: don't outlive the parent, however that ends (as far as the system can tell)."""
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None)
        if hasattr(libc, "prctl"):
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def give_memory_back(size: int) -> None:
    """From now on, pieces of memory from this size on go back to the system once they are free."""
    _set_memory({_M_MMAP_THRESHOLD: size})


def keep_memory() -> None:
    """From now on, memory that is free is kept for what comes next.

    Whoever makes whole pictures again and again would wait for the system to clear each of them.
    """
    _set_memory({_M_MMAP_THRESHOLD: _LARGEST_KEPT, _M_TRIM_THRESHOLD: _KEPT})


def _set_memory(options: Mapping[int, int]) -> None:
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            for option, value in options.items():
                libc.mallopt(option, value)


def take_small_pages() -> None:
    """From now on this process takes memory by the page, though it asks for two megabytes at once.

    That is a little slower, and spares what is rounded up: a megabyte for each piece.
    """
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None)
        if hasattr(libc, "prctl"):
            libc.prctl(_PR_SET_THP_DISABLE, 1, 0, 0, 0)


def trim_memory() -> None:
    """Give back the small pieces of memory that are free now, too."""
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None)
        if hasattr(libc, "malloc_trim"):
            libc.malloc_trim(0)


def own_pages(begin: int, size: int) -> Sequence[int] | None:
    """Which pages of that memory are this process's alone, by number; None if nobody knows.

    Whatever it has written to is; what it only read of a file isn't.
    """
    with contextlib.suppress(OSError), Path(_PAGES).open("rb", buffering=0) as said:
        marks = _own_in(said.fileno(), begin, size)
        return None if marks is None else list(compress(range(len(marks)), marks))
    return None


def _own_in(said: int, begin: int, size: int) -> bytes | None:
    """Of each page there, whether it is."""
    first, last = begin // mmap.PAGESIZE, -(-(begin + size) // mmap.PAGESIZE)
    states = os.pread(said, _STATE * (last - first), _STATE * first)
    if len(states) < _STATE * (last - first):
        return None
    return states[_STATE - 1 if sys.byteorder == "little" else 0 :: _STATE].translate(_OWN)


def let_go_of(library: str) -> None:
    """Forget what was read of libraries with that in their names; it comes from their files again.

    What differs from the file, as the loader makes it, stays.
    """
    with contextlib.suppress(OSError), Path(_PAGES).open("rb", buffering=0) as said:
        pieces = [(at, _own_in(said.fileno(), *at)) for at in _read_only(library)]
        _forget(at for at, own in pieces if own is not None and not any(own))


def files_in_memory() -> int:
    """Bytes of files, libraries among them, that this process has in its memory; 0 if unknown."""
    with contextlib.suppress(OSError):
        said = Path("/proc/self/status").read_text()
        return sum(1024 * int(size) for size in re.findall(r"^RssFile:\s*(\d+) kB", said, re.M))
    return 0


def _read_only(library: str) -> Iterator[tuple[int, int]]:
    """Where such libraries lie that can't be written to, and how large these pieces are."""
    with Path("/proc/self/maps").open() as said:
        for line in said:
            if library in line:
                where, rights, _ = line.split(maxsplit=2)
                begin, end = (int(number, 16) for number in where.split("-"))
                if rights in _READ_ONLY and end - begin >= _WORTH:
                    yield begin, end - begin


def _forget(places: Iterable[tuple[int, int]]) -> None:
    import ctypes

    libc = ctypes.CDLL(None)
    for begin, size in places:
        libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(size), mmap.MADV_DONTNEED)
