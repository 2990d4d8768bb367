"""Never a stale clip: what reaches a picture by roundabout ways is seen, and reaches no other."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent

import av
import numpy as np
import PIL.Image
import pytest

from render_desk import SOURCE, Desk, wait_until

SCENE = """
import importlib, os, runpy, sqlite3, subprocess, sys, time
from pathlib import Path
from manim import *


class {name}(Scene):
    def construct(self):
{body}
        self.wait(0.2)
"""
Change = Callable[[Desk], object]


def write(name: str, text: str) -> Change:
    return lambda desk: desk.write(name, text)


def link(name: str, target: str) -> Change:
    def make(desk: Desk) -> None:
        (desk.folder / name).unlink(missing_ok=True)
        (desk.folder / name).symlink_to(target)

    return make


def database(number: int) -> Change:
    def make(desk: Desk) -> None:
        with sqlite3.connect(desk.folder / "numbers.sqlite") as base:
            base.executescript(f"drop table if exists t; create table t as select {number} as x;")
        base.close()

    return make


def picture(name: str, brightness: int) -> Change:
    """Always of the same size and, as far as the disk says, of the same time."""

    def make(desk: Desk) -> None:
        pixels = np.full((32, 32, 3), brightness, np.uint8)
        PIL.Image.fromarray(pixels).save(desk.folder / name, compress_level=0)
        os.utime(desk.folder / name, (1e9, 1e9))

    return make


def film(name: str, brightness: int) -> Change:
    def make(desk: Desk) -> None:
        with av.open(str(desk.folder / name), "w") as container:
            stream = container.add_stream("mpeg4", rate=5)
            stream.width = stream.height = 32
            stream.pix_fmt = "yuv420p"
            pixels = np.full((32, 32, 3), brightness, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels)))
            container.mux(stream.encode())

    return make


@dataclass(frozen=True)
class Way:
    """A way into the picture: the scene's lines, what it needs, what changes, what is told."""

    body: str
    told: str
    change: Change = field(default=lambda _: None)
    before: tuple[Change, ...] = ()
    env: tuple[str, str, str] | None = None  # a variable, before and after


