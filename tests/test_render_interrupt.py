"""Stopping a batch: quick, whole, nothing left behind, and a second run carries on."""

from __future__ import annotations

import os
import random
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from chainviz.render.catalogue import SceneFile
from chainviz.render.crew import Crew
from chainviz.render.records import Request
from render_desk import PLAIN, Desk, alive, wait_until

LONG = """
    import os, subprocess, time
    from pathlib import Path
    from manim import *


    class Quick(Scene):
        def construct(self):
            self.play(Create(Circle()), run_time=0.3)


    class Long(Scene):
        def construct(self):
            stray = subprocess.Popen(["sleep", "1000"])
            Path("pids").write_text(f"{os.getpid()} {os.getppid()} {stray.pid}")
            self.play(Create(Square()), run_time=0.3)
            time.sleep(60)
    """


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write("long.py", LONG)
    return desk


def pids(desk: Desk) -> list[int]:
    """The worker that hangs, the process that forked it, and the stray that it started."""
    file = desk.folder / "pids"
    assert wait_until(lambda: file.exists() and len(file.read_text().split()) == 3)
    return [int(word) for word in file.read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_polite_stop(desk: Desk, number: signal.Signals) -> None:
    process = desk.start("long.py", "-j", "2")
    others = pids(desk)
    assert wait_until((desk.media / "Quick.mp4").exists)
    assert wait_until((desk.media / "manifest.json").exists)
    process.send_signal(number)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130, err
    assert "interrupted" in err
    assert "Traceback" not in err
    assert wait_until(lambda: not any(map(alive, others)), 5)
    assert desk.leftovers() == []
    assert desk.clips() == ["Quick"]
    again = desk.render("long.py", "-s", "Quick", "--json")
    assert again.statuses == {"Quick": "cached"}


def test_the_batch_is_killed(desk: Desk) -> None:
    process = desk.start("long.py", "-j", "2")
    others = pids(desk)
    assert wait_until((desk.media / "manifest.json").exists)
    process.kill()
    process.communicate(timeout=10)
    assert wait_until(lambda: not any(map(alive, others)), 5), "a child outlived the batch"
    assert desk.clips() == ["Quick"]
    assert desk.leftovers() == [".jobs"]
    (desk.media / ".manifest.json.123").touch()  # as if it had been killed a little earlier
    again = desk.render("long.py", "-s", "Quick", "--json")
    assert again.statuses == {"Quick": "cached"}
    assert desk.leftovers() == []  # what the dead batch had begun is swept away


def test_the_process_that_forks_is_killed(desk: Desk) -> None:
    process = desk.start("long.py", "-j", "1", "-s", "Long")
    worker, zygote, stray = pids(desk)
    os.kill(zygote, signal.SIGKILL)
    process.communicate(timeout=20)
    assert process.returncode == 1
    assert wait_until(lambda: not alive(worker), 5)
    assert desk.leftovers() == []
    os.kill(stray, signal.SIGKILL)  # nobody was left who knew of it


def test_killed_at_random_moments(desk: Desk) -> None:
    rolls = random.Random(5)
    desk.write("few.py", "".join(plain(name) for name in ("A", "B", "C")))
    for _ in range(4):
        process = desk.start("few.py", "-j", "2")
        wait_until(lambda process=process: process.poll() is not None, rolls.uniform(0.2, 3.0))
        process.kill()
        process.communicate()
        if desk.media.exists():
            desk.clips()  # whatever is there plays to its end
    last = desk.render("few.py", "--json")
    assert last.code == 0
    assert desk.clips() == ["A", "B", "C"]
    assert desk.leftovers() == []
    assert set(desk.render("few.py", "--json").statuses.values()) == {"cached"}


def plain(name: str) -> str:
    return PLAIN.format(name=name)


def test_workers_end_before_their_folder_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are started before there is one, and would go on writing there."""
    ended: list[bool] = []
    path = tmp_path / "film.py"
    path.write_text("")
    file = SceneFile(path)
    with ExitStack() as stack:
        crew = Crew(stack, media=tmp_path / "media", request=Request(), files=[file])
        crew.prepare()
        folder = crew.folder
        kill = crew.local.kill

        def note_and_kill() -> None:
            ended.append(folder.exists())
            kill()

        monkeypatch.setattr(crew.local, "kill", note_and_kill)
    assert ended and ended[0]
    assert not folder.exists()
