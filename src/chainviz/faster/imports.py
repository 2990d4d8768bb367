"""Importing Manim without what most scenes never use: half of the time, and some memory.

SciPy's geometry, NetworkX and Beautiful Soup are each imported by one module of Manim's for the
sake of a few functions. While Manim imports its own modules, stand-ins take their places; they
import the real thing when somebody calls it. Before plugins are imported, and afterwards, nothing
is left of them but the names in those modules of Manim's: a scene that imports SciPy gets SciPy.
"""

from __future__ import annotations

import importlib
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from chainviz.faster.rotation import Rotation

__all__ = ["Later", "lean_imports"]

_FOREIGN = "manim.plugins"
"""From here on, what Manim imports is other people's."""


class Later:
    """Something in a module that is imported when this is called or looked into."""

    def __init__(self, module: str, *names: str) -> None:
        self._path = (module, *names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        module = sys.modules.get(self._path[0])
        if module is None or isinstance(module, _StandIn):
            return Later(*self._path, name)
        return getattr(self._real(), name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the real thing."""
        return self._real()(*args, **kwargs)

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, self._real())

    def _real(self) -> Any:
        _remove_stand_ins()
        found = importlib.import_module(self._path[0])
        for name in self._path[1:]:
            found = getattr(found, name)
        return found


class _StandIn(ModuleType):
    """A module in which whatever is asked for is there, later."""

    __path__: Any = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Later(self.__name__, name)


class _Watch:
    """Notices that something is about to be imported which wants no stand-ins."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Make way for it; only inside of a package that had a stand-in, find it as well."""
        parent = name.rpartition(".")[0]
        inside = isinstance(sys.modules.get(parent), _StandIn)
        if inside or name == _FOREIGN:
            _remove_stand_ins()
        return (
            PathFinder.find_spec(name, importlib.import_module(parent).__path__) if inside else None
        )


@contextmanager
def lean_imports() -> Iterator[None]:
    """While this lasts, Manim's imports get stand-ins; what is imported already stays as it is."""
    watch: Any = _Watch
    for name in ("networkx", "bs4", *_scipys()):
        if name not in sys.modules:
            sys.modules[name] = _StandIn(name)
    sys.meta_path.insert(0, watch)
    try:
        yield
    finally:
        sys.meta_path.remove(watch)
        _remove_stand_ins()


def _scipys() -> tuple[str, ...]:
    """What is set aside of SciPy, if anything: compilers for other processors may fuse steps."""
    if platform.machine() not in ("x86_64", "AMD64") or "scipy" in sys.modules:
        return ()
    stand_in: Any = _StandIn("scipy.spatial.transform")
    stand_in.Rotation = Rotation
    sys.modules[stand_in.__name__] = stand_in
    return "scipy", "scipy.spatial"


def _remove_stand_ins() -> None:
    for name, module in list(sys.modules.items()):
        if isinstance(module, _StandIn):
            del sys.modules[name]
