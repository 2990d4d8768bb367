"""What imports were looked for in vain, or would find instead if it were there."""

# ruff: noqa: PTH100, PTH110, PTH112, PTH118
from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

from chainviz.render.whose import PACKAGE, asked_by_user, is_installed

__all__ = ["Vain", "would_be_found"]


class Vain:
    """The last of the finders: it finds nothing, and notes what nobody else has found."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Python asks where the module of that name is."""
        if asked_by_user(sys._getframe(1), importing=True):
            self._names.add(name)


def would_be_found(modules: Iterable[str], vain: Iterable[str]) -> Iterator[str]:
    """Files that aren't there, and that importing the same names would take if they were."""
    parents = {
        name.rsplit(".", level)[0] for name in modules for level in range(name.count(".") + 1)
    }
    for name in sorted(parents | set(vain)):
        module = sys.modules.get(name)
        parent, _, leaf = name.rpartition(".")
        places = getattr(sys.modules.get(parent), "__path__", ()) if parent else sys.path
        for path in _before(module, leaf, tuple(places)):
            if not os.path.exists(path):
                yield path


def _before(module: ModuleType | None, leaf: str, places: Sequence[str]) -> Iterator[str]:
    """The files that come before a module's own, in the order in which Python looks for them."""
    file = os.path.abspath(getattr(module, "__file__", None) or "")
    for place in map(os.path.abspath, places):
        if is_installed(place + os.sep) or place == str(PACKAGE.parent) or not os.path.isdir(place):
            continue
        for path in (os.path.join(place, leaf, "__init__.py"), os.path.join(place, f"{leaf}.py")):
            if path == file:
                return
            yield path
