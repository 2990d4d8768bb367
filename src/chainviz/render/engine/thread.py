"""Encoding in a thread beside the drawing, where a process of its own isn't safe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from queue import Queue
from threading import Condition, Thread
from typing import Any

from chainviz.render.captions import Cue
from chainviz.render.engine.convert import Converter
from chainviz.render.engine.encode import Cuts, Encoding, Film
from chainviz.render.engine.mp4 import Mp4File
from chainviz.render.engine.region import Rect

__all__ = ["ThreadSink"]

_QUEUED = 16 * 2**20
"""Bytes of patches that may wait for the encoder."""

_Work = Callable[[Encoding, Mp4File], None]


class ThreadSink:
    """Hands a film over to an encoder in a thread of its own."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._cuts = Cuts()
        self._converter = Converter()
        self._file: Mp4File | None = None
        self._queue: Queue[_Work | None] = Queue(maxsize=64)
        self._room = _Room(_QUEUED)
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._work, name="encoder", daemon=True)
        self._thread.start()

    def picture(self, pixels: Any, rects: list[Rect] | None) -> None:
        """A new picture."""
        if self._cuts.before_this():
            self._put(_cut)
            rects = None
        patches = self._converter.patches(pixels, [self._film.whole] if rects is None else rects)
        size = sum(part.nbytes for _, parts in patches for part in parts)
        self._room.take(size)

        def change(encoding: Encoding, _: Mp4File) -> None:
            encoding.change(patches)
            self._room.give(size)

        self._put(change)

    def hold(self, frames: int) -> None:
        """The same picture for longer."""
        self._put(lambda encoding, _: encoding.stay(frames))

    def close(self, chapters: Sequence[Cue] = ()) -> None:
        """Flush and close the file, in the thread."""
        if self._thread.is_alive() and self._failure is None:
            self._queue.put(_cut)
            self._queue.put(lambda _, file: file.close(chapters))
        self._queue.put(None)

    def finish(self) -> None:
        """Wait for the file."""
        self._thread.join()
        if self._failure is not None:
            self._drop()
            raise self._failure

    def abort(self) -> None:
        """Close and remove what there is."""
        self._queue.put(None)
        self._thread.join()
        self._drop()

    def _drop(self) -> None:
        if self._file is not None:
            self._file.drop()

    def _put(self, work: _Work) -> None:
        if self._failure is not None:
            raise self._failure
        self._queue.put(work)

    def _work(self) -> None:
        try:
            encoding, self._file = Encoding(self._film), self._film.file()
            while (work := self._queue.get()) is not None:
                work(encoding, self._file)
        except BaseException as failure:
            self._failure = failure
            self._room.open()
            while self._queue.get() is not None:
                pass


def _cut(encoding: Encoding, file: Mp4File) -> None:
    file.add(encoding.cut())


class _Room:
    """Counts bytes that wait, and makes the drawing side wait when there are too many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._used = 0
        self._changed = Condition()

    def take(self, size: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._used == 0 or self._used + size <= self._most)
            self._used += size

    def give(self, size: int) -> None:
        with self._changed:
            self._used -= size
            self._changed.notify_all()

    def open(self) -> None:
        """Nobody will give any more: let everybody through."""
        with self._changed:
            self._most = sys.maxsize
            self._changed.notify_all()
