"""A desk to render at: scene files written into a folder, and the command run on them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent
from typing import Any

import av

SOURCE = Path(__file__).resolve().parent.parent / "src"

PLAIN = """
    from manim import *


    class {name}(Scene):
        def construct(self):
            self.play(Create(Circle()), run_time=0.5)
            self.wait(0.5)
    """


class Desk:
    """A folder with scene files in it; ``render`` runs the command there, at 320x180, 10 fps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.media = folder / "media"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
        return path

    def scene(self, name: str, file: str | None = None) -> Path:
        return self.write(file or f"{name.lower()}.py", PLAIN.format(name=name))

    def start(
        self, *words: str, env: dict[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[str]:
        """Start the command and let it run."""
        small = ("--resolution", "320x180", "--fps", "10", "--media", str(self.media))
        return subprocess.Popen(
            [sys.executable, "-m", "chainviz", "render", *words, *small],
            cwd=options.pop("cwd", self.folder),
            env=os.environ | {"PYTHONPATH": str(SOURCE), "HOME": str(self.folder)} | (env or {}),
            stdout=subprocess.PIPE,
            stderr=options.pop("stderr", subprocess.PIPE),
            text=True,
            **options,
        )

    def render(self, *words: str, **options: Any) -> Ran:
        """Run the command to its end."""
        process = self.start(*words, **options)
        out, err = process.communicate(timeout=120)
        return Ran(process.returncode, out, err)

    def run_here(self, *words: str) -> int:
        """Run the command in this process, for what is refused at once."""
        from contextlib import chdir

        from chainviz.cli import main

        with chdir(self.folder):
            return main(["render", *words, "--media", str(self.media)])

    def manifest(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.media / "manifest.json").read_text())
        return content

    def clips(self) -> list[str]:
        """The clips in the folder, each played to its end."""
        names = []
        for path in sorted(self.media.glob("*.mp4")):
            with av.open(path) as film:
                frames = sum(1 for _ in film.decode(video=0))
            assert frames > 0, path
            names.append(path.stem)
        return names

    def leftovers(self) -> list[str]:
        """What should not be there after a batch."""
        kept = {".mp4", ".png", ".srt", ".vtt", ".gif", ".webm", ".mov"}
        return [
            path.name
            for path in self.media.iterdir()
            if path.suffix not in kept
            and path.name not in ("manifest.json", ".chainviz.lock", ".formulas")
        ]


class Ran:
    """What a run of the command said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]

    @property
    def statuses(self) -> dict[str, str]:
        """Scene -> rendered, cached or failed."""
        done = [event for event in self.events if event["event"] == "done"]
        return {event["scene"]: event["status"] for event in done}


def wait_until(condition: Any, seconds: float = 60.0) -> bool:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be reaped doesn't."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
