"""What the documents say is true: their blocks run, their options and files exist.

How each kind of block is exercised: Python is executed (a block that imports nothing goes on where
the one before it ended), and the scenes in it are rendered, small and fast; `chainviz` lines run,
small and fast, in a folder with stand-ins for the scene files they name; `make` lines must name a
target (CI runs those); settings must be accepted; a workflow's packages must stand in the list of
system packages, and its commands must parse.
"""

from __future__ import annotations

import argparse
import importlib
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from chainviz import cli

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = DOCUMENTS[0].read_text(encoding="utf-8")
# warnings are errors, but for the two that pyproject.toml excuses pydub (which Manim imports)
STRICT = (
    *("-W", "error"),
    *("-W", "ignore:'audioop' is deprecated:DeprecationWarning:pydub.utils"),
    *("-W", "ignore:Couldn't find ff:RuntimeWarning:pydub.utils"),
)
NOT_RUN = {"text", ""}  # output, diagrams
# command -> what makes it quick; the rest of the line runs as it stands
QUICK = {
    "check": ("--fail-on", "error"),  # the stand-ins end on the move
    "animate": ("--quality", "l", "--pace", "0.1"),
    "render": ("--quality", "l", "--pace", "0.1"),
}
STAND_INS = ("scenes/opening.py", "talk.py", "films/physics.py")
STAND_IN = """
import manim as mn


class Pendulum(mn.Scene):
    def construct(self):
        self.play(mn.Create(mn.Circle()))


class Wave(Pendulum):
    pass
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a document."""

    document: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}"


def blocks_of(document: Path) -> list[Block]:
    """Every fenced block, in order."""
    text = document.read_text(encoding="utf-8")
    found = re.finditer(r"^```(\w*)\n(.*?)^```$", text, flags=re.M | re.S)
    return [
        Block(document, text[: each.start()].count("\n") + 1, each[1], each[2]) for each in found
    ]


def whole(block: Block) -> str:
    """A block with those of its document that it goes on from."""
    before = [
        b for b in blocks_of(block.document) if b.language == "python" and b.line <= block.line
    ]
    starts = [
        at for at, each in enumerate(before) if re.search("^(?:import|from) ", each.text, re.M)
    ]
    return "\n".join(each.text for each in before[starts[-1] if starts else 0 :])


BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document)]


def of(*languages: str) -> pytest.MarkDecorator:
    """The blocks in a language, one test each."""
    chosen = [block for block in BLOCKS if block.language in languages]
    return pytest.mark.parametrize("block", chosen, ids=str)


def targets() -> set[str]:
    """What make can make."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


def parser_of(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"chainviz {command}")
    importlib.import_module(cli.COMMANDS[command][0]).add_arguments(parser)
    return parser


def chainviz(words: list[str], at: Path) -> None:
    """Run the command in a folder."""
    ended = subprocess.run(
        [sys.executable, "-m", "chainviz", *words, *QUICK.get(words[0], ())],
        cwd=at,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_kind_of_block_is_exercised() -> None:
    assert {block.language for block in BLOCKS} <= {"python", "sh", "toml", "yaml", *NOT_RUN}
    assert [block for block in BLOCKS if block.document == DOCUMENTS[0]]


@of("python")
def test_python_runs(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "block.py"
    file.write_text(whole(block), encoding="utf-8")
    if re.search(r"^class \w+\((mn\.\w*Scene|cv\.Lesson)\)", block.text, re.M):
        chainviz(["render", "block.py"], tmp_path)
        assert list((tmp_path / "media").glob("*.mp4"))
    else:
        subprocess.run([sys.executable, *STRICT, "block.py"], cwd=tmp_path, check=True)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with scene files under the names that the documents use."""
    for name in STAND_INS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(STAND_IN, encoding="utf-8")
    return tmp_path


@of("sh")
def test_shell_lines_work(block: Block, desk: Path) -> None:
    for line in block.text.splitlines():
        program, *words = shlex.split(line, comments=True)
        assert program in ("make", "chainviz"), f"how is this line to be exercised? {line}"
        if program == "make":
            assert words[0] in targets()
        else:
            chainviz(words, desk)


@of("toml")
def test_settings_are_accepted(block: Block, desk: Path) -> None:
    (desk / "pyproject.toml").write_text(block.text, encoding="utf-8")
    chainviz(["render", "--dry-run"], desk)


@of("yaml")
def test_a_workflow_names_what_exists(block: Block) -> None:
    packages = (ROOT / "setup" / "system-packages.txt").read_text(encoding="utf-8")
    steps = re.findall(r"- run: (.*)", block.text)
    assert steps
    for line in (part.strip() for step in steps for part in step.split("&&")):
        program, *words = shlex.split(line, comments=True)
        if program == "chainviz":
            parser_of(words[0]).parse_args(words[1:])
        elif program == "sudo" and "install" in words:
            assert {w for w in words if w.startswith("lib")} <= set(packages.split())
        else:
            assert [program, *words] in (
                ["sudo", "apt-get", "update"],
                ["pip", "install", "chainviz"],
            )


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_its_line(name: str) -> None:
    assert f"| `chainviz {name}` | {cli.COMMANDS[name][1]} |" in README


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_options_and_targets_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    spoken = re.findall(r"`([^`\n]+)`", text) + [
        line for block in blocks_of(document) for line in block.text.splitlines()
    ]
    for phrase in spoken:
        words = phrase.split()
        if len(words) > 1 and words[0] == "chainviz" and words[1] != "COMMAND":
            known = parser_of(words[1]).format_help()
            options = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
            assert [option for option in options if option not in known] == [], phrase
        if len(words) > 1 and words[0] == "make":
            assert words[1] in targets(), phrase


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)\)", document.read_text(encoding="utf-8")):
        assert "://" in link or (document.parent / link).exists(), link


def test_readme_leads_to_every_page() -> None:
    pages = [str(page.relative_to(ROOT)) for page in DOCUMENTS[2:]]
    assert [page for page in pages if f"]({page})" not in README] == []


def test_pictures_are_small() -> None:
    assert [p for p in (ROOT / "docs").rglob("*.png") if p.stat().st_size > 150_000] == []


def test_contributing_is_one_screen() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) <= 50


def test_the_readmes_own_scenes_pass_the_audit(tmp_path: Path) -> None:
    films = [
        block for block in blocks_of(DOCUMENTS[0]) if re.search(r"class .*Scene|Lesson", block.text)
    ]
    assert len(films) >= 2
    for number, block in enumerate(films):
        (tmp_path / f"film_{number}.py").write_text(block.text, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "chainviz", "check", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
