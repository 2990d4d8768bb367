"""Loads a scene file the way Manim does, and says where in it the program is."""

from __future__ import annotations

import functools
import importlib
import importlib.machinery
import importlib.util
import inspect
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from chainviz.errors import ChainvizError
from chainviz.render.records import SceneRef
from chainviz.render.whose import is_installed, is_library

__all__ = ["load_module", "place_of", "scene_classes"]


def load_module(path: Path, module: str | None) -> ModuleType:
    """Import a scene file: by its dotted name if it was asked for so, else by its path."""
    import numpy as np

    _compile_anew()
    random.seed(0)  # what a file draws at random while it is imported is settled too
    np.random.seed(0)
    with _scenes_waiting():
        return _imported(path, module)


def _imported(path: Path, module: str | None) -> ModuleType:
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


@contextmanager
def _scenes_waiting() -> Iterator[None]:
    """Scenes that a file renders itself, as it does when it's run by Python, wait for their turn.

    Else every scene of the file would wait for them, as each is rendered in a process of its own.
    """
    from manim import Scene

    whole, waiting = Scene.render, True

    @functools.wraps(whole)
    def render(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not waiting:  # somebody has put a function of his own around this one
            return whole(self, *args, **kwargs)
        print(f"{type(self).__name__}().render() is left out while its file is imported")
        return False

    Scene.render = render  # type: ignore[method-assign]
    try:
        yield
    finally:
        waiting = False
        if Scene.render is render:
            Scene.render = whole  # type: ignore[method-assign]


def _compile_anew() -> None:
    """Read the user's own modules from their text: what was compiled may be another version's.

    Python takes it for the same where only size and second are; and whoever copies files with
    their times, or writes two versions in one second, gets an old picture for a new text.
    """
    loader: Any = importlib.machinery.SourceFileLoader
    plain = loader.path_stats
    if plain.__module__ == __name__:
        return

    def path_stats(self: Any, path: str) -> Any:
        if not is_installed(path) and not is_library(path):
            raise OSError("not to be looked for")  # then Python neither reads nor writes it
        return plain(self, path)

    loader.path_stats = path_stats


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


def place_of(path: Path) -> str:
    """Where in a scene file the program is right now; empty where it isn't in there."""
    name = str(path)
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == name:
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]
    return ""
