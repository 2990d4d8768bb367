"""Which classes are scenes, as far as the text of a file tells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chainviz.errors import ChainvizError
from chainviz.render.catalogue import SceneFile, choose, find_files, lessons_folder, read_listing
from chainviz.render.manifest import Manifest
from chainviz.render.plan import Planned, names_for, shard_of
from chainviz.render.records import SceneRef

SURE = {
    "from manim import *\nclass A(Scene): pass": ["A"],
    "import manim as mn\nclass A(mn.MovingCameraScene): pass": ["A"],
    "import manim\nclass A(manim.ThreeDScene): pass\nclass B(A): pass": ["A", "B"],
    "from manim import Scene as S, Circle\nclass A(S): pass\nclass B(Circle): pass": ["A"],
    "from manim import *\nclass Z(Scene): pass\nclass A(Scene): pass": ["Z", "A"],
    "import chainviz as cv\nclass A(cv.Lesson): pass": ["A"],
    "from chainviz import Lesson\nclass A(Lesson): pass": ["A"],
    "from manim import *\nclass Helper(VGroup): pass\nclass Plain: pass": [],
    "from dataclasses import dataclass\n@dataclass\nclass D: pass": [],
    "from enum import Enum\nclass E(Enum): A = 1": [],
    "from manim import *\nclass A(Scene): pass\nif __name__ == '__main__':\n    A().render()": [
        "A"
    ],
    "import typing as t\nfrom manim import *\nclass G(t.Generic[int]): pass": [],
    "from manim import *\nclass A(Scene): pass\nclass A(Circle): pass": [],
    "class Scene: pass\nclass A(Scene): pass": [],
    "from manim import *\nclass A(Scene): pass\nfrom manim import Circle\nB = A()\ndef c(): A": [
        "A"
    ],
    "": [],
}

UNSURE = [
    "from mine import Base\nclass A(Base): pass",
    "from mine import *\nclass A(Scene): pass",
    "from . import base\nclass A(base.B): pass",
    "import mine\nclass A(mine.Base): pass",
    "from manim import *\nfor n in 'ab': globals()[n] = type(n, (Scene,), {})",
    "from manim import *\nif config.seed:\n    class A(Scene): pass",
    "from manim import *\nBase = Scene\nclass A(Base): pass",
    "from manim import *\nclass A(Scene): pass\ndel A",
    "from manim import *\n@register\nclass A(Scene): pass",
    "from manim import *\nclass A(make_base()): pass",
    "from manim import *\nclass config(Scene): pass\nfrom manim import *",
    "from manim import *\nclass A(Scene): pass\nfrom mine import B as A",
    "from manim import *\nclass A(Scene): pass\nimport os as A",
    "from manim import *\nclass A(Scene): pass\nA = 3",
    "from manim import *\nclass A(Scene): pass\ndef A(): pass",
]


@pytest.mark.parametrize("text", list(SURE))
def test_what_the_text_settles(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scenes.py"
    path.write_text(text)
    listing = read_listing(SceneFile(path))
    assert listing.certain
    assert [scene.name for scene in listing.scenes] == SURE[text]


@pytest.mark.parametrize("text", UNSURE)
def test_what_only_an_import_settles(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scenes.py"
    path.write_text(text)
    assert not read_listing(SceneFile(path)).certain


def test_lines() -> None:
    folder = lessons_folder()
    assert folder is not None
    for path in sorted(folder.glob("*.py"))[:3]:
        for scene in read_listing(SceneFile(path)).scenes:
            line = path.read_text().splitlines()[scene.line - 1]
            assert line.startswith(f"class {scene.name}")


def test_folders(tmp_path: Path) -> None:
    others = (".hidden/d.py", "__pycache__/e.py", "notes.txt", "env/pyvenv.cfg", "env/lib/f.py")
    for name in ("b.py", "a.py", "deep/c.py", *others, "lib/site-packages/manim/g.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    found = find_files(["."], tmp_path)
    assert [str(file.path.relative_to(tmp_path)) for file in found] == ["a.py", "b.py", "deep/c.py"]
    twice = find_files(["a.py", ".", str(tmp_path / "a.py")], tmp_path)
    assert len(twice) == 3


def test_modules_are_found_without_being_imported(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").write_text("raise SystemExit\n")
    (tmp_path / "pack" / "films.py").touch()
    (file,) = find_files(["pack.films"], tmp_path)
    assert (file.path, file.module) == (tmp_path / "pack" / "films.py", "pack.films")


def refs(*names: str, file: str = "/x/scenes.py") -> list[SceneRef]:
    return [SceneRef(name, Path(file), line) for line, name in enumerate(names, 1)]


def test_choosing() -> None:
    scenes = refs("ChainRule", "ChainGang", "Other")
    assert [s.name for s in choose(scenes, ["Chain*"])] == ["ChainRule", "ChainGang"]
    assert [s.name for s in choose(scenes, ["Other", "ChainRule"])] == ["ChainRule", "Other"]
    assert choose(scenes, []) == tuple(scenes)
    with pytest.raises(ChainvizError, match=r"no scene 'Othr'; near it: Other$"):
        choose(scenes, ["Othr"])
    with pytest.raises(ChainvizError, match=r"'Xylem'; there are: ChainRule, ChainGang, Other$"):
        choose(scenes, ["Xylem"])
    with pytest.raises(ChainvizError, match=r"'Xylem'; there is: Other$"):
        choose(refs("Other"), ["Xylem"])
    with pytest.raises(ChainvizError, match=r"'Xylem'; there are none$"):
        choose([], ["Xylem"])
    many = refs(*(f"Scene{number}" for number in range(20)))
    with pytest.raises(ChainvizError, match=r"Scene6, Scene7, and 12 more \(--list\)$"):
        choose(many, ["Xylem"])
    with pytest.raises(ChainvizError, match=rf"write it before -s: {re.escape(__file__)} -s Other"):
        choose(scenes, ["Other", __file__])


def test_names_of_files() -> None:
    home = Path("/x")
    one, two = refs("A", "B", file="/x/p/main.py"), refs("A", file="/x/q/main.py")
    names = names_for([*one, *two], Manifest(), home)
    assert list(names.values()) == ["p-main-A", "B", "q-main-A"]


def test_shards() -> None:
    planned = [Planned(scene, scene.name, "new") for scene in refs(*"EDCBA")]
    parts = [shard_of(planned, f"{part}/2") for part in (1, 2)]
    assert [[one.stem for one in part] for part in parts] == [["E", "C", "A"], ["D", "B"]]
    named = [Planned(one.scene, f"{index}-{one.stem}", "") for index, one in enumerate(planned)]
    scenes = [[one.scene for one in shard_of(some, "1/2")] for some in (planned, named)]
    assert scenes[0] == scenes[1]  # whatever another machine's media folder makes of their names
    for text in ("0/2", "3/2", "1", "x/y", "1/2/3", "-1/2"):
        with pytest.raises(ChainvizError, match="K/N"):
            shard_of(planned, text)
