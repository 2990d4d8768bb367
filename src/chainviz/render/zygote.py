"""A process that has Manim imported and forks itself for each job: fresh state, no waiting.

It hears from its parent over one socket. Each request brings two descriptors: one for the
child to talk on, one for this process to say which pid the child has and how it ended. When
the parent goes away, for whatever reason, every child and all that the child started goes too.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import selectors
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from chainviz.machine import end_with_parent, give_memory_back, let_go_of

__all__ = ["ENDED", "STARTED", "main", "run_one"]

_PICTURE = 2**21
"""Pieces of memory from this size on go back to the system as soon as they are free."""
_LIBRARIES = ".so"
"""Most of what was read of them was only needed to import them."""
STARTED = struct.Struct("<cq")  # b"s" and the pid
ENDED = struct.Struct("<cqq")  # b"e", the wait status and the peak of memory in KiB


def main(control: int, modules: Sequence[str]) -> None:
    """Import the modules, then serve until the parent closes its end."""
    wire = socket.socket(fileno=control)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # nothing that is imported is garbage: a tenth of the time
    try:
        from chainviz.faster.imports import lean_imports

        with lean_imports():
            for module in modules:
                importlib.import_module(module)
    except BaseException:
        wire.sendall(b"!" + traceback.format_exc().encode())
        return
    wire.sendall(b".")
    gc.freeze()  # children share these pages as long as nobody touches them
    let_go_of(_LIBRARIES)
    _Zygote(wire, woken, wake).serve()
    os._exit(0)  # whoever waits for the end shouldn't wait for tidying up


class _Zygote:
    """The loop: requests on one side, children that end on the other."""

    def __init__(self, wire: socket.socket, woken: int, wake: int) -> None:
        self._wire = wire
        self._woken = woken
        self._wake = wake
        self._endings: dict[int, int] = {}  # pid -> descriptor to tell its end on
        give_memory_back(_PICTURE)

    def serve(self) -> None:
        """Fork when asked, tell what ended; until the parent has gone."""
        selector = selectors.DefaultSelector()
        selector.register(self._wire, selectors.EVENT_READ)
        selector.register(self._woken, selectors.EVENT_READ)
        try:
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._wire:
                        if not self._request():
                            return
                    else:
                        os.read(self._woken, 4096)
                        self._reap()
        finally:
            for pid in self._endings:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)

    def _request(self) -> bool:
        try:
            word, descriptors, _, _ = socket.recv_fds(self._wire, 1, 2)
        except OSError:
            return False
        if not word:
            return False
        talk, ending = descriptors
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._child(talk, ending, parent)
        os.close(talk)
        with contextlib.suppress(OSError):  # the child does the same: whoever comes first
            os.setpgid(pid, pid)
        self._endings[pid] = ending
        self._tell(ending, STARTED.pack(b"s", pid))
        return True

    def _reap(self) -> None:
        for pid in list(self._endings):
            done, status, usage = os.wait4(pid, os.WNOHANG)
            if done:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)  # whatever the scene left running
                ending = self._endings.pop(pid)
                self._tell(ending, ENDED.pack(b"e", status, usage.ru_maxrss))
                os.close(ending)

    @staticmethod
    def _tell(ending: int, words: bytes) -> None:
        with contextlib.suppress(OSError):  # the parent may have gone
            os.write(ending, words)

    def _child(self, talk: int, ending: int, parent: int) -> NoReturn:
        code = 1
        try:
            os.setpgid(0, 0)
            end_with_parent(parent)
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            self._wire.close()
            for descriptor in (self._woken, self._wake, ending, *self._endings.values()):
                os.close(descriptor)
            gc.enable()
            _prefer_for_killing()
            run_one(Connection(talk))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(BaseException):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)


def _prefer_for_killing() -> None:
    """When memory runs out, this job goes, rather than the batch or the desktop."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("800")


def run_one(wire: Connection) -> None:
    """Receive one call, do it, send back what came of it."""
    from chainviz.render import workers

    workers.connect(wire)
    function, arguments = wire.recv()
    answer: tuple[str, Any]
    try:
        answer = ("result", function(*arguments))
    except BaseException as error:
        answer = ("error", error)
    try:
        wire.send(answer)
    except (TypeError, AttributeError, ValueError) as error:  # it can't be pickled
        wire.send(("error", RuntimeError(f"{answer[1]!r} cannot be sent back: {error}")))
