"""Tells what went wrong in the user's own words: where, what, and their own frames only."""

from __future__ import annotations

import os
import re
import sys
import traceback
from pathlib import Path
from types import TracebackType

from chainviz.render.records import Failure
from chainviz.render.whose import is_library

__all__ = ["explain", "without_ours"]

_PACKAGE = Path(__file__).resolve().parent.parent
_OURS = tuple(f"{_PACKAGE / room}{os.sep}" for room in ("render", "faster"))
_QUIET = ("<frozen", *_OURS)
_LOST = " See log output"  # Manim goes on with the name of a log that doesn't outlive the job


def explain(error: BaseException, otherwise: str) -> Failure:
    """A failure told with the user's frames only, and with all frames for those who ask.

    ``otherwise`` is the place that is named where the error has none in the user's files.
    """
    frames = traceback.extract_tb(error.__traceback__)
    kept = _users_part(error.__traceback__)
    whole = "".join(traceback.TracebackException.from_exception(error).format())
    heading = "Traceback (most recent call last):\n" if kept else ""
    text = _chained(error) + heading + "".join(traceback.format_list(kept)) + _words(error)
    place = _place(error, kept) or otherwise
    return Failure(_cause(error), place, text, whole if len(frames) != len(kept) else "")


def without_ours(dump: str) -> str:
    """A dump of stacks, as faulthandler writes it, without the frames of this package."""
    named = re.compile(r'^\s*File "(.*?)", line ')
    return "\n".join(
        line
        for line in dump.splitlines()
        if not ((found := named.match(line)) and found[1].startswith(("<string>", *_OURS)))
    )


def _place(error: BaseException, kept: list[traceback.FrameSummary]) -> str:
    if isinstance(error, SyntaxError) and error.lineno and not _foreign(error.filename or "<"):
        return f"{error.filename}:{error.lineno}"
    own = [frame for frame in kept if not _foreign(frame.filename)]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else ""


def _words(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error))


def _chained(error: BaseException) -> str:
    """What led to the error, where one was raised from another."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is None:
        return ""
    frames = "".join(traceback.format_list(_users_part(earlier.__traceback__)))
    return f"{_chained(earlier)}{frames}{_words(earlier)}\nwhich led to:\n\n"


def _cause(error: BaseException) -> str:
    """In one line: a message may have several, and notes after them."""
    if isinstance(error, SystemExit):
        return f"the scene called sys.exit({error.code!r})"
    if isinstance(error, MemoryError):
        return f"out of memory: {error}".rstrip(": ")
    if isinstance(error, OSError) and error.errno == 28:
        return f"the disk is full: {error}"
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg}"
    lines = [line.strip() for line in _words(error).splitlines() if line.strip()]
    first = " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]
    return first.partition(_LOST)[0]


def _users_part(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    """The frames from the user's first one on; Manim's come back in where they end it."""
    frames = [
        frame for frame in traceback.extract_tb(trace) if not frame.filename.startswith(_QUIET)
    ]
    first = next((i for i, frame in enumerate(frames) if not _foreign(frame.filename)), None)
    return frames if first is None else frames[first:]


def _foreign(filename: str) -> bool:
    """Whether a file is installed, or this package's, rather than the user's own."""
    return (
        is_library(filename)
        or "site-packages" in filename
        or filename.startswith((sys.prefix, sys.base_prefix, "<"))
    )
