"""Encoding beside the drawing: in a process of its own where that's safe, else in a thread."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from queue import Queue
from threading import Condition, Thread
from typing import Any

from chainviz.render.captions import Cue
from chainviz.render.engine.convert import Converter, Patch, YuvFrame
from chainviz.render.engine.region import Rect
from chainviz.render.engine.stream import H264File

__all__ = ["Encoding", "Film", "ThreadSink"]

_QUEUED = 16 * 2**20
"""Bytes of patches that may wait for the encoder."""


@dataclass(frozen=True, slots=True)
class Film:
    """What is to be encoded."""

    target: Path
    width: int
    height: int
    rate: Fraction

    @property
    def whole(self) -> Rect:
        """All of a picture."""
        return (0, 0, self.width, self.height)


class Encoding:
    """Makes a film of patches: what changed is put in its place, what stays is only counted."""

    def __init__(self, film: Film) -> None:
        self._yuv = YuvFrame(film.width, film.height)
        self._file = H264File(film.target, width=film.width, height=film.height, rate=film.rate)
        self._frames = 0

    def change(self, patches: Sequence[Patch]) -> None:
        """A new picture, one frame long so far; the patches may be reused afterwards."""
        self._show()
        self._yuv.update(patches)
        self._frames = 1

    def stay(self, frames: int) -> None:
        """The picture stays for longer."""
        self._frames += frames

    def finish(self, chapters: Sequence[Cue]) -> None:
        """Complete the file."""
        self._show()
        self._file.close(chapters)

    def drop(self) -> None:
        """Close and remove what there is."""
        self._file.drop()

    def _show(self) -> None:
        """Encode the picture that is complete, now that it's known how long it stays."""
        frames, self._frames = self._frames, 0
        if frames:
            self._file.show(self._yuv.frame, frames)


class ThreadSink:
    """Hands a film over to an encoder in a thread of its own."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._begun = False
        self._converter = Converter()
        self._encoding: Encoding | None = None
        self._queue: Queue[Callable[[Encoding], None] | None] = Queue(maxsize=64)
        self._room = _Room(_QUEUED)
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._work, name="encoder", daemon=True)
        self._thread.start()

    def picture(self, pixels: Any, rects: list[Rect] | None) -> None:
        """A new picture."""
        rects = [self._film.whole] if rects is None or not self._begun else rects
        self._begun = True
        patches = self._converter.patches(pixels, rects)
        size = sum(part.nbytes for _, parts in patches for part in parts)
        self._room.take(size)

        def change(encoding: Encoding) -> None:
            encoding.change(patches)
            self._room.give(size)

        self._put(change)

    def hold(self, frames: int) -> None:
        """The same picture for longer."""
        self._put(lambda encoding: encoding.stay(frames))

    def close(self, chapters: Sequence[Cue] = ()) -> None:
        """Flush and close the file, in the thread."""
        if self._thread.is_alive() and self._failure is None:
            self._queue.put(lambda encoding: encoding.finish(chapters))
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
        if self._encoding is not None:
            self._encoding.drop()

    def _put(self, work: Callable[[Encoding], None]) -> None:
        if self._failure is not None:
            raise self._failure
        self._queue.put(work)

    def _work(self) -> None:
        try:
            self._encoding = Encoding(self._film)
            while (work := self._queue.get()) is not None:
                work(self._encoding)
        except BaseException as failure:
            self._failure = failure
            self._room.open()
            while self._queue.get() is not None:
                pass


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
