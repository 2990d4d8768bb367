"""Loads a scene file the way Manim does, and tells in the user's own words where it fails."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import random
import sys
import traceback
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from chainviz.errors import ChainvizError
from chainviz.render.records import Failure, SceneRef

__all__ = ["explain", "load_module", "place_of", "scene_classes"]

_OURS = str(Path(__file__).resolve().parent) + os.sep
_QUIET = ("<frozen", _OURS)


def load_module(path: Path, module: str | None) -> ModuleType:
    """Import a scene file: by its dotted name if it was asked for so, else by its path."""
    import numpy as np

    random.seed(0)  # what a file draws at random while it is imported is settled too
    np.random.seed(0)
    if module is not None:
        sys.path.insert(0, str(Path.cwd()))
        return importlib.import_module(module)
    name = _module_name(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ChainvizError(f"{path} is not a Python file")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded
    sys.path.insert(0, str(path.parent.absolute()))
    spec.loader.exec_module(loaded)
    return loaded


def _module_name(path: Path) -> str:
    """Manim's name for a file's module, unless that would hide a module already there."""
    try:
        relative = path.absolute().relative_to(Path.cwd())
    except ValueError:
        relative = Path(path.name)
    name = ".".join(relative.with_suffix("").parts)
    while name in sys.modules:
        name += "_"
    return name


def scene_classes(module: ModuleType) -> dict[str, Any]:
    """The scenes that a module defines itself, under their class names."""
    from manim import Scene

    found = (
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Scene) and member.__module__ == module.__name__
    )
    return {member.__name__: member for member in found}


def refs_in(path: Path, module: str | None, classes: dict[str, Any]) -> tuple[SceneRef, ...]:
    """The same as references, in the order in which they stand in the file."""
    refs = []
    for name, member in classes.items():
        try:
            line = inspect.getsourcelines(member)[1]
        except (OSError, TypeError):
            line = 0
        refs.append(SceneRef(name, path, line, module))
    return tuple(sorted(refs, key=lambda ref: (ref.line, ref.name)))


def explain(error: BaseException, otherwise: str) -> Failure:
    """A failure told with the user's frames only, and with all frames for those who ask.

    ``otherwise`` is the place that is named where the error has none in the user's files.
    """
    frames = traceback.extract_tb(error.__traceback__)
    kept = _users_part(error.__traceback__)
    told = traceback.TracebackException.from_exception(error)
    whole = "".join(told.format())
    if isinstance(error, SyntaxError):
        place = f"{error.filename}:{error.lineno}"
        text = "".join(traceback.format_exception_only(error))
    else:
        own = [frame for frame in kept if not _foreign(frame.filename)]
        last = own[-1] if own else None
        place = f"{last.filename}:{last.lineno}" if last else otherwise
        heading = "Traceback (most recent call last):\n" if kept else ""
        text = heading + "".join(traceback.format_list(kept))
        text += "".join(traceback.format_exception_only(error))
    text = _chained(error) + text
    return Failure(_cause(error), place, text, whole if len(frames) != len(kept) else "")


def _chained(error: BaseException) -> str:
    """What led to the error, where one was raised from another."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is None:
        return ""
    lines = traceback.format_list(_users_part(earlier.__traceback__))
    lines += traceback.format_exception_only(earlier)
    return _chained(earlier) + "".join(lines) + "\nwhich led to:\n\n"


def _cause(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"the scene called sys.exit({error.code!r})"
    if isinstance(error, MemoryError):
        return f"out of memory: {error}".rstrip(": ")
    if isinstance(error, OSError) and error.errno == 28:
        return f"the disk is full: {error}"
    return "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]


def _users_part(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    """The frames from the user's first one on; Manim's come back in where they end it."""
    frames = [
        frame for frame in traceback.extract_tb(trace) if not frame.filename.startswith(_QUIET)
    ]
    first = next((i for i, frame in enumerate(frames) if not _foreign(frame.filename)), None)
    return frames if first is None else frames[first:]


def _foreign(filename: str) -> bool:
    """Whether a file is installed rather than the user's own."""
    return "site-packages" in filename or filename.startswith((sys.prefix, sys.base_prefix, "<"))


def place_of(path: Path) -> str:
    """Where in a scene file the program is right now; empty where it isn't in there."""
    name = str(path)
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == name:
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]
    return ""
