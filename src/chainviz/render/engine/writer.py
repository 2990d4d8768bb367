"""Manim's file writer for one stream per scene, and the record of what was delivered when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from manim.scene.scene_file_writer import SceneFileWriter

from chainviz.render.engine.region import Rect
from chainviz.render.engine.sink import Sink

__all__ = ["Ledger", "StreamWriter", "ledger_writer"]


class Ledger:
    """How many frames were delivered, and where the sections began."""

    def __init__(self, tell: Callable[[int], None] | None = None) -> None:
        self.frames = 0
        self.sections: list[tuple[str, int]] = []
        self._tell = tell

    def count(self, frames: int) -> None:
        """So many frames more."""
        self.frames += frames
        if self._tell is not None:
            self._tell(self.frames)

    def begin(self, name: str) -> None:
        """A section begins here."""
        self.sections.append((name, self.frames))


def ledger_writer(ledger: Ledger) -> Callable[[Any], SceneFileWriter]:
    """Manim's own writer, kept account of."""

    class LedgerWriter(SceneFileWriter):
        def next_section(self, name: str, type_: str, skip_animations: bool) -> None:
            super().next_section(name, type_, skip_animations)
            ledger.begin(name)

        def write_frame(self, pixels: Any, *, repeat: int = 1) -> None:
            super().write_frame(pixels, repeat=repeat)
            ledger.count(repeat)

    return LedgerWriter


class StreamWriter(SceneFileWriter):
    """Sends every picture to one sink and leaves Manim's segments, cache and queues out."""

    def __init__(self, settings: Any, ledger: Ledger, make_sink: Callable[[Any], Sink]) -> None:
        self._ledger = ledger
        super().__init__(settings)
        self._sink = make_sink(self)

    def next_section(self, name: str, type_: str, skip_animations: bool) -> None:
        """Note the section."""
        super().next_section(name, type_, skip_animations)
        self._ledger.begin(name)

    def begin_animation(self, *args: Any, **kwargs: Any) -> None:
        """No segment to open."""

    def end_animation(self, *args: Any, **kwargs: Any) -> None:
        """No segment to close."""

    def write_frame(self, pixels: Any, *, repeat: int = 1) -> None:
        """Take a frame of which nothing is known but its pixels."""
        self.write_picture(pixels, None, repeat)

    def write_picture(self, pixels: Any, rects: list[Rect] | None, frames: int) -> None:
        """Take a picture that stays for some frames; ``rects`` as a sink wants them."""
        if rects == []:
            self._sink.hold(frames)
        else:
            self._sink.picture(pixels, rects)
            if frames > 1:
                self._sink.hold(frames - 1)
        self._ledger.count(frames)

    def finish(self) -> None:
        """Complete the file."""
        self._sink.finish()
        self.final_file_path = self.movie_file_path
        if self.subcaptions:
            self.write_subcaption_file()

    def abort_encode_jobs(self, reraise_encoder_failures: bool = False) -> None:
        """Drop the file."""
        self._sink.abort()
