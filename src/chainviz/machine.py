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
_READ_ONLY = ("r--p ", "r-xp ")
_LAST = "VmFlags:"
"""With this ends what the system says about a piece of memory."""
_WORTH = 64
"""Kilobytes; less than that isn't worth the asking."""
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
    first, last = begin // mmap.PAGESIZE, -(-(begin + size) // mmap.PAGESIZE)
    with contextlib.suppress(OSError), Path("/proc/self/pagemap").open("rb", buffering=0) as said:
        states = os.pread(said.fileno(), _STATE * (last - first), _STATE * first)
        if len(states) == _STATE * (last - first):
            tops = states[_STATE - 1 if sys.byteorder == "little" else 0 :: _STATE]
            return list(compress(range(last - first), tops.translate(_OWN)))
    return None


def let_go_of(library: str) -> None:
    """Forget what was read of libraries with that in their names; it comes from their files again.

    What differs from the file, as the loader makes it, stays.
    """
    with contextlib.suppress(OSError):
        _forget(
            where
            for where, told in _read_only(library)
            if told.get("Anonymous:") == told.get("Swap:") == "0" and int(told["Rss:"]) >= _WORTH
        )


def files_in_memory() -> int:
    """Bytes of files, libraries among them, that this process has in its memory; 0 if unknown."""
    with contextlib.suppress(OSError):
        said = Path("/proc/self/status").read_text()
        return sum(1024 * int(size) for size in re.findall(r"^RssFile:\s*(\d+) kB", said, re.M))
    return 0


def _read_only(library: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Where such libraries lie that can't be written to, and what the system says about them."""
    told: dict[str, str] | None = None
    with Path("/proc/self/smaps").open() as said:  # it's long: line by line takes no memory
        for line in said:
            word, _, rest = line.partition(" ")
            if not word.endswith(":"):
                told = {} if rest.startswith(_READ_ONLY) and library in rest else None
                where = word
            elif told is not None:
                told[word] = rest.strip().partition(" ")[0]
                if word == _LAST:
                    yield where, told


def _forget(places: Iterable[str]) -> None:
    import ctypes

    libc = ctypes.CDLL(None)
    for place in list(places):
        begin, end = (int(number, 16) for number in place.split("-"))
        libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), mmap.MADV_DONTNEED)
