"""Encoding by a thread of its own while Python draws."""

from __future__ import annotations

import sys
from collections.abc import Callable
from queue import Queue
from threading import Condition, Thread
from typing import Any

from chainviz.render.engine.convert import Patch, YuvFrame, cut
from chainviz.render.engine.region import Rect
from chainviz.render.engine.stream import H264File

__all__ = ["H264Sink"]

_QUEUED = 20 * 2**20
"""Bytes of patches that may wait for the encoder."""


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


class H264Sink:
    """Hands a film over to a file: what changed is converted, what stays is only counted."""

    def __init__(self, file: H264File, *, width: int, height: int) -> None:
        self._file = file
        self._whole: Rect = (0, 0, width, height)
        self._yuv = YuvFrame(width, height)
        self._started = False
        self._frames = 0
        self._queue: Queue[Callable[[], None] | None] = Queue(maxsize=64)
        self._room = _Room(_QUEUED)
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._work, name="encoder", daemon=True)
        self._thread.start()

    def picture(self, pixels: Any, rects: list[Rect] | None) -> None:
        """A new picture."""
        patches = cut(pixels, [self._whole] if rects is None or self._new() else rects)
        size = sum(patch[2].nbytes for patch in patches)
        self._room.take(size)
        self._put(lambda: self._change(patches, size))

    def hold(self, frames: int) -> None:
        """The same picture for longer."""
        self._put(lambda: self._stay(frames))

    def finish(self) -> None:
        """Drain, flush and close."""
        self._close()
        if self._failure is not None:
            self.abort()
            raise self._failure
        self._show()
        self._file.close()

    def abort(self) -> None:
        """Close and remove what there is."""
        self._close()
        self._file.drop()

    def _new(self) -> bool:
        first, self._started = not self._started, True
        return first

    def _put(self, work: Callable[[], None]) -> None:
        if self._failure is not None:
            raise self._failure
        self._queue.put(work)

    def _close(self) -> None:
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            if self._failure is None:
                try:
                    work()
                except BaseException as failure:
                    self._failure = failure
                    self._room.open()

    def _change(self, patches: list[Patch], size: int) -> None:
        self._show()
        self._yuv.update(patches)
        self._room.give(size)
        self._frames = 1

    def _stay(self, frames: int) -> None:
        self._frames += frames

    def _show(self) -> None:
        """Encode the picture that is complete, now that it's known how long it stays."""
        frames, self._frames = self._frames, 0
        if frames:
            self._file.show(self._yuv.frame, frames)
