"""H.264 in stretches that need nothing of each other: pictures in, each with how long it stays.

Each picture is put together from bands that are encoded by themselves. A band in which nothing
changes costs no encoder anything, and the file a few bytes; a picture that stays is one in which
nothing changes anywhere. Each of these frames is a frame like any other to a player: nothing
about the rate varies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import cache
from itertools import takewhile

import numpy as np
from av.video.frame import PictureType

from chainviz.machine import trim_memory
from chainviz.render.engine.assembly import Coded, Shown, Stretch, assembled
from chainviz.render.engine.band import REACH, Band, open_encoder
from chainviz.render.engine.changes import Changes
from chainviz.render.engine.convert import YuvFrame
from chainviz.render.engine.cutting import (
    Cutting,
    changes_seldom,
    changing_in,
    fading_in,
    has_faded,
)
from chainviz.render.engine.marks import can_mark
from chainviz.render.engine.options import BUSY, CROWDED, LITTLE, LONG, how_for, options_for
from chainviz.render.engine.parameters import Layout, layout_of
from chainviz.render.engine.partition import Rows, holds, outside, overlap, runs_of
from chainviz.render.engine.planes import BLOCK

__all__ = ["Coder"]

_WORTH = 3
"""A picture that stays for fewer frames more is encoded again instead of repeated."""


_NOW_AND_THEN = 5
"""One picture in so many is asked whether a fade is over."""
_WITH_A_MIDDLE = 2
"""Where so many pictures lie between two references, the others refer to the middle one, too."""


class Coder:
    """Encodes one stretch; not for use by two threads at once."""

    def __init__(
        self,
        *,
        width: int,
        height: int,
        rate: Fraction,
        options: Callable[..., dict[str, str]] = options_for,
    ) -> None:
        self._rate = rate
        self._how = how_for(rate)
        self._options = options
        self._whole = options(rate, whole=True)
        self._headers, self._layout = _headers(width, height, rate, *self._whole.items())
        self._size = -(-width // BLOCK), -(-height // BLOCK)
        self._bands: list[Band] = []
        self._concerned: list[Band] = []
        self._cutting = Cutting(self._size[1])
        self._coming: Sequence[Changes] = ()
        self._new: list[Rows] = []
        self._shown: list[Shown] = []
        self._changes = self._none = Changes.none(self._size[1])
        self._between = 0
        self._place = 0

    @property
    def cuts(self) -> bool:
        """Whether pictures are cut into bands and repeated, rather than encoded as they come."""
        return self._layout is not None

    def show(self, frame: YuvFrame, frames: int, coming: Sequence[Changes]) -> None:
        """One picture, for so many frames; then come these changes, or the stretch ends.

        It is always the same frame, brought up to date.
        The more of them are known the better it is cut; of those that aren't the next must be.
        """
        if frames > _WORTH and self.cuts:
            self._show(frame, frames, coming)
            return
        for left in range(frames - 1, -1, -1):
            self._show(frame, 1, (self._none, *coming) if left else coming)

    def finish(self) -> Stretch:
        """All that was shown, encoded."""
        self._close(self._bands)
        return Stretch(self._headers, tuple(assembled(self._shown, self._layout, self._size)))

    def _show(self, frame: YuvFrame, frames: int, coming: Sequence[Changes]) -> None:
        self._coming = coming
        alone = self._renew(frame)
        gone = self._plan(frame, coming) if coming else []
        last = not coming or bool(gone or self._new)
        is_between = not (alone or last or frames > 1 or self._is_enough())
        has_middle = not all(band.plain for band in self._concerned)
        if has_middle and not is_between and self._between >= _WITH_A_MIDDLE:
            self._shown[-self._between :][(self._between - 1) // 2].is_middle = True
        self._shown.append(Shown(self._place, frames, is_between))
        self._place += frames
        for band in self._concerned:
            band.take(frame)
            self._encode(band, len(self._shown) - 1)
        self._between = self._between + 1 if is_between else 0
        self._close([*gone, *(band for band in self._concerned if band not in self._bands)])
        if coming:
            self._prepare(frame, coming[0])

    def _renew(self, frame: YuvFrame) -> bool:
        """Open the bands that begin with this picture; whether there are any."""
        begins = not self._shown
        if begins:
            everything = np.ones(self._size[1], np.bool_)
            self._new = (
                self._cutting.first(frame, self._coming) if self.cuts else runs_of(everything)
            )
            rest = runs_of(outside(everything, self._new))
            self._concerned = [self._open(frame, rows, lasting=True) for rows in rest]
        new = [self._open(frame, rows) for rows in self._new]
        self._new = []
        self._bands += new
        self._concerned += new
        return begins or bool(new)

    def _open(self, frame: YuvFrame, rows: Rows, *, lasting: bool = False) -> Band:
        trim_memory()  # what went with the bands before
        how = self._how
        if not self.cuts:
            return Band(rows, frame, self._rate, self._whole, row=how.row)
        weighs, fine = fading_in(rows, self._coming)
        share = changing_in(rows, self._coming)
        is_high = rows[1] - rows[0] > self._size[1] / 2
        row = (how.weighed if weighs else how.high) if is_high else how.row
        plain = is_high and (weighs or share < how.moving)
        wishes = {"weighs": weighs, "fine": fine, "plain": plain}
        wishes |= {"little": share < LITTLE, "crowded": share > CROWDED, "calm": share < how.calm}
        is_cheap = not is_high or changes_seldom(rows, self._coming)
        heeds = can_mark() and is_cheap and not lasting
        wishes |= {"heeds": heeds, "lasting": lasting}
        options = self._options(self._rate, **wishes, row=row)
        kind = {"plain": plain, "weighs": weighs, "heeds": heeds}
        return Band(rows, frame, self._rate, options, row=row, **kind)

    def _plan(self, frame: YuvFrame, coming: Sequence[Changes]) -> list[Band]:
        """Which bands can't go on after this picture; others are to take their places then."""
        if not self.cuts:
            return []
        bands = [band.rows for band in self._bands]
        self._new = self._cutting.next(bands, frame, coming)
        if not self._new and len(self._shown) % _NOW_AND_THEN == 0:
            over = (one.rows for one in self._bands if one.weighs and has_faded(one.rows, coming))
            if (rows := next(over, None)) is not None:
                self._new = self._cutting.anew(rows, bands, frame, coming)
        broken = [band for band in self._bands if not holds(band.rows, coming[0].rows, REACH)]
        broken += [band for rows in self._new for band in self._in(rows) if band not in broken]
        return broken

    def _in(self, rows: Rows) -> list[Band]:
        return [band for band in self._bands if overlap(band.rows, rows)]

    def _prepare(self, frame: YuvFrame, coming: Changes) -> None:
        """Let those bands in which something is to change see what came before it."""
        self._changes = coming
        if not self._between:
            self._concerned.clear()
        for band in self._bands:
            if band in self._concerned or (self.cuts and not band.sees(coming)):
                continue
            self._concerned.append(band)
            band.take(frame)
            for before in range(self._between, 0, -1):
                self._encode(band, len(self._shown) - before)
        for band in self._concerned:
            band.note(coming)

    def _is_enough(self) -> bool:
        """Whether as many pictures lie between two references as should."""
        most = self._how.busy if self._changes.share > BUSY else self._how.row
        return self._between >= min(most, *(band.row for band in self._bands), most)

    def _encode(self, band: Band, number: int) -> None:
        shown = self._shown[number]
        kind = PictureType.B if shown.is_between else PictureType.P
        finely = not shown.is_between and self._stays(band, number) >= LONG
        self._keep(band, band.encode(number, kind, finely=finely))

    def _stays(self, band: Band, number: int) -> int:
        """For how many frames that picture is seen in the band, as far as is known."""
        if number < len(self._shown) - 1:
            return 1
        still = takewhile(lambda one: not band.sees(one), self._coming)
        return self._shown[number].frames + sum(one.frames for one in still)

    def _close(self, bands: Iterable[Band]) -> None:
        for band in list(bands):
            self._keep(band, band.finish())
            if band in self._bands:
                self._bands.remove(band)

    def _keep(self, band: Band, packets: Iterable[tuple[int, bytes]]) -> None:
        for number, data in packets:
            self._cutting.count(len(data), begins=0 < number == band.begin)
            layout = band.layout if self.cuts else None
            self._shown[number].coded.append(Coded(band.rows, data, layout, band.plain))


@cache
def _headers(
    width: int, height: int, rate: Fraction, *options: tuple[str, str]
) -> tuple[bytes, Layout | None]:
    """A film's parameters, and how its slices are to be read; None where that isn't known."""
    context = open_encoder(width, height, rate, dict(options))
    context.open()
    headers = bytes(context.extradata or b"")
    return headers, layout_of(headers)
