"""Sees, inside a worker, what a scene is made from: modules, files, packages, fonts, variables."""

# Inside an audit hook every Path costs, and opens more than it is asked to.
# ruff: noqa: PTH100, PTH119, PTH120, PTH123
from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from chainviz.render.fingerprints import (
    FONTS,
    Here,
    distributions_of,
    environment_hash,
    short,
    version_of,
)
from chainviz.render.records import Sources
from chainviz.render.shelf import PROGRAMS

__all__ = ["Watch"]

_PACKAGE = Path(__file__).resolve().parent.parent
_LESSONS = str(_PACKAGE / "lessons") + os.sep
_RENDER = str(_PACKAGE / "render") + os.sep
_IGNORED = ("/proc/", "/sys/", "/dev/", "<")
_STANDARD = ("<frozen", os.path.dirname(os.__file__) + os.sep)
_FOUND_ANYWAY = {"PATH"}  # programs that a scene starts are noted wherever they lie
_LIBRARIES = ("libcairo", "libpango", "libfreetype", "libharfbuzz", "libfontconfig")


def _installed_roots() -> tuple[str, ...]:
    """Folders whose content a version number stands for: the library and site-packages."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    roots = {os.path.realpath(sysconfig.get_paths()[name]) for name in names}
    roots |= {os.path.realpath(path) for path in sys.path if path.endswith("-packages")}
    roots |= {path for path in sys.path if path.endswith("-packages")}  # as modules are told of
    return tuple(sorted(root + os.sep for root in roots))


def _hook(handlers: Mapping[str, Callable[[tuple[Any, ...]], None]]) -> Any:
    """As little as possible: a scene calls id() a hundred thousand times, and each is an event."""
    find = handlers.get

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if (handler := find(event)) is not None:
            handler(arguments)

    return hear


class Watch:
    """Records what is opened and read from now on, by way of Python's audit events.

    An audit hook cannot be taken off again: this belongs into a process of its own.
    """

    def __init__(self, scratch: Path) -> None:
        self._scratch = os.path.realpath(scratch) + os.sep
        self._roots = _installed_roots()
        self._opened: set[str] = set()
        self._written: set[str] = set()
        self._variables: set[str] = set()
        self._programs: set[str] = set()
        self._text = False
        self._handlers: dict[str, Callable[[tuple[Any, ...]], None]] = {}

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Watch for as long as the block runs."""
        self._watch_environment()
        self._watch_fonts()
        self._handlers |= {
            "open": self._open,
            "os.listdir": self._list,
            "os.scandir": self._list,
            "subprocess.Popen": self._program,
        }
        sys.addaudithook(_hook(self._handlers))
        try:
            yield self
        finally:
            self._handlers.clear()

    def _open(self, arguments: tuple[Any, ...]) -> None:
        path, mode, flags = arguments
        if isinstance(path, int) or path is None:
            return
        writing = any(letter in (mode or "") for letter in "wxa")
        name = os.path.abspath(os.fsdecode(path))
        if writing or (mode is None and flags & (os.O_WRONLY | os.O_RDWR)):
            self._written.add(name)
        else:
            self._opened.add(name)

    def _list(self, arguments: tuple[Any, ...]) -> None:
        path = arguments[0]
        if not isinstance(path, int) and self._asked_by_user(sys._getframe(2)):
            self._opened.add(os.path.abspath(os.fsdecode(path or ".")))

    def _asked_by_user(self, frame: FrameType | None) -> bool:
        """Whether the user's own code is behind a call, be it by way of the standard library."""
        while frame is not None and frame.f_code.co_filename.startswith(_STANDARD):
            if "-packages" in frame.f_code.co_filename or "importlib" in frame.f_code.co_filename:
                return False  # an import looks through folders; that's no one's wish
            frame = frame.f_back
        name = frame.f_code.co_filename if frame is not None else ""
        return bool(name) and not name.startswith(self._roots) and not _is_library(name)

    def _program(self, arguments: tuple[Any, ...]) -> None:
        self._programs.add(os.fsdecode(arguments[0]))

    def _watch_environment(self) -> None:
        """Note the variables that code outside the installed packages asks for."""
        kind = type(os.environ)
        plain = kind.__getitem__
        seen = self._variables

        def read(environ: Any, key: Any) -> Any:
            # os.environb is of the same kind, and its keys are bytes
            if isinstance(key, str | bytes) and self._asked_by_user(sys._getframe(1)):
                seen.add(os.fsdecode(key))
            return plain(environ, key)

        kind.__getitem__ = read  # type: ignore[method-assign]

    def _watch_fonts(self) -> None:
        """Note font files that are registered by hand, which Pango reads out of our sight."""
        try:
            import manimpango  # type: ignore[import-untyped]
        except ImportError:
            return
        for name in ("register_font", "fc_register_font"):
            plain = getattr(manimpango, name, None)
            if plain is None:
                continue

            def register(path: str, *rest: Any, _plain: Any = plain) -> Any:
                self._opened.add(os.path.abspath(path))
                self._text = True
                return _plain(path, *rest)

            setattr(manimpango, name, register)

    def note_latex(self, files: set[str]) -> None:
        """Formulas were set by LaTeX, now or when they were put on the shelf, from these files."""
        self._programs |= set(PROGRAMS)
        self._opened |= files
        self._text = True  # xelatex and lualatex take the system's fonts

    def sources(self, home: Path, extra: tuple[Path, ...] = ()) -> Sources:
        """Everything seen so far, with its state as of now."""
        here = Here(home)
        loaded = {os.path.realpath(file) for file in self._own_modules()}
        # what a scene writes for itself, as Manim does beside an SVG, it isn't made from
        seen = {path for path in self._opened - self._written if self._counts(path)}
        seen |= {path for path in loaded if not path.startswith(self._roots)}
        seen |= set(map(str, extra))
        own = {path for path in seen if not _is_library(path)}
        library = {path for path in loaded if _is_library(path)}
        if not any(_names_library(path) for path in own):
            # they are loaded because another scene of the batch draws with them
            library = {path for path in library if path.startswith(_RENDER)}
        return Sources(
            files={name: here.hash_of(name) for name in sorted(short(p, home) for p in own)},
            library={
                name: here.hash_of(str(_PACKAGE / name))
                for name in sorted(os.path.relpath(p, _PACKAGE) for p in library)
            },
            versions=_versions(),
            stats={name: here.stat_of(name) for name in self._machine_files()},
            environment={
                name: environment_hash(name) for name in sorted(self._variables - _FOUND_ANYWAY)
            },
        )

    def _own_modules(self) -> Iterator[str]:
        """The files of modules that a version number doesn't stand for; of ours, all."""
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            if (
                isinstance(file, str)
                and (not file.startswith(self._roots) or file.startswith(str(_PACKAGE)))
                and file.endswith((".py", ".so", ".pyd"))
            ):
                yield file

    def _counts(self, path: str) -> bool:
        real = os.path.realpath(path)
        if path.startswith(self._scratch) or real.startswith(self._scratch):
            return False
        if path.startswith(_IGNORED) or path.endswith((".pyc", ".so")):
            return False
        return not (path.startswith(self._roots) or real.startswith(self._roots))

    def _machine_files(self) -> list[str]:
        import shutil

        found = {found for name in self._programs if (found := shutil.which(name))}
        found |= set(_loaded_libraries())
        # Pango leaves what it has set in Manim's folder of texts
        text = self._text or any(f"{os.sep}texts{os.sep}" in path for path in self._opened)
        return sorted(found | ({FONTS} if text else set()))


def _is_library(path: str) -> bool:
    """Whether a file is this package's own code; the lessons that come with it are scenes."""
    return path.startswith(str(_PACKAGE) + os.sep) and not path.startswith(_LESSONS)


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
