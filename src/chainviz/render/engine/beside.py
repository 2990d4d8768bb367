"""An encoder in a process beside the scene's, so that neither waits for the other's interpreter.

The process is forked before the scene begins, when nothing else runs in this one, and shares a
stretch of memory with it: patches of pictures are laid there once and read there. Over two pipes
go short messages: what lies where, and what has been used up. When the scene's process ends in
whatever way, its side of the pipe closes, and the encoder leaves.
"""

from __future__ import annotations

import contextlib
import gc
import math
import mmap
import os
import pickle
import select
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, Pipe
from typing import Any, NoReturn

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.render.captions import Cue
from chainviz.render.engine.convert import Converter, plane_shapes
from chainviz.render.engine.encode import Encoding, Film
from chainviz.render.engine.region import Rect

__all__ = ["Companion", "ProcessSink", "companion"]

_FRAMES = 2
"""Whole pictures that the shared memory holds, each of one and a half bytes a pixel."""
_PICTURES = 64
"""Pictures that may wait, however small."""
_DONE, _FAILED = b".", b"!"


class Companion:
    """The process, idle until it is given a film."""

    def __init__(self, size: int) -> None:
        self.memory = mmap.mmap(-1, size)
        self._ended = False
        hears, self.tells = Pipe(duplex=False)
        self.answers, answers = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _serve(hears, answers, self.memory)
        hears.close()
        os.close(answers)

    def end(self) -> None:
        """End it, if it is still there."""
        if self._ended:
            return
        self._ended = True
        self.tells.close()
        os.close(self.answers)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        with contextlib.suppress(BufferError):  # somebody still looks at it: it goes with us
            self.memory.close()


@contextmanager
def companion(width: int, height: int) -> Iterator[Companion | None]:
    """An encoder's process for films of up to this size; None where a fork isn't safe."""
    if not _alone():
        yield None
        return
    beside = Companion(_room_for(width, height))
    try:
        yield beside
    finally:
        beside.end()


def _room_for(width: int, height: int) -> int:
    return _FRAMES * sum(map(math.prod, plane_shapes((0, 0, width, height))))


def _alone() -> bool:
    """Whether this process has a single thread, so that a forked one is whole."""
    if sys.platform != "linux":
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208
    except OSError:
        return False


class ProcessSink:
    """Hands a film over to a companion."""

    def __init__(self, film: Film, beside: Companion) -> None:
        self._film = film
        self._beside = beside
        self._ring = _Ring(beside.memory)
        self._answers = select.poll()
        self._answers.register(beside.answers, select.POLLIN)
        self._converter = Converter()
        self._begun = False
        self._frames = 0
        self._unanswered = 0
        self._tell(("begin", film))

    @staticmethod
    def fits(film: Film, beside: Companion) -> bool:
        """Whether the shared memory is large enough for such pictures."""
        return _room_for(film.width, film.height) <= len(beside.memory)

    def picture(self, pixels: Any, rects: list[Rect] | None) -> None:
        """A new picture."""
        whole = rects is None or not self._begun
        self._begun = True
        patches = self._converter.patches(pixels, [self._film.whole] if whole else rects or [])
        self._hear(0)
        size = sum(part.size for _, parts in patches for part in parts)
        while (at := self._ring.take(size)) is None:
            self._hear()
        places = []
        for rect, parts in patches:
            places.append((rect, at))
            for part in parts:
                self._ring.view(at, part.shape)[...] = part
                at += part.size
        self._tell(("picture", self._frames, places))
        self._unanswered += 1
        self._frames = 0

    def hold(self, frames: int) -> None:
        """The same picture for longer."""
        self._frames += frames

    def close(self, chapters: Sequence[Cue] = ()) -> None:
        """Have the file flushed and closed."""
        self._tell(("finish", self._frames, tuple(chapters)))
        self._unanswered += 1

    def finish(self) -> None:
        """Wait for the file."""
        while self._unanswered:
            self._hear()

    def abort(self) -> None:
        """End the process, and remove what there is."""
        self._beside.end()
        self._film.target.unlink(missing_ok=True)

    def _tell(self, message: Any) -> None:
        try:
            self._beside.tells.send(message)
        except OSError:
            self._hear()  # it says why it left
            raise

    def _hear(self, patience: int | None = None) -> None:
        """Take note of what the encoder has used up; wait for that, if there is no patience."""
        if not self._answers.poll(patience):
            return
        words = os.read(self._beside.answers, _PICTURES)
        if _FAILED in words or not words:
            self._raise(words.partition(_FAILED)[2])
        self._unanswered -= len(words)
        for _ in words:
            self._ring.give()

    def _raise(self, words: bytes) -> NoReturn:
        while more := os.read(self._beside.answers, 4096):
            words += more
        self._film.target.unlink(missing_ok=True)
        if words:
            raise pickle.loads(words)
        raise ChainvizError("the process that encodes the film was killed")


class _Ring:
    """Stretches of one piece of memory, given back in the order in which they were taken."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._bytes = np.frombuffer(memory, np.uint8)
        self._taken: deque[int] = deque()
        self._end = 0

    def view(self, at: int, shape: tuple[int, ...]) -> Any:
        """The bytes from there on, as pixels."""
        return self._bytes[at : at + math.prod(shape)].reshape(shape)

    def take(self, size: int) -> int | None:
        """Where so many bytes lie free in a row; None for: not yet."""
        if not self._taken:
            at = 0
        elif len(self._taken) >= _PICTURES:
            return None
        elif self._taken[0] < self._end:
            if self._end + size <= len(self._bytes):
                at = self._end
            elif size < self._taken[0]:
                at = 0
            else:
                return None
        elif self._end + size < self._taken[0]:
            at = self._end
        else:
            return None
        self._taken.append(at)
        self._end = at + size
        return at

    def give(self) -> None:
        """The oldest is free again."""
        if self._taken:
            self._taken.popleft()


def _serve(hears: Connection, answers: int, memory: mmap.mmap) -> NoReturn:
    """The life of the process: never returns into the program it was forked from."""
    try:
        gc.disable()
        _leave_alone({hears.fileno(), answers})
        with contextlib.suppress(EOFError):
            _encode(hears, answers, _Ring(memory))
    except BaseException as failure:
        with contextlib.suppress(BaseException):
            os.write(answers, _FAILED + _pickled(failure))
    finally:
        os._exit(0)


def _encode(hears: Connection, answers: int, ring: _Ring) -> None:
    _, film = hears.recv()
    encoding = Encoding(film)
    while True:
        match hears.recv():
            case ("picture", held, places):
                encoding.stay(held)
                encoding.change([(rect, _lying(ring, rect, at)) for rect, at in places])
            case ("finish", held, chapters):
                encoding.stay(held)
                encoding.finish(chapters)
        os.write(answers, _DONE)


def _lying(ring: _Ring, rect: Rect, at: int) -> list[Any]:
    """The parts of a patch that begin there."""
    parts = []
    for shape in plane_shapes(rect):
        parts.append(ring.view(at, shape))
        at += math.prod(shape)
    return parts


def _pickled(failure: BaseException) -> bytes:
    """An exception that can travel; another that says the same where it can't."""
    try:
        words = pickle.dumps(failure)
        pickle.loads(words)
    except Exception:
        return pickle.dumps(ChainvizError(f"the film can't be encoded: {failure}"))
    return words


def _leave_alone(ours: set[int]) -> None:
    """Close what was inherited and isn't ours: others wait for its other ends to close."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(name) > 2 and int(name) not in ours:
            with contextlib.suppress(OSError):
                os.close(int(name))
