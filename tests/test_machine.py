"""What is asked of the system itself: memory that can be had back."""

from __future__ import annotations

import ctypes
import mmap
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chainviz import machine
from chainviz.machine import (
    files_in_memory,
    let_go_of,
    own_pages,
    take_small_pages,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it's Linux that says and does so")

SIZE = 2**22
PATTERN = bytes(range(256)) * (SIZE // 256)


@contextmanager
def mapped(path: Path) -> Iterator[tuple[mmap.mmap, int]]:
    """A file in memory, as a library is, and where it lies."""
    path.write_bytes(PATTERN)
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), SIZE, mmap.MAP_PRIVATE)
    held = ctypes.c_char.from_buffer(memory)
    begin = ctypes.addressof(held)
    del held
    yield memory, begin


def lock(begin: int) -> None:
    """From now on it can't be written to."""
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.mprotect(ctypes.c_void_p(begin), ctypes.c_size_t(SIZE), mmap.PROT_READ) == 0


def resident(name: str) -> int:
    """Kilobytes of what is mapped from a file of that name that are in memory."""
    maps = Path("/proc/self/smaps").read_text()
    found = re.findall(rf"/{re.escape(name)}\n(?:.*\n)*?Rss: +(\d+) kB", maps)
    return sum(map(int, found))


def test_what_was_read_of_a_library_can_be_had_back(tmp_path: Path) -> None:
    with mapped(tmp_path / "a_library.so") as (memory, begin):
        lock(begin)
        before = files_in_memory()
        assert memory[:] == PATTERN
        assert files_in_memory() - before > SIZE // 2
        assert resident("a_library.so") == SIZE // 1024
        let_go_of("another_library")
        assert resident("a_library.so") == SIZE // 1024
        let_go_of("a_lib")
        assert resident("a_library.so") == 0
        assert memory[:] == PATTERN


def test_what_differs_from_the_file_stays(tmp_path: Path) -> None:
    """As what the loader has written into a library before it locked it."""
    with mapped(tmp_path / "a_library.so") as (memory, begin):
        memory[5000:5003] = b"own"
        lock(begin)
        let_go_of("a_library")
        assert memory[5000:5003] == b"own"
        assert resident("a_library.so") > 0


def test_pages_that_were_written_to_are_ones_own(tmp_path: Path) -> None:
    page = mmap.PAGESIZE
    with mapped(tmp_path / "a_library.so") as (memory, begin):
        assert own_pages(begin, SIZE) == []
        assert memory[:] == PATTERN
        assert own_pages(begin, SIZE) == []
        memory[5 * page - 1 : 5 * page + 1] = b"ab"
        memory[9 * page] = 7
        assert own_pages(begin, SIZE) == [4, 5, 9]
        assert own_pages(begin + 4 * page, 2 * page) == [0, 1]
        assert own_pages(begin + 6 * page, page) == []


@pytest.mark.parametrize("says", [None, b"", b"\0" * 64])
def test_nothing_is_forgotten_where_nobody_knows_whose_it_is(
    says: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a system that doesn't say of each page, or not of all."""
    if says is not None:
        (tmp_path / "pages").write_bytes(says)
    monkeypatch.setattr(machine, "_PAGES", str(tmp_path / "pages"))
    with mapped(tmp_path / "a_library.so") as (memory, begin):
        assert memory[:] == PATTERN
        lock(begin)
        let_go_of("a_library")
        assert resident("a_library.so") == SIZE // 1024
        assert own_pages(begin, SIZE) is None


def test_only_libraries_that_are_named_are_forgotten(tmp_path: Path) -> None:
    with mapped(tmp_path / "a.so") as (one, begin), mapped(tmp_path / "a.txt") as (other, at):
        assert one[:] == other[:] == PATTERN
        for where in (begin, at):
            lock(where)
        let_go_of(".so")
        assert resident("a.so") == 0
        assert resident("a.txt") == SIZE // 1024


def test_what_can_be_written_to_stays(tmp_path: Path) -> None:
    with mapped(tmp_path / "a_library.so") as (memory, _):
        assert memory[:] == PATTERN
        let_go_of("a_library")
        assert resident("a_library.so") == SIZE // 1024


def test_a_process_can_do_without_large_pages() -> None:
    """Asked in a child, so that this one keeps them."""
    told = "THP_enabled:\t"
    if told not in Path("/proc/self/status").read_text():
        pytest.skip("a system that doesn't say")
    child = os.fork()
    if child == 0:
        take_small_pages()
        os._exit(told + "0" in Path("/proc/self/status").read_text())
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 1


def test_memory_that_is_kept_is_not_cleared_again_and_again() -> None:
    """Seen by the pages that the system has to give: none where it has given them before."""
    asked = f"""if True:
        import resource
        from chainviz.machine import give_memory_back, keep_memory, take_small_pages

        def given():
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
            for number in range(20):
                picture = b"." * ({SIZE} + number)
                del picture
            return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

        take_small_pages()
        give_memory_back({SIZE} // 2)
        print(given())
        keep_memory()
        given()
        print(given())
        """
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    anew, again = map(int, done.stdout.split())
    assert anew >= 20 * SIZE // mmap.PAGESIZE
    assert again < anew / 10
