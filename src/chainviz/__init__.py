"""chainviz: write the function, get the film."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the type checker's view of the table below
    from chainviz.errors import ChainvizError as ChainvizError
    from chainviz.part import Kind as Kind
    from chainviz.part import Part as Part

# public name -> the module that defines it; loaded at first use, so that the
# computation half never pays for Manim
_HOMES: dict[str, str] = {
    "ChainvizError": "errors",
    "Kind": "part",
    "Part": "part",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'chainviz' has no attribute {name!r}")
    found = getattr(importlib.import_module(f"chainviz.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
