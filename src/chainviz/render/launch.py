"""Starts the process of one call and tells how it ended: by fork, or as a new interpreter."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from chainviz.errors import ChainvizError
from chainviz.render.begun import SCENES, Begun, environment

__all__ = ["Ended", "ForkLauncher", "Launcher", "SpawnLauncher", "Worker", "launcher_for"]

_LAST_WORDS = 0.5  # seconds in which a hanging process writes down where it hangs


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended."""

    code: int
    """The exit code; minus the signal's number where a signal ended it."""
    memory: int = 0
    """Bytes at the peak, where known."""


class Worker(ABC):
    """One process that runs one call."""

    pid: int
    wire: Connection
    """What the call says; ends when the process ends."""
    ending: Any
    """Something to wait for that becomes ready when the process is gone."""

    @abstractmethod
    def end(self) -> Ended:
        """How it ended; waits until it has."""

    @abstractmethod
    def kill(self) -> None:
        """End it now, and all that it started."""

    def explain_and_kill(self) -> None:
        """Have it write its traceback to its log, then end it."""
        if hasattr(signal, "SIGUSR1"):
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGUSR1)
                time.sleep(_LAST_WORDS)
        self.kill()

    def close(self) -> None:
        """Let go of the descriptors."""
        self.wire.close()


class Launcher(ABC):
    """Starts workers."""

    @abstractmethod
    def launch(self, call: Any) -> Worker:
        """Start a process for ``call``: a function and its arguments."""

    def alive(self) -> bool:
        """Whether it can still start workers."""
        return True

    def close(self) -> None:  # noqa: B027 - there may be nothing to end
        """End what the launcher itself keeps running."""


class _Forked(Worker):
    def __init__(self, wire: Connection, ending: Connection) -> None:
        from chainviz.render.zygote import STARTED

        self.wire = wire
        self.ending = ending
        self._over = False
        words = _read(ending.fileno(), STARTED.size)
        if len(words) < STARTED.size:
            self.close()
            raise ChainvizError("the process that starts the workers has gone")
        self.pid = STARTED.unpack(words)[1]

    def end(self) -> Ended:
        from chainviz.render.zygote import ENDED

        words = _read(self.ending.fileno(), ENDED.size)
        self._over = True
        if len(words) < ENDED.size:  # the zygote went, and took its children along
            return Ended(-signal.SIGKILL)
        _, status, memory = ENDED.unpack(words)
        return Ended(os.waitstatus_to_exitcode(status), memory * 1024)

    def kill(self) -> None:
        if not self._over:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        super().close()
        self.ending.close()


class ForkLauncher(Launcher):
    """Keeps one process that has Manim imported, and has it fork for every call."""

    def __init__(self, begun: Begun) -> None:
        self._begun = begun
        self._wire = begun.wire
        self._lock = threading.Lock()
        self._ready = False
        begun.taken = True

    def alive(self) -> bool:
        """Whether the process is there."""
        return self._begun.alive()

    def launch(self, call: Any) -> Worker:
        """Have the process fork."""
        with self._lock:
            self._await_ready()
            talk, child_talk = socket.socketpair()
            ending, child_ending = os.pipe()
            wire = Connection(talk.detach())
            try:
                socket.send_fds(self._wire, [b"j"], [child_talk.fileno(), child_ending])
            except OSError:
                pass  # then nobody will say that the child has started
            finally:
                child_talk.close()
                os.close(child_ending)
        worker = _Forked(wire, Connection(ending, writable=False))
        with contextlib.suppress(OSError):  # if it's dead already, that shows in a moment
            worker.wire.send(call)
        return worker

    def _await_ready(self) -> None:
        if self._ready:
            return
        first = self._wire.recv(1)
        if first == b".":
            self._ready = True
            return
        words = b""
        while more := self._wire.recv(65536):
            words += more
        cause = words.decode(errors="replace").strip() or "it ended at once"
        raise ChainvizError(f"Manim could not be started:\n{cause}")

    def close(self) -> None:
        """End the process, which ends what it forked."""
        self._begun.end()


class _Spawned(Worker):
    def __init__(self, process: Any, wire: Connection) -> None:
        self._process = process
        self.wire = wire
        self.pid = process.pid or 0
        self.ending = process.sentinel

    def end(self) -> Ended:
        self._process.join()
        return Ended(self._process.exitcode or 0)

    def kill(self) -> None:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        if self._process.is_alive():
            self._process.kill()


class SpawnLauncher(Launcher):
    """Starts a new interpreter for every call: slower, and safe on every system."""

    def __init__(self, place: Path | None = None) -> None:
        import multiprocessing

        self._place = place
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.Lock()

    def launch(self, call: Any) -> Worker:
        """Start an interpreter."""
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_spawned, args=(theirs, self._place), daemon=True)
        with self._lock, _settled_environment():
            process.start()
        theirs.close()
        ours.send(call)
        return _Spawned(process, ours)


@contextlib.contextmanager
def _settled_environment() -> Iterator[None]:
    """What an interpreter inherits that is started meanwhile."""
    before = dict(os.environ)
    os.environ.update(environment())
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


def _spawned(wire: Connection, place: Path | None) -> None:
    from chainviz.render.zygote import run_one

    if place is not None:
        os.chdir(place)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    run_one(wire)


def _leave_with(parent: int) -> None:
    """End this process group once the parent is gone, as nobody else would."""
    import multiprocessing

    keeper = multiprocessing.parent_process()
    if keeper is not None:
        keeper.join()
    if hasattr(os, "killpg"):
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def launcher_for(
    place: Path | None = None, modules: Sequence[str] = SCENES, begun: Begun | None = None
) -> Launcher:
    """By fork on Linux; elsewhere system libraries may not survive one.

    ``place`` is the folder in which the workers run, by default this one; ``modules`` are what
    the process that forks has imported; ``begun`` is such a process, if there is one.
    """
    if sys.platform != "linux":
        return SpawnLauncher(place)
    if begun is None or begun.taken or begun.modules != tuple(modules):
        begun = Begun(modules, place)
    return ForkLauncher(begun)


def _read(descriptor: int, size: int) -> bytes:
    words = b""
    while len(words) < size:
        more = os.read(descriptor, size - len(words))
        if not more:
            break
        words += more
    return words
