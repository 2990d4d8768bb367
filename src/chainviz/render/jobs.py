"""What a worker does with one job: load the scene, render it, write down what it was made of."""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainviz.errors import ChainvizError
from chainviz.render.captions import write_captions
from chainviz.render.explain import explain
from chainviz.render.fingerprints import State, state_of
from chainviz.render.loading import load_module, place_of, refs_in, scene_classes
from chainviz.render.poster import better_poster
from chainviz.render.records import Clip, Failure, Job, Request, SceneRef, Sources
from chainviz.render.shelf import fetch, included_files, keep
from chainviz.render.watch import Watch
from chainviz.render.workers import has_company, tell

__all__ = ["FoundScenes", "config_files", "list_scenes", "run_job"]

_NAP = 0.1  # seconds between two reports of progress


@dataclass(frozen=True, slots=True)
class FoundScenes:
    """What a file really defines, and what that answer rests on."""

    scenes: tuple[SceneRef, ...]
    sources: Sources


def list_scenes(path: Path, module: str | None, folder: Path, home: Path) -> FoundScenes | Failure:
    """Import a file and list its scenes."""
    watch = Watch()
    try:
        with _own_output(folder), watch.watching():
            _configure(Request(), folder)
            loaded = load_module(path, module)
            refs = refs_in(path, module, scene_classes(loaded))
    except BaseException as error:  # a file may call sys.exit, or worse
        return dataclasses.replace(explain(error, str(path)), log=_end_of_log(folder))
    return FoundScenes(refs, watch.seen.sources(home, path, folder, read_before=_CONFIG))


def run_job(job: Job) -> Clip | Failure:
    """Render one scene into its folder. Whatever the scene raises comes back as a Failure."""
    watch = Watch()
    try:
        fetch(job.shelf, job.folder / "Tex")
        with _own_output(job.folder), watch.watching(), _theme(job.request):
            _configure(job.request, job.folder)
            loaded = load_module(job.scene.path, job.scene.module)
            classes = scene_classes(loaded)
            if job.scene.name not in classes:
                raise ChainvizError(f"{job.scene.path} defines no scene {job.scene.name}")
            rendered = _render(job, classes[job.scene.name])
        _put_formulas_away(job, watch)
        return _clip(job, rendered, watch, classes)
    except BaseException as error:  # SystemExit and KeyboardInterrupt are the scene's own doing
        failure = explain(error, f"{job.scene.path}:{job.scene.line}")
        return dataclasses.replace(failure, log=_end_of_log(job.folder))


def _put_formulas_away(job: Job, watch: Watch) -> None:
    formulas = job.folder / "Tex"
    if any(formulas.glob("*.typ")):
        watch.note_formulas((), latex=False)
    if any(formulas.glob("*.tex")):
        watch.note_formulas(included_files(formulas, Path.cwd()), latex=True)
    keep(formulas, job.shelf)


def _render(job: Job, scene_class: Any) -> Any:
    from manim import config

    from chainviz.render.engine import Engine, Format, Settings, render_scene

    asked = job.request.format or str(config.format or "auto")
    automatic = asked in ("auto", "none")
    wanted = ("mov" if config.transparent else "mp4") if automatic else asked
    settings = Settings(
        format=Format(wanted),
        transparent=bool(config.transparent),
        engine=Engine(job.request.engine),
        theme=job.request.theme,
        pace=job.request.pace,
    )
    last = 0.0

    def progress(frames: int, seconds: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _NAP:
            last = now
            tell(("progress", frames, seconds, place_of(job.scene.path)))

    tell(("progress", 0, 0.0, f"{job.scene.path}:{job.scene.line}"))
    try:
        rendered = render_scene(
            scene_class, settings, job.folder, progress=progress, crowded=has_company
        )
    except RuntimeError as error:
        # as Manim does: where no format was asked for, a scene that plays nothing is a still
        if not automatic or "no play calls" not in str(error):
            raise
        still = dataclasses.replace(settings, format=Format.PNG)
        return render_scene(scene_class, still, job.folder, progress=progress)
    if not automatic and rendered.path.suffix == ".png" and wanted != "png":
        raise ChainvizError(
            f"{job.scene.name} has no play calls, so there is no {wanted} of it; "
            "--format png saves its last frame"
        )
    return rendered


def _clip(job: Job, rendered: Any, watch: Watch, classes: Mapping[str, Any]) -> Clip:
    parts = {kind.__name__ for kind in classes[job.scene.name].__mro__}
    captions = tuple((c.start, c.end, c.text) for c in rendered.captions)
    beats = tuple((b.name, b.start, b.end) for b in rendered.beats)
    if rendered.poster not in (None, rendered.path) and not rendered.poster_shows:
        better_poster(rendered.path, rendered.poster)
    return Clip(
        clip=rendered.path,
        poster=rendered.poster if rendered.poster != rendered.path else None,
        sidecars=write_captions(job.folder, job.stem, captions, beats),
        seconds=rendered.seconds,
        frames=rendered.frames,
        width=rendered.width,
        height=rendered.height,
        fps=rendered.fps,
        engine=str(rendered.engine_used),
        why_stock=rendered.why_stock,
        beats=beats,
        captions=captions,
        sources=watch.seen.sources(
            job.home, job.scene.path, job.folder, read_before=_CONFIG, others=classes.keys() - parts
        ),
    )


def config_files() -> tuple[Path, ...]:
    """Where Manim looks for its settings, present or not: a file that appears counts too."""
    if sys.platform == "win32":
        user = Path.home() / "AppData" / "Roaming" / "Manim" / "manim.cfg"
    else:
        user = Path.home() / ".config" / "manim" / "manim.cfg"
    return (user, Path.cwd() / "manim.cfg")


# Manim reads them when it's imported, which may be long before a job begins
_CONFIG: Mapping[Path, State] = {path: state_of(str(path)) for path in config_files()}


def _configure(request: Request, folder: Path) -> None:
    """Set manim.config before the scene file is imported, which may read or change it."""
    from manim import config

    config.media_dir = str(folder)
    config.progress_bar = "none"
    config.notify_outdated_version = False
    if request.width is not None and request.height is not None:
        config.pixel_width, config.pixel_height = request.width, request.height
    if request.fps is not None:
        config.frame_rate = request.fps
    if request.transparent:
        config.transparent = True
    if request.format is not None:
        config.format = request.format


@contextmanager
def _theme(request: Request) -> Iterator[None]:
    """Put theme and pace in force, for the import of the file as well as for the scene."""
    if request.theme is None and request.pace is None:
        yield
        return
    from chainviz.theme import current_theme, using_theme

    with using_theme(request.theme or current_theme()) as theme:
        if request.pace is None:
            yield
            return
        with using_theme(dataclasses.replace(theme, pace=request.pace)):
            yield


@contextmanager
def _own_output(folder: Path) -> Iterator[None]:
    """Send what the scene prints, and what C libraries print, to a log in the job's folder."""
    import faulthandler
    import signal

    folder.mkdir(parents=True, exist_ok=True)
    log = os.open(folder / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for number in (1, 2):
        os.dup2(log, number)
    faulthandler.enable(2)
    if hasattr(signal, "SIGUSR1"):
        faulthandler.register(signal.SIGUSR1, file=2, all_threads=True)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()


def _end_of_log(folder: Path, lines: int = 20) -> str:
    try:
        text = (folder / "log.txt").read_text(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
