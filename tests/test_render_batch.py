"""Whole batches: formats, sidecars, two at once, any order, a cluster, a shard, plain words."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from pathlib import Path

import av
import pytest

from render_desk import PLAIN, Desk, alive, wait_until

TALKING = """
    from manim import *


    class Talking(Scene):
        def construct(self):
            self.next_section("first thing")
            self.add_subcaption("a <circle> & more", duration=0.5)
            self.play(Create(Circle()), run_time=0.5)
            self.next_section("second thing")
            self.wait(0.5)
    """


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_everything_beside_a_clip(desk: Desk) -> None:
    desk.write("talking.py", TALKING)
    ran = desk.render("talking.py", "-v")
    assert ran.code == 0, ran.err
    assert desk.leftovers() == []
    files = {path.name for path in desk.media.iterdir() if not path.name.startswith(".")}
    assert files == {
        "Talking.mp4",
        "Talking.png",
        "Talking.srt",
        "Talking.vtt",
        "Talking.chapters.vtt",
        "manifest.json",
    }
    assert (
        "00:00:00,000 --> 00:00:00,500\na <circle> & more"
        in (desk.media / "Talking.srt").read_text()
    )
    assert "a &lt;circle&gt; &amp; more" in (desk.media / "Talking.vtt").read_text()
    chapters = (desk.media / "Talking.chapters.vtt").read_text()
    assert "00:00:00.500 --> 00:00:01.000\nsecond thing" in chapters
    with av.open(desk.media / "Talking.mp4") as film:
        told = [
            (c["start"] * (c["time_base"] or 0), c["metadata"]["title"]) for c in film.chapters()
        ]
    assert told == [(0, "first thing"), (0.5, "second thing")]
    entry = desk.manifest()["clips"]["Talking.mp4"]
    assert [beat["name"] for beat in entry["beats"]] == ["first thing", "second thing"]
    assert (entry["width"], entry["height"], entry["fps"]) == (320, 180, 10)
    assert entry["seconds"] == pytest.approx(1.0)
    assert entry["size"] == (desk.media / "Talking.mp4").stat().st_size
    row = next(line for line in ran.out.splitlines() if line.startswith("Talking"))
    assert re.search(r"Talking +\S*Talking\.mp4 +1\.0 s +\d+ kB +[\d.]+ s +[\d.]+  rendered", row)


def test_a_sidecar_goes_when_the_scene_says_nothing_any_more(desk: Desk) -> None:
    path = desk.write("talking.py", TALKING)
    assert desk.render("talking.py").code == 0
    path.write_text(re.sub(r"            self.(next_section|add_sub).*\n", "", path.read_text()))
    path.write_text(re.sub(r"        self.(next_section|add_sub).*\n", "", path.read_text()))
    assert desk.render("talking.py").code == 0
    assert {path.suffix for path in desk.media.glob("Talking*")} == {".mp4", ".png"}


@pytest.mark.parametrize(
    ("words", "suffix"),
    [
        (["--format", "webm"], ".webm"),
        (["--format", "gif"], ".gif"),
        (["--format", "png"], ".png"),
        (["--transparent"], ".mov"),
        (["--transparent", "--format", "webm"], ".webm"),
    ],
)
def test_formats(desk: Desk, words: list[str], suffix: str) -> None:
    desk.scene("Plain")
    ran = desk.render("plain.py", "--json", *words)
    assert ran.code == 0, ran.out
    path = Path(next(event["file"] for event in ran.events if event["event"] == "done"))
    assert path.suffix == suffix
    with av.open(path) as film:
        assert (film.streams.video[0].width, film.streams.video[0].height) == (320, 180)
    assert desk.render("plain.py", "--json", *words).statuses == {"Plain": "cached"}


def test_the_scene_file_has_the_last_word_as_with_manim(desk: Desk) -> None:
    path = desk.scene("Own")
    path.write_text(f"import manim\nmanim.config.frame_rate = 5\n{path.read_text()}")
    ran = desk.render("own.py")
    assert ran.code == 0, ran.err
    assert desk.manifest()["clips"]["Own.mp4"]["fps"] == 5


def test_two_batches_at_once(desk: Desk) -> None:
    names = [f"S{index}" for index in range(4)]
    desk.write("few.py", "".join(PLAIN.format(name=name) for name in names))
    first = desk.start("few.py", "-j", "2", "--force")
    second = desk.start("few.py", "-j", "2", "--force")
    told = [process.communicate(timeout=100) for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), told
    assert desk.clips() == names
    assert desk.leftovers() == []
    assert set(desk.render("few.py", "--json").statuses.values()) == {"cached"}


CHANCE = """
    import random
    import numpy as np
    from manim import *

    AT_IMPORT = np.random.uniform(-1, 1, 3)


    class {name}(Scene):
        def construct(self):
            names = {{"one", "two", "three", "four"}}
            for name in names:
                self.add(Dot([len(name), random.random(), 0]), Dot(AT_IMPORT))
                self.play(Create(Circle(np.random.random())), run_time=0.1)
    """


def test_the_same_whatever_the_order_and_the_number_of_workers(desk: Desk) -> None:
    desk.write("one.py", CHANCE.format(name="One"))
    desk.write("two.py", CHANCE.format(name="Two"))
    seen = []
    ways = (["one.py", "two.py", "-j", "1"], ["two.py", "one.py", "-j", "2"], ["one.py"])
    for words, seed in zip(ways, ("0", "random", "12"), strict=True):
        ran = desk.render(*words, "--force", env={"PYTHONHASHSEED": seed})
        assert ran.code == 0, ran.err
        seen.append((desk.media / "One.mp4").read_bytes())
    assert seen[0] == seen[1] == seen[2]


def test_shards_share_the_work(desk: Desk) -> None:
    names = [f"S{index}" for index in range(5)]
    desk.write("few.py", "".join(PLAIN.format(name=name) for name in names))
    parts = []
    for part in ("1/3", "2/3", "3/3"):
        ran = desk.render("few.py", "--shard", part, "--dry-run", "--json")
        parts.append([event["scene"] for event in ran.events])
    assert sorted(name for part in parts for name in part) == names
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    ran = desk.render("few.py", "--shard", "2/3", "--json")
    assert sorted(ran.statuses) == sorted(parts[1])


def test_scenes_that_only_an_import_can_find(desk: Desk) -> None:
    desk.write(
        "bases.py",
        "from manim import *\nclass Base(Scene):\n    def construct(self): self.wait(0.2)\n",
    )
    desk.write("made.py", """
        from bases import Base
        from manim import Square
        for name in ("Left", "Right"):
            globals()[name] = type(name, (Base,), {})
        """)  # fmt: skip
    listed = desk.render("made.py", "--list")
    assert listed.out.split() == ["Left", "made.py:0", "Right", "made.py:0"]
    ran = desk.render("made.py", "--json", "-j", "2")
    assert ran.statuses == {"Left": "rendered", "Right": "rendered"}
    poison = desk.write("poison/manim.py", "raise SystemExit('manim was imported')\n")
    path = f"{poison.parent}:{Path(__file__).parent.parent / 'src'}"
    again = desk.render("made.py", "--json", env={"PYTHONPATH": path})
    assert set(again.statuses.values()) == {"cached"}  # which classes there are is remembered too
    with (desk.folder / "bases.py").open("a") as file:
        file.write("class More(Base): pass\n")
    assert set(desk.render("bases.py", "made.py", "--json").statuses) == {
        "Base",
        "More",
        "Left",
        "Right",
    }


def test_what_a_file_renders_itself_waits_for_its_turn(desk: Desk) -> None:
    """As many do, so that they can be run by Python; nothing is rendered twice, or by Manim."""
    desk.write("self_made.py", """
        import os
        from pathlib import Path
        from manim import *

        class One(Scene):
            def construct(self):
                with open("ran.txt", "a") as file:
                    file.write("One ")
                self.wait(0.2)

        class Two(Scene):
            def construct(self):
                with open("ran.txt", "a") as file:
                    file.write("Two ")
                self.wait(0.2)

        with tempconfig({"quality": "low_quality"}):
            scene = One()
            scene.render()
        Two().render(True)
        """)  # fmt: skip
    ran = desk.render("self_made.py", "--json")
    assert ran.statuses == {"One": "rendered", "Two": "rendered"}
    assert sorted((desk.folder / "ran.txt").read_text().split()) == ["One", "Two"]
    assert desk.clips() == ["One", "Two"]


def test_what_a_file_puts_around_rendering_stays(desk: Desk) -> None:
    desk.write("around.py", """
        from manim import *

        plain = Scene.render

        def render(self, *args, **kwargs):
            with open("ran.txt", "a") as file:
                file.write(f"{type(self).__name__} ")
            return plain(self, *args, **kwargs)

        Scene.render = render

        class One(Scene):
            def construct(self):
                self.wait(0.2)
        """)  # fmt: skip
    ran = desk.render("around.py", "--json")
    assert ran.statuses == {"One": "rendered"}
    assert (desk.folder / "ran.txt").read_text().split() == ["One"]


def test_what_is_wrong_with_a_lesson_is_told_by_its_own_line(desk: Desk) -> None:
    """Not by the line of ours that noticed, wherever this package lies."""
    desk.write("lesson.py", """
        import chainviz as cv

        class Wrong(cv.Lesson):
            def tape(self):
                return cv.run(cv.parse("y = x**2"), v=2)
        """)  # fmt: skip
    ran = desk.render("lesson.py", "--json")
    assert ran.code == 1
    (told,) = (event for event in ran.events if event["event"] == "done")
    assert told["place"].endswith("lesson.py:6")
    assert "no input 'v'" in told["cause"]
    lines = told["traceback"].splitlines()
    assert lines[0] == "Traceback (most recent call last):" and "lesson.py" in lines[1]


def test_a_class_whose_name_is_hidden_afterwards_is_no_scene(desk: Desk) -> None:
    scene = "class {}(Scene):\n    def construct(self): self.wait(0.2)"
    scenes = map(scene.format, ("config", "One"))
    desk.write("hidden.py", "\n".join(["from manim import *", *scenes, "from manim import *\n"]))
    ran = desk.render("hidden.py", "--json")
    assert ran.code == 0, ran.err
    assert ran.statuses == {"One": "rendered"}


def test_a_module_by_its_dotted_name(desk: Desk) -> None:
    desk.write("films/__init__.py", "")
    desk.write("films/size.py", "SIDE = 1\n")
    desk.write("films/main.py", """
        from manim import Scene, Square
        from .size import SIDE


        class Related(Scene):
            def construct(self):
                self.add(Square(SIDE))
                self.wait(0.2)
        """)  # fmt: skip
    ran = desk.render("films.main", "--json")
    assert ran.statuses == {"Related": "rendered"}, ran.out
    (desk.folder / "films/size.py").write_text("SIDE = 2\n")
    assert desk.render("films.main", "--dry-run").out == "Related: render (films/size.py changed)\n"


def test_nothing_named_means_scenes_then_the_lessons(desk: Desk) -> None:
    lessons = desk.render("--list")
    assert lessons.code == 0
    assert "ComputationalGraph" in lessons.out
    desk.scene("Mine", "scenes/mine.py")
    assert desk.render("--list").out.split()[0] == "Mine"


def test_layers_of_settings(desk: Desk) -> None:
    desk.scene("Mine", "films/mine.py")
    desk.write(
        "pyproject.toml", '[tool.chainviz]\npaths = ["films"]\nformat = "gif"\nengine = "manim"\n'
    )
    desk.write("manim.cfg", "[CLI]\nbackground_color = #123456\nframe_rate = 3\n")
    ran = desk.render("--json")
    assert ran.code == 0, ran.out
    done = next(event for event in ran.events if event["event"] == "done")
    assert done["file"].endswith("Mine.gif")
    assert done["fps"] == 10  # said on the command line
    assert desk.render("--json", "--format", "png").code == 0
    import PIL.Image

    with PIL.Image.open(desk.media / "Mine.png") as picture:
        assert picture.convert("RGB").getpixel((0, 0)) == (0x12, 0x34, 0x56)


def test_dask_with_a_worker_killed_in_mid_render(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.delenv("PYTHONPATH", raising=False)  # here and there are to be alike
    desk.write("far.py", """
        import os, time
        from pathlib import Path
        from manim import *
        from help.side import SIDE

        MARK = Path({mark!r})


        class Slow(Scene):
            def construct(self):
                self.play(Create(Square(SIDE)), run_time=0.3)
                if not MARK.exists():
                    MARK.write_text(f"{{os.getpid()}} {{os.getppid()}}")
                    time.sleep(60)  # the first worker that gets here is killed here
                self.wait(0.3)


        class Fails(Scene):
            def construct(self):
                raise ValueError("far away")


        class Fine(Scene):
            def construct(self):
                self.add_subcaption("hello", duration=0.2)
                self.play(Create(Circle()), run_time=0.3)
        """.format(mark=str(desk.folder / "mark")))  # fmt: skip
    desk.write("help/side.py", "SIDE = 2\n")
    mark = desk.folder / "mark"
    quiet = {"dashboard_address": ":0", "silence_logs": 50, "processes": True}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, **quiet) as cluster:
        process = desk.start("far.py", "--dask", cluster.scheduler_address, "--json")
        assert wait_until(lambda: mark.exists() and len(mark.read_text().split()) == 2)
        child, zygote = map(int, mark.read_text().split())
        worker = int(re.search(r"PPid:\s+(\d+)", Path(f"/proc/{zygote}/status").read_text())[1])  # type: ignore[index]
        os.kill(worker, signal.SIGKILL)
        out, err = process.communicate(timeout=100)
        assert wait_until(lambda: not alive(child) and not alive(zygote), 5)
        told = {
            event["scene"]: event
            for event in map(json.loads, out.splitlines())
            if event["event"] == "done"
        }
        assert {name: event["status"] for name, event in told.items()} == {
            "Slow": "rendered",
            "Fails": "failed",
            "Fine": "rendered",
        }, err
        assert told["Fails"]["cause"] == "ValueError: far away"
        assert told["Fails"]["place"].startswith(f"{desk.folder}/far.py:")
        assert desk.clips() == ["Fine", "Slow"]
        assert (desk.media / "Fine.srt").exists()
        assert desk.leftovers() == []
    again = desk.render("far.py", "-s", "Slow", "Fine", "--json", "--dry-run")
    assert {event["scene"]: event["why"] for event in again.events} == {"Slow": None, "Fine": None}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_batch_ends_what_a_cluster_does_for_it(desk: Desk, how: int) -> None:
    distributed = pytest.importorskip("distributed")
    mark = desk.folder / "mark"
    desk.write("far.py", f"""
        import os, time
        from pathlib import Path
        from manim import *


        class Endless(Scene):
            def construct(self):
                self.play(Create(Square()), run_time=0.3)
                Path({str(mark)!r}).write_text(f"{{os.getpid()}} {{os.getcwd()}}")
                time.sleep(300)
        """)  # fmt: skip
    desk.scene("Plain")
    quiet = {"dashboard_address": ":0", "silence_logs": 50, "processes": True}
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, **quiet) as cluster:
        process = desk.start("far.py", "--dask", cluster.scheduler_address)
        assert wait_until(lambda: mark.exists() and len(mark.read_text().split()) == 2)
        process.send_signal(how)
        process.communicate(timeout=20)
        assert wait_until(lambda: not alive(int(mark.read_text().split()[0])), 20)
        assert desk.render("plain.py", "--dask", cluster.scheduler_address).code == 0
    assert desk.clips() == ["Plain"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_live_lines_on_a_terminal(desk: Desk) -> None:
    import pty

    slowly = "            import time\n            self.add_updater(lambda dt: time.sleep(0.1))\n"
    body = "        def construct(self):\n"
    desk.write("plain.py", PLAIN.format(name="Plain").replace(body, body + slowly))
    leader, follower = pty.openpty()
    process = desk.start("plain.py", stderr=follower)
    os.close(follower)
    seen = b""
    while True:
        try:
            more = os.read(leader, 65536)
        except OSError:
            break
        if not more:
            break
        seen += more
    process.communicate()
    os.close(leader)
    text = seen.decode()
    assert re.search(r"Plain +[━─]{20} +[\d.]+ s +\d+ frames/s +[\d.]+x, .+ left", text)
    assert "━" in text
    assert "\x1b[1A\x1b[J" in text
    assert "Plain: 1.0 s of film in" in text
