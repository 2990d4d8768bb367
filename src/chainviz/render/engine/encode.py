"""What is encoded, where it is cut, and the encoding of what comes in patches."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from chainviz.render.engine.assembly import Stretch
from chainviz.render.engine.changes import Changes
from chainviz.render.engine.convert import YuvFrame
from chainviz.render.engine.mp4 import Mp4File
from chainviz.render.engine.planes import Patch
from chainviz.render.engine.region import Rect
from chainviz.render.engine.stream import Coder

__all__ = ["Cuts", "Encoding", "Film"]

_AHEAD = 2
"""Whole pictures that may be kept of what is looked at ahead of encoding, about."""
_MANY = 60
"""As many pictures at the most, if they change but little."""
_CLOSELY = 3
"""One in so many of them is looked at closely."""
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


@dataclass(slots=True)
class _Ahead:
    """A picture that isn't encoded yet: how it differs from the one before."""

    patches: Sequence[Patch]
    changes: Changes


class Encoding:
    """Makes stretches of patches, once it has seen some pictures of what comes afterwards."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._shown = YuvFrame(film.width, film.height)
        self._known = YuvFrame(film.width, film.height)
        self._ahead: deque[_Ahead] = deque()
        self._size = self._pictures = 0
        self._coder: Coder | None = None

    def change(self, patches: Sequence[Patch]) -> None:
        """A new picture, one frame long so far; the patches may be reused afterwards."""
        closely = self._pictures % _CLOSELY == 1
        changes, changed = self._known.update(patches, closely=closely)
        self._pictures += bool(changed)
        if self._coder is None and not self._ahead:
            # a stretch begins: what comes next is chosen by that alone, not by what was before
            self._shown.put(changed)
            changed, changes.size = [], 0
            self._pictures = 1
        self._ahead.append(_Ahead(changed, changes))
        self._size += changes.size
        most = self._film.width * self._film.height * _AHEAD
        while len(self._ahead) > 1 and (len(self._ahead) > _MANY or self._size > most):
            self._show()

    def stay(self, frames: int) -> None:
        """The picture stays for longer."""
        if self._ahead:
            self._ahead[-1].changes.frames += frames

    def cut(self) -> Stretch:
        """What there is since the last cut; the next picture has to be a whole one."""
        while self._ahead:
            self._show()
        if self._coder is None:
            return Stretch(b"", ())
        done, self._coder = self._coder.finish(), None
        return done

    def _show(self) -> None:
        """Encode the oldest."""
        if self._coder is None:
            film = self._film
            self._coder = Coder(width=film.width, height=film.height, rate=film.rate)
        one = self._ahead.popleft()
        self._size -= one.changes.size
        self._shown.put(one.patches)
        self._coder.show(self._shown, one.changes.frames, [later.changes for later in self._ahead])
