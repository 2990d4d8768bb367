"""What was seen of a scene, and what follows from it: what the scene is made of."""

# ruff: noqa: PTH100, PTH112, PTH119, PTH120, PTH123
from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chainviz.render.fingerprints import (
    Here,
    State,
    distributions_of,
    environment_hash,
    names_of,
    state_of,
    version_of,
)
from chainviz.render.fonts import FONTS
from chainviz.render.named import named_in_code
from chainviz.render.records import Sources
from chainviz.render.searched import would_be_found
from chainviz.render.whose import PACKAGE, is_installed, is_library

__all__ = ["CHANGED", "Sightings"]

CHANGED = "changed while the scene was rendered"
"""Stands in the place of a hash that would be that of another file than was read."""
_RENDER = str(PACKAGE / "render") + os.sep
_IGNORED = ("/proc/", "/sys/", "/dev/", "<")
_FOUND_ANYWAY = {"PATH"}  # programs that a scene starts are noted wherever they lie
_LIBRARIES = ("libcairo", "libpango", "libfreetype", "libharfbuzz", "libfontconfig")


@dataclass(slots=True)
class Sightings:
    """What a scene has read, asked for, written and started so far."""

    files: dict[str, State | None] = field(default_factory=dict)
    """As they were when they were first read; None where a change may be the scene's own."""
    asked: set[str] = field(default_factory=set)
    """Those of them that nobody opened: only whether they are there was asked."""
    written: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    programs: set[str] = field(default_factory=set)
    vain: set[str] = field(default_factory=set)
    """Modules that nobody found."""
    text: bool = False
    """Whether the machine's fonts were used."""

    def name(self, paths: Iterable[str]) -> None:
        """Files that are read, or perhaps written, where no event tells of it."""
        for path in paths:
            self.files.setdefault(path, None)

    def sources(
        self,
        home: Path,
        scene: Path,
        scratch: Path,
        *,
        read_before: Mapping[Path, State] | None = None,
        others: Collection[str] = (),
    ) -> Sources:
        """Everything seen so far, with its state as of now; what lies in ``scratch`` is left out.

        ``read_before`` are files that were read before the watch began, as they were then;
        ``others`` are scenes of the scene's own file, whose text doesn't count.
        """
        here = Here(home)
        modules = dict(_own_modules())
        library = {real for path in modules.values() if is_library(real := os.path.realpath(path))}
        own = {path for path in modules.values() if os.path.realpath(path) not in library}
        own.add(file := os.path.abspath(scene))
        self.name(path for one in own for path in named_in_code(one, others if one == file else ()))
        imported = [name for name, path in modules.items() if path in own and path != file]
        self.name(would_be_found(imported, self.vain))
        if self.vain or any(path.startswith(_python_path()) for path in own - {file}):
            self.variables.add("PYTHONPATH")
        self.files |= {str(path): state for path, state in (read_before or {}).items()}
        made_of = own | {path for path in self.files if self._counts(path, scratch)}
        if not any(_names_library(path) for path in made_of):
            # they are loaded because another scene of the batch draws with them
            library = {path for path in library if path.startswith(_RENDER)}
        return Sources(
            files={
                name: CHANGED if self._changed(path) else here.hash_of(name)
                for path in sorted(made_of)
                for name in sorted(names_of(path, home))
            },
            library={
                name: here.hash_of(str(PACKAGE / name))
                for name in sorted(os.path.relpath(path, PACKAGE) for path in library)
            },
            versions=_versions(),
            stats={name: here.stat_of(name) for name in self._machine_files()},
            environment={
                name: environment_hash(name) for name in sorted(self.variables - _FOUND_ANYWAY)
            },
        )

    def _counts(self, path: str, scratch: Path) -> bool:
        real = os.path.realpath(path)
        if path in self.written or path.startswith(_IGNORED):
            return False  # what a scene writes for itself, as Manim does beside an SVG
        if path in self.asked and os.path.isdir(path):
            return False  # nobody asked what's in it
        if f"{real}{os.sep}".startswith(f"{os.path.realpath(scratch)}{os.sep}"):
            return False
        return not (is_installed(path) or is_installed(real) or is_library(real))

    def _changed(self, path: str) -> bool:
        """Whether somebody else has changed a file since it was read."""
        before = self.files.get(path)
        if before is None:
            return False
        now = state_of(path)
        if now != before and os.path.isdir(path):
            ours = {os.path.basename(one) for one in self.written if os.path.dirname(one) == path}
            return not set(now) ^ set(before) <= ours
        return now != before

    def _machine_files(self) -> list[str]:
        found = {found for name in self.programs if (found := shutil.which(name))}
        found |= set(_loaded_libraries())
        # Pango leaves what it has set in Manim's folder of texts
        text = self.text or any(f"{os.sep}texts{os.sep}" in path for path in self.files)
        return sorted(found | ({FONTS} if text else set()))


def _own_modules() -> Iterator[tuple[str, str]]:
    """Modules that a version number doesn't stand for, and their files; of ours, all."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if (
            isinstance(file, str)
            and (not is_installed(file) or file.startswith(str(PACKAGE)))
            and file.endswith((".py", ".so", ".pyd"))
        ):
            yield name, os.path.abspath(file)


def _python_path() -> tuple[str, ...]:
    entries = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return tuple(os.path.abspath(entry) + os.sep for entry in entries if entry)


def _names_library(path: str) -> bool:
    if not path.endswith(".py"):
        return False
    try:
        with open(path, "rb") as file:
            return b"chainviz" in file.read()
    except OSError:
        return False


def _versions() -> dict[str, str]:
    tops = {name.partition(".")[0] for name in list(sys.modules)}
    names = distributions_of({top for top in tops if not top.startswith("_")}) | {"python"}
    return {name: version for name in sorted(names) if (version := version_of(name))}


def _loaded_libraries() -> Iterator[str]:
    """The shared libraries that paint and set text, where the system shows them."""
    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return
    for path in {line.split(maxsplit=5)[-1] for line in lines if "/" in line}:
        if os.path.basename(path).startswith(_LIBRARIES):
            yield path
