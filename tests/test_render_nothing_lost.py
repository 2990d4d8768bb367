"""A scene may raise, leave, hang or be killed: the others finish, the report says who and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from render_desk import Desk

BAD = """
    import os, resource, signal, sys, time
    from manim import *


    class Fine(Scene):
        def construct(self):
            self.play(Create(Circle()), run_time=0.5)


    class Raises(Scene):
        def construct(self):
            self.play(Create(Square()), run_time=0.2)
            deeper()


    def deeper():
        raise ValueError("two and two")  # the line to be named


    class InsideManim(Scene):
        def construct(self):
            self.play("not an animation")


    class Exits(Scene):
        def construct(self):
            sys.exit(7)


    class ExitsAtOnce(Scene):
        def construct(self):
            print("last words")
            self.play(Create(Square()), run_time=0.2)
            sys.stdout.flush()
            os._exit(0)


    class Killed(Scene):
        def construct(self):
            os.kill(os.getpid(), signal.SIGKILL)


    class Crashes(Scene):
        def construct(self):
            os.kill(os.getpid(), signal.SIGSEGV)


    class Eats(Scene):
        def construct(self):
            resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
            self.food = bytearray(8 << 30)


    class Interrupts(Scene):
        def construct(self):
            raise KeyboardInterrupt


    class Hangs(Scene):
        def construct(self):
            while True:
                time.sleep(1)


    class AlsoFine(Scene):
        def construct(self):
            self.wait(0.5)
    """


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_every_kind_of_bad_scene_at_once(desk: Desk) -> None:
    path = desk.write("bad.py", BAD)
    lines = path.read_text().splitlines()
    ran = desk.render("bad.py", "--json", "--timeout", "15", "-j", "3")
    assert ran.code == 1, ran.err
    good = {"Fine", "AlsoFine"}
    assert {name for name, status in ran.statuses.items() if status == "rendered"} == good
    assert desk.clips() == sorted(good)
    assert desk.leftovers() == []
    told = {event["scene"]: event for event in ran.events if event["event"] == "done"}

    def at(text: str) -> str:
        return f"{path}:{next(i for i, line in enumerate(lines, 1) if text in line)}"

    assert told["Raises"]["cause"] == "ValueError: two and two"
    assert told["Raises"]["place"] == at("raise ValueError")
    assert "chainviz" not in told["Raises"]["traceback"].replace(str(desk.folder), "")
    assert "deeper()" in told["Raises"]["traceback"]
    assert told["InsideManim"]["place"] == at('self.play("not')
    assert told["Exits"]["cause"] == "the scene called sys.exit(7)"
    assert told["Exits"]["place"] == at("sys.exit(7)")
    assert "exit code 0" in told["ExitsAtOnce"]["cause"]
    assert "SIGKILL" in told["Killed"]["cause"]
    assert str(path) in told["Killed"]["place"]
    assert "SIGSEGV" in told["Crashes"]["cause"]
    assert told["Crashes"]["place"] == at("signal.SIGSEGV")
    assert "memory" in told["Eats"]["cause"].lower()
    assert told["Eats"]["place"] == at("bytearray")
    assert told["Interrupts"]["place"] == at("raise KeyboardInterrupt")
    assert told["Hangs"]["cause"] == "stopped after 15 s (--timeout)"
    assert told["Hangs"]["place"] == at("time.sleep(1)")


def test_report_for_people(desk: Desk) -> None:
    desk.write("bad.py", BAD)
    ran = desk.render("bad.py", "-s", "Fine", "Raises")
    assert ran.code == 1
    assert "Raises failed at " in ran.err
    assert "ValueError: two and two" in ran.err
    assert "FAILED: ValueError: two and two" in ran.out
    assert "1 rendered, 1 failed" in ran.out


def test_fail_fast_leaves_the_rest(desk: Desk) -> None:
    desk.write("bad.py", BAD)
    ran = desk.render("bad.py", "-s", "Raises", "Hangs", "--fail-fast", "-j", "2", "--json")
    assert ran.code == 1
    assert ran.statuses == {"Raises": "failed", "Hangs": "failed"}
    causes = [event["cause"] for event in ran.events if event["event"] == "done"]
    assert any("--fail-fast" in cause for cause in causes)
