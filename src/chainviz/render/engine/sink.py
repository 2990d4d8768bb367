"""Where finished pictures go."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Protocol

from chainviz.render.captions import Cue
from chainviz.render.engine.region import Rect

__all__ = ["HashSink", "Sink"]


class Sink(Protocol):
    """Takes the frames of a film in order; the pixels may be reused once a call returns."""

    def picture(self, pixels: Any, rects: list[Rect] | None) -> None:
        """A new picture, one frame long so far; only ``rects`` differ from the one before.

        None for the rectangles means that nobody knows what changed.
        """

    def hold(self, frames: int) -> None:
        """The last picture stays for so many frames more."""

    def close(self, chapters: Sequence[Cue] = ()) -> None:
        """No more frames: let the file be completed."""

    def finish(self) -> None:
        """The file is complete when this returns, or the reason why it isn't is raised."""

    def abort(self) -> None:
        """Drop everything and leave no file."""


class HashSink:
    """Remembers a hash of each frame instead of encoding it: what equality is tested with."""

    def __init__(self) -> None:
        self.hashes: list[str] = []
        self._shown: Any = None

    def picture(self, pixels: Any, rects: list[Rect] | None) -> None:
        """Hash what comes of taking over no more than what is said to have changed."""
        if rects is None or self._shown is None:
            self._shown = pixels.copy()
        for left, top, right, bottom in rects or ():
            self._shown[top:bottom, left:right] = pixels[top:bottom, left:right]
        self.hashes.append(hashlib.blake2b(self._shown.tobytes(), digest_size=16).hexdigest())

    def hold(self, frames: int) -> None:
        """Repeat the last hash."""
        self.hashes.extend(self.hashes[-1:] * frames)

    def close(self, chapters: Sequence[Cue] = ()) -> None:
        """Nothing to do."""

    def finish(self) -> None:
        """Nothing to do."""

    def abort(self) -> None:
        """Nothing to do."""
