"""Manim's file writer for one stream per scene, and the record of what was delivered when."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import manim as mn
from manim.scene.scene_file_writer import SceneFileWriter

from chainviz.render.captions import chapters_throughout
from chainviz.render.engine.records import Beat, Caption
from chainviz.render.engine.region import Rect
from chainviz.render.engine.sink import Sink
from chainviz.render.engine.sound import add_sound_track

__all__ = ["Ledger", "LedgerWriter", "StreamWriter"]

_UNNAMED = "autocreated"


class Ledger:
    """How many frames were delivered, and where the sections began."""

    def __init__(self, tell: Callable[[int], None] | None = None) -> None:
        self.frames = 0
        self.captions: list[Caption] = []
        self._sections: list[tuple[str, int]] = []
        self._tell = tell

    def count(self, frames: int) -> None:
        """So many frames more."""
        self.frames += frames
        if self._tell is not None:
            self._tell(self.frames)

    def begin(self, name: str) -> None:
        """A section begins here."""
        self._sections.append((name, self.frames))

    def beats(self, fps: float) -> tuple[Beat, ...]:
        """The sections that have a length; none where the scene made none itself."""
        ends = [begin for _, begin in self._sections[1:]] + [self.frames]
        beats = tuple(
            Beat("opening" if name == _UNNAMED else name, begin / fps, end / fps)
            for (name, begin), end in zip(self._sections, ends, strict=True)
            if end > begin
        )
        return beats if len(self._sections) > 1 else ()


class _Heard(list[Any]):
    """Manim's list of subcaptions, which tells a ledger about each of them."""

    def __init__(self, hear: Callable[[Any], None]) -> None:
        super().__init__()
        self._hear = hear

    def append(self, subtitle: Any) -> None:
        super().append(subtitle)
        self._hear(subtitle)


class LedgerWriter(SceneFileWriter):
    """Manim's own writer, with an account kept of what it writes."""

    clock: Callable[[], float] | None = None
    """The renderer's time, which goes on while sections are skipped; the film's doesn't."""

    def __init__(self, settings: Any, ledger: Ledger) -> None:
        self._ledger = ledger
        super().__init__(settings)
        self.subcaptions = _Heard(self._hear)

    def next_section(self, name: str, type_: str, skip_animations: bool) -> None:
        """Note the section."""
        super().next_section(name, type_, skip_animations)
        self._ledger.begin(name)

    def write_frame(self, pixels: Any, *, repeat: int = 1) -> None:
        """Note the frames."""
        super().write_frame(pixels, repeat=repeat)
        self._ledger.count(repeat)

    def _hear(self, subtitle: Any) -> None:
        """Keep a subcaption in the film's own time, unless its section isn't delivered."""
        if self.sections and self.sections[-1].skip_animations:
            return
        film = self._ledger.frames / float(mn.config.frame_rate)
        skipped = self.clock() - film if self.clock is not None else 0.0
        start, end = (
            max(0.0, round(moment.total_seconds() - skipped, 6))
            for moment in (subtitle.start, subtitle.end)
        )
        self._ledger.captions.append(Caption(start, end, subtitle.content))


class StreamWriter(LedgerWriter):
    """Sends every picture to one sink and leaves Manim's segments, cache and queues out."""

    meanwhile: Callable[[], None] | None = None
    """What can be done while the encoder completes the file."""

    def __init__(
        self, settings: Any, ledger: Ledger, make_sink: Callable[[Any, Path], Sink]
    ) -> None:
        self._make_sink = make_sink
        self._sink: Sink | None = None
        super().__init__(settings, ledger)

    def begin_animation(self, *args: Any, **kwargs: Any) -> None:
        """No segment to open."""

    def end_animation(self, *args: Any, **kwargs: Any) -> None:
        """No segment to close."""

    def write_frame(self, pixels: Any, *, repeat: int = 1) -> None:
        """Take a frame of which nothing is known but its pixels."""
        self.write_picture(pixels, None, repeat)

    def write_picture(self, pixels: Any, rects: list[Rect] | None, frames: int) -> None:
        """Take a picture that stays for some frames; ``rects`` as a sink wants them."""
        if self._sink is None:
            self._sink = self._make_sink(self.settings, self.movie_file_path)
        if rects == []:
            self._sink.hold(frames)
        else:
            self._sink.picture(pixels, rects)
            if frames > 1:
                self._sink.hold(frames - 1)
        self._ledger.count(frames)

    def finish(self) -> None:
        """Complete the file."""
        if self._sink is None:
            return
        beats = self._ledger.beats(float(mn.config.frame_rate))
        self._sink.close(chapters_throughout([(beat.name, beat.start, beat.end) for beat in beats]))
        if self.meanwhile is not None:
            self.meanwhile()
        self._sink.finish()
        self.final_file_path = self.movie_file_path
        if self.includes_sound and self.movie_file_path.exists():  # a sink may write no file
            add_sound_track(self.movie_file_path, self.audio_segment)

    def abort_encode_jobs(self, reraise_encoder_failures: bool = False) -> None:
        """Drop the file."""
        if self._sink is not None:
            self._sink.abort()
