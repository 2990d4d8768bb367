"""Whose a file is, and who stands behind a call: the user, an installed package, or this one."""

# Asked inside an audit hook, where every Path costs, and opens more than it is asked to.
# ruff: noqa: PTH120
from __future__ import annotations

import os
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from types import FrameType

__all__ = ["PACKAGE", "asked_by_user", "asker", "is_installed", "is_library"]

PACKAGE = Path(__file__).resolve().parent.parent
_OURS = str(PACKAGE) + os.sep
_LESSONS = str(PACKAGE / "lessons") + os.sep
_STANDARD = ("<frozen", os.path.dirname(os.__file__) + os.sep)


@lru_cache(maxsize=1)
def _installed_roots() -> tuple[str, ...]:
    """Folders whose content a version number stands for: the library and site-packages."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    roots = {os.path.realpath(sysconfig.get_paths()[name]) for name in names}
    roots |= {os.path.realpath(path) for path in sys.path if path.endswith("-packages")}
    roots |= {path for path in sys.path if path.endswith("-packages")}  # as modules are told of
    return tuple(sorted(root + os.sep for root in roots))


def is_installed(path: str) -> bool:
    """Whether a version number stands for what a file holds."""
    return path.startswith(_installed_roots())


def is_library(path: str) -> bool:
    """Whether a file is this package's own code; the lessons that come with it are scenes."""
    return path.startswith(_OURS) and not path.startswith(_LESSONS)


def asker(frame: FrameType | None, *, importing: bool = False) -> str:
    """The file of the code behind a call that may have come by way of the standard library.

    Empty where there's none, and for what an import looks at, unless it's imports that matter.
    """
    while frame is not None and frame.f_code.co_filename.startswith(_STANDARD):
        name = frame.f_code.co_filename
        if "-packages" in name or ("importlib" in name and not importing):
            return ""
        frame = frame.f_back
    return frame.f_code.co_filename if frame is not None else ""


def asked_by_user(frame: FrameType | None, *, importing: bool = False) -> bool:
    """Whether it's the user's own code that is behind a call."""
    name = asker(frame, importing=importing)
    return bool(name) and not is_installed(name) and not is_library(name)
