"""An mp4 file, put together from stretches of H.264."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from manim import __version__ as manim_version

from chainviz.render.captions import Cue
from chainviz.render.engine.assembly import Stretch

__all__ = ["Mp4File"]


_EARLIER = 2
"""A picture is decoded by so many frames before it is shown, at the most."""


class Mp4File:
    """Writes; the rate is constant, and every frame has a packet of its own."""

    def __init__(self, target: Path, *, width: int, height: int, rate: Fraction) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self._target = target
        self._tick = 1 / rate
        self._container = av.open(target, mode="w", options={"movflags": "+faststart"})
        self._container.metadata["comment"] = f"Rendered with Manim Community v{manim_version}"
        self._stream = self._container.add_mux_stream(
            "h264", rate=rate, width=width, height=height, time_base=self._tick
        )
        self._written = 0

    def add(self, stretch: Stretch) -> None:
        """Append some frames."""
        begin = self._written
        for number, packet in enumerate(stretch.packets):
            # the muxer takes the film's parameters from what stands before its first frame
            data = packet.data if begin + number else stretch.headers + packet.data
            self._write(data, begin + packet.place, is_key=packet.is_key)

    def close(self, chapters: Iterable[Cue] = ()) -> None:
        """Complete the file."""
        self._container.set_chapters(_described(chapters))
        self._container.close()

    def drop(self) -> None:
        """Close and remove what there is."""
        with contextlib.suppress(Exception):
            self._container.close()
        self._target.unlink(missing_ok=True)

    def _write(self, data: bytes, place: int, *, is_key: bool) -> None:
        packet = av.Packet(data)
        packet.stream = self._stream
        packet.time_base, packet.is_keyframe = self._tick, is_key
        packet.pts, packet.dts, packet.duration = place, self._written - _EARLIER, 1
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
