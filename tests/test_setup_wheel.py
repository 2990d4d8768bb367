"""The wheel works outside the repository: the command, the types and the lessons."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import chainviz

ROOT = Path(__file__).parent.parent
SCENES = sorted(path.name for path in (ROOT / "scenes").glob("*.py"))


def pip(*words: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    alone = ("--no-deps", "--no-build-isolation", "--no-index")
    pip("wheel", "--quiet", *alone, "--wheel-dir", str(folder), str(ROOT))
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the wheel is installed into."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--quiet", "--no-deps", "--no-index", "--target", str(folder), str(wheel))
    return folder


def run(elsewhere: Path, *command: str, at: Path) -> str:
    """Run what was installed, in another folder; what it prints."""
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=at,
        env={**os.environ, "PYTHONPATH": str(elsewhere)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_it_holds_the_package_the_types_and_the_lessons_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"chainviz/lessons/{name}" for name in SCENES} <= set(names)
    assert {"chainviz/py.typed", "chainviz/__main__.py"} <= set(names)
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"chainviz", f"chainviz-{chainviz.__version__}.dist-info"}
    assert [name for name in names if "__pycache__" in name or ".git" in name] == []


def test_it_is_what_is_imported(elsewhere: Path, tmp_path: Path) -> None:
    where = run(elsewhere, "-c", "import chainviz; print(chainviz.__file__)", at=tmp_path)
    assert Path(where.strip()).is_relative_to(elsewhere)


def test_the_command_knows_its_version(elsewhere: Path, tmp_path: Path) -> None:
    said = run(elsewhere, str(elsewhere / "bin" / "chainviz"), "--version", at=tmp_path)
    assert said == f"chainviz {chainviz.__version__}\n"


def test_the_lessons_are_found_from_any_folder(elsewhere: Path, tmp_path: Path) -> None:
    said = run(elsewhere, "-m", "chainviz", "render", "--list", at=tmp_path)
    assert str(elsewhere / "chainviz" / "lessons") in said
    assert len(said.splitlines()) >= len(SCENES)
