"""The set-up: what it notices, what it says, and what the lock files hold."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import environment
from environment import SetUpError, check_space, complaint

ROOT = Path(__file__).parent.parent
PACKAGES = ROOT / "setup" / "system-packages.txt"
LOCKS = [ROOT / "setup" / "build.lock", ROOT / "setup" / "requirements.lock"]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of what the set-up reads, with a .venv/ that looks finished."""
    shutil.copytree(ROOT / "setup", tmp_path / "setup")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for made in ("bin/python", "bin/chainviz", "lib/python3.11/site-packages/manim/a.py"):
        (tmp_path / ".venv" / made).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / ".venv" / made).touch()
    environment.stamp(tmp_path)
    return tmp_path


def test_a_finished_environment_serves(house: Path) -> None:
    assert complaint(house) == ""


def test_an_interrupted_set_up_is_noticed(house: Path) -> None:
    (house / ".venv" / environment.STAMP).unlink()
    assert complaint(house) == "it was not finished"


@pytest.mark.parametrize("said", ["", "{", "null", "[]", '"x"', '{"folder": 1}'])
def test_a_broken_stamp_is_no_stamp(house: Path, said: str) -> None:
    (house / ".venv" / environment.STAMP).write_text(said, encoding="utf-8")
    assert complaint(house)


def test_a_moved_environment_is_noticed(house: Path, tmp_path: Path) -> None:
    moved = house.rename(tmp_path.with_name(f"{tmp_path.name}-moved"))
    assert complaint(moved) == "it was made for another folder"


