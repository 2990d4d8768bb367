"""The same jobs on a Dask cluster: clips come back whole, lost workers are Dask's to replace."""

from __future__ import annotations

import atexit
import dataclasses
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainviz.errors import ChainvizError
from chainviz.render.fingerprints import Here, hash_bytes, names_of, version_of
from chainviz.render.launch import Launcher, launcher_for
from chainviz.render.records import Clip, Failure, Job, Sources
from chainviz.render.shelf import SHELF

if TYPE_CHECKING:
    from chainviz.render.workers import Pool

__all__ = ["Luggage", "Parcel", "dask_pool", "pack", "run_far"]

_PACKAGE = Path(__file__).resolve().parent.parent
_RETRIES = 3  # times that Dask gives a scene to another worker when one is lost
_LARGEST = 64 << 20  # bytes of project files that travel with a job
_LOOK = 0.5  # seconds between two looks at whether a scene is still wanted


@dataclass(frozen=True, slots=True)
class Luggage:
    """A job with the project's files that it needs, so that no shared disk is needed."""

    job: Job
    root: Path
    """The folder at home that the names of the files are relative to."""
    files: Mapping[str, bytes]
    place: str
    """Where below the root the batch was started."""
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What came of a job, with its files as bytes."""

    result: Clip | Failure
    root: Path
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)

    def unpack(self, folder: Path, home: Path) -> Clip | Failure:
        """Write the files into the job's folder here, as a local worker would have done."""
        clip = self.result
        if isinstance(clip, Failure):
            return clip
        strange = _strangers(clip.sources)
        if strange:
            return Failure(f"the cluster's worker has another version of {', '.join(strange)}")
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return dataclasses.replace(
            clip,
            clip=folder / clip.clip,
            poster=folder / clip.poster if clip.poster else None,
            sidecars=tuple(folder / path for path in clip.sidecars),
            sources=_as_here(clip.sources, self.root, home),
        )


def _strangers(far: Sources) -> list[str]:
    """What the far machine has in another version than this one."""
    names = [name for name, version in far.versions.items() if version_of(name) != version]
    library = Here(_PACKAGE)
    if any(library.hash_of(name) != was for name, was in far.library.items()):
        names.append("chainviz")
    return sorted(set(names))


def _as_here(far: Sources, root: Path, home: Path) -> Sources:
    """The same sources with the state of this machine's own files, libraries and fonts."""
    here = Here(home)
    own = {
        known: was
        for name, was in far.files.items()
        if not Path(name).is_absolute()
        for known in names_of(root / name, home)
    }
    machine = {name: here.hash_of(name) for name in far.files if Path(name).is_absolute()}
    stats = {name: here.stat_of(name) for name in far.stats}
    return dataclasses.replace(far, files=machine | own, stats=stats)


