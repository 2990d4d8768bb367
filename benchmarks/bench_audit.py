"""What an audit costs, as a share of rendering the same scene with stock Manim at 480p15.

    python benchmarks/bench_audit.py [--repeats 3] [NAME ...] [--also FILE.py:SCENE ...]

Each scene is rendered by stock Manim (`-ql --disable_caching`) and audited in processes of their
own, in turn, everything cold. Compared is processor time (user and system, children included),
which other work on the machine disturbs least: of the scene alone (imports are done, and for an
audit the system's fonts are found: the command does both once, for all scenes; what is measured is
recording it and holding it against every rule), and of the whole process, from its start to its
end. Printed are medians, and for each kind of scene the mean and the worst share; it exits with 1
when a single scene is over the limit. With `--also` scenes of anybody's are measured, too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median
from typing import Any

HERE = Path(__file__).resolve().parent
LIMIT = 0.10
FILMS = {
    "film of a sigmoid": ("y = sigma(w*x + b)", {"w": 2.0, "x": 1.5, "b": -1.0}),
    "film of a wave": ("y = x*sin(x) + x*y_0", {"x": 2.0, "y_0": 0.5}),
    "film of a square": ("L = (w*x - t)**2", {"w": 3.0, "x": 2.0, "t": 1.0}),
}


def spent() -> float:
    """Processor seconds of this process so far, with those of its children."""
    return sum(os.times()[:4])


def scenes() -> dict[str, tuple[str, Callable[[], Any]]]:
    """Every scene to measure: its kind, and how to get its class."""
    found: dict[str, tuple[str, Callable[[], Any]]] = {}
    for kind, folder in (("lessons", HERE.parent / "scenes"), ("Manim scenes", HERE / "scenes")):
        for path in sorted(folder.glob("*.py")):
            found[path.stem] = (kind, lambda path=path: loaded(path))
    for name in FILMS:
        found[name] = ("chainviz animate", lambda name=name: animated(name))
    return found


def foreign(word: str) -> tuple[str, Callable[[], Any]]:
    """A scene that was asked for as FILE.py:SCENE."""
    path, _, name = word.rpartition(":")
    return "other people's", lambda: loaded(Path(path), name)


def loaded(path: Path, name: str = "") -> Any:
    """The only scene of a file, or one of many."""
    from chainviz.render.loading import load_module, scene_classes

    found = scene_classes(load_module(path, None))
    if name:
        return found[name]
    (scene,) = found.values()
    return scene


def animated(name: str) -> Any:
    """The film that `chainviz animate` makes of a formula."""
    from chainviz.parse import parse
    from chainviz.stage import film
    from chainviz.tape import run

    text, numbers = FILMS[name]
    return film(run(parse(text), **numbers))


def render(scene: Any, folder: str) -> None:
    """As `manim render -ql --disable_caching` does it."""
    import manim as mn

    quiet = {"disable_caching": True, "progress_bar": "none", "verbosity": "ERROR"}
    with mn.tempconfig({"quality": "low_quality", "media_dir": folder} | quiet):
        scene().render()


def check(scene: Any, folder: str) -> None:
    """As `chainviz check` does it."""
    from chainviz.audit.run import check

    check(scene, options={"media_dir": folder})


def child(way: str, name: str) -> None:
    """Do one thing once, and print what it took: the scene alone, and the whole process."""
    from chainviz.faster.imports import lean_imports

    if way == "audit":
        with lean_imports("av"):  # as the command does
            import chainviz.audit.run  # noqa: F401
    import manim  # noqa: F401
    import sympy.physics.units  # noqa: F401  (what closed forms need; both have imported it)

    scene = (scenes().get(name) or foreign(name))[1]()
    if way == "audit":
        from chainviz.faster.speedups import system_fonts

        system_fonts()  # which the command searches once, for all scenes
    with tempfile.TemporaryDirectory() as folder:
        before = spent()
        (check if way == "audit" else render)(scene, folder)
        print(json.dumps(spent() - before))


def measure(way: str, name: str) -> tuple[float, float]:
    """Processor seconds of the scene alone, and of the whole process."""
    before = spent()
    command = [sys.executable, __file__, "--child", way, name]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    return float(done.stdout.splitlines()[-1]), spent() - before


def main(words: Sequence[str], also: Sequence[str], repeats: int) -> int:
    """Measure, print a table, and say whether the limit holds."""
    found = {name: kind for name, (kind, _) in scenes().items() if not words or name in words}
    found |= {word: foreign(word)[0] for word in also}
    rows: dict[str, list[list[float]]] = {}
    print(f"processor seconds, {datetime.now(UTC):%Y-%m-%d}; stock: -ql --disable_caching")
    print("| scene | stock | audit | share | whole: stock | audit | share |")
    print("|---|---|---|---|---|---|---|")
    for name, kind in found.items():
        taken = [[*measure("stock", name), *measure("audit", name)] for _ in range(repeats)]
        row = [median(each) for each in zip(*taken, strict=True)]
        rows.setdefault(kind, []).append(row)
        print(line(name, row), flush=True)
    print("\n| | scenes | the scene alone: mean | worst | whole processes: mean | worst |")
    print("|---|---|---|---|---|---|")
    for kind, each in rows.items():
        alone, whole = ([row[at + 2] / row[at] for row in each] for at in (0, 1))
        cells = [f"{value:.1%}" for share in (alone, whole) for value in (mean(share), max(share))]
        print(f"| {kind} | {len(each)} | {' | '.join(cells)} |")
    return int(any(row[2] > LIMIT * row[0] for each in rows.values() for row in each))


def line(name: str, row: Sequence[float]) -> str:
    """A row of the table: stock alone, whole; audit alone, whole."""
    stock, stock_whole, audit, audit_whole = row
    alone = f"{stock:.2f} | {audit:.2f} | {audit / stock:.1%}"
    whole = f"{stock_whole:.2f} | {audit_whole:.2f} | {audit_whole / stock_whole:.1%}"
    return f"| {name} | {alone} | {whole} |"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
        parser.add_argument("--repeats", type=int, default=3)
        parser.add_argument("--also", nargs="+", default=[], metavar="FILE.py:SCENE")
        parser.add_argument("name", nargs="*")
        given = parser.parse_args()
        sys.exit(main(given.name, given.also, given.repeats))
