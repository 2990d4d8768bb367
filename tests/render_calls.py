"""Calls for the render pool to make: small, in a module that is quick to import."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from chainviz.render import workers


def double(number: int) -> int:
    return 2 * number


def where() -> tuple[int, int]:
    return os.getpid(), os.getpgid(0)


def end(how: str) -> None:
    if how == "exit":
        os._exit(3)
    os.kill(os.getpid(), getattr(signal, how))


def fails() -> None:
    raise ValueError("as it was")


def sleeps(file: str = "") -> None:
    if file:
        Path(file).write_text(str(os.getpid()))
    time.sleep(60)


def talks() -> str:
    for word in ("one", "two"):
        workers.tell(word)
    return "x" * 3_000_000  # more than any pipe holds


def waits_for_company(wanted: bool) -> str:
    """Until there is company, or there isn't; as on a machine with two processors."""
    workers.usable_cores = lambda: 2
    while workers.has_company() != wanted:
        time.sleep(0.02)
    return "company" if wanted else "alone"


def half_a_word() -> None:
    os.write(workers._CHANNEL[0].fileno(), b"\0\0\1\0half")
    os._exit(0)


def leaves_a_stray(file: str) -> str:
    pid = os.fork()
    if pid == 0:
        time.sleep(60)
    Path(file).write_text(str(pid))
    return "done"


_STATE: list[int] = []


def remembers() -> int:
    _STATE.append(1)
    return len(_STATE)


def stays() -> str:
    threading.Thread(target=time.sleep, args=(60,)).start()
    return "said"
