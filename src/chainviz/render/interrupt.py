"""Being asked to stop: Ctrl-C, or the system's polite ways to end a program."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Interrupted", "interruptible", "was_interrupted"]

_STOPPED = threading.Event()


class Interrupted(KeyboardInterrupt):
    """The program was asked to stop."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into `Interrupted`, wherever the program is."""
    _STOPPED.clear()

    def stop(number: int, frame: FrameType | None) -> None:
        _STOPPED.set()  # an exception that is raised inside a destructor would be lost
        raise Interrupted(signal.Signals(number).name)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def was_interrupted() -> bool:
    """Whether somebody asked, should the exception have been lost on its way."""
    return _STOPPED.is_set()
