"""The process that imports Manim, begun as early as can be: before much else is imported here."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["LESSONS", "SCENES", "Begun", "begun_early", "environment", "modules_for"]

# what every scene needs; and what is worth having where scenes draw with this package
SCENES = ("chainviz.render.engine", "chainviz.render.jobs")
LESSONS = (*SCENES, "chainviz.stage")
_NAME, _TABLE, _MEDIA = b"chainviz", b"[tool.chainviz", b"media_dir"
_PATIENCE = 5.0  # seconds in which it should be gone once nobody wants it any more


class Begun:
    """A process that imports some modules and then waits for work, at the other end of a wire."""

    def __init__(self, modules: Sequence[str], place: Path | None = None) -> None:
        self.modules = tuple(modules)
        self.taken = False
        """Whether somebody has it work, and ends it."""
        self.wire, theirs = socket.socketpair()
        code = (
            f"import sys; sys.path[:] = {_path_of_imports()!r}\n"
            f"from chainviz.render.zygote import main; main({theirs.fileno()}, {self.modules!r})"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # every job has a log of its own
            stderr=subprocess.DEVNULL,
            env=environment(),
            cwd=place,
            start_new_session=True,  # Ctrl-C reaches the batch alone, which then ends us all
        )
        theirs.close()

    def alive(self) -> bool:
        """Whether it is there."""
        return self._process.poll() is None

    def end(self) -> None:
        """End it, and with it all that it started; twice does no harm."""
        if not self.taken:
            self._process.kill()  # it has started nothing, and may still be busy importing
        with suppress(OSError):
            self.wire.shutdown(socket.SHUT_RDWR)
        self.wire.close()
        try:
            self._process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def modules_for(paths: Sequence[Path]) -> tuple[str, ...]:
    """What is worth importing for the scenes of these files."""
    return LESSONS if any(_names_us(path) for path in paths) else SCENES


def _names_us(path: Path) -> bool:
    try:
        return _NAME in path.read_bytes()
    except OSError:  # a link that leads nowhere: whoever reads the scenes will say so
        return False


@contextmanager
def begun_early(
    words: Sequence[str], media: str | None, *, wanted: bool = True, anyway: bool = False
) -> Iterator[Begun | None]:
    """Begin, if a glance shows that there will be scenes to render; end what nobody has taken.

    ``words`` are the paths on the command line and ``media`` is the folder; ``anyway`` is for
    scenes that are to be rendered though they were before. Nothing begins that isn't ``wanted``.
    """
    may = wanted and sys.platform == "linux"
    files = _surely_rendered(words, media, anyway=anyway) if may else []
    begun = Begun(modules_for(files)) if files else None
    try:
        yield begun
    finally:
        if begun is not None:
            begun.end()


def _surely_rendered(words: Sequence[str], media: str | None, *, anyway: bool) -> list[Path]:
    """The files that hold the scenes; none where more than a glance is needed to say."""
    here = Path.cwd()
    try:
        if any(_says_more(path) for path in (here / "manim.cfg", *_projects(here))):
            return []
        if not anyway and (here / (media or "media") / "manifest.json").exists():
            return []
        paths = [here / word for word in words or ["scenes"]]
        if not all(path.is_dir() or path.suffix == ".py" for path in paths):
            return []
        found = [sorted(path.glob("*.py")) if path.is_dir() else [path] for path in paths]
        return [path for one in found for path in one if path.is_file()]
    except OSError:
        return []


def _projects(here: Path) -> list[Path]:
    return [folder / "pyproject.toml" for folder in (here, *here.parents)]


def _says_more(path: Path) -> bool:
    """Whether a file of settings may say where the scenes are, or where their films go."""
    if not path.is_file():
        return False
    text = path.read_bytes()
    return _TABLE in text or _MEDIA in text


def environment() -> dict[str, str]:
    """The environment of workers: the same order of sets and sums on every machine."""
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return threads | dict(os.environ) | {"PYTHONHASHSEED": "0"}


def _path_of_imports() -> list[str]:
    """As `manim` has it: without the folder we're in, which `python -m` adds, if nobody asked."""
    here = str(Path(__file__).resolve().parent.parent.parent)
    folder = os.getcwd()  # noqa: PTH109
    named = os.environ.get("PYTHONPATH")
    asked = [os.path.abspath(path) for path in named.split(os.pathsep)] if named else []  # noqa: PTH100
    kept = [entry for entry in sys.path if entry and (entry != folder or folder in asked)]
    return kept if here in kept else [*kept, here]
