"""Manim's import begins as soon as a glance shows that it will be needed, and only then."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chainviz.cli import main, rendering
from chainviz.errors import ChainvizError
from chainviz.render import begun
from chainviz.render.begun import LESSONS, SCENES, Begun, begun_early, modules_for
from chainviz.render.launch import ForkLauncher, launcher_for

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="there is no such process elsewhere"
)

PLAIN = "import manim\n\nclass A(manim.Scene):\n    pass\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file of scenes; what would be started is empty, and so starts at once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(begun, "SCENES", ())
    (tmp_path / "films.py").write_text(PLAIN, "utf-8")
    return tmp_path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Begun]]:
    """The processes that were started."""
    made: list[Begun] = []
    whole = Begun.__init__

    def noting(self: Begun, *args: Any, **kwargs: Any) -> None:
        whole(self, *args, **kwargs)
        made.append(self)

    monkeypatch.setattr(Begun, "__init__", noting)
    yield made
    for one in made:
        one.end()


def test_where_nothing_was_rendered_it_begins(desk: Path) -> None:
    with begun_early(["films.py"], None) as found:
        assert found is not None and found.alive() and not found.taken
    assert not found.alive()  # nobody took it
    with begun_early([str(desk)], "out") as found:
        assert found is not None


@pytest.mark.parametrize(
    ("words", "media"), [([], None), (["nothing.py"], None), (["films"], None), (["a.txt"], "out")]
)
def test_where_a_glance_shows_no_scenes_it_does_not(
    words: list[str], media: str | None, desk: Path
) -> None:
    (desk / "a.txt").write_text("a", "utf-8")
    with begun_early(words, media) as found:
        assert found is None


@pytest.mark.parametrize(
    ("name", "text", "media", "expected"),
    [
        ("media/manifest.json", "{}", None, False),
        ("media/manifest.json", "{}", "out", True),
        ("out/manifest.json", "{}", "out", False),
        ("manim.cfg", "[CLI]\nmedia_dir = elsewhere\n", None, False),
        ("manim.cfg", "[CLI]\nquality = low_quality\n", None, True),
        ("pyproject.toml", "[tool.chainviz]\nmedia = 'films'\n", None, False),
        ("pyproject.toml", "[project]\ndependencies = ['chainviz']\n", None, True),
    ],
)
def test_what_lies_in_the_folder_decides(
    name: str, text: str, media: str | None, expected: bool, desk: Path
) -> None:
    (desk / name).parent.mkdir(exist_ok=True)
    (desk / name).write_text(text, "utf-8")
    with begun_early(["films.py"], media) as found:
        assert (found is not None) is expected
    with begun_early(["films.py"], "media", anyway=True) as found:
        assert (found is not None) is ("tool" not in text and "media_dir" not in text)
    with begun_early(["films.py"], media, wanted=False) as found:
        assert found is None


def test_scenes_that_draw_with_this_package_get_it_too(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text(PLAIN, "utf-8")
    (tmp_path / "lesson.py").write_text("import chainviz\n", "utf-8")
    assert modules_for([tmp_path / "plain.py"]) == SCENES
    assert modules_for([tmp_path / "plain.py", tmp_path / "lesson.py"]) == LESSONS


def test_a_link_that_leads_nowhere_names_nothing(tmp_path: Path) -> None:
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "lesson.py").write_text("import chainviz\n", "utf-8")
    assert modules_for([tmp_path / "gone.py"]) == SCENES
    assert modules_for([tmp_path / "gone.py", tmp_path / "lesson.py"]) == LESSONS


def test_it_is_taken_once_and_for_what_it_has_imported(started: list[Begun]) -> None:
    begun = Begun(())
    launcher = launcher_for(modules=(), begun=begun)
    assert isinstance(launcher, ForkLauncher) and begun.taken and started == [begun]
    other = launcher_for(modules=(), begun=begun)
    assert len(started) == 2
    third = launcher_for(modules=("json",), begun=Begun(()))
    assert len(started) == 4 and started[3].modules == ("json",)
    for one in (launcher, other, third):
        one.close()
        assert not one.alive()


def test_a_batch_takes_what_has_begun(desk: Path, started: list[Begun]) -> None:
    assert main(["render", "films.py", "--json"]) == 0
    assert len(started) == 1 and started[0].taken and not started[0].alive()


def test_whatever_goes_wrong_it_is_ended(
    desk: Path, started: list[Begun], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(args: argparse.Namespace, begun: Begun | None, since: float) -> int:
        assert begun is not None and begun.alive()
        raise ChainvizError("something else")

    monkeypatch.setattr(rendering, "render", fails)
    assert main(["render", "films.py"]) == 2
    assert len(started) == 1 and not started[0].alive()


def test_a_scene_file_that_cannot_be_read_is_told_and_the_others_are_rendered(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "scenes").mkdir()
    (desk / "scenes" / "a.py").write_text(PLAIN, "utf-8")
    (desk / "scenes" / "b.py").symlink_to(desk / "nowhere.py")
    assert main(["render", "scenes", "--list"]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("A ") and "b.py" in told.err and "No such file" in told.err
    assert main(["render", "scenes"]) == 1
    told = capsys.readouterr()
    assert (desk / "media" / "A.png").exists() and "Traceback" not in told.err + told.out


@pytest.mark.parametrize("named", [".", "{here}", "elsewhere:{here}", "elsewhere:"])
def test_the_folder_we_are_in_is_imported_from_if_pythonpath_names_it(
    named: str, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with Manim, whose scenes often lie in a folder beside what they import."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    (desk / "ours.py").write_text("LONG = 0.1\n", "utf-8")
    (desk / "scenes").mkdir()
    (desk / "scenes" / "a.py").write_text(f"import ours\n{PLAIN}", "utf-8")
    small = ["scenes/a.py", "--resolution", "64x36", "--fps", "10"]
    run = [sys.executable, "-m", "chainviz", "render", *small]
    source = str(Path(begun.__file__).parents[2])
    for path, code in (("elsewhere", 1), (named.format(here=desk), 0)):
        env = os.environ | {"PYTHONPATH": os.pathsep.join([path, source])}
        done = subprocess.run(run, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        assert ("No module named 'ours'" in done.stdout + done.stderr) == bool(code)