WAYS = {
    "ByName": Way(
        "self.add(Square(importlib.import_module('by_name').SIDE))",
        "by_name.py changed",
        write("by_name.py", "SIDE = 2\n"),
        (write("by_name.py", "SIDE = 1\n"),),
    ),
    "Executed": Way(
        "exec(open('executed.txt').read())",
        "executed.txt changed",
        write("executed.txt", "self.add(Circle())\n"),
        (write("executed.txt", "self.add(Square())\n"),),
    ),
    "Ran": Way(
        "self.add(Square(runpy.run_path('ran.py')['SIDE']))",
        "ran.py changed",
        write("ran.py", "SIDE = 2\n"),
        (write("ran.py", "SIDE = 1\n"),),
    ),
    "Forgotten": Way(
        "import forgotten\nself.add(Square(forgotten.SIDE))\ndel sys.modules['forgotten']",
        "forgotten.py changed",
        write("forgotten.py", "SIDE = 2\n"),
        (write("forgotten.py", "SIDE = 1\n"),),
    ),
    "Packaged": Way(
        "import outer.inner.leaf as leaf\nself.add(Square(leaf.SIDE))",
        "outer/inner/__init__.py changed",
        write("outer/inner/__init__.py", "from . import leaf\nleaf.SIDE = 2\n"),
        (
            write("outer/__init__.py", ""),
            write("outer/inner/__init__.py", ""),
            write("outer/inner/leaf.py", "SIDE = 1\n"),
        ),
    ),
    "NewInit": Way(
        "import spread.leaf as leaf\nself.add(Square(leaf.SIDE))",
        "spread/__init__.py is new",
        write("spread/__init__.py", "raise ImportError\n"),
        (write("spread/leaf.py", "SIDE = 1\n"),),
    ),
    "NewPackage": Way(
        "import either\nself.add(Square(either.SIDE))",
        "either/__init__.py is new",
        write("either/__init__.py", "SIDE = 2\n"),
        (write("either.py", "SIDE = 1\n"),),
    ),
    "NotThereYet": Way(
        "try:\n"
        "    from perhaps import SIDE\n"
        "except ImportError:\n"
        "    SIDE = 1\n"
        "self.add(Square(SIDE))",
        "perhaps.py is new",
        write("perhaps.py", "SIDE = 2\n"),
    ),
    "Earlier": Way(
        "sys.path[:0] = ['first', 'second']\nimport found\nself.add(Square(found.SIDE))",
        "first/found.py is new",
        write("first/found.py", "SIDE = 2\n"),
        (write("first/.keep", ""), write("second/found.py", "SIDE = 1\n")),
    ),
    "PythonPath": Way(
        "import along\nself.add(Square(along.SIDE))",
        "the environment variable PYTHONPATH changed",
        env=("PYTHONPATH", "lib1", "lib2"),
        before=(write("lib1/along.py", "SIDE = 1\n"), write("lib2/along.py", "SIDE = 2\n")),
    ),
    "LinkedFile": Way(
        "self.add(Square(float(Path('linked.txt').read_text())))",
        "linked.txt changed",
        link("linked.txt", "two.txt"),
        (write("one.txt", "1"), write("two.txt", "2"), link("linked.txt", "one.txt")),
    ),
    "LinkedFolder": Way(
        "self.add(Square(float(Path('linked/side.txt').read_text())))",
        "linked/side.txt changed",
        link("linked", "two"),
        (write("one/side.txt", "1"), write("two/side.txt", "2"), link("linked", "one")),
    ),
    "LinkedModule": Way(
        "import linked_module\nself.add(Square(linked_module.SIDE))",
        "linked_module.py changed",
        link("linked_module.py", "two/module.py"),
        (
            write("one/module.py", "SIDE = 1\n"),
            write("two/module.py", "SIDE = 2\n"),
            link("linked_module.py", "one/module.py"),
        ),
    ),
    "Exists": Way(
        "self.add(Square() if Path('flag').exists() else Circle())",
        "flag is new",
        write("flag", ""),
    ),
    "Size": Way(
        "self.add(Square(os.path.getsize('sized.txt')))",
        "sized.txt changed",
        write("sized.txt", "three"),
        (write("sized.txt", "one"),),
    ),
    "Numbers": Way(
        "self.add(Square(np.load('numbers.npy')[0]))",
        "numbers.npy changed",
        lambda desk: np.save(desk.folder / "numbers.npy", np.array([2.0])),
        (lambda desk: np.save(desk.folder / "numbers.npy", np.array([1.0])),),
    ),
    "Picture": Way(
        "self.add(ImageMobject('picture'))",
        "picture.png changed",
        picture("picture.png", 200),
        (picture("picture.png", 100),),
    ),
    "BetterPicture": Way(
        "self.add(ImageMobject('pair'))",
        "pair.jpg is new",
        picture("pair.jpg", 200),
        (picture("pair.png", 100),),
    ),
    "PictureInC": Way(
        "import cairo\n"
        "data = cairo.ImageSurface.create_from_png('by_cairo.png').get_data()\n"
        "self.add(Square(data[0] / 255))",
        "by_cairo.png changed",
        picture("by_cairo.png", 200),
        (picture("by_cairo.png", 100),),
    ),
    "Film": Way(
        "import av\n"
        "name = 'fil' + 'm'\n"
        "frame = next(av.open(f'{name}.mp4').decode(video=0))\n"
        "self.add(ImageMobject(frame.to_ndarray(format='rgb24')))",
        "film.mp4 changed",
        film("film.mp4", 200),
        (film("film.mp4", 100),),
    ),
    "Database": Way(
        "told = sqlite3.connect('numbers.sqlite').execute('select x from t')\n"
        "self.add(Square(told.fetchone()[0]))",
        "numbers.sqlite changed",
        database(2),
        (database(1),),
    ),
    "Program": Way(
        "told = subprocess.run([sys.executable, 'program.py'], capture_output=True).stdout\n"
        "self.add(Square(float(told)))",
        "program.py changed",
        write("program.py", "print(2)"),
        (write("program.py", "print(1)"),),
    ),
    "Command": Way(
        "os.system('cat < command.txt > said.txt')\n"
        "self.add(Square(float(open('said.txt').read())))",
        "command.txt changed",
        write("command.txt", "2"),
        (write("command.txt", "1"),),
    ),
    "FontFile": Way(
        "self.add(Text('a'))",
        "fonts changed",
        env=("FONTCONFIG_FILE", "/etc/fonts/fonts.conf", "fonts.conf"),
        before=(write("fonts.conf", "<fontconfig/>"),),
    ),
    "FontSettings": Way(
        "self.add(Text('a'))",
        "fonts changed",
        write("own.conf", "<fontconfig><dir>/nowhere</dir></fontconfig>"),
        (write("own.conf", "<fontconfig><dir>/usr/share/fonts</dir></fontconfig>"),),
        ("FONTCONFIG_FILE", "own.conf", "own.conf"),
    ),
    "Language": Way(
        "self.add(Text('a'))", "fonts changed", env=("PANGO_LANGUAGE", "ja", "zh-cn")
    ),
    "TypstFont": Way(
        "self.add(Typst('a'))", "fonts changed", write(".local/share/fonts/new.ttf", "")
    ),
}  # fmt: skip


