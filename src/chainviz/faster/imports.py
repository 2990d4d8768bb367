"""Importing Manim without what most scenes never use: half of the time, and some memory.

SciPy's geometry, NetworkX and Beautiful Soup are each imported by one module of Manim's for the
sake of a few functions, and a way to fetch pages from the net by one that writes angle brackets.
While Manim imports its own modules, stand-ins take their places; they import the real thing when
somebody calls it. Before plugins are imported, and afterwards, nothing is left of them but the
names in those modules of Manim's: a scene that imports SciPy gets SciPy. Nor is garbage looked
for meanwhile: there is none among modules.
"""

from __future__ import annotations

import gc
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
_SELDOM = ("networkx", "bs4", "urllib.request", "pathops", "isosurfaces")


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
def lean_imports(*more: str) -> Iterator[None]:
    """While this lasts, Manim's imports get stand-ins; what is imported already stays as it is.

    ``more`` are modules that this program has no use for, either: PyAV, where nothing is filmed.
    """
    watch: Any = _Watch
    for name in (*_SELDOM, *more, *_scipys()):
        if name not in sys.modules:
            sys.modules[name] = _StandIn(name)
    sys.meta_path.insert(0, watch)
    try:
        with _no_search_for_garbage():
            yield
    finally:
        sys.meta_path.remove(watch)
        _remove_stand_ins()


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # or the first search would go through all that was imported
        gc.enable()


def _scipys() -> tuple[str, ...]:
    """What is set aside of SciPy, if anything: compilers for other processors may fuse steps."""
    if platform.machine() not in ("x86_64", "AMD64") or "scipy" in sys.modules:
        return ()
    stand_in: Any = _StandIn("scipy.spatial.transform")
    stand_in.Rotation = Rotation
    sys.modules[stand_in.__name__] = stand_in
    return "scipy", "scipy.spatial"


def _remove_stand_ins() -> None:
    gone = [name for name, module in sys.modules.items() if isinstance(module, _StandIn)]
    for name in gone:
        del sys.modules[name]
    for name in gone:
        parent, _, own = name.rpartition(".")
        if parent in sys.modules and not hasattr(sys.modules[parent], own):
            setattr(
                sys.modules[parent], own, Later(name)
            )  # whoever imported it has only the parent
