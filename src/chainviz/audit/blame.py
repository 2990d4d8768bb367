"""What went wrong, in a line, and where in the user's own file."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from chainviz.errors import ChainvizError

__all__ = ["in_words", "line_in"]

_LOG = re.compile(r"\. See log output above or the log file: (\S+\.log)")


def in_words(error: BaseException) -> str:
    """The kind of error and the first line of what it says; ours speak for themselves."""
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg}"  # its place is told by the finding
    told = "" if isinstance(error, ChainvizError) else f"{type(error).__name__}: "
    lines = f"{told}{error}".strip().splitlines()
    line = (lines[0] if lines else type(error).__name__).rstrip(": ")
    return _LOG.sub(lambda found: _of_latex(Path(found[1])), line)


def _of_latex(log: Path) -> str:
    """What LaTeX complained of; its log is gone when the finding is read."""
    try:
        lines = log.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    said = [index for index, line in enumerate(lines) if line.startswith("! ")]
    if not said:
        return ""
    where = next((line for line in lines[said[0] :] if line.startswith("l.")), "")
    return ": " + " ".join(f"{lines[said[0]].removeprefix('! ')} {where}".split())


def line_in(path: str, error: BaseException) -> int:
    """The line of a file that was being run when it raised; 0 where it had no part in it."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno or 0
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__)
             if frame.f_code.co_filename == path]  # fmt: skip
    return lines[-1] if lines else 0
