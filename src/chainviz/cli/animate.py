"""chainviz animate: one formula or one function becomes one film."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainviz.errors import ChainvizError

if TYPE_CHECKING:
    from chainviz.graph import Graph
    from chainviz.render.engine import Settings

__all__ = ["EXAMPLES", "add_arguments", "run"]

EXAMPLES = (
    'chainviz animate "L = (w*x - t)**2" --at x=2 w=3 t=10 -o film.mp4',
    'chainviz animate "y = sin(x**2)" --at x=2 --wrt x --theme light -q l',
    "chainviz animate model.py:loss --at x=2 w=3 --title 'One neuron'",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    say = parser.add_argument
    say("what", metavar="FORMULA", help="a formula, or FILE.py:FUNCTION")
    say("--at", nargs="+", action="extend", default=[], metavar="NAME=NUMBER",
        help="the inputs' values; arrays as [1, 2]")  # fmt: skip
    say("--wrt", nargs="+", action="extend", default=[], metavar="NAME",
        help="the gradients the film is after (default: every input's)")  # fmt: skip
    say("--parameters", nargs="+", action="extend", default=[], metavar="NAME",
        help="inputs that are parameters: they get a mark of their own")  # fmt: skip
    say("-o", "--output", metavar="FILE", help="the film (default: NAME.mp4, by the output)")
    say("-q", "--quality", choices="lmhpk", default="h",
        help="480p15, 720p30, 1080p60, 1440p60, 2160p60 (default: h)")  # fmt: skip
    say("--title", metavar="TEXT", help="the film's heading")
    say("--theme", metavar="NAME", default="dark", help="dark or light (default: dark)")
    say("--pace", type=float, default=1.0, metavar="X", help="2 is half as fast, 0.5 twice")
    say(
        "--latex",
        action="store_true",
        help="set text with the LaTeX installed here, not with Typst",
    )
    say("--text", action="store_true", help="print the storyboard instead of making the film")


def run(args: argparse.Namespace) -> int:
    """Make the film; the exit code is 0 if it is there."""
    from chainviz.story import tell
    from chainviz.tape import run as run_graph

    graph = _read(args.what, tuple(args.parameters))
    tape = run_graph(graph, **_values(args.at, graph))
    for name in args.wrt:
        graph.node(name)
    if args.text:
        print(tell(tape, title=args.title, wrt=args.wrt))
        return 0
    target = _target(args.output, graph.output)
    theme = _theme(args.theme, args.pace, "latex" if args.latex else "typst")
    from chainviz.stage import film

    scene = film(tape, title=args.title, wrt=args.wrt, theme=theme, name=_class_name(graph.output))
    return _render(scene, target, args.quality)


def _read(what: str, parameters: tuple[str, ...]) -> Graph:
    path, colon, function = what.rpartition(":")
    if colon and path.endswith(".py"):
        from chainviz.trace import trace

        return trace(_load(Path(path), function), parameters=parameters)
    from chainviz.parse import parse

    return parse(what, parameters=parameters)


def _load(path: Path, name: str) -> Callable[..., Any]:
    import importlib.util

    if not path.is_file():
        raise ChainvizError(f"there is no file {path}")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    sys.path.insert(0, str(path.parent.absolute()))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ChainvizError(f"{path} can't be imported: {type(error).__name__}: {error}") from error
    found = getattr(module, name, None)
    if not callable(found):
        known = [n for n, f in vars(module).items() if callable(f) and not n.startswith("_")]
        raise ChainvizError(
            f"{path} has no function {name!r}; it has: {', '.join(known) or 'none'}"
        )
    return found


def _values(words: Sequence[str], graph: Graph) -> Mapping[str, Any]:
    """x=2 w=[1,2] as numbers and arrays; the graph's own inputs, each once."""
    import ast

    found: dict[str, Any] = {}
    for word in (piece for text in words for piece in _pieces(text)):
        name, equals, text = word.partition("=")
        name = name.strip()
        if not equals or not name or not text.strip():
            raise ChainvizError(f"--at {word}: write NAME=NUMBER, such as --at {_sample(graph)}")
        if name in found:
            raise ChainvizError(f"--at gives {name} twice: {found[name]} and {text}")
        try:
            found[name] = ast.literal_eval(text) if text.lstrip().startswith("[") else float(text)
        except (ValueError, SyntaxError):
            raise ChainvizError(
                f"--at {word}: {text!r} is no number; write {name}=2.5, or {name}=[1, 2]"
            ) from None
    unknown = [name for name in found if name not in graph.inputs]
    missing = [name for name in graph.inputs if name not in found]
    if unknown or missing:
        faults = [f"unknown: {', '.join(unknown)}"] if unknown else []
        faults += [f"missing: {', '.join(missing)}"] if missing else []
        raise ChainvizError(
            f"--at has {'; '.join(faults)}. The inputs of the formula are "
            f"{', '.join(graph.inputs)}: write --at {_sample(graph)}"
        )
    return found


