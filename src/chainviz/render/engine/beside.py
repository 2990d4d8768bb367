"""Encoders in processes beside the scene's, so that neither waits for the other's interpreter.

They are forked before the scene begins, which may start threads that a fork would lack; the
second idles until it is needed. Each shares a stretch of memory with it: patches of pictures are
laid there once and read there. Over two pipes go short messages: what lies where, and what has
been done. When the scene's process ends in whatever way, its side of the pipe closes, and the
encoder leaves.
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

from chainviz.errors import ChainvizError
from chainviz.machine import give_memory_back, take_small_pages
from chainviz.render.engine.encode import Encoding, Film
from chainviz.render.engine.planes import Patch, plane_shapes
from chainviz.render.engine.region import Rect
from chainviz.render.engine.ring import Ring
from chainviz.render.engine.spare import Spare

__all__ = ["Companion", "Companions", "companions", "room_for"]

_LASTING = 2**19
"""Bytes: what an encoder keeps for as long as it is there. They come and go, in many sizes."""
_PICTURES = 512
"""Messages that may wait, however small."""
_LETTER = 8
"""So many of them are sent at once, unless somebody waits for an answer: sending takes its time."""
_DONE, _FAILED = b".", b"!"


class Companion:
    """A process that encodes, idle until it is given a film."""

    def __init__(self, size: int) -> None:
        self._memory = mmap.mmap(-1, size)
        self._ring = Ring(self._memory)
        self._waiting: deque[bool] = deque()
        self._letter: list[Any] = []
        self._told = 0
        self._ended = False
        self.size = size
        hears, self._tells = Pipe(duplex=False)
        self._answers, answers = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _serve(hears, answers, self._ring)
        hears.close()
        os.close(answers)
        self._poll = select.poll()
        self._poll.register(self._answers, select.POLLIN)

    @property
    def behind(self) -> int:
        """How many messages it hasn't answered yet."""
        return len(self._waiting)

    def begin(self, film: Film) -> None:
        """Tell it what film it works on."""
        self._tells.send(film)

    def allow(self, size: int) -> None:
        """So much of the memory may be in use at once."""
        self._ring.limit = min(size, self.size)

    def lay(self, held: int, patches: Sequence[Patch]) -> bool:
        """Hand it a picture that follows one that was held so long; False for: no room yet."""
        if self.behind >= _PICTURES:
            return False
        at = self._ring.take(sum(part.size for _, parts in patches for part in parts))
        if at is None:
            self._post()
            return False
        places = []
        for rect, parts in patches:
            places.append((rect, at))
            for part in parts:
                self._ring.view(at, part.shape)[...] = part
                at += part.size
        self.tell(("picture", held, places), is_picture=True)
        return True

    def tell(self, message: Any, *, is_picture: bool = False) -> int:
        """Send it a message that it will answer, now or soon, and give the message's number."""
        self._letter.append(message)
        self._waiting.append(is_picture)
        self._told += 1
        if not is_picture or len(self._letter) >= _LETTER:
            self._post()
        return self._told

    def _post(self) -> None:
        if not self._letter:
            return
        letter, self._letter = self._letter, []
        try:
            self._tells.send(letter)
        except OSError:
            self.hear()  # it says why it left
            raise

    def has_done(self, number: int) -> bool:
        """Whether it has answered the message of that number."""
        return self._told - self.behind >= number

    def hear(self, patience: int | None = None) -> None:
        """Take note of what has been done; wait for that, if there is no patience."""
        if patience is None:
            self._post()
        if not self._poll.poll(patience):
            return
        words = os.read(self._answers, _PICTURES)
        if _FAILED in words or not words:
            self._raise(words.partition(_FAILED)[2])
        for _ in words:
            if self._waiting.popleft():
                self._ring.give()

    def kill(self) -> None:
        """End it, if it is still there."""
        if not self._ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """End it, and wait until it has gone."""
        self.kill()
        if self._ended:
            return
        self._ended = True
        self._tells.close()
        os.close(self._answers)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        with contextlib.suppress(BufferError):  # somebody still looks at it: it goes with us
            self._memory.close()

    def _raise(self, words: bytes) -> NoReturn:
        while more := os.read(self._answers, 4096):
            words += more
        if words:
            raise pickle.loads(words)
        raise ChainvizError("the process that encodes the film was killed")


class Companions:
    """Two encoders for films of up to some size: the drawing wouldn't keep up with more."""

    def __init__(self, size: int, spare: Spare) -> None:
        self.size = size
        self.spare = spare
        self.all = [Companion(size)]
        with contextlib.suppress(OSError):  # no more processes or memory: it goes without
            self.all.append(Companion(size))

    def free_one(self) -> Companion:
        """The one with the least to do."""
        for one in self.all:
            one.hear(0)
        return min(self.all, key=lambda one: one.behind)

    def end(self) -> None:
        """End them all, at the same time."""
        for one in self.all:
            one.kill()
        for one in self.all:
            one.end()


@contextmanager
def companions(width: int, height: int, pictures: int, spare: Spare) -> Iterator[Companions | None]:
    """Encoders with memory for so many whole pictures each; None where a fork isn't safe."""
    if not _alone():
        yield None
        return
    made = Companions(room_for(width, height, pictures), spare)
    try:
        yield made
    finally:
        made.end()


def room_for(width: int, height: int, pictures: int) -> int:
    """Bytes that so many whole pictures take."""
    return pictures * sum(map(math.prod, plane_shapes((0, 0, width, height))))


def _alone() -> bool:
    """Whether this process has a single thread, so that a forked one is whole."""
    if sys.platform != "linux":
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208
    except OSError:
        return False


def _serve(hears: Connection, answers: int, ring: Ring) -> NoReturn:
    """The life of the process: never returns into the program it was forked from."""
    try:
        gc.disable()
        give_memory_back(_LASTING)
        take_small_pages()
        _leave_alone({hears.fileno(), answers})
        with contextlib.suppress(EOFError):
            _encode(hears, answers, ring)
    except BaseException as failure:
        with contextlib.suppress(BaseException):
            os.write(answers, _FAILED + _pickled(failure))
    finally:
        os._exit(0)


def _encode(hears: Connection, answers: int, ring: Ring) -> None:
    encoding = Encoding(hears.recv())
    while True:
        for message in hears.recv():
            match message:
                case ("picture", held, places):
                    encoding.stay(held)
                    encoding.change([(rect, _lying(ring, rect, at)) for rect, at in places])
                case ("cut", held, path):
                    encoding.stay(held)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(pickle.dumps(encoding.cut()))
            os.write(answers, _DONE)


def _lying(ring: Ring, rect: Rect, at: int) -> list[Any]:
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
