"""media/manifest.json: what lies in the folder, what it was made of, and what it needs."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chainviz.errors import ChainvizError
from chainviz.render.fingerprints import hash_bytes
from chainviz.render.records import Sources

__all__ = ["FORMAT", "Manifest", "locked", "read_manifest", "unwritable", "write_manifest"]

FORMAT = 1
_NAME = "manifest.json"
_LOCK = ".chainviz.lock"


class Manifest:
    """The manifest's content: clips and scene files, with the libraries they share."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        data = data if data and data.get("format") == FORMAT else {}
        self.clips: dict[str, dict[str, Any]] = dict(data.get("clips", {}))
        self.files: dict[str, dict[str, Any]] = dict(data.get("files", {}))
        self._libraries: dict[str, dict[str, Any]] = dict(data.get("libraries", {}))

    def pack(self, sources: Sources) -> dict[str, Any]:
        """Sources as the manifest keeps them: what many clips share is written once."""
        packed = asdict(sources)
        shared = {name: packed.pop(name) for name in ("library", "versions", "stats")}
        key = hash_bytes(json.dumps(shared, sort_keys=True).encode())
        self._libraries[key] = shared
        return packed | {"toolchain": key}

    def unpack(self, packed: Mapping[str, Any]) -> Sources | None:
        """The reverse; None where the manifest was tampered with."""
        shared = self._libraries.get(packed.get("toolchain", ""))
        try:
            return Sources(
                files=packed["files"], environment=packed["environment"], **(shared or {})
            )
        except (KeyError, TypeError):
            return None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data, without libraries that nothing refers to any more."""
        entries = (*self.clips.values(), *self.files.values())
        used = {entry["sources"].get("toolchain") for entry in entries if "sources" in entry}
        return {
            "format": FORMAT,
            "clips": dict(sorted(self.clips.items())),
            "files": dict(sorted(self.files.items())),
            "libraries": {key: self._libraries[key] for key in sorted(used & set(self._libraries))},
        }


def read_manifest(media: Path) -> Manifest:
    """The manifest of a media folder; an empty one where there's none or it can't be read."""
    try:
        data = json.loads((media / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Manifest()
    return Manifest(data if isinstance(data, dict) else None)


def write_manifest(media: Path, manifest: Manifest) -> None:
    """Put a new manifest in the old one's place in one step."""
    path = media / _NAME
    aside = path.with_name(f".{_NAME}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as file:
            json.dump(manifest.as_json(), file, indent=1, ensure_ascii=False)
            file.write("\n")
        aside.replace(path)
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def unwritable(media: Path, error: OSError) -> ChainvizError:
    """What to say where nothing can be written."""
    why = error.strerror or type(error).__name__
    return ChainvizError(f"{media} can't be written to ({why}); choose another with --media")


@contextmanager
def locked(media: Path) -> Iterator[None]:
    """Keep other batches out of the folder while files and manifest change together."""
    try:
        file = (media / _LOCK).open("a")
    except OSError as error:
        raise unwritable(media, error) from None
    with file:
        lock(file.fileno(), wait=True)
        yield


def lock(descriptor: int, *, wait: bool) -> bool:
    """Take the lock on an open file, which ends with its process; False if it's taken."""
    try:
        import fcntl
    except ImportError:  # Windows
        return _lock_windows(descriptor, wait=wait)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:  # a network disk that knows no locks: better than not rendering at all
        return True
    return True


def _lock_windows(descriptor: int, *, wait: bool) -> bool:
    import importlib

    msvcrt: Any = importlib.import_module("msvcrt")
    while True:
        try:
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            if not wait:
                return False
        else:
            return True
