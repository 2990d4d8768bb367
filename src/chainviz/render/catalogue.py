"""Finds scenes: which files a path means, and which classes in them are scenes."""

from __future__ import annotations

import ast
import builtins
import difflib
import fnmatch
import importlib.util
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chainviz.errors import ChainvizError
from chainviz.render.records import SceneRef

__all__ = ["Listing", "SceneFile", "choose", "find_files", "lessons_folder", "read_listing"]

_SCENE_BASES = {
    "manim": {
        "Scene",
        "MovingCameraScene",
        "ThreeDScene",
        "SpecialThreeDScene",
        "ZoomedScene",
        "VectorScene",
        "LinearTransformationScene",
    },
    "chainviz": {"Lesson"},
}
_A_FEW = 8
"""So many names are told where one was asked for that isn't there."""
# calls that can make or hide classes behind the reader's back
_DYNAMIC = {"type", "globals", "exec", "eval", "setattr", "vars", "locals", "__import__"}


@dataclass(frozen=True, slots=True)
class SceneFile:
    """A Python file that may hold scenes, and the dotted name it was asked for by, if any."""

    path: Path
    module: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The scenes of a file; ``certain`` when reading the text alone could settle it."""

    scenes: tuple[SceneRef, ...]
    certain: bool


def lessons_folder() -> Path | None:
    """The lessons inside the wheel; in a checkout, the folder that the wheel takes them from."""
    package = Path(__file__).resolve().parent.parent
    candidates = (package / "lessons", package.parent.parent / "scenes")
    return next((folder for folder in candidates if folder.is_dir()), None)


def find_files(words: Sequence[str], here: Path) -> tuple[SceneFile, ...]:
    """The files that the words on the command line mean, each once, in a settled order."""
    if not words:
        scenes = here / "scenes"
        folder = scenes if scenes.is_dir() else lessons_folder()
        if folder is None:
            raise ChainvizError("no ./scenes here, and no lessons came with this installation")
        return tuple(_in_folder(folder))
    found: dict[Path, SceneFile] = {}
    for word in words:
        for file in _meant_by(word, here, words):
            found.setdefault(file.path.resolve(), file)
    return tuple(found.values())


def _meant_by(word: str, here: Path, words: Sequence[str]) -> Iterable[SceneFile]:
    path = Path(word) if Path(word).is_absolute() else here / word
    if path.is_dir():
        return _in_folder(path)
    if path.is_file():
        if path.suffix != ".py":
            raise ChainvizError(f"{word} is not a Python file, a folder or a module")
        return (SceneFile(path),)
    if all(part.isidentifier() for part in word.split(".")):
        module = _module_file(word, here)
        if module is not None:
            return (SceneFile(module, word),)
    near = difflib.get_close_matches(path.name, _names_in(path.parent), n=3)
    hint = f"; near it: {', '.join(near)}" if near else ""
    if word.isidentifier() and any(other.endswith(".py") for other in words):
        hint += f"; a scene is chosen by -s: -s {word}"
    raise ChainvizError(f"there is no file, folder or module {word!r}{hint}")


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []


def _in_folder(folder: Path) -> Iterable[SceneFile]:
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not _passed_over(Path(place, name))]
        found += [Path(place, name) for name in files if name.endswith(".py")]
    return [SceneFile(path) for path in sorted(found) if not path.name.startswith((".", "__"))]


def _passed_over(folder: Path) -> bool:
    """Whether it's no folder of scenes: hidden, or full of what others have installed."""
    installed = folder.name in ("site-packages", "node_modules")
    return installed or folder.name.startswith((".", "__")) or (folder / "pyvenv.cfg").exists()


def _module_file(name: str, here: Path) -> Path | None:
    """The file of a module, found without importing its packages."""
    for root in (str(here), *sys.path):
        base = Path(root, *name.split("."))
        for candidate in (base.with_suffix(".py"), base / "__init__.py"):
            if candidate.is_file():
                return candidate
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


def read_listing(file: SceneFile) -> Listing:
    """The scenes of a file as far as its text tells, in the order in which they stand.

    Raises SyntaxError where the file isn't Python.
    """
    tree = ast.parse(file.path.read_bytes(), filename=str(file.path))
    reader = _Reader()
    reader.read(tree.body)
    scenes = tuple(
        SceneRef(name, file.path, line, file.module) for name, line in reader.scenes.items()
    )
    dynamic = any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _DYNAMIC
        for node in ast.walk(tree)
    )
    return Listing(scenes, certain=reader.certain and not dynamic)


