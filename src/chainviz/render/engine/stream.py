"""An mp4 file with one H.264 stream: pictures in, each with the number of frames it stays."""

from __future__ import annotations

import contextlib
import math
from collections import deque
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.frame import PictureType
from manim import __version__ as manim_version

from chainviz.render.captions import Cue
from chainviz.render.engine.held import Repeater, repeater_for

__all__ = ["H264File", "options_for"]

OPTIONS = {
    "preset": "superfast",
    "threads": "1",
    "x264-params": (
        "b-adapt=0:b-pyramid=none:scenecut=0:weightp=0:no-deblock=1"
        ":subme=2:analyse=all:trellis=1:psy=0:sliced-threads=0"
        ":colormatrix=smpte170m:colorprim=bt709:transfer=iec61966-2-1:fullrange=off"
    ),
}
"""Measured on drawn films: smooth edges need no deblocking, a constant quantiser spares the
encoder a look at the future, and what little moves may be looked at closely because the rest of
the frame is skipped. The numbers are Rec. 601's, as Manim's are; Manim doesn't say so, and players
then guess wrongly for a film of this size."""

_RATES = ((20, 22, 2.5, 2), (40, 24, 3.0, 2), (math.inf, 26, 3.5, 3))
"""Up to so many pictures a second: the quantiser, how much coarser B-frames are, and how many of
them follow each other. The shorter a picture is seen the coarser it may be, and coarse B-frames
are how what moves costs less than what stays. Measured to be no worse than what Manim's own
encoder makes of the same film, at about its size."""

_WORTH = 3
"""A picture that stays for fewer frames more is encoded again instead of repeated."""


def options_for(rate: Fraction) -> dict[str, str]:
    """The encoder's options for a film of so many pictures a second."""
    quantiser, coarser, row = next(rest for most, *rest in _RATES if rate <= most)
    params = f"bframes={row}:pbratio={coarser}:{OPTIONS['x264-params']}"
    return OPTIONS | {"qp": str(quantiser), "x264-params": params}


class H264File:
    """Encodes and writes; not for use by two threads at once."""

    def __init__(
        self,
        target: Path,
        *,
        width: int,
        height: int,
        rate: Fraction,
        options: dict[str, str] | None = None,
        repeat: bool = True,
    ) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self._target = target
        self._tick = 1 / rate
        self._container = av.open(target, mode="w", options={"movflags": "+faststart"})
        self._container.metadata["comment"] = f"Rendered with Manim Community v{manim_version}"
        options = options or options_for(rate)
        stream: Any = self._container.add_stream("libx264", rate=rate, options=dict(options))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        self._stream = stream
        self._repeater = self._ask(width, height, rate, options) if repeat else None
        self._given = 0
        self._passed = 0
        self._written = 0
        self._held: deque[tuple[int, int]] = deque()
        self._shifts: deque[tuple[int, int]] = deque([(0, 0)])

    @property
    def repeats(self) -> bool:
        """Whether held pictures are repeated rather than encoded again and again."""
        return self._repeater is not None

    def show(self, frame: Any, frames: int) -> None:
        """One picture, for so many frames."""
        if self._repeater is not None and frames > _WORTH:
            self._encode(frame, PictureType.P if self._given else PictureType.I)
            self._held.append((self._given, frames - 1))
            return
        for _ in range(frames):
            self._encode(frame, PictureType.NONE)

    def close(self, chapters: Iterable[Cue] = ()) -> None:
        """Complete the file."""
        for packet in self._stream.encode():
            self._pass(packet)
        self._container.set_chapters(_described(chapters))
        self._container.close()

    def drop(self) -> None:
        """Close and remove what there is."""
        with contextlib.suppress(Exception):
            self._container.close()
        self._target.unlink(missing_ok=True)

    def _ask(
        self, width: int, height: int, rate: Fraction, options: dict[str, str]
    ) -> Repeater | None:
        context: Any = av.codec.CodecContext.create("libx264", "w")
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.framerate, context.time_base = rate, 1 / rate
        context.options = options | {"threads": "1"}
        context.flags |= av.codec.context.Flags.global_header
        return repeater_for(context)

    def _encode(self, frame: Any, kind: PictureType) -> None:
        frame.pict_type = kind
        frame.pts, frame.time_base = self._given, self._tick
        self._given += 1
        for packet in self._stream.encode(frame):
            self._pass(packet)

    def _pass(self, packet: Any) -> None:
        """Write one of the encoder's packets, and after it what repeats its picture.

        The picture before a held one is never decoded after it, because a held one is no
        B-frame; so when as many packets have passed as pictures were given up to it, all of
        them are through.
        """
        place = packet.pts
        if self._repeater is None:
            self._write(packet, place)
            return
        moved = av.Packet(self._repeater.passed(bytes(packet)))
        moved.is_keyframe = packet.is_keyframe
        self._write(moved, place + self._shift(place))
        self._passed += 1
        if self._held and self._passed == self._held[0][0]:
            count, frames = self._held.popleft()
            for _ in range(frames):
                self._write(av.Packet(self._repeater.repeated()), self._written)
            self._shifts.append((count, self._shifts[-1][1] + frames))

    def _shift(self, place: int) -> int:
        while len(self._shifts) > 1 and self._shifts[1][0] <= place:
            self._shifts.popleft()
        return self._shifts[0][1]

    def _write(self, packet: Any, place: int) -> None:
        packet.stream = self._stream
        packet.time_base = self._tick
        packet.pts, packet.dts, packet.duration = place, self._written - 1, 1
        self._written += 1
        self._container.mux(packet)


def _described(chapters: Iterable[Cue]) -> list[Any]:
    return [
        {
            "id": number,
            "start": round(start * 1000),
            "end": round(end * 1000),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": title},
        }
        for number, (start, end, title) in enumerate(chapters, 1)
    ]
