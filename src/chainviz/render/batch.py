"""Runs a batch: asks the executor for what is missing and publishes each clip as it comes."""

from __future__ import annotations

import queue
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from chainviz.errors import ChainvizError
from chainviz.render.catalogue import SceneFile
from chainviz.render.explain import without_ours
from chainviz.render.interrupt import Interrupted, was_interrupted
from chainviz.render.manifest import locked, read_manifest, write_manifest
from chainviz.render.plan import Planned
from chainviz.render.publish import publish
from chainviz.render.records import Clip, Failure, Job, Request, SceneRef
from chainviz.render.shelf import SHELF

__all__ = [
    "Outcome",
    "Reporter",
    "list_unsure",
    "not_begun",
    "run_batch",
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one scene."""

    planned: Planned
    entry: dict[str, Any] | None = None
    failure: Failure | None = None
    cached: bool = False
    wall: float = 0.0
    memory: int = 0

    @property
    def name(self) -> str:
        """What the scene's files are called."""
        return self.planned.stem


class Reporter(Protocol):
    """Whoever tells the user how it's going."""

    def started(self, planned: Planned) -> None:
        """A worker took the scene up."""

    def progress(self, planned: Planned, frames: int, seconds: float, place: str) -> None:
        """Frames and seconds of film so far, and the line of the scene that is running."""

    def done(self, outcome: Outcome) -> None:
        """A clip is there, or a scene failed."""

    def tick(self) -> None:
        """Called several times a second, to draw."""


@dataclass(slots=True)
class _Running:
    planned: Planned
    job: Job
    since: float  # when it was asked for; when it began, as soon as that is known
    place: str = ""
    memory: int = 0


def run_batch(
    todo: Sequence[Planned],
    *,
    request: Request,
    media: Path,
    home: Path,
    folder: Path,
    pool: Any,
    inbox: queue.SimpleQueue[Any],
    call: Callable[[Job], Clip | Failure],
    reporter: Reporter,
    fail_fast: bool = False,
) -> list[Outcome]:
    """Render what is asked for; every outcome is published or explained before this returns.

    ``pool`` is any Executor. What its workers say on the way is expected in ``inbox``, as
    (future, message); futures announce themselves there when they are done.
    """
    running: dict[Future[Any], _Running] = {}
    for planned in _longest_first(todo):
        own, shelf = folder / planned.stem, media / SHELF
        job = Job(planned.scene, planned.stem, request, own, home, shelf)
        future = pool.submit(call, job)
        running[future] = _Running(planned, job, time.monotonic())
        future.add_done_callback(lambda done: inbox.put((done, None)))
    outcomes: list[Outcome] = []
    while running:
        if was_interrupted():
            raise Interrupted
        reporter.tick()
        with suppress(queue.Empty):
            future, message = inbox.get(timeout=0.1)
            if future not in running:
                continue
            if message is not None:
                _hear(running[future], message, reporter)
                continue
            outcome = _settle(future, running.pop(future), media)
            outcomes.append(outcome)
            reporter.done(outcome)
            if outcome.failure is not None and fail_fast:
                _stop_the_rest(pool, running, outcomes, reporter)
                break
    return outcomes


def _longest_first(todo: Sequence[Planned]) -> list[Planned]:
    """By what each took last time: a long scene begun last would keep everyone waiting."""
    return sorted(todo, key=lambda planned: -_expected(planned))


def _expected(planned: Planned) -> float:
    return float((planned.entry or {}).get("wall", 1e9))


def _hear(running: _Running, message: Any, reporter: Reporter) -> None:
    match message:
        case ("started", _):
            running.since = time.monotonic()
            reporter.started(running.planned)
        case ("progress", frames, seconds, place):
            running.place = place or running.place
            reporter.progress(running.planned, frames, seconds, running.place)
        case ("ended", ended):
            running.memory = ended.memory


def _settle(future: Future[Any], running: _Running, media: Path) -> Outcome:
    wall = time.monotonic() - running.since
    try:
        result = future.result()
        if hasattr(result, "unpack"):  # it comes from another machine
            result = result.unpack(running.job.folder, running.job.home)
    except CancelledError:
        result = Failure("not begun")
    except ChainvizError:
        raise  # the machinery itself can't work: no use in trying the others
    except Exception as error:
        result = _lost(error, running)
    if isinstance(result, Failure):
        return Outcome(running.planned, failure=result, wall=wall, memory=running.memory)
    extra = {"wall": round(wall, 3), "memory": running.memory}
    try:
        entry = publish(running.job, result, media, extra)
    except OSError as error:
        failure = Failure(f"{error.strerror}: {error.filename or media}", str(media))
        return Outcome(running.planned, failure=failure, wall=wall)
    return Outcome(running.planned, entry=entry, wall=wall, memory=running.memory)


def _lost(error: Exception, running: _Running) -> Failure:
    """A worker that went without a word: where it was, and what it had printed."""
    try:
        text = (running.job.folder / "log.txt").read_text(errors="replace")
    except OSError:
        text = ""
    # a hanging worker was made to write down where it stands; the innermost line comes first
    path = re.escape(str(running.job.scene.path))
    here = re.search(rf'File "{path}", line (\d+)', text)
    place = f"{running.job.scene.path}:{here[1]}" if here else running.place
    told = without_ours(text).splitlines()
    return Failure(str(error), place, log="\n".join(told[-20:]))


def _stop_the_rest(
    pool: Any, running: dict[Future[Any], _Running], outcomes: list[Outcome], reporter: Reporter
) -> None:
    pool.kill() if hasattr(pool, "kill") else pool.shutdown(wait=False, cancel_futures=True)
    for left in running.values():
        outcome = not_begun(left.planned)
        outcomes.append(outcome)
        reporter.done(outcome)


def not_begun(planned: Planned) -> Outcome:
    """What came of a scene that --fail-fast left out."""
    failure = Failure("not rendered: another scene failed first (--fail-fast)")
    return Outcome(planned, failure=failure)


def list_unsure(
    files: Sequence[SceneFile], *, pool: Any, folder: Path, home: Path, media: Path
) -> tuple[list[SceneRef], list[tuple[SceneFile, Failure]]]:
    """Import the files whose text didn't settle which scenes they hold; remember the answers."""
    from chainviz.render.jobs import FoundScenes, list_scenes

    futures = [
        pool.submit(list_scenes, file.path, file.module, folder / f"list-{index}", home)
        for index, file in enumerate(files)
    ]
    scenes: list[SceneRef] = []
    broken: list[tuple[SceneFile, Failure]] = []
    answers: list[tuple[SceneFile, FoundScenes]] = []
    for file, future in zip(files, futures, strict=True):
        try:
            found = future.result()
        except ChainvizError:
            raise
        except Exception as error:
            found = Failure(str(error), str(file.path))
        if isinstance(found, Failure):
            broken.append((file, found))
            continue
        scenes += found.scenes
        answers.append((file, found))
    _remember(answers, media, home)
    return scenes, broken


def _remember(answers: Sequence[tuple[SceneFile, Any]], media: Path, home: Path) -> None:
    from chainviz.render.fingerprints import short

    if not answers:
        return
    with locked(media):
        manifest = read_manifest(media)
        for file, found in answers:
            manifest.files[short(file.path, home)] = {
                "scenes": [[scene.name, scene.line] for scene in found.scenes],
                "sources": manifest.pack(found.sources),
            }
        write_manifest(media, manifest)
