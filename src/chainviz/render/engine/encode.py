"""One H.264 stream for a whole scene, encoded by a thread of its own while Python draws."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from queue import Queue
from threading import Condition, Thread
from typing import Any

import av
from manim import __version__ as manim_version

from chainviz.render.engine.convert import Patch, YuvFrame, cut
from chainviz.render.engine.region import Rect

__all__ = ["H264Sink"]

_QUEUED = 20 * 2**20
"""Bytes of patches that may wait for the encoder."""
_OPTIONS = {
    "preset": "superfast",
    "qp": "22",
    "x264-params": (
        "bframes=3:b-adapt=0:pbratio=2.5:scenecut=0:weightp=0:no-deblock=1"
        ":subme=2:analyse=all:trellis=1:psy=0"
        ":colormatrix=smpte170m:colorprim=bt709:transfer=iec61966-2-1:fullrange=off"
    ),
}
"""Measured on drawn films: smooth edges need no deblocking, fades want many cheap B-frames, a
constant quantiser spares the encoder a look at the future, and what little moves may be looked
at closely because the rest of the frame is skipped. The numbers are Rec. 601's, as
Manim's are; Manim doesn't say so, and players then guess wrongly for a film of this size."""


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
    """Writes an mp4 with a constant frame rate; held pictures are encoded, never converted."""

    def __init__(
        self,
        target: Path,
        *,
        width: int,
        height: int,
        rate: Fraction,
        options: Mapping[str, str] = _OPTIONS,
    ) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self._target = target
        self._whole: Rect = (0, 0, width, height)
        self._container = av.open(target, mode="w", options={"movflags": "+faststart"})
        self._container.metadata["comment"] = f"Rendered with Manim Community v{manim_version}"
        stream: Any = self._container.add_stream("libx264", rate=rate, options=dict(options))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        self._stream = stream
        self._yuv = YuvFrame(width, height)
        self._tick = 1 / rate
        self._written = 0
        self._started = False
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
        self._put(lambda: self._encode(frames))

    def finish(self) -> None:
        """Drain, flush and close."""
        self._close()
        if self._failure is not None:
            self.abort()
            raise self._failure
        for packet in self._stream.encode():
            self._container.mux(packet)
        self._container.close()

    def abort(self) -> None:
        """Close and remove what there is."""
        self._close()
        with contextlib.suppress(Exception):
            self._container.close()
        self._target.unlink(missing_ok=True)

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
        self._yuv.update(patches)
        self._room.give(size)
        self._encode(1)

    def _encode(self, frames: int) -> None:
        frame = self._yuv.frame
        for _ in range(frames):
            frame.pts, frame.time_base = self._written, self._tick
            self._written += 1
            for packet in self._stream.encode(frame):
                self._container.mux(packet)
