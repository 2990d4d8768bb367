"""Job folders, and the one step in which finished files reach the media folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chainviz.errors import ChainvizError
from chainviz.render.fingerprints import hash_of_file, short
from chainviz.render.manifest import (
    Manifest,
    lock,
    locked,
    read_manifest,
    unwritable,
    write_manifest,
)
from chainviz.render.records import Clip, Job

__all__ = ["publish", "sweep", "workspace"]

_JOBS = ".jobs"


@contextmanager
def workspace(media: Path) -> Iterator[Path]:
    """A folder for the jobs of one batch, on the media folder's own disk; gone afterwards."""
    try:
        media.mkdir(parents=True, exist_ok=True)
        sweep(media)
        with locked(media):  # a folder is never seen before its owner has locked it
            (media / _JOBS).mkdir(exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=media / _JOBS))
            owner = (folder / "owner").open("w")
            lock(owner.fileno(), wait=True)
    except OSError as error:
        raise unwritable(media, error) from None
    with owner:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with contextlib.suppress(OSError, ChainvizError), locked(media):
                (media / _JOBS).rmdir()


def sweep(media: Path) -> None:
    """Remove the job folders of batches that were killed, if there are any."""
    if not (media / _JOBS).is_dir():
        return
    with locked(media):
        for folder in (media / _JOBS).iterdir():
            if _is_dead(folder):
                shutil.rmtree(folder, ignore_errors=True)
        for half in media.glob(".manifest.json.*"):  # whoever wrote it had the lock that we have
            half.unlink()
        with contextlib.suppress(OSError):
            (media / _JOBS).rmdir()


def _is_dead(folder: Path) -> bool:
    try:
        with (folder / "owner").open("r+") as owner:
            return lock(owner.fileno(), wait=False)
    except FileNotFoundError:
        return True
    except OSError:
        return False


def publish(job: Job, clip: Clip, media: Path, extra: dict[str, Any]) -> dict[str, Any]:
    """Move a clip's files into place and write it into the manifest; returns its entry.

    Each file appears whole or not at all. If this process dies half way, the manifest's old
    entry no longer fits the clip, and the next run renders the scene again.
    """
    digest = hash_of_file(clip.clip)
    with locked(media):
        manifest = read_manifest(media)
        name = f"{job.stem}{clip.clip.suffix}"
        old = manifest.clips.get(name)
        beside = [path.name for path in clip.sidecars]
        with clip.clip.open("rb") as file:  # a name must not come to stand for an unwritten film
            os.fsync(file.fileno())
        clip.clip.replace(media / name)
        poster = _publish_poster(clip, media, job.stem)
        for path in clip.sidecars:
            path.replace(media / path.name)
        for stale in set(old["outputs"]["beside"] if old else ()) - set(beside):
            (media / stale).unlink(missing_ok=True)
        found = (media / name).stat()
        entry = _entry(job, clip, manifest) | {
            "outputs": {"clip": name, "poster": poster, "beside": beside},
            "size": found.st_size,
            "mtime_ns": found.st_mtime_ns,
            "hash": digest,
            "rendered": datetime.now(UTC).isoformat(timespec="seconds"),
            **extra,
        }
        manifest.clips[name] = entry
        write_manifest(media, manifest)
    return entry


def _publish_poster(clip: Clip, media: Path, stem: str) -> str | None:
    if clip.clip.suffix == ".png":
        return f"{stem}.png"
    if clip.poster is None:
        return None
    clip.poster.replace(media / f"{stem}.png")
    return f"{stem}.png"


def _entry(job: Job, clip: Clip, manifest: Manifest) -> dict[str, Any]:
    source = short(job.scene.path, job.home)
    return {
        "scene": job.scene.name,
        "stem": job.stem,
        "source": source,
        "line": job.scene.line,
        "source_hash": clip.sources.files.get(source),
        "settings": job.request.as_json(),
        "place": short(Path.cwd(), job.home),
        "seconds": clip.seconds,
        "frames": clip.frames,
        "width": clip.width,
        "height": clip.height,
        "fps": clip.fps,
        "engine": clip.engine,
        "why_stock": clip.why_stock,
        "beats": [{"name": name, "start": start, "end": end} for name, start, end in clip.beats],
        "captions": [
            {"start": start, "end": end, "text": text} for start, end, text in clip.captions
        ],
        "sources": manifest.pack(clip.sources),
    }
