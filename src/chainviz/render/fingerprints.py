"""What files, fonts and installed packages are right now, in forms that can be compared."""

# A thousand files are looked at before anything can start: no Path for each.
# ruff: noqa: PTH100, PTH118, PTH123, PTH208
from __future__ import annotations

import hashlib
import os
import stat
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from chainviz.render.fonts import FONTS, fonts, stat_of

__all__ = [
    "BASE_DISTRIBUTIONS",
    "Here",
    "State",
    "distributions_of",
    "environment_hash",
    "hash_bytes",
    "hash_of_file",
    "names_of",
    "short",
    "state_of",
    "version_of",
]

# what every picture depends on, whether or not the scene names it
BASE_DISTRIBUTIONS = (
    "manim",
    "numpy",
    "scipy",
    "av",
    "pillow",
    "pycairo",
    "manimpango",
    "mapbox-earcut",
    "skia-pathops",
    "svgelements",
    "typst",
    "chainviz",
)


State = tuple[Any, ...]
_stat = os.stat  # whoever watches a scene puts another in its place


def hash_bytes(content: bytes) -> str:
    """A short hash of some bytes."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


@lru_cache(maxsize=1)
def installed() -> dict[str, tuple[str, str]]:
    """What is installed: normal name -> version, and the folder that describes it.

    As importlib.metadata would say, in a hundredth of its time: this is asked for every clip.
    """
    found: dict[str, tuple[str, str]] = {}
    for entry in sys.path:
        try:
            names = os.listdir(entry or ".")
        except OSError:
            continue
        for folder in names:
            if folder.endswith(".dist-info"):
                name, _, version = folder.removesuffix(".dist-info").rpartition("-")
                found.setdefault(_normal(name), (version, os.path.join(entry, folder)))
    return found


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def version_of(distribution: str) -> str:
    """The version of an installed distribution; empty where there is none."""
    if distribution == "python":
        return sys.version
    return installed().get(_normal(distribution), ("", ""))[0]


def distributions_of(modules: set[str]) -> set[str]:
    """The distributions that top-level modules come from, and those of every picture."""
    owners = set(BASE_DISTRIBUTIONS)
    for name, (_, folder) in installed().items():
        if name in owners:
            continue  # the long lists among them are never worth reading
        try:
            with open(os.path.join(folder, "RECORD"), encoding="utf-8") as file:
                tops = {line.partition("/")[0].partition(".")[0] for line in file}
        except OSError:
            continue
        if not tops.isdisjoint(modules):
            owners.add(name)
    return owners


def state_of(path: str) -> State:
    """What shows that a file was changed since; of a folder, what it lists."""
    try:
        found = _stat(path)
        if stat.S_ISDIR(found.st_mode):
            return tuple(sorted(os.listdir(path)))
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def short(path: str | Path, home: Path) -> str:
    """A path as the manifest writes it: relative where it lies below the project's folder."""
    return _from(home, os.path.realpath(path))


def names_of(path: str | Path, home: Path) -> set[str]:
    """The same, and where the path leads through a link, its own words too: links change."""
    return {short(path, home), _from(home, os.path.abspath(path))}


def _from(home: Path, path: str) -> str:
    inside = str(home) + os.sep
    return path.removeprefix(inside).replace(os.sep, "/") if path.startswith(inside) else path


class Here:
    """The machine as it is now: every file is hashed once, however many clips ask for it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.judged: dict[str, str | None] = {}  # toolchains already compared, and the verdicts
        self._hashes: dict[str, str | None] = {}
        self._stats: dict[str, str] = {}
        self._versions: dict[str, str] = {}

    def hash_of(self, name: str) -> str | None:
        """The hash of a file's content or of a folder's listing; None where it's missing."""
        if name not in self._hashes:
            self._hashes[name] = _hash_path(os.path.join(self.home, name))
        return self._hashes[name]

    def stat_of(self, name: str) -> str:
        """The state of a machine file, or of all fonts."""
        if name not in self._stats:
            self._stats[name] = fonts() if name == FONTS else stat_of(name)
        return self._stats[name]

    def version_of(self, distribution: str) -> str:
        """The version of an installed distribution."""
        if distribution not in self._versions:
            self._versions[distribution] = version_of(distribution)
        return self._versions[distribution]


def _hash_path(path: str | Path) -> str | None:
    digest = hashlib.blake2b(digest_size=16)
    try:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()
    except IsADirectoryError:
        return hash_bytes("\n".join(sorted(os.listdir(path))).encode())
    except OSError:
        return None


def hash_of_file(path: Path) -> str | None:
    """The hash of one file; None where it's missing."""
    return _hash_path(path)


def environment_hash(name: str) -> str | None:
    """The hash of an environment variable, so that no secret enters a manifest."""
    value = os.environ.get(name)
    return None if value is None else hash_bytes(value.encode())
