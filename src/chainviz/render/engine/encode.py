"""What is encoded, where it is cut, and the encoding of what comes in patches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from chainviz.render.engine.convert import Patch, YuvFrame
from chainviz.render.engine.mp4 import Mp4File
from chainviz.render.engine.region import Rect
from chainviz.render.engine.stream import Coder, Stretch

__all__ = ["Cuts", "Encoding", "Film"]

_STRETCH = 250
"""Pictures that are encoded as one; whoever seeks has to decode from such a beginning on."""


@dataclass(frozen=True, slots=True)
class Film:
    """What is to be encoded."""

    target: Path
    width: int
    height: int
    rate: Fraction

    def file(self) -> Mp4File:
        """The file, open for its stretches."""
        return Mp4File(self.target, width=self.width, height=self.height, rate=self.rate)

    @property
    def whole(self) -> Rect:
        """All of a picture."""
        return (0, 0, self.width, self.height)


class Cuts:
    """Says where a film is cut into stretches, which depends on nothing but its pictures."""

    def __init__(self) -> None:
        self._pictures = 0

    def before_this(self) -> bool:
        """Whether a stretch begins with the picture that comes now."""
        self._pictures += 1
        return self._pictures % _STRETCH == 1


_NOTHING = Stretch(b"", ())


class Encoding:
    """Makes stretches of patches: what changed is put in its place, what stays is counted."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._yuv = YuvFrame(film.width, film.height)
        self._coder: Coder | None = None
        self._fine = False
        self._done = _NOTHING
        self._frames = 0
        self._differing = 0.0

    def change(self, patches: Sequence[Patch]) -> None:
        """A new picture, one frame long so far; the patches may be reused afterwards."""
        self._show()
        self._differing = self._yuv.differing(patches)
        self._yuv.update(patches)
        self._frames = 1

    def stay(self, frames: int) -> None:
        """The picture stays for longer."""
        self._frames += frames

    def cut(self) -> Stretch:
        """What there is since the last cut; the next picture has to be a whole one."""
        self._show()
        self._finish()
        done, self._done, self._fine = self._done, _NOTHING, False
        return done

    def _show(self) -> None:
        """Encode the picture that is complete, now that it's known how long it stays."""
        frames, self._frames = self._frames, 0
        if not frames:
            return
        if self._coder is not None and self._is_wrong(self._coder):
            self._finish()
            self._fine = not self._fine
        if self._coder is None:
            film = self._film
            self._coder = Coder(
                width=film.width, height=film.height, rate=film.rate, fine=self._fine
            )
        self._coder.show(self._yuv.frame, frames, differing=self._differing)

    def _is_wrong(self, coder: Coder) -> bool:
        """Whether what changes now should be encoded more finely, or less so."""
        return coder.price.is_high if self._fine else coder.price.is_low

    def _finish(self) -> None:
        if self._coder is not None:
            self._done = self._done.followed_by(self._coder.finish())
            self._coder = None
