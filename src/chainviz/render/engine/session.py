"""One scene in, one file out: configure Manim, run the scene, collect what it wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import manim as mn

from chainviz.errors import ChainvizError
from chainviz.machine import keep_memory
from chainviz.render.engine.adapter import renderer_of_scenes
from chainviz.render.engine.beside import Companions, companions
from chainviz.render.engine.encode import Film
from chainviz.render.engine.handover import ROOM, ProcessSink
from chainviz.render.engine.records import Engine, Format, Progress, Rendered, Settings
from chainviz.render.engine.sink import Sink
from chainviz.render.engine.spare import Spare
from chainviz.render.engine.still import save_still
from chainviz.render.engine.thread import ThreadSink
from chainviz.render.engine.writer import Ledger, LedgerWriter, StreamWriter
from chainviz.theme import current_theme, using_theme

__all__ = ["configured", "render_scene"]

_STOCK_OPTIONS = (("crf", "23"),)


def render_scene(
    scene_class: type[mn.Scene],
    settings: Settings,
    workdir: Path,
    *,
    progress: Progress | None = None,
    crowded: Callable[[], bool] = lambda: True,
) -> Rendered:
    """Render one scene into ``workdir`` and say what came of it.

    ``crowded`` tells whether others are at work who may want all processors; where they are, only
    those are used that stand idle.

    Writes nothing outside ``workdir``, leaves manim.config as it was, and seeds the global
    generators as Manim does. What the scene raises comes out unchanged.
    """
    workdir = Path(workdir).absolute()
    workdir.mkdir(parents=True, exist_ok=True)
    with configured(settings, workdir, scene_class.__name__):
        return _run(scene_class, settings, workdir, progress, Spare(crowded))


@contextmanager
def configured(settings: Settings, workdir: Path, name: str) -> Iterator[None]:
    """While this lasts, Manim's configuration and our theme are those of one render."""
    with mn.tempconfig(_manim_options(settings, workdir, name)), _themed(settings):
        yield


def _manim_options(settings: Settings, workdir: Path, name: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "media_dir": str(workdir),
        "video_dir": str(workdir / "video"),
        "images_dir": str(workdir / "images"),
        "partial_movie_dir": str(workdir / "segments"),
        "log_to_file": False,
        "output_file": name,
        # "auto" is mp4 (or mov), but a picture for a scene that plays nothing.
        "format": "auto" if settings.format is Format.MP4 else settings.format.value,
        "transparent": settings.transparent,
        "disable_caching": True,
        "save_sections": False,
        "preview": False,
        "live_preview": False,
        "show_in_file_browser": False,
        "progress_bar": "none",
        "verbosity": "WARNING",
        "dry_run": False,
    }
    asked = {
        "pixel_width": settings.width,
        "pixel_height": settings.height,
        "frame_rate": settings.fps,
        "background_color": settings.background,
        # Without a seed Manim draws other random numbers in every run.
        "seed": (mn.config.seed or 0) if settings.seed is None else settings.seed,
    }
    return options | {key: value for key, value in asked.items() if value is not None}


def _themed(settings: Settings) -> Any:
    if settings.theme is None and settings.pace is None:
        return nullcontext()
    with using_theme(settings.theme or current_theme()) as theme:
        return using_theme(replace(theme, pace=settings.pace or theme.pace))


def _run(
    scene_class: type[mn.Scene],
    settings: Settings,
    workdir: Path,
    progress: Progress | None,
    spare: Spare,
) -> Rendered:
    fps = float(mn.config.frame_rate)
    ledger = Ledger(progress and (lambda frames: progress(frames, frames / fps)))
    fast = settings.engine is Engine.FAST and _why_not_fast() is None
    size = (mn.config.pixel_width, mn.config.pixel_height)
    ours = fast and settings.format is Format.MP4
    encoders = companions(*size, ROOM, spare) if ours else nullcontext()
    if not ours:
        keep_memory()  # Manim's writer is given whole pictures
    with ExitStack() as stack:
        writers = _writers(ledger, stack.enter_context(encoders), fast=fast)
        stack.enter_context(renderer_of_scenes(writers, fast=fast))
        scene = scene_class()
        writer: Any = scene.renderer.file_writer
        writer.clock = lambda: float(scene.renderer.time)
        still = _Still(scene, workdir, wanted=settings.poster)
        writer.meanwhile = still.save
        scene.render()
    path = getattr(writer, "final_file_path", None)
    if path is None or not Path(path).exists():
        raise ChainvizError(f"{scene_class.__name__} wrote no file: it plays nothing")
    return Rendered(
        path=Path(path),
        seconds=ledger.frames / fps,
        frames=ledger.frames,
        size=_size(Path(path)),
        width=mn.config.pixel_width,
        height=mn.config.pixel_height,
        fps=fps,
        engine_used=Engine.FAST if fast else Engine.MANIM,
        why_stock=_why_stock(settings, scene),
        beats=ledger.beats(fps),
        captions=tuple(ledger.captions),
        poster=still.beside(Path(path)),
        poster_shows=still.shows,
    )


class _Still:
    """The picture beside a clip, saved as soon as the last frame is drawn."""

    def __init__(self, scene: mn.Scene, workdir: Path, *, wanted: bool) -> None:
        self._scene = scene
        self._path = workdir / f"{type(scene).__name__}.png" if wanted else None
        self._saved = False
        self.shows = True

    def save(self) -> None:
        """Save it, once."""
        if self._path is not None and not self._saved:
            self._saved = True
            fullest = getattr(self._scene.renderer, "fullest", None)
            self.shows = save_still(self._scene.camera, fullest, self._path)

    def beside(self, clip: Path) -> Path | None:
        """Where it is, for this clip; one that is a picture itself needs no other."""
        if self._path is None or clip.suffix == ".png":
            return clip if self._path else None
        self.save()
        return self._path


def _writers(
    ledger: Ledger, encoders: Companions | None, *, fast: bool
) -> Callable[[Any], LedgerWriter]:
    """The writer that suits a scene's output: our one stream where it is H.264, else Manim's."""

    def make(settings: Any) -> LedgerWriter:
        spec, output = settings.video_encoder, settings.plan.output
        ours = (
            fast
            and output.format.value == Format.MP4.value
            and (spec.codec, spec.pixel_format, spec.options)
            == ("libx264", "yuv420p", _STOCK_OPTIONS)
        )
        if not ours:
            return LedgerWriter(settings, ledger)
        return StreamWriter(settings, ledger, partial(_sink, encoders))

    return make


def _sink(encoders: Companions | None, settings: Any, target: Path) -> Sink:
    """An encoder for what Manim's writer is about to write."""
    spec = settings.video_encoder
    film = Film(target, spec.width, spec.height, spec.frame_rate)
    if encoders is None or not ProcessSink.fits(film, encoders):
        return ThreadSink(film)
    return ProcessSink(film, encoders)


def _why_not_fast() -> str | None:
    if not mn.__version__.startswith("0.22."):
        return f"this engine knows Manim 0.22, not {mn.__version__}"
    if mn.config.renderer != mn.RendererType.CAIRO:
        return "OpenGL is Manim's own business"
    return None


def _why_stock(settings: Settings, scene: mn.Scene) -> str | None:
    if settings.engine is Engine.MANIM:
        return "asked for"
    reasons = [_why_not_fast()] if _why_not_fast() else getattr(scene.renderer, "why_stock", ())
    return "; ".join(reason for reason in reasons if reason) or None


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())