def test_another_python_is_noticed(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert complaint(house) == "it was made for another Python"


def test_a_chosen_python_is_noticed(house: Path) -> None:
    assert complaint(house, environment.version()) == ""
    assert complaint(house, "3.99") == "it was made for another Python"


@pytest.mark.parametrize("name", [f"setup/{name}" for name in environment.MADE_FROM])
def test_a_changed_set_up_is_noticed(house: Path, name: str) -> None:
    with (house / name).open("a", encoding="utf-8") as file:
        file.write("\n# newer\n")
    assert complaint(house) == "it was made for another set-up"


def test_only_what_concerns_an_installation_counts_in_pyproject(house: Path) -> None:
    file = house / "pyproject.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("line-length = 100", "line-length = 99"), encoding="utf-8")
    assert complaint(house) == ""
    file.write_text(text.replace("numpy>=2", "numpy>=2.1"), encoding="utf-8")
    assert complaint(house) == "it was made for another set-up"


def test_a_package_that_was_deleted_is_noticed(house: Path) -> None:
    shutil.rmtree(house / ".venv/lib/python3.11/site-packages/manim")
    assert complaint(house) == "it is damaged (lib/python3.11/site-packages/manim is gone)"


def test_a_python_that_is_gone_is_noticed(house: Path) -> None:
    (house / ".venv/bin/python").unlink()
    (house / ".venv/bin/python").symlink_to("/nonexistent/python3")
    assert environment.ask(house) == "its Python is gone"


def test_a_full_disk_is_noticed_before_anything_is_removed(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "SPACE_NEEDED", 10**18)
    with pytest.raises(SetUpError, match=r"GB free, and the set-up needs"):
        check_space(house)


# -- setup.sh, with commands that only pretend ------------------------------------------------


def stub(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of pretended commands that goes first on PATH, beside a house that needs one."""
    shutil.copytree(ROOT / "setup", tmp_path / "house" / "setup")
    (tmp_path / "house/setup/system-packages.txt").write_text(
        "# a comment\n\nthe moon | test -e moon | libmoon-dev | moon-devel | moon\n",
        encoding="utf-8",
    )
    stub(tmp_path / "house" / "setup", "environment.py", "")
    commands = tmp_path / "commands"
    commands.mkdir()
    stub(commands, "id", "echo 1000")
    stub(commands, "sudo", "exit 1")
    stub(commands, "apt-get", "echo E: nobody should call this; exit 1")
    return commands


def set_up(machine: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": f"{machine}:{os.defpath}", "HOME": str(machine), "PYTHON": sys.executable}
    return subprocess.run(
        ["sh", "setup/setup.sh"],
        cwd=machine.parent / "house",
        env={**environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_root_the_commands_of_three_systems_are_said(machine: Path) -> None:
    ended = set_up(machine)
    assert ended.returncode == 1
    for line in (
        "missing:         the moon",
        "Debian, Ubuntu:  sudo apt-get install libmoon-dev",
        "Fedora:          sudo dnf install moon-devel",
        "macOS:           brew install moon",
    ):
        assert line in ended.stderr


def test_root_gets_what_is_missing_from_apt(machine: Path) -> None:
    stub(machine, "id", "echo 0")
    stub(machine, "apt-get", 'echo "$@" >>apt-asked; touch moon')
    ended = set_up(machine)
    assert ended.returncode == 0, ended.stderr
    asked = (machine.parent / "house" / "apt-asked").read_text(encoding="utf-8")
    assert "--no-install-recommends" in asked
    assert asked.split()[-1] == "libmoon-dev"


def test_nothing_is_installed_where_nothing_is_missing(machine: Path) -> None:
    (machine.parent / "house" / "moon").touch()
    assert set_up(machine).returncode == 0


@pytest.mark.parametrize(
    ("apt", "cause"),
    [
        ("echo 'W: Temporary failure resolving x'; exit 100", "is the network up?"),
        ("echo 'E: You do not have enough free space in x'; exit 100", "the disk is full"),
        ("echo 'E: Unable to locate package libmoon-dev'; exit 100", "does not know"),
        ("echo 'E: dpkg was interrupted'; exit 100", "E: dpkg was interrupted"),
        ("exit 0", "still something is missing"),
    ],
)
def test_apt_that_fails_is_explained(machine: Path, apt: str, cause: str) -> None:
    stub(machine, "id", "echo 0")
    stub(machine, "apt-get", apt)
    ended = set_up(machine)
    assert ended.returncode == 1
    assert cause in ended.stderr
    assert "brew install moon" in ended.stderr


def test_a_python_that_is_too_old_is_named(machine: Path) -> None:
    stub(machine, "old", 'test "$1" = --version && echo Python 3.10.2')
    ended = set_up(machine, PYTHON=str(machine / "old"))
    assert ended.returncode == 1
    assert f"PYTHON={machine / 'old'} is not Python 3.11 or newer (it is: Python 3.10.2)" in (
        ended.stderr
    )


def test_no_network_is_explained_and_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "setup", tmp_path / "setup")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
    dead = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "1",
        "PIP_NO_CACHE_DIR": "1",
    }
    ended = subprocess.run(
        [sys.executable, "setup/environment.py"],
        cwd=tmp_path,
        env={**environ, **dead},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "The package index cannot be reached (Connection refused)" in ended.stderr
    assert len(ended.stderr.splitlines()) < 8
    assert not (tmp_path / ".venv" / environment.STAMP).exists()


# -- the files it reads -----------------------------------------------------------------------


def test_every_row_of_the_package_list_has_its_columns() -> None:
    lines = PACKAGES.read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line and not line.startswith("#")]
    assert rows
    assert [row for row in rows if len(row) != 5 or not all(cell.strip() for cell in row)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_has_exact_versions_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    wanted = re.findall(
        r"^([a-z][\w.-]*)(.*?)((?:\\\n\s+--hash=sha256:[0-9a-f]{64}\s*)+)", text, re.M
    )
    assert len(wanted) == len(re.findall(r"^[a-z]", text, re.M)) > 10
    assert [name for name, version, _ in wanted if not version.startswith("==")] == []


def test_the_lock_covers_what_the_project_asks_for() -> None:
    file = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = file["project"]["optional-dependencies"]
    asked = [*file["project"]["dependencies"], *extras["test"], *extras["check"]]
    for group, lock in ((asked, LOCKS[1]), (file["dependency-groups"]["build"], LOCKS[0])):
        held = set(re.findall(r"^([\w.-]+)==", lock.read_text(encoding="utf-8"), re.M))
        names = (re.match(r"[\w.-]+", word) for word in group)
        assert {name[0].lower().replace("_", "-") for name in names if name} - held == set()


def test_build_and_requirements_agree() -> None:
    build, whole = (set(re.findall(r"^\S+==\S+", p.read_text("utf-8"), re.M)) for p in LOCKS)
    assert build <= whole


# -- make --------------------------------------------------------------------------------------


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert phony
    shown = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert [line.split()[0] for line in shown.splitlines()] == phony[1].split()


def test_every_target_that_uses_the_environment_makes_it() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    rules = re.findall(r"^([a-z-]+):(.*?)(?: ##.*)?\n((?:\t.*\n?)*)", makefile, re.M)
    needs = {name: after.split() for name, after, _ in rules}

    def makes(name: str) -> bool:
        return name == "setup" or any(makes(before) for before in needs[name])

    users = [name for name, _, recipe in rules if "$(PY)" in recipe or ".venv/bin" in recipe]
    assert "render" in users
    assert [name for name in users if not makes(name)] == []


def test_ci_runs_make_test() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