def _pieces(text: str) -> list[str]:
    """A word may hold several: x=2,w=3."""
    return [text] if "[" in text else [piece for piece in text.split(",") if piece.strip()]


def _sample(graph: Graph) -> str:
    return " ".join(f"{name}={number}" for number, name in enumerate(graph.inputs, 1))


def _target(output: str | None, name: str) -> Path:
    target = Path(output or f"{name}.mp4")
    if target.suffix.lower() not in _FORMATS:
        raise ChainvizError(f"-o {target}: the name must end in {', '.join(_FORMATS)}")
    if not target.parent.is_dir():
        raise ChainvizError(
            f"-o {target}: there is no folder {target.parent}; make it first (mkdir)"
        )
    return target


_FORMATS = (".mp4", ".mov", ".webm", ".gif")


def _theme(name: str, pace: float, setter: str) -> Any:
    from dataclasses import replace

    from chainviz.theme import THEMES

    if name not in THEMES:
        raise ChainvizError(f"--theme {name}: there are {', '.join(THEMES)}")
    if not 0.05 <= pace <= 20:
        raise ChainvizError(f"--pace {pace:g}: say a number between 0.05 and 20")
    return replace(THEMES[name], pace=pace, setter=setter)


def _folder_beside(target: Path) -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix=".chainviz-", dir=target.parent)
    except OSError as error:
        raise ChainvizError(
            f"-o {target}: nothing can be written to {target.parent} ({error.strerror}); "
            "choose another folder"
        ) from None


def _class_name(output: str) -> str:
    return f"Film_{output}"


def _settings(quality: str, suffix: str) -> Settings:
    from chainviz.render.engine import Format, Settings
    from chainviz.render.records import QUALITIES

    width, height, fps = QUALITIES[quality]
    return Settings(width=width, height=height, fps=fps, format=Format(suffix[1:].lower()))


def _render(scene: type[Any], target: Path, quality: str) -> int:
    """Render aside, then move the whole film into place."""
    import logging

    from chainviz.render.engine import render_scene
    from chainviz.render.interrupt import interruptible

    begun = time.monotonic()
    logging.getLogger("manim").setLevel(logging.WARNING)
    live = sys.stderr.isatty()

    def progress(frames: int, seconds: float) -> None:
        if live:
            print(f"\r{target}: {seconds:6.1f} s of film", end="", file=sys.stderr, flush=True)

    with interruptible(), _folder_beside(target) as folder:
        made = render_scene(
            scene, _settings(quality, target.suffix), Path(folder), progress=progress
        )
        made.path.replace(target)
    if live:
        print("\r\033[K", end="", file=sys.stderr)
    took = time.monotonic() - begun
    size = target.stat().st_size / 1e6
    print(f"{target}: {made.seconds:.1f} s of film, {size:.1f} MB, in {took:.1f} s")
    return 0