class _Reader:
    """Follows imports and classes down a module, telling scenes from other classes."""

    def __init__(self) -> None:
        self.scenes: dict[str, int] = {}
        self.certain = True
        self._modules: dict[str, str] = {}  # alias -> manim or chainviz
        self._bases: dict[str, bool | None] = dict.fromkeys(dir(builtins), False)

    def read(self, body: Iterable[ast.stmt]) -> None:
        """Take in statements in the order in which they run."""
        for statement in body:
            match statement:
                case ast.Import(names=names):
                    for alias in names:
                        top = alias.name.split(".")[0]
                        self._modules[alias.asname or top] = top
                        self._bind(alias.asname or top)
                case ast.ImportFrom(module=module, names=names, level=level):
                    self._from(module or "", names, level)
                case ast.ClassDef():
                    self._class(statement)
                case ast.If(test=test) if _is_main(test):
                    pass
                case ast.If() | ast.Try() | ast.With() | ast.For() | ast.While() | ast.Match():
                    self._branch(statement)
                case ast.Assign(targets=targets):
                    assigned = [target.id for target in targets if isinstance(target, ast.Name)]
                    self._bases |= dict.fromkeys(assigned)  # a class, perhaps: not to be known here
                    self._bind(*assigned)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    self._bind(name)
                case ast.Delete():
                    self.certain = False
                case _:
                    pass

    def _branch(self, statement: ast.stmt) -> None:
        before = set(self.scenes)
        inner = [node for node in ast.walk(statement) if isinstance(node, ast.stmt)]
        self.read(node for node in inner if isinstance(node, ast.Import | ast.ImportFrom))
        for node in inner:
            if isinstance(node, ast.ClassDef):
                self._class(node)
        if set(self.scenes) - before:  # which branch runs is not for the text to say
            self.certain = False

    def _from(self, module: str, names: list[ast.alias], level: int) -> None:
        top = module.split(".")[0] if not level else ""
        known = _SCENE_BASES.get(top)
        plain = top in sys.stdlib_module_names
        for alias in names:
            if alias.name == "*":
                if (known is None and not plain) or self.scenes:
                    self.certain = False  # it may have scenes, or hide those there are
                self._bases |= dict.fromkeys(known or (), True)
                continue
            is_scene = alias.name in known if known is not None else (False if plain else None)
            self._bases[alias.asname or alias.name] = is_scene
            self._bind(alias.asname or alias.name)

    def _bind(self, *names: str) -> None:
        """These names mean something else from now on."""
        if not self.scenes.keys().isdisjoint(names):
            self.certain = False

    def _class(self, node: ast.ClassDef) -> None:
        verdicts = [self._verdict(base) for base in node.bases]
        if node.decorator_list and any(verdict is not False for verdict in verdicts):
            self.certain = False
        if True in verdicts:
            self._bases[node.name] = True
            self.scenes.pop(node.name, None)
            self.scenes[node.name] = node.lineno
        elif None in verdicts:
            self._bases[node.name] = None
            self.certain = False
        else:
            self._bases[node.name] = False
            self.scenes.pop(node.name, None)

    def _verdict(self, base: ast.expr) -> bool | None:
        """Whether a base class is a scene; None where the text cannot say."""
        if isinstance(base, ast.Subscript):
            return self._verdict(base.value)
        if isinstance(base, ast.Name):
            # a name from `from manim import *` that isn't a scene's is some other class
            return self._bases.get(base.id, False if "Scene" not in base.id else None)
        if isinstance(base, ast.Attribute) and isinstance(base.value, ast.Name):
            top = self._modules.get(base.value.id, "")
            if top in _SCENE_BASES:
                return base.attr in _SCENE_BASES[top]
            return False if top in sys.stdlib_module_names else None
        return None


def _is_main(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
    )


def choose(scenes: Sequence[SceneRef], wanted: Sequence[str]) -> tuple[SceneRef, ...]:
    """The scenes that the names or patterns (``Chain*``) pick; all where nothing is asked."""
    if not wanted:
        return tuple(scenes)
    names = list(dict.fromkeys(scene.name for scene in scenes))
    unknown = [name for name in wanted if not fnmatch.filter(names, name)]
    if unknown:
        lines = []
        for name in unknown:
            told = f"no scene {name!r}; {_instead(name, names)}"
            if Path(name).exists():
                told += f"; if the path is meant, write it before -s: {name} -s {wanted[0]}"
            lines.append(told)
        raise ChainvizError("\n".join(lines))
    return tuple(
        scene
        for scene in scenes
        if any(fnmatch.fnmatchcase(scene.name, pattern) for pattern in wanted)
    )


def _instead(name: str, names: Sequence[str]) -> str:
    """What may have been meant; if nothing is like it, what there is."""
    if near := difflib.get_close_matches(name, names, n=3, cutoff=0.5):
        return f"near it: {', '.join(near)}"
    if not names:
        return "there are none"
    more = f", and {len(names) - _A_FEW} more (--list)" if len(names) > _A_FEW else ""
    return f"there {'is' if len(names) == 1 else 'are'}: {', '.join(names[:_A_FEW])}{more}"