def environment(desk: Desk, way: Way, index: int) -> dict[str, str]:
    if way.env is None:
        return {}
    value = way.env[index]
    value = str(desk.folder / value) if (desk.folder / value).exists() else value
    return {way.env[0]: f"{value}:{SOURCE}" if way.env[0] == "PYTHONPATH" else value}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("stale"))
    for name, way in WAYS.items():
        for change in way.before:
            change(desk)
        desk.write(f"s_{name}.py", SCENE.format(name=name, body=indent(way.body, " " * 8)))
    plain = [name for name, way in WAYS.items() if way.env is None]
    for group in (plain, *([name] for name in WAYS if name not in plain)):
        env = environment(desk, WAYS[group[0]], 1)
        ran = desk.render(*(f"s_{name}.py" for name in group), "-j", "2", "--json", env=env)
        assert set(ran.statuses.values()) == {"rendered"}, ran.out
    return desk


@pytest.fixture
def desk(rendered: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The rendered project, put back as it was after each test."""
    kept = tmp_path / "kept"
    shutil.copytree(rendered.folder, kept, symlinks=True)
    yield rendered
    shutil.rmtree(rendered.folder)
    shutil.copytree(kept, rendered.folder, symlinks=True)


def reasons(desk: Desk, *names: str, env: dict[str, str]) -> dict[str, str]:
    ran = desk.render(*(f"s_{name}.py" for name in names), "--dry-run", "--json", env=env)
    assert ran.code == 0, ran.err
    return {event["scene"]: event["why"] for event in ran.events if event["why"]}


@pytest.mark.parametrize("name", WAYS)
def test_a_change_is_seen_and_reaches_no_other_scene(desk: Desk, name: str) -> None:
    way = WAYS[name]
    same = [one for one in WAYS if one == name or (way.env is None and WAYS[one].env is None)]
    assert reasons(desk, *same, env=environment(desk, way, 1)) == {}
    way.change(desk)
    others = {"FontFile", "FontSettings", "Language", "TypstFont"}  # the same fonts are theirs
    told = reasons(desk, *same, env=environment(desk, way, 2))
    assert {one: why for one, why in told.items() if one == name or one not in others} == {
        name: way.told
    }


@pytest.mark.parametrize("name", ["slow.py", "side.py", "notes", "manim.cfg"])
def test_what_is_edited_while_the_scene_renders(tmp_path: Path, name: str) -> None:
    desk = Desk(tmp_path)
    desk.write("notes/one.txt", "")
    desk.write("manim.cfg", "[CLI]\n")
    desk.write("side.py", "SIDE = 1\n")
    desk.write("slow.py", """
        import os, time
        from pathlib import Path
        from manim import *
        from side import SIDE


        class Slow(Scene):
            def construct(self):
                self.add(Square(SIDE), *[Dot() for _ in os.listdir("notes")])
                mark = Path("/".join([{folder!r}, "mark"]))
                if not mark.exists():
                    mark.touch()
                    time.sleep(1.0)
                self.wait(0.2)
        """.replace("{folder!r}", repr(str(tmp_path))))  # fmt: skip
    process = desk.start("slow.py")
    assert wait_until((tmp_path / "mark").exists)
    if name == "notes":
        desk.write("notes/two.txt", "")
    else:
        with (tmp_path / name).open("a") as file:
            file.write("# another version\n")
    process.communicate(timeout=60)
    assert desk.render("slow.py", "--dry-run").out == f"Slow: render ({name} changed)\n"
    assert desk.render("slow.py").code == 0
    assert desk.render("slow.py", "--dry-run").out == "Slow: nothing changed\n"


def test_a_module_of_the_same_size_and_time_is_read_anew(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(
        "main.py", SCENE.format(name="Main", body="        import own\n        own.add(self)")
    )
    clips = []
    for shape in ("Square", "Circle"):
        text = f"from manim import *\ndef add(scene):\n    scene.add({shape}())\n"
        os.utime(desk.write("own.py", text), (1e9, 1e9))
        assert desk.render("main.py", "--json").statuses == {"Main": "rendered"}
        clips.append((desk.media / "Main.png").read_bytes())
        # as an import elsewhere would leave it, to be taken for the next version's
        subprocess.run([sys.executable, "-m", "py_compile", tmp_path / "own.py"], check=True)
    assert clips[0] != clips[1]


def test_what_a_scene_writes_for_itself_does_not_render_it_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("writes.py", """
        import os, subprocess
        from pathlib import Path
        from manim import *


        class Writes(Scene):
            def construct(self):
                store = Path("store.txt")
                before = store.read_text() if store.exists() else ""
                Path("aside.txt").write_text(before + "x")
                os.replace("aside.txt", store)
                os.makedirs("media/made", exist_ok=True)
                if not Path("copy.txt").exists():
                    subprocess.run(["cp", "store.txt", "copy.txt"])
                self.wait(0.2)
        """)  # fmt: skip
    for _ in range(2):  # a file that its first run made is one that it finds in its second
        assert desk.render("writes.py").code == 0
    assert desk.render("writes.py", "--dry-run").out == "Writes: nothing changed\n"
