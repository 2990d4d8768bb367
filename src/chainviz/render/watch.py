"""Watches, inside a worker, what a scene reads, asks for, writes and starts."""

# Inside an audit hook every Path costs, and opens more than it is asked to.
# ruff: noqa: PTH100, PTH113, PTH118
from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from chainviz.render.fingerprints import state_of
from chainviz.render.named import named_in_words
from chainviz.render.searched import Vain
from chainviz.render.shelf import PROGRAMS
from chainviz.render.sightings import Sightings
from chainviz.render.whose import asked_by_user, asker

__all__ = ["Watch"]

_SEEKS_ASSETS = os.path.join("manim", "utils", "file_ops.py")


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

    def __init__(self) -> None:
        self.seen = Sightings()
        self._vain = Vain(self.seen.vain)
        self._handlers: dict[str, Callable[[tuple[Any, ...]], None]] = {}

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Watch for as long as the block runs."""
        self._watch_environment()
        self._watch_questions()
        self._watch_readers()
        self._handlers |= {
            "open": self._open,
            "os.listdir": self._list,
            "os.scandir": self._list,
            "os.rename": self._rename,
            "os.system": self._command,
            "sqlite3.connect": self._database,
            "subprocess.Popen": self._program,
        }
        sys.meta_path.append(self._vain)
        sys.addaudithook(_hook(self._handlers))
        try:
            yield self
        finally:
            self._handlers.clear()
            sys.meta_path.remove(self._vain)

    def _look(self, path: Any, *, asked: bool = False) -> None:
        name, files = os.path.abspath(os.fsdecode(path)), self.seen.files
        if not asked:
            self.seen.asked.discard(name)
        if name not in files:
            if asked:
                self.seen.asked.add(name)
            files[name] = None  # to look at a folder is an event, too
            files[name] = state_of(name)

    def _open(self, arguments: tuple[Any, ...]) -> None:
        path, mode, flags = arguments
        if isinstance(path, int) or path is None:
            return
        writing = any(letter in (mode or "") for letter in "wxa")
        name = os.path.abspath(os.fsdecode(path))
        if writing or (mode is None and flags & (os.O_WRONLY | os.O_RDWR)):
            self.seen.written.add(name)
        else:
            self._look(name)

    def _list(self, arguments: tuple[Any, ...]) -> None:
        path = arguments[0]
        if not isinstance(path, int) and asked_by_user(sys._getframe(2)):
            self._look(path or ".")

    def _rename(self, arguments: tuple[Any, ...]) -> None:
        self.seen.written.add(os.path.abspath(os.fsdecode(arguments[1])))

    def _program(self, arguments: tuple[Any, ...]) -> None:
        program, words, place = arguments[:3]
        self.seen.programs.add(os.fsdecode(program))
        self.seen.name(named_in_words(words or (), os.fsdecode(place or ".")))

    def _command(self, arguments: tuple[Any, ...]) -> None:
        self.seen.name(named_in_words(arguments, "."))

    def _database(self, arguments: tuple[Any, ...]) -> None:
        name = os.fsdecode(arguments[0]).removeprefix("file:").partition("?")[0]
        self.seen.name([os.path.abspath(name)] if os.path.isfile(name) else ())

    def _watch_environment(self) -> None:
        """Note the variables that code outside the installed packages asks for."""
        kind = type(os.environ)
        plain = kind.__getitem__
        seen = self.seen.variables

        def read(environ: Any, key: Any) -> Any:
            # os.environb is of the same kind, and its keys are bytes
            if isinstance(key, str | bytes) and asked_by_user(sys._getframe(1)):
                seen.add(os.fsdecode(key))
            return plain(environ, key)

        kind.__getitem__ = read  # type: ignore[method-assign]

    def _watch_questions(self) -> None:
        """Note the files that are asked for without being opened: whether they're there."""
        plain = os.stat

        def answer(path: Any, *rest: Any, **options: Any) -> Any:
            if not isinstance(path, int) and options.get("dir_fd") is None:
                frame = sys._getframe(1)
                if asked_by_user(frame) or asker(frame).endswith(_SEEKS_ASSETS):
                    self._look(path, asked=True)
            return plain(path, *rest, **options)

        for known in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            if plain in known:
                known.add(answer)
        os.stat = answer

    def _watch_readers(self) -> None:
        """Note what is read by code that isn't Python: films, fonts that are registered by hand."""
        import av

        plain = av.open

        def opened(file: Any, mode: Any = None, *rest: Any, **options: Any) -> Any:
            if mode in (None, "r") and isinstance(file, str | os.PathLike):
                self._look(file)
            return plain(file, mode, *rest, **options)

        av.open = opened
        try:
            import manimpango  # type: ignore[import-untyped]
        except ImportError:
            return
        for name in ("register_font", "fc_register_font"):
            plain_register = getattr(manimpango, name, None)
            if plain_register is None:
                continue

            def register(path: str, *rest: Any, _plain: Any = plain_register) -> Any:
                self._look(path)
                self.seen.text = True
                return _plain(path, *rest)

            setattr(manimpango, name, register)

    def note_formulas(self, files: Iterable[str], *, latex: bool) -> None:
        """Formulas were set, now or when they were put on the shelf, from these files besides."""
        self.seen.programs |= set(PROGRAMS) if latex else set()
        for path in files:
            self._look(path)
        self.seen.text = True  # Typst, xelatex and lualatex take the system's fonts
