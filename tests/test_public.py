"""What the package promises from outside: its names, its types, and where colours live."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import chainviz

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "chainviz"
MODULES = sorted(SOURCE.rglob("*.py"))
FACE = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8"))
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
# file -> why a hex colour may stand in it
COLOURS_ALLOWED = {
    "src/chainviz/theme.py": "the looks of all meanings",
    "src/chainviz/draw/typst.py": "colours that carry marks through the compiler, never seen",
}


def dotted(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def names_for_the_type_checker() -> dict[str, str]:
    """Public name -> room, as the TYPE_CHECKING block has it."""
    block = next(
        node
        for node in FACE.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    found = {}
    for line in block.body:
        assert isinstance(line, ast.ImportFrom)
        for alias in line.names:
            assert alias.asname == alias.name, f"{alias.name}: write `as {alias.name}`"
            found[alias.name] = str(line.module).removeprefix("chainviz.")
    return found


def test_the_type_checker_sees_the_names_that_exist() -> None:
    assert names_for_the_type_checker() == chainviz._HOMES


def test_all_names_the_public_names() -> None:
    assert chainviz.__all__ == sorted(chainviz._HOMES)
    assert set(dir(chainviz)) >= set(chainviz.__all__)


@pytest.mark.parametrize("name", chainviz.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    found = getattr(chainviz, name)
    home = importlib.import_module(f"chainviz.{chainviz._HOMES[name]}")
    assert found is getattr(home, name)
    assert name in home.__all__
    assert not callable(found) or (found.__doc__ or "").strip()


def test_a_wrong_name_says_so() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = chainviz.no_such_name


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_a_module_names_what_it_offers(path: Path) -> None:
    module = importlib.import_module(dotted(path)) if path.name != "__main__.py" else None
    if module is None:
        return
    assert (module.__doc__ or "").strip()
    offered = getattr(module, "__all__", [])
    assert len(offered) == len(set(offered))
    assert [name for name in offered if not hasattr(module, name)] == []


def test_computing_never_loads_manim() -> None:
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, chainviz as cv\n"
            "tape = cv.run(cv.parse('L = (w*x - t)**2'), x=2, w=3, t=10)\n"
            "print(tape.value('L'), tape.grad('w'), 'manim' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.split() == ["16.0", "-16.0", "False"]


@pytest.mark.parametrize(
    "path", [*MODULES, *sorted((ROOT / "scenes").rglob("*.py"))], ids=lambda p: p.name
)
def test_colours_stand_in_the_theme_alone(path: Path) -> None:
    if str(path.relative_to(ROOT)) in COLOURS_ALLOWED:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    strings = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose
    )
    assert [text for text in strings if COLOUR.search(text)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "scenes").rglob("*.py")), ids=lambda p: p.name)
def test_scenes_use_public_names_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] != "chainviz", "write: import chainviz"
        if isinstance(node, ast.Import):
            assert [a.name for a in node.names if a.name.startswith("chainviz.")] == []


def test_the_types_ship() -> None:
    assert (SOURCE / "py.typed").exists()
