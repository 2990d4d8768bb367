"""How good and how large our clips are, against Manim's own of the same scenes.

    python benchmarks/bench_clips.py [FILE.py ...] [--quality h]

Each scene is rendered by both engines. Both clips are decoded and compared with the frames as
they were drawn (all three planes, in decibels), and so is the worst hundredth of the frames.
Without files, the scenes in benchmarks/scenes are taken.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import tempfile
from collections.abc import Iterator, Sequence
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


def likeness(clip: Path, drawn: Drawn) -> tuple[float, float]:
    """The whole clip's PSNR, and that of its worst hundredth."""
    errors = []
    with av.open(clip) as container:
        shown = container.decode(video=0)
        for frame, should in zip(shown, drawn.frames(), strict=True):
            off = frame.to_ndarray(format="yuv420p").ravel().astype(np.int16) - should
            errors.append(float(np.square(off, dtype=np.int32).mean()))
    return _decibels(float(np.mean(errors))), _decibels(float(np.percentile(errors, 99)))


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


def main() -> None:
    """Print a row for each scene."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, default=sorted(HERE.glob("scenes/*.py")))
    parser.add_argument("--quality", choices=SIZES, default="h")
    given = parser.parse_args()
    width, height, fps = SIZES[given.quality]
    settings = {"width": width, "height": height, "fps": fps}
    print("| scene | size | PSNR | worst hundredth |\n|---|---|---|---|")
    for scene in (scene for path in given.files for scene in scenes_in(path)):
        with tempfile.TemporaryDirectory() as folder:
            drawn = Drawn(Path(folder) / "drawn.yuv", width, height)
            play(scene, Settings(**settings), drawn, fast=True)
            ours = render_scene(scene, Settings(**settings), Path(folder) / "ours")
            stock = Settings(**settings, engine=Engine.MANIM)
            theirs = render_scene(scene, stock, Path(folder) / "theirs")
            mine, other = likeness(ours.path, drawn), likeness(theirs.path, drawn)
        gains = (f"{a:.1f} dB ({a - b:+.1f})" for a, b in zip(mine, other, strict=True))
        size = f"{ours.size / 1000:.0f} kB ({ours.size / theirs.size:.2f} x)"
        print(f"| {scene.__name__} | {size} | {' | '.join(gains)} |", flush=True)


if __name__ == "__main__":
    main()
