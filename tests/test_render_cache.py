"""Nothing changed: nothing is done. One thing changed: just what it reaches is rendered again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from render_desk import Desk

MAIN = """
    import csv, glob, os
    from pathlib import Path
    from manim import *
    from shared.looks import SIDE


    class Own(Scene):
        def construct(self):
            self.play(Create(Square(side_length=SIDE)), run_time=0.2)


    class Pictures(Scene):
        def construct(self):
            self.add(SVGMobject("assets/dot.svg"))
            self.wait(0.2)


    class Data(Scene):
        def construct(self):
            with open("assets/numbers.csv") as file:
                rows = list(csv.reader(file))
            for path in sorted(glob.glob("assets/parts/*.txt")):
                rows.append(Path(path).read_text())
            self.add(*[Dot() for _ in rows])
            try:
                Path("assets/extra.txt").read_text()
            except OSError:
                pass
            self.wait(0.2)


    class Variable(Scene):
        def construct(self):
            self.add(Circle(color=os.environ.get("MY_COLOUR", "RED")))
            self.wait(0.2)


    class Words(Scene):
        def construct(self):
            self.add(Text("words"))
            self.wait(0.2)
    """

ALONE = """
    from manim import *


    class Alone(Scene):
        def construct(self):
            self.wait(0.2)
    """

DOT = '<svg xmlns="http://www.w3.org/2000/svg"><circle cx="5" cy="5" r="4"/></svg>'

ALL = {"Own", "Pictures", "Data", "Variable", "Words", "Alone"}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("cache"))
    desk.write("work/main.py", MAIN)
    desk.write("work/alone.py", ALONE)
    desk.write("work/shared/looks.py", "from .sizes import SIDE\n")
    desk.write("work/shared/sizes.py", "SIDE = 2\n")
    desk.write("assets/numbers.csv", "1,2\n3,4\n")
    desk.write("assets/parts/one.txt", "5\n")
    desk.write("assets/dot.svg", DOT)
    ran = desk.render("work", "-j", "2", "--json")
    assert ran.code == 0, ran.err + ran.out
    assert set(ran.statuses) == ALL
    return desk


@pytest.fixture
def desk(rendered: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The rendered project, put back as it was after each test."""
    kept = tmp_path / "kept"
    shutil.copytree(rendered.folder, kept, copy_function=shutil.copy2)
    yield rendered
    shutil.rmtree(rendered.folder)
    shutil.copytree(kept, rendered.folder, copy_function=shutil.copy2)


def reasons(desk: Desk, *words: str, **env: str) -> dict[str, str]:
    """The scenes that would be rendered now, and why."""
    ran = desk.render("work", "--dry-run", "--json", *words, env=env)
    assert ran.code == 0, ran.err
    return {event["scene"]: event["why"] for event in ran.events if event["why"]}


def test_nothing_changed(desk: Desk) -> None:
    poison = desk.write("poison/manim.py", "raise SystemExit('manim was imported')\n")
    path = f"{poison.parent}:{Path(__file__).parent.parent / 'src'}"
    ran = desk.render("work", "--json", env={"PYTHONPATH": path})
    assert ran.code == 0, ran.err
    assert set(ran.statuses.values()) == {"cached"}
    assert set(ran.statuses) == ALL
    assert desk.leftovers() == []


def test_just_what_the_scene_is_made_of_is_written_down(desk: Desk) -> None:
    clips = desk.manifest()["clips"]
    made_of = {name: set(clips[f"{name}.mp4"]["sources"]["files"]) for name in ALL}
    config = {name for name in made_of["Alone"] if name.endswith("manim.cfg")}
    assert len(config) == 2
    assert made_of["Alone"] == config | {"work/alone.py"}
    main = config | {"work/main.py", "work/shared/looks.py", "work/shared/sizes.py"}
    main |= {"work/shared.py", "work/shared/__init__.py"}  # what would be taken if it were there
    main |= {"work/shared/looks/__init__.py", "work/shared/sizes/__init__.py"}
    assert made_of["Own"] == made_of["Words"] == made_of["Variable"] == main
    assert made_of["Pictures"] == main | {"assets/dot.svg"}
    parts = {"assets/numbers.csv", "assets/extra.txt", "assets/parts", "assets/parts/one.txt"}
    assert made_of["Data"] == main | parts


def append(name: str, text: str) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        path = desk.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(text)

    return change


