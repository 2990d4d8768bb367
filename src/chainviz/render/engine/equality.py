"""Play a scene through both engines and compare every frame by its hash."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import manim as mn

from chainviz.render.engine.adapter import renderer_of_scenes
from chainviz.render.engine.records import Settings
from chainviz.render.engine.session import configured
from chainviz.render.engine.sink import HashSink, Sink
from chainviz.render.engine.writer import Ledger, StreamWriter

__all__ = ["Comparison", "compare", "frame_hashes", "play"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the two engines' frames compare."""

    frames: int
    frames_of_stock: int
    differing: tuple[int, ...]
    why_stock: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every frame is identical to the byte."""
        return self.frames == self.frames_of_stock and not self.differing


def play(
    scene_class: type[mn.Scene], settings: Settings, sink: Sink, *, fast: bool
) -> tuple[str, ...]:
    """Send a scene's frames to a sink; say why anything was left to Manim."""

    def make_writer(writer_settings: Any) -> StreamWriter:
        return StreamWriter(writer_settings, Ledger(), lambda *_: sink)

    with (
        tempfile.TemporaryDirectory() as folder,
        configured(settings, Path(folder), scene_class.__name__),
        renderer_of_scenes(make_writer, fast=fast),
    ):
        scene = scene_class()
        scene.render()
    return tuple(getattr(scene.renderer, "why_stock", ()))


def frame_hashes(
    scene_class: type[mn.Scene], settings: Settings, *, fast: bool
) -> tuple[list[str], tuple[str, ...]]:
    """A hash of each frame that would be encoded, and why anything was left to Manim."""
    sink = HashSink()
    why = play(scene_class, settings, sink, fast=fast)
    return sink.hashes, why


def compare(scene_class: type[mn.Scene], settings: Settings) -> Comparison:
    """Render twice, encode nothing, compare everything."""
    ours, why = frame_hashes(scene_class, settings, fast=True)
    theirs, _ = frame_hashes(scene_class, settings, fast=False)
    differing = tuple(i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b)
    return Comparison(len(ours), len(theirs), differing, why)
