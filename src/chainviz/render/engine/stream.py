"""H.264 in stretches that need nothing of each other: pictures in, each with how long it stays."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

import av
from av.video.frame import PictureType

from chainviz.render.engine.held import Again, Repeater, how_to_repeat
from chainviz.render.engine.price import Price

__all__ = ["Coder", "Packet", "Stretch", "options_for"]

OPTIONS = {
    "preset": "superfast",
    "threads": "1",
    "x264-params": (
        "b-adapt=0:b-pyramid=none:scenecut=0:weightp=0:no-deblock=1"
        ":me=umh:subme=7:ref=1:8x8dct=0:analyse=p8x8,i4x4:trellis=1:psy=0:sliced-threads=0"
        ":colormatrix=smpte170m:colorprim=bt709:transfer=iec61966-2-1:fullrange=off"
    ),
}
"""Measured on drawn films: smooth edges need no deblocking, a constant quantiser spares the
encoder a look at the future, and what little moves may be looked at closely because the rest of
the frame is skipped. There is one reference only, since a repeated picture would push another out
of a player's memory that the encoder still counts on. The numbers are Rec. 601's, as Manim's are;
Manim doesn't say so, and players then guess wrongly for a film of this size."""


@dataclass(frozen=True, slots=True)
class _How:
    """What depends on how long a picture is seen."""

    quantiser: int
    coarser: float
    """By how much B-frames are coarser, as a ratio of steps."""
    row: int
    """How many of them follow each other."""
    fine: float
    """By how much they are coarser where what changes costs next to nothing."""
    busy: int
    """How many follow each other where much changes: they would be seen."""


_RATES = (
    (20, _How(20, 3.7, 2, 1.5, 1)),
    (40, _How(22, 4.3, 3, 2.5, 1)),
    (math.inf, _How(24, 5.0, 4, 2.0, 2)),
)
"""Up to so many pictures a second. The shorter a picture is seen the coarser it may be, and coarse
B-frames are how what moves costs less than what stays; what stays must be fine, or what moves
leaves a trail. Measured to be no worse than what Manim's own encoder makes of the same film, by
PSNR and by SSIM, at about its size."""

_BUSY = 0.08
"""Much changes where a picture differs from the one before on more than this share of it."""

_WORTH = 3
"""A picture that stays for fewer frames more is encoded again instead of repeated."""


def options_for(rate: Fraction, *, fine: bool = False) -> dict[str, str]:
    """The encoder's options for a film of so many pictures a second."""
    how = _how(rate)
    coarser = how.fine if fine else how.coarser
    params = f"bframes={how.row}:pbratio={coarser}:{OPTIONS['x264-params']}"
    return OPTIONS | {"qp": str(how.quantiser), "x264-params": params}


def _how(rate: Fraction) -> _How:
    return next(how for most, how in _RATES if rate <= most)


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame of a stream."""

    data: bytes
    place: int
    """Which frame of its stretch it shows."""
    is_key: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some frames of a film that can be decoded by themselves, in the order of decoding."""

    headers: bytes
    packets: tuple[Packet, ...]

    def followed_by(self, other: Stretch) -> Stretch:
        """What both hold, one after the other."""
        begin = len(self.packets)  # each of its frames has one
        moved = (replace(packet, place=begin + packet.place) for packet in other.packets)
        return Stretch(self.headers or other.headers, (*self.packets, *moved))


class Coder:
    """Encodes one stretch; not for use by two threads at once."""

    def __init__(
        self,
        *,
        width: int,
        height: int,
        rate: Fraction,
        options: dict[str, str] | None = None,
        fine: bool = False,
        repeat: bool = True,
    ) -> None:
        options = options or options_for(rate, fine=fine)
        settings = width, height, rate, tuple(options.items())
        again = _again(*settings) if repeat else None  # now: there is memory for one encoder
        self._context = _context(*settings)
        self._repeater = None if again is None else Repeater(again)
        self.price = Price(width * height)
        self._row = _how(rate).busy
        self._given = 0
        self._passed = 0
        self._free = 0
        self._packets: list[Packet] = []
        self._held: deque[tuple[int, int]] = deque()
        self._shifts: deque[tuple[int, int]] = deque([(0, 0)])

    @property
    def repeats(self) -> bool:
        """Whether held pictures are repeated rather than encoded again and again."""
        return self._repeater is not None

    def show(self, frame: Any, frames: int, *, differing: float = 0.0) -> None:
        """One picture, for so many frames, which differs so much from the one before."""
        self.price.expect(self._given, differing)
        if frames > _WORTH and self.repeats:
            self._encode(frame, PictureType.P if self._given else PictureType.I)
            self._held.append((self._given, frames - 1))
            return
        for _ in range(frames):
            enough = differing > _BUSY and self._free >= self._row
            self._encode(frame, PictureType.P if enough else PictureType.NONE)

    def finish(self) -> Stretch:
        """All that was shown, encoded."""
        for packet in self._context.encode(None):
            self._pass(packet)
        return Stretch(bytes(self._context.extradata or b""), tuple(self._packets))

    def _encode(self, frame: Any, kind: PictureType) -> None:
        self._free = self._free + 1 if kind is PictureType.NONE else 0
        frame.pict_type = kind
        frame.pts, frame.time_base = self._given, self._context.time_base
        self._given += 1
        for packet in self._context.encode(frame):
            self._pass(packet)

    def _pass(self, packet: Any) -> None:
        """Keep one of the encoder's packets, and after it what repeats its picture.

        The picture before a held one is never decoded after it, because a held one is no
        B-frame; so when as many packets have passed as pictures were given up to it, all of
        them are through.
        """
        place, data = packet.pts, bytes(packet)
        self.price.note(place, len(data), is_key=packet.is_keyframe)
        self._passed += 1
        if self._repeater is None:
            self._packets.append(Packet(data, place, packet.is_keyframe))
            return
        passed = self._repeater.passed(data)
        self._packets.append(Packet(passed, place + self._shift(place), packet.is_keyframe))
        if self._held and self._passed == self._held[0][0]:
            count, frames = self._held.popleft()
            for _ in range(frames):
                again = self._repeater.repeated()
                self._packets.append(Packet(again, len(self._packets), is_key=False))
            self._shifts.append((count, self._shifts[-1][1] + frames))

    def _shift(self, place: int) -> int:
        while len(self._shifts) > 1 and self._shifts[1][0] <= place:
            self._shifts.popleft()
        return self._shifts[0][1]


@cache
def _again(*settings: Any) -> Again | None:
    return how_to_repeat(_context(*settings))


def _context(width: int, height: int, rate: Fraction, options: tuple[tuple[str, str], ...]) -> Any:
    context: Any = av.codec.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.framerate, context.time_base = rate, 1 / rate
    context.options = dict(options)
    context.flags |= av.codec.context.Flags.global_header
    return context
