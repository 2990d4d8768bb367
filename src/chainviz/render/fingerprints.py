"""What files, fonts and installed packages are right now, in forms that can be compared."""

# A thousand files are looked at before anything can start: no Path for each.
# ruff: noqa: PTH111, PTH116, PTH118, PTH123, PTH208
from __future__ import annotations

import hashlib
import os
import sys
from functools import lru_cache
from pathlib import Path

__all__ = [
    "BASE_DISTRIBUTIONS",
    "FONTS",
    "Here",
    "distributions_of",
    "environment_hash",
    "fonts",
    "hash_bytes",
    "hash_of_file",
    "short",
    "stat_of",
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

FONTS = "fonts"
"""The key under which all the fonts of the machine count as one thing."""

_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/etc/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "~/.config/fontconfig",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "~/Library/Fonts",
)


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


def stat_of(path: str) -> str:
    """Size and time of a machine file, or that it is missing."""
    try:
        found = os.stat(path)
    except OSError:
        return "missing"
    return f"{found.st_size} {found.st_mtime_ns}"


@lru_cache(maxsize=1)
def fonts() -> str:
    """One hash over names, sizes and times of everything in the machine's font folders."""
    digest = hashlib.blake2b(digest_size=16)
    extra = [os.environ.get("FONTCONFIG_FILE", ""), os.environ.get("FONTCONFIG_PATH", "")]
    windows = os.environ.get("WINDIR")
    if windows:
        extra.append(str(Path(windows, "Fonts")))
    data = os.environ.get("XDG_DATA_HOME")
    if data:
        extra.append(str(Path(data, "fonts")))
    for folder in (*_FONT_FOLDERS, *filter(None, extra)):
        for root, folders, names in os.walk(os.path.expanduser(folder), followlinks=True):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(root, name)
                digest.update(f"{path}\0{stat_of(path)}\n".encode())
    return digest.hexdigest()


def short(path: str | Path, home: Path) -> str:
    """A path as the manifest writes it: relative where it lies below the project's folder."""
    path = os.path.realpath(path)
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
