"""One scene in, one file out: configure Manim, run the scene, collect what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import manim as mn

from chainviz.errors import ChainvizError
from chainviz.render.engine.records import (
    Beat,
    Caption,
    Engine,
    Progress,
    Rendered,
    Settings,
)

__all__ = ["configured", "render_scene"]


def render_scene(
    scene_class: type[mn.Scene],
    settings: Settings,
    workdir: Path,
    *,
    progress: Progress | None = None,
) -> Rendered:
    """Render one scene into ``workdir`` and say what came of it.

    Writes nothing outside ``workdir``, leaves manim.config as it was, and seeds the global
    generators as Manim does. What the scene raises comes out unchanged.
    """
    workdir = Path(workdir).absolute()
    workdir.mkdir(parents=True, exist_ok=True)
    with configured(settings, workdir, scene_class.__name__):
        if settings.theme is None:
            return _run(scene_class, settings, workdir, progress)
        from chainviz.theme import using_theme

        with using_theme(settings.theme):
            return _run(scene_class, settings, workdir, progress)


def _manim_options(settings: Settings, workdir: Path, name: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "media_dir": str(workdir),
        "video_dir": str(workdir / "video"),
        "images_dir": str(workdir / "images"),
        "partial_movie_dir": str(workdir / "segments"),
        "log_to_file": False,
        "output_file": name,
        "format": settings.format.value,
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
        "seed": settings.seed,
    }
    return options | {key: value for key, value in asked.items() if value is not None}


@contextmanager
def configured(settings: Settings, workdir: Path, name: str) -> Iterator[None]:
    with mn.tempconfig(_manim_options(settings, workdir, name)):
        yield


def _run(
    scene_class: type[mn.Scene], settings: Settings, workdir: Path, progress: Progress | None
) -> Rendered:
    scene = scene_class()
    scene.render()
    writer: Any = scene.renderer.file_writer
    path = getattr(writer, "final_file_path", None)
    if path is None or not Path(path).exists():
        raise ChainvizError(
            f"{scene_class.__name__} wrote no file: it plays nothing and adds nothing"
        )
    path = Path(path)
    poster = workdir / f"{scene_class.__name__}.png"
    if settings.poster and path.suffix != ".png":
        scene.camera.get_image().save(poster)  # type: ignore[union-attr]
    seconds = float(scene.renderer.time)
    fps = float(mn.config.frame_rate)
    if progress is not None:
        progress(round(seconds * fps), seconds)
    return Rendered(
        path=path,
        seconds=seconds,
        frames=round(seconds * fps),
        size=path.stat().st_size,
        width=mn.config.pixel_width,
        height=mn.config.pixel_height,
        fps=fps,
        engine_used=Engine.MANIM,
        why_stock=None if settings.engine is Engine.MANIM else "the fast engine is not there yet",
        beats=_beats(scene),
        captions=tuple(
            Caption(c.start.total_seconds(), c.end.total_seconds(), c.content)
            for c in writer.subcaptions
        ),
        poster=poster if poster.exists() else None,
    )


def _beats(scene: mn.Scene) -> tuple[Beat, ...]:
    return ()