@pytest.mark.parametrize(
    ("change", "affected"),
    [
        (append("work/alone.py", "X = 1\n"), {"Alone"}),
        (append("work/shared/sizes.py", "SIDE = 3\n"), ALL - {"Alone"}),
        (append("assets/dot.svg", "<!-- -->"), {"Pictures"}),
        (append("assets/numbers.csv", "5,6\n"), {"Data"}),
        (append("assets/parts/one.txt", "5,6\n"), {"Data"}),
        (append("assets/parts/two.txt", "5,6\n"), {"Data"}),  # a file that a glob would now find
        (append("assets/extra.txt", "."), {"Data"}),  # a file that was looked for in vain
        (append(".fonts/new.ttf", "."), {"Words"}),
        (append("manim.cfg", "[CLI]\nbackground_color = WHITE\n"), ALL),
        (append(".config/manim/manim.cfg", "[CLI]\nseed = 3\n"), ALL),
        (append("work/other.py", "# nobody imports this\n"), set()),
    ],
)
def test_a_change_reaches_just_what_it_can(
    desk: Desk, change: Callable[[Desk], None], affected: set[str]
) -> None:
    change(desk)
    assert set(reasons(desk)) == affected


def test_settings_count(desk: Desk) -> None:
    assert set(reasons(desk, "--theme", "light")) == ALL
    assert set(reasons(desk, "--pace", "2")) == ALL
    assert set(reasons(desk, "--engine", "manim")) == ALL
    assert set(reasons(desk, "--format", "webm")) == ALL
    assert set(reasons(desk, "--force")) == ALL
    assert reasons(desk) == {}


def test_the_environment_counts_where_the_scene_reads_it(desk: Desk) -> None:
    assert set(reasons(desk, MY_COLOUR="BLUE")) == {"Variable"}
    assert reasons(desk, NOBODY_READS_THIS="1") == {}


def test_a_scene_may_start_programs(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("starts.py", """
        import os, subprocess
        from manim import *


        class Starts(Scene):
            def construct(self):
                told = subprocess.run(["echo", "1"], capture_output=True, check=True).stdout
                os.environb.get(b"MY_BYTES")
                self.add(Circle(radius=float(told)))
                self.wait(0.2)
        """)  # fmt: skip
    assert desk.render("starts.py", "--json").statuses == {"Starts": "rendered"}
    (path,) = desk.manifest()["clips"]
    sources = desk.manifest()["clips"][path]["sources"]
    assert list(sources["environment"]) == ["MY_BYTES"]


@pytest.mark.parametrize("name", ["manim", "numpy", "typst", "python", "manimpango"])
def test_versions_count(desk: Desk, name: str) -> None:
    path = desk.media / "manifest.json"
    content = json.loads(path.read_text())
    for library in content["libraries"].values():
        library["versions"][name] += ".earlier"
    path.write_text(json.dumps(content))
    assert reasons(desk) == dict.fromkeys(ALL, f"the version of {name} changed")


def test_our_own_code_counts(desk: Desk) -> None:
    path = desk.media / "manifest.json"
    content = json.loads(path.read_text())
    for library in content["libraries"].values():
        library["library"]["render/engine/session.py"] = "another"
    path.write_text(json.dumps(content))
    assert reasons(desk) == dict.fromkeys(ALL, "chainviz/render/engine/session.py changed")


def test_outputs_are_looked_at(desk: Desk) -> None:
    (desk.media / "Own.mp4").unlink()
    (desk.media / "Data.mp4").write_bytes(b"not a film")
    (desk.media / "Words.png").unlink()
    touched = desk.media / "Alone.mp4"
    touched.write_bytes(touched.read_bytes())  # another time of change, the same content
    assert set(reasons(desk)) == {"Own", "Data", "Words"}
    ran = desk.render("work", "--json", "-j", "2")
    assert ran.code == 0
    assert {n for n, s in ran.statuses.items() if s == "rendered"} == {"Own", "Data", "Words"}
    assert set(desk.clips()) == ALL


def test_a_spoiled_manifest_is_no_obstacle(desk: Desk) -> None:
    (desk.media / "manifest.json").write_text('{"format": 1, "clips": {"Own.mp4"')
    assert set(reasons(desk)) == ALL


def test_a_change_of_what_is_drawn_is_seen_in_the_clip(desk: Desk) -> None:
    before = (desk.media / "Own.mp4").read_bytes()
    append("work/shared/sizes.py", "SIDE = 3\n")(desk)
    ran = desk.render("work", "-s", "Own", "Alone", "--json")
    assert ran.statuses == {"Own": "rendered", "Alone": "cached"}
    assert (desk.media / "Own.mp4").read_bytes() != before