@contextmanager
def dask_pool(address: str, timeout: float | None) -> Iterator[Executor]:
    """An Executor over the cluster at that address."""
    try:
        from distributed import Client
    except ImportError:
        raise ChainvizError("--dask needs the extra: pip install 'chainviz[dask]'") from None
    try:
        client = Client(address, timeout=5, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ChainvizError(f"no Dask scheduler answers at {address}: {error}") from None
    with client:
        yield _DaskPool(client, timeout)


class _DaskPool(Executor):
    """Packs each job, and hands it to Dask's own Executor."""

    def __init__(self, client: Any, timeout: float | None) -> None:
        self._far = client.get_executor(pure=False, retries=_RETRIES)
        self._timeout = timeout

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Give Dask one call; a job travels with its files."""
        if len(args) == 1 and isinstance(args[0], Job):
            args = (pack(args[0], self._timeout),)
        future: Future[Any] = self._far.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; what runs is cancelled unless it's waited for."""
        self._far.shutdown(wait=wait, cancel_futures=cancel_futures)


def pack(job: Job, timeout: float | None = None) -> Luggage:
    """A job with the files around its scene: all that lies in the scene's folder, and manim.cfg."""
    folder, place = job.scene.path.resolve().parent, Path.cwd().resolve()
    root = Path(os.path.commonpath([folder, place]))
    found = [path for path in sorted(folder.rglob("*")) if _travels(path, folder)]
    if job.scene.module is not None:
        found += [path for path in sorted(place.rglob("*.py")) if _travels(path, place)]
    found += [path for path in (place / "manim.cfg",) if path.is_file()]
    files: dict[str, bytes] = {}
    weight = 0
    for path in found:
        weight += path.stat().st_size
        if weight > _LARGEST:
            raise ChainvizError(
                f"the files in {folder} are more than {_LARGEST >> 20} MB: too much to send to "
                "a cluster with each scene; keep scenes in a folder of their own"
            )
        files[str(path.relative_to(root))] = path.read_bytes()
    return Luggage(job, root, files, str(place.relative_to(root)), timeout)


def _travels(path: Path, folder: Path) -> bool:
    inside = path.relative_to(folder).parts
    stays = any(part.startswith((".", "__pycache__")) or part == "media" for part in inside)
    return path.is_file() and not stays


_LOCK = threading.Lock()
_SETTLED: dict[str, tuple[Path, Launcher]] = {}  # on a cluster's machine: projects that came


def run_far(luggage: Luggage) -> Parcel:
    """One job on a cluster's machine: in a process of its own there, as it would be at home."""
    from chainviz.render.jobs import run_job
    from chainviz.render.workers import CallDied, Pool

    job = luggage.job
    home, launcher = _settle_in(luggage)
    path = home / job.scene.path.resolve().relative_to(luggage.root)
    with tempfile.TemporaryDirectory(prefix="chainviz-job-") as scratch:
        folder = Path(scratch).resolve()
        scene = dataclasses.replace(job.scene, path=path)
        far_job = dataclasses.replace(
            job, scene=scene, folder=folder, home=home, shelf=home / SHELF
        )
        pool = Pool(1, timeout=luggage.timeout, launcher=launcher, keep=True)
        try:
            result = _while_wanted(pool, pool.submit(run_job, far_job))
        except CallDied as error:
            result = Failure(str(error), f"{path}:{scene.line}")
        finally:
            pool.shutdown(wait=False)
        if isinstance(result, Failure):
            return Parcel(_told_for_home(result, home, luggage.root), luggage.root)
        return _parcel(result, folder, luggage.root)


def _while_wanted(pool: Pool, future: Future[Any]) -> Any:
    """What the call returns; it's ended at once when the batch that asked for it is gone."""
    from distributed.worker import get_worker

    try:
        worker, key = get_worker(), get_worker().get_current_task()
    except ValueError:  # not on a cluster
        return future.result()
    while not wait([future], _LOOK).done:
        # Dask lets a task that began run to its end, whatever becomes of those who wait for it:
        # all that it does is to write down that the task was cancelled.
        task = worker.state.tasks.get(key)
        if task is None or task.state == "cancelled":
            pool.kill()
            raise CancelledError("the batch was stopped")
    return future.result()


def _settle_in(luggage: Luggage) -> tuple[Path, Launcher]:
    """The project's files on this machine, and a process that runs in their midst; made once."""
    parts = [f"{name}\0{hash_bytes(content)}" for name, content in sorted(luggage.files.items())]
    key = hash_bytes("\n".join([*parts, luggage.place]).encode())
    with _LOCK:
        if key in _SETTLED and _SETTLED[key][1].alive():
            return _SETTLED[key]
        home = Path(tempfile.mkdtemp(prefix="chainviz-")).resolve()
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        for name, content in luggage.files.items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (home / luggage.place).mkdir(parents=True, exist_ok=True)
        launcher = launcher_for(home / luggage.place)
        atexit.register(launcher.close)
        _SETTLED[key] = home, launcher
        return _SETTLED[key]


def _told_for_home(failure: Failure, far: Path, home: Path) -> Failure:
    """The failure with the paths that the user knows."""
    changes = {
        field.name: getattr(failure, field.name).replace(str(far), str(home))
        for field in dataclasses.fields(failure)
    }
    return Failure(**changes)


def _parcel(clip: Clip, folder: Path, root: Path) -> Parcel:
    paths = [clip.clip, *filter(None, [clip.poster]), *clip.sidecars]
    files = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
    told = dataclasses.replace(
        clip,
        clip=clip.clip.relative_to(folder),
        poster=clip.poster.relative_to(folder) if clip.poster else None,
        sidecars=tuple(path.relative_to(folder) for path in clip.sidecars),
    )
    return Parcel(told, root, files)
