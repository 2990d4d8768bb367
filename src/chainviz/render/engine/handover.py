"""Hands a film over to encoders in other processes, stretch by stretch."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainviz.render.captions import Cue
from chainviz.render.engine.assembly import Stretch
from chainviz.render.engine.beside import Companion, Companions, room_for
from chainviz.render.engine.convert import Converter
from chainviz.render.engine.encode import Cuts, Film
from chainviz.render.engine.planes import Patch
from chainviz.render.engine.region import Rect

__all__ = ["ROOM", "ProcessSink"]

ROOM = 16
"""Whole pictures for which an encoder has memory, each of one and a half bytes a pixel."""
_USUAL = 1
"""So many of them are used as long as there is no processor to spare; mostly small parts wait."""
_BEHIND = 8
"""An encoder that has so many pictures to do isn't given more, if there is another."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch that is being encoded, or has been."""

    by: Companion
    number: int
    path: Path

    def take(self) -> Stretch:
        """Wait for it."""
        while not self.by.has_done(self.number):
            self.by.hear()
        stretch: Stretch = pickle.loads(self.path.read_bytes())
        self.path.unlink()
        return stretch


class ProcessSink:
    """Gives each stretch to one encoder, and puts the film together when all are there.

    Usually one encoder gets them all. Where a processor would stand idle otherwise, the next
    stretch is begun by another while the first still has pictures to do, and more pictures may
    wait. What is encoded is the same.
    """

    def __init__(self, film: Film, encoders: Companions) -> None:
        self._film = film
        self._encoders = encoders
        self._begun: set[Companion] = set()
        self._current = encoders.free_one()
        self._current.allow(room_for(film.width, film.height, _USUAL))
        self._converter = Converter()
        self._cuts = Cuts()
        self._pieces: list[_Piece] = []
        self._frames = 0
        self._chapters: tuple[Cue, ...] = ()

    @staticmethod
    def fits(film: Film, encoders: Companions) -> bool:
        """Whether they have memory enough for such pictures."""
        return room_for(film.width, film.height, 1) <= encoders.size

    def picture(self, pixels: Any, rects: list[Rect] | None) -> None:
        """A new picture."""
        with self._or_nothing():
            if self._cuts.before_this():
                self._cut()
                self._begin()
                rects = None
            whole = [self._film.whole]
            self._lay(self._converter.patches(pixels, whole if rects is None else rects))
        self._frames = 0

    def hold(self, frames: int) -> None:
        """The same picture for longer."""
        self._frames += frames

    def close(self, chapters: Sequence[Cue] = ()) -> None:
        """No more will come."""
        with self._or_nothing():
            self._cut()
        self._chapters = tuple(chapters)

    def finish(self) -> None:
        """Wait for every stretch, and put them together."""
        with self._or_nothing():
            file = self._film.file()
            try:
                for piece in self._pieces:
                    file.add(piece.take())
                file.close(self._chapters)
            except BaseException:
                file.drop()
                raise

    def abort(self) -> None:
        """End the processes, and remove what there is."""
        self._encoders.end()
        for piece in self._pieces:
            piece.path.unlink(missing_ok=True)
        self._film.target.unlink(missing_ok=True)

    def _lay(self, patches: Sequence[Patch]) -> None:
        current = self._current
        current.hear(0)
        while not current.lay(self._frames, patches):
            if self._encoders.spare.seen():
                current.allow(self._encoders.size)
            current.hear()

    def _cut(self) -> None:
        """Have the stretch completed that was begun last."""
        if not self._begun:
            return
        target = self._film.target
        path = target.with_name(f"{target.name}.{len(self._pieces)}")
        number = self._current.tell(("cut", self._frames, path))
        self._pieces.append(_Piece(self._current, number, path))
        self._frames = 0

    def _begin(self) -> None:
        """Choose who makes the next stretch."""
        self._current.hear(0)
        if self._current.behind > _BEHIND and self._encoders.spare.seen():
            self._current = self._encoders.free_one()
            self._current.allow(self._encoders.size)
        if self._current not in self._begun:
            self._begun.add(self._current)
            self._current.begin(self._film)

    @contextmanager
    def _or_nothing(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.abort()
            raise
