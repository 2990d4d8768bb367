"""An Executor whose workers live for one call each, forked from a process with Manim imported.

A call that hangs, runs out of memory or is killed costs its own future and nothing else. Where
there is no fork to rely on, each call gets a newly started interpreter instead.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection, wait
from typing import Any

from chainviz.machine import ending_in_words, usable_cores
from chainviz.render.launch import Launcher, Worker, launcher_for

__all__ = ["CallDied", "CallTimedOut", "Pool", "connect", "has_company", "how_many", "tell"]

_GRACE = 5.0  # seconds in which a process that has answered should be gone
_CHANNEL: list[Connection] = []  # inside a worker: the way back to whoever asked
_AT_WORK: list[int] = []  # inside a worker: how many there are, as last heard


def connect(wire: Connection) -> None:
    """In a worker: where `tell` speaks to."""
    _CHANNEL[:] = [wire]
    _AT_WORK.clear()


def has_company() -> bool:
    """In a worker: whether others may want every processor; elsewhere nobody knows, so yes."""
    with contextlib.suppress(OSError, EOFError):
        while _CHANNEL and _CHANNEL[0].poll():
            _AT_WORK[:] = [_CHANNEL[0].recv()]
    return not _AT_WORK or usable_cores() < 2 * _AT_WORK[0]


def tell(message: Any) -> None:
    """In a worker: send a message on the way; elsewhere, nothing."""
    if _CHANNEL:
        with contextlib.suppress(OSError):
            _CHANNEL[0].send(("message", message))


class CallDied(RuntimeError):
    """The process that ran a call ended before it answered."""


class CallTimedOut(CallDied):
    """The process that ran a call was ended because its time was up."""


class Pool(Executor):
    """Runs up to ``size`` calls at a time, each in a process of its own.

    Closing the pool closes its launcher, unless ``keep`` says that the launcher is lent.

    ``heard(future, message)`` is called from the pool's threads: with ("started", pid) when a
    call begins, ("ended", Ended) when its process is gone, and with what the call `tell`s.
    """

    def __init__(
        self,
        size: int,
        *,
        timeout: float | None = None,
        heard: Callable[[Future[Any], Any], None] | None = None,
        launcher: Launcher | None = None,
        keep: bool = False,
    ) -> None:
        self._keep = keep
        self._launcher = launcher or launcher_for()
        self._timeout = timeout
        self._heard = heard or (lambda future, message: None)
        self._calls: queue.SimpleQueue[tuple[Future[Any], Any] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._running: set[Worker] = set()
        self._closed = False
        self._killed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"render-{index}", daemon=True)
            for index in range(max(1, size))
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn(*args)`` in a process of its own."""
        if kwargs:
            raise TypeError("calls of a render pool take positional arguments only")
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            future: Future[Any] = Future()
            self._calls.put((future, (fn, args)))
            return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; with ``cancel_futures``, drop those that have not begun."""
        with self._lock:
            if not self._closed:
                self._closed = True
                for _ in self._threads:
                    self._calls.put(None)
        if cancel_futures:
            self._drop_waiting()
        if wait:
            for thread in self._threads:
                thread.join()
            self._close_launcher()

    def kill(self) -> None:
        """End every running call now, and take no more."""
        self._killed = True
        with self._lock:
            running = list(self._running)
        for worker in running:
            worker.kill()
        self.shutdown(wait=False, cancel_futures=True)
        self._close_launcher()
        for thread in self._threads:
            thread.join(timeout=5)

    def _close_launcher(self) -> None:
        if not self._keep:
            self._launcher.close()

    def _drop_waiting(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                item = self._calls.get_nowait()
                if item is not None:
                    item[0].cancel()
        for _ in self._threads:
            self._calls.put(None)

    def _serve(self) -> None:
        while (item := self._calls.get()) is not None:
            future, call = item
            if self._killed:
                future.cancel()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(self._run(future, call))
            except BaseException as error:
                future.set_exception(error)
            del future, call, item

    def _run(self, future: Future[Any], call: Any) -> Any:
        worker = self._launcher.launch(call)
        with self._lock:
            self._running.add(worker)
            self._count()
        if self._killed:
            worker.kill()
        try:
            self._heard(future, ("started", worker.pid))
            return self._listen(future, worker)
        finally:
            with self._lock:
                self._running.discard(worker)
                if self._calls.empty():  # nobody takes its place
                    self._count()
            worker.close()

    def _count(self) -> None:
        """Let every worker know how many there are."""
        for worker in self._running:
            with contextlib.suppress(OSError):  # it has just ended
                worker.wire.send(len(self._running))

    def _listen(self, future: Future[Any], worker: Worker) -> Any:
        until = None if self._timeout is None else time.monotonic() + self._timeout
        answers: list[tuple[str, Any]] = []
        late = answered = False
        waiting: list[Any] = [worker.wire, worker.ending]
        while worker.ending in waiting:
            left = None if until is None or late else max(0.0, until - time.monotonic())
            ready = wait(waiting, left)
            if worker.wire in ready and not self._read(future, worker, answers):
                waiting.remove(worker.wire)
            if worker.ending in ready:
                waiting.remove(worker.ending)
            if answers and not answered:
                answered, until = True, time.monotonic() + _GRACE
            elif not ready and answered:
                worker.kill()  # it has said all, but something keeps it from leaving
                until = None
            elif not ready:
                late = True
                worker.explain_and_kill()
        # Its last words may still lie in the pipe. Not waiting for the pipe to close: a stray
        # process of the scene's may hold the other end.
        while worker.wire in waiting and worker.wire.poll(0):
            if not self._read(future, worker, answers):
                break
        ended = worker.end()
        self._heard(future, ("ended", ended))
        if not answers:
            if late:
                raise CallTimedOut(f"stopped after {self._timeout:g} s (--timeout)")
            raise CallDied(ending_in_words(ended.code))
        kind, content = answers[-1]
        if kind == "error":
            raise content
        return content

    def _read(self, future: Future[Any], worker: Worker, answers: list[tuple[str, Any]]) -> bool:
        """Take one message; False when there won't be any more."""
        try:
            kind, content = worker.wire.recv()
        except Exception:  # the end; or half a message from one who was killed in mid-word
            return False
        if kind == "message":
            self._heard(future, content)
        else:
            answers.append((kind, content))
        return True


def how_many(jobs: int, pixels: int = 1920 * 1080) -> int:
    """How many workers at once: by processors, by jobs, and by the memory that is free."""
    processors = usable_cores()
    each = 250e6 + 40.0 * pixels  # Manim itself, and frames on their way to the encoder
    free = free_memory()
    by_memory = processors if free is None else int(free * 0.8 / each)
    return max(1, min(jobs, processors, by_memory))


def free_memory() -> float | None:
    """Bytes that can be had without swapping; None where the system doesn't say."""
    found: list[float] = []
    with contextlib.suppress(OSError, ValueError, StopIteration), open("/proc/meminfo") as file:  # noqa: PTH123
        line = next(line for line in file if line.startswith("MemAvailable"))
        found.append(float(line.split()[1]) * 1024)
    with contextlib.suppress(OSError, ValueError):
        with open("/sys/fs/cgroup/memory.max") as file:  # noqa: PTH123
            limit = float(file.read())
        with open("/sys/fs/cgroup/memory.current") as file:  # noqa: PTH123
            found.append(limit - float(file.read()))
    return min(found, default=None)
