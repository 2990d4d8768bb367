"""How good and how large our clips are, against Manim's own of the same scenes.

    python benchmarks/bench_clips.py [FILE.py ...] [--quality h]

Each scene is rendered by both engines. Both clips are decoded and compared with the frames as
they were drawn: PSNR of all three planes and of the worst hundredth of the frames, and SSIM as
FFmpeg's own filter has it. Without files, the scenes in benchmarks/scenes are taken. It exits with
1 when a clip is worse than Manim's, or more than 1.3 times as large.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import manim as mn
import numpy as np

from chainviz.render.engine.convert import Converter, YuvFrame
from chainviz.render.engine.equality import play
from chainviz.render.engine.records import Engine, Settings
from chainviz.render.engine.session import render_scene

HERE = Path(__file__).resolve().parent
LARGEST = 1.3
"""Times the size of Manim's clip."""
SIZES = {"l": (854, 480, 15.0), "m": (1280, 720, 30.0), "h": (1920, 1080, 60.0)}


class Drawn:
    """A sink that keeps a film's pictures in a file, each with how long it stays."""

    def __init__(self, path: Path, width: int, height: int) -> None:
        self._file = path.open("wb")
        self._path, self._whole = path, (0, 0, width, height)
        self._yuv, self._converter = YuvFrame(width, height), Converter()
        self.stays: list[int] = []

    def picture(self, pixels: Any, rects: Any) -> None:
        """Keep one."""
        whole = rects is None or not self.stays
        self._yuv.update(self._converter.patches(pixels, [self._whole] if whole else rects))
        self._file.write(self._yuv.frame.to_ndarray().tobytes())
        self.stays.append(1)

    def hold(self, frames: int) -> None:
        """The last one stays."""
        self.stays[-1] += frames

    def close(self, chapters: Sequence[Any] = ()) -> None:
        """No more."""
        self._file.close()

    def finish(self) -> None:
        """Nothing to do."""

    def abort(self) -> None:
        """Nothing to do."""

    def frames(self) -> Iterator[Any]:
        """All frames, in order."""
        pictures = np.memmap(self._path, np.uint8, "r").reshape(len(self.stays), -1)
        for picture, frames in zip(pictures, self.stays, strict=True):
            for _ in range(frames):
                yield picture


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a clip is to what was drawn."""

    psnr: float
    worst: float
    """PSNR of the worst hundredth."""
    ssim: float


def likeness(clip: Path, drawn: Drawn) -> Likeness:
    """How near it is."""
    errors = []
    with av.open(clip) as container:
        shown = container.decode(video=0)
        for frame, should in zip(shown, drawn.frames(), strict=True):
            off = frame.to_ndarray(format="yuv420p").ravel().astype(np.int16) - should
            errors.append(float(np.square(off, dtype=np.int32).mean()))
    mean, worst = float(np.mean(errors)), float(np.percentile(errors, 99))
    return Likeness(_decibels(mean), _decibels(worst), structure(clip, drawn))


def structure(clip: Path, drawn: Drawn) -> float:
    """The mean SSIM of its frames."""
    with tempfile.NamedTemporaryFile("r") as told, av.open(clip) as container:
        graph = None
        for frame, should in zip(container.decode(video=0), drawn.frames(), strict=True):
            if graph is None:
                graph, sources, sink = _comparing(frame, told.name)
            other = av.VideoFrame.from_ndarray(should.reshape(-1, frame.width), format="yuv420p")
            other.pts, other.time_base = frame.pts, frame.time_base
            for source, picture in zip(sources, (frame, other), strict=True):
                source.push(picture)
            sink.pull()
        del graph, sources, sink  # what it has told is written then
        return float(np.mean([float(value) for value in re.findall(r"All:([\d.]+)", told.read())]))


def _comparing(frame: Any, path: str) -> tuple[Any, list[Any], Any]:
    """A filter that compares pairs of such frames, and writes to a file how alike they are."""
    graph = av.filter.Graph()
    shape = {"width": frame.width, "height": frame.height, "time_base": frame.time_base}
    sources = [graph.add_buffer(format=av.VideoFormat("yuv420p"), **shape) for _ in range(2)]
    compare, sink = graph.add("ssim", f"stats_file={path}"), graph.add("buffersink")
    for place, source in enumerate(sources):
        source.link_to(compare, 0, place)
    compare.link_to(sink)
    graph.configure()
    return graph, sources, sink


def _decibels(error: float) -> float:
    return 99.0 if error == 0 else 10 * math.log10(255**2 / error)


def scenes_in(path: Path) -> list[type[mn.Scene]]:
    """The scenes that a file defines."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type)]
    return [k for k in kinds if issubclass(k, mn.Scene) and k.__module__ == path.stem]


def main() -> int:
    """Print a row for each scene, and say whether all of them hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, default=sorted(HERE.glob("scenes/*.py")))
    parser.add_argument("--quality", choices=SIZES, default="h")
    given = parser.parse_args()
    width, height, fps = SIZES[given.quality]
    settings = {"width": width, "height": height, "fps": fps}
    print("| scene | size | PSNR | worst hundredth | SSIM |\n|---|---|---|---|---|")
    holds = True
    for scene in (scene for path in given.files for scene in scenes_in(path)):
        with tempfile.TemporaryDirectory() as folder:
            drawn = Drawn(Path(folder) / "drawn.yuv", width, height)
            play(scene, Settings(**settings), drawn, fast=True)
            if not drawn.stays:  # a picture, no film
                continue
            ours = render_scene(scene, Settings(**settings), Path(folder) / "ours")
            stock = Settings(**settings, engine=Engine.MANIM)
            theirs = render_scene(scene, stock, Path(folder) / "theirs")
            mine, other = likeness(ours.path, drawn), likeness(theirs.path, drawn)
        size = ours.size / theirs.size
        holds &= size <= LARGEST and mine.psnr >= other.psnr and mine.ssim >= other.ssim
        print(
            f"| {scene.__name__} | {ours.size / 1000:.0f} kB ({size:.2f} x) "
            f"| {mine.psnr:.1f} dB ({mine.psnr - other.psnr:+.1f}) "
            f"| {mine.worst:.1f} dB ({mine.worst - other.worst:+.1f}) "
            f"| {mine.ssim:.6f} ({mine.ssim - other.ssim:+.6f}) |",
            flush=True,
        )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
