"""What cannot work is refused in words that name it and the way out, before anything starts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from render_desk import Desk

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_unknown_scene_names_the_nearest(desk: Desk) -> None:
    desk.scene("ChainRule")
    ran = desk.render("chainrule.py", "-s", "ChainRulee")
    assert ran.code == 2
    assert "no scene 'ChainRulee'; near it: ChainRule" in ran.err
    assert not desk.media.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nosuch.py"], "there is no file, folder or module 'nosuch.py'; near it: such.py"),
        (["such.py", "Such"], "no file, folder or module 'Such'; a scene is chosen by -s: -s Such"),
        (["no.such.module"], "there is no file, folder or module 'no.such.module'"),
        (["notes.txt"], "notes.txt is not a Python file, a folder or a module"),
        (["empty"], "no scenes in empty"),
        (["such.py", "--resolution", "wide"], "a resolution is written like 1280x720"),
        (["such.py", "--fps", "0"], "--fps 0: say a number of frames a second"),
        (["such.py", "--theme", "neon"], "no theme 'neon'; there are: dark, light"),
        (["such.py", "--transparent", "--format", "mp4"], "use --format mov or --format webm"),
        (["such.py", "--shard", "3/2"], "--shard 3/2: say K/N"),
        (["such.py", "-j", "0"], "-j 0: say how many scenes at a time"),
        (["such.py", "--timeout", "-1"], "--timeout -1: say a number of seconds above 0"),
        (["such.py", "--dask", "tcp://127.0.0.1:1"], "no Dask scheduler answers at tcp://127.0.0.1:1"),
    ],
)  # fmt: skip
def test_words_that_cannot_be_meant(
    desk: Desk, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.scene("Such")
    desk.write("notes.txt", "")
    desk.write("empty/nothing.py", "X = 1\n")
    small = [] if "--fps" in words or "--resolution" in words else ["--resolution", "320x180"]
    ran = desk.run_here(*words, *small)
    assert ran == 2
    assert told in capsys.readouterr().err


def test_import_error_with_its_own_traceback(desk: Desk) -> None:
    desk.scene("Fine")
    desk.write("broken/helper.py", "import no_such_thing\n")
    path = desk.write(
        "broken/main.py", "from manim import *\nimport helper\n\n\nclass A(Scene):\n    pass\n"
    )
    ran = desk.render("fine.py", "broken")
    assert ran.code == 1
    assert "ModuleNotFoundError: No module named 'no_such_thing'" in ran.err
    assert f'File "{path}", line 2' in ran.err
    assert 'helper.py", line 1' in ran.err
    assert "chainviz/render" not in ran.err
    assert "importlib" not in ran.err
    assert desk.clips() == ["Fine"]


def test_a_broken_file_is_told_to_machines_and_stops_a_batch_in_haste(desk: Desk) -> None:
    desk.scene("Fine")
    path = desk.write("broken.py", "from manim import *\nclass A(Scene)\n")
    ran = desk.render(".", "--json")
    (told,) = (event for event in ran.events if event.get("status") == "failed")
    assert (told["scene"], told["place"]) == ("broken.py", f"{path}:2")
    assert told["cause"] == "SyntaxError: expected ':'"
    for words in ("--list", "--dry-run"):
        ran = desk.render(".", "--json", words)
        assert ran.code == 1
        assert {event["event"] for event in ran.events} >= {"done"}, ran.out
    ran = desk.render(".", "--fail-fast", "--force")
    assert ran.code == 1
    assert "not rendered: another scene failed first (--fail-fast)" in ran.out


def test_syntax_error(desk: Desk) -> None:
    desk.scene("Fine")
    path = desk.write("wrong.py", "from manim import *\n\nclass A(Scene:\n    pass\n")
    ran = desk.render("fine.py", "wrong.py")
    assert ran.code == 1
    assert f"wrong.py failed at {path}:3" in ran.err
    assert "class A(Scene:" in ran.err
    assert desk.clips() == ["Fine"]


def test_two_scenes_of_one_name(desk: Desk) -> None:
    desk.scene("Same", "one.py")
    desk.scene("Same", "two.py")
    ran = desk.render("one.py", "two.py", "-j", "2")
    assert ran.code == 0
    assert desk.clips() == ["one-Same", "two-Same"]
    assert "Same of one.py is written to one-Same: another file has a scene of that name" in ran.err
    assert desk.render("one.py", "two.py", "--json").statuses == {"Same": "cached"}


def test_the_same_name_later_takes_nothing_away(desk: Desk) -> None:
    desk.scene("Same", "one.py")
    desk.write(
        "two.py", "from manim import *\nclass Same(Scene):\n    def construct(self): self.wait(1)\n"
    )
    assert desk.render("one.py").code == 0
    before = (desk.media / "Same.mp4").read_bytes()
    assert desk.render("two.py").code == 0
    assert desk.clips() == ["Same", "two-Same"]
    assert (desk.media / "Same.mp4").read_bytes() == before


def test_a_scene_that_plays_nothing_is_a_still_as_with_manim(desk: Desk) -> None:
    desk.write(
        "still.py",
        "from manim import *\nclass Still(Scene):\n    def construct(self): self.add(Dot())\n",
    )
    ran = desk.render("still.py", "--json")
    assert ran.code == 0, ran.out
    assert (desk.media / "Still.png").exists()
    assert desk.clips() == []
    assert desk.render("still.py", "--json").statuses == {"Still": "cached"}
    asked = desk.render("still.py", "--format", "mp4", "--json")
    assert asked.code == 1
    assert "no play calls" in asked.events[-2]["cause"]


def test_a_codec_that_is_missing(desk: Desk) -> None:
    desk.scene("Fine")
    desk.write("manim.cfg", "[video_encoder]\ncodec = no_such_codec\n")
    ran = desk.render("fine.py", "--engine", "manim")
    assert ran.code == 1
    assert "no_such_codec" in ran.err
    assert desk.leftovers() == []


def test_a_broken_manim_cfg_is_named(desk: Desk) -> None:
    desk.scene("Fine")
    desk.write("manim.cfg", "[CLI]\nframe_rate = often\n")
    ran = desk.render("fine.py")
    assert ran.code == 2
    assert "Manim could not be started" in ran.err
    assert "often" in ran.err


def test_media_is_a_file(desk: Desk) -> None:
    desk.scene("Fine")
    desk.media.write_text("not a folder")
    ran = desk.render("fine.py")
    assert ran.code == 2
    assert "can't be written to" in ran.err
    assert "--media" in ran.err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with 100 kB on it."""
    if not ROOT:
        pytest.skip("only root may mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this system does not let us mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(desk: Desk, small_disk: Path) -> None:
    desk.scene("Fine")
    desk.write("noise.py", """
        import numpy as np
        from manim import *


        class Noise(Scene):
            def construct(self):
                rolls = np.random.default_rng(1)
                dots = VGroup(*[Dot(rolls.uniform(-4, 4, 3)) for _ in range(400)])
                self.play(*[dot.animate.shift(rolls.uniform(-1, 1, 3)) for dot in dots], run_time=3)
        """)  # fmt: skip
    desk.media = small_disk
    ran = desk.render("fine.py", "noise.py", "-j", "1", "--json")
    assert ran.code == 1, ran.out
    assert ran.statuses["Noise"] == "failed"
    cause = next(
        event["cause"] for event in ran.events if event.get("scene") == "Noise" and "cause" in event
    )
    assert "full" in cause or "No space left" in cause
    assert ran.statuses["Fine"] == "rendered"
    assert desk.clips() == ["Fine"]
    assert desk.leftovers() == []


def test_a_read_only_folder(desk: Desk, small_disk: Path) -> None:
    desk.scene("Fine")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    desk.media = small_disk
    ran = desk.render("fine.py")
    assert ran.code == 2
    assert "can't be written to (Read-only file system)" in ran.err


def test_a_file_size_limit(desk: Desk) -> None:
    """The same as a full disk, for those who may not mount one."""
    resource = pytest.importorskip("resource")
    desk.scene("Fine")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    ran = desk.render("fine.py", "--json", preexec_fn=limit)
    assert ran.code == 1
    assert ran.statuses == {"Fine": "failed"}
    assert not (desk.media / "Fine.mp4").exists()
