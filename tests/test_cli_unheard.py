"""Whoever reads what a command says may leave before its end."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chainviz.cli import main

SCENES = """
from manim import *

class First(Scene):
    def construct(self):
        self.add(Square())
        self.wait(1)

class Later(First):
    pass

class Wrong(Scene):
    def construct(self):
        1 / 0
"""


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_batch_goes_on_and_its_exit_code_is_right(more: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "films.py").write_text(SCENES)
    command = [sys.executable, "-m", "chainviz", "render", "films.py", "-q", "l", "-j", "1", *more]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as batch:
        assert batch.stdout is not None
        assert batch.stdout.readline()
        batch.stdout.close()
        assert batch.wait(120) == 1
    assert {path.name for path in (tmp_path / "media").glob("*.mp4")} == {"First.mp4", "Later.mp4"}


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [("render", "--help"), ("--version",)])
def test_what_nobody_reads_is_no_failure(words: tuple[str, ...], unbuffered: str) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "chainviz", *words]
    around = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(command, stdout=writes, stderr=subprocess.PIPE, timeout=60, env=around)
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_streams_are_what_they_were_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = io.StringIO()
    monkeypatch.setattr(sys, "stdout", heard)
    assert main(["--version"]) == 0
    assert sys.stdout is heard
    assert heard.getvalue().startswith("chainviz ")
