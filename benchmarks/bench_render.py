"""How fast batches are, as ratios against stock Manim in one run on one machine.

    python benchmarks/bench_render.py [--repeats 3] [--quality h] [--out results.md]

Whole processes are measured, everything cold: a media folder of its own for every run, one
process group at a time. The three scenes in benchmarks/scenes are put into one file, and
`manim render -a` and `chainviz render` get the same file. Runs of the two alternate; medians
are compared. Memory is the proportional set size of all processes of a run together, sampled in
runs of its own: who looks makes what is looked at wait. It exits with 1 when a ratio
is over its limit.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCENES = sorted((HERE / "scenes").glob("*.py"))
QUIET = "[CLI]\nnotify_outdated_version = False\nprogress_bar = none\nverbosity = ERROR\n"


@dataclass
class Run:
    """What one command took."""

    seconds: float
    memory: float
    """Bytes, of all its processes together, at the peak."""
    work: float = 0.0
    """Seconds of processor time, of all its processes together."""


@dataclass
class Series:
    """Runs of the same thing."""

    runs: list[Run] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The median time."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def work(self) -> float:
        """The median processor time: less disturbed by what else the machine does."""
        return statistics.median(run.work for run in self.runs)

    @property
    def memory(self) -> float:
        """The median peak."""
        return statistics.median(run.memory for run in self.runs)


def family(pid: int) -> list[int]:
    """A process and everything below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def share(pid: int) -> float:
    """The memory of a process, with what it shares divided among those that share it."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1]) * 1024
    except OSError:
        pass
    return 0.0


def environment() -> dict[str, str]:
    """As users have it: modules are compiled once, when they are installed or first imported."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def measure(command: Sequence[str], folder: Path, *, memory: bool = False) -> Run:
    """Run a command to its end; with ``memory``, also sample what it takes."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment()
    )
    peaks = [0.0]

    def sample() -> None:
        while process.poll() is None:
            peaks.append(sum(map(share, family(process.pid))))
            time.sleep(0.2)

    if memory:
        threading.Thread(target=sample, daemon=True).start()
    before = os.times()
    output, _ = process.communicate()
    seconds = time.perf_counter() - begun
    after = os.times()
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{output.decode()}")
    work = after.children_user + after.children_system
    work -= before.children_user + before.children_system
    return Run(seconds, max(peaks), work)


class Desk:
    """Folders to render in, each used once."""

    def __init__(self, root: Path, quality: str) -> None:
        self.root, self.quality, self.count = root, quality, 0

    def fresh(self, sources: Sequence[Path]) -> Path:
        """A new folder with a file of these scenes in it."""
        self.count += 1
        folder = self.root / str(self.count)
        folder.mkdir()
        (folder / "manim.cfg").write_text(QUIET)
        lines = [line for path in sources for line in path.read_text().splitlines()]
        future = "from __future__ import annotations"
        text = "\n".join([future, *(line for line in lines if line != future)])
        (folder / "films.py").write_text(text + "\n")
        return folder

    def stock(self) -> list[str]:
        """Manim's own command."""
        return [sys.executable, "-m", "manim", "render", f"-q{self.quality}", "-a", "films.py"]

    def ours(self, *words: str) -> list[str]:
        """Our command."""
        return [sys.executable, "-m", "chainviz", "render", "films.py", "-q", self.quality, *words]

    def drop(self, folder: Path) -> None:
        """Make room."""
        shutil.rmtree(folder)


def cold(
    desk: Desk, sources: Sequence[Path], repeats: int, *, memory: bool = False
) -> tuple[Series, Series]:
    """Stock and ours in turn, each in a fresh folder."""
    stock, ours = Series(), Series()
    for _ in range(repeats):
        for command, series in ((desk.stock(), stock), (desk.ours(), ours)):
            folder = desk.fresh(sources)
            series.runs.append(measure(command, folder, memory=memory))
            desk.drop(folder)
    return stock, ours


def again(desk: Desk, repeats: int) -> tuple[Series, Series, float]:
    """The same command again with nothing changed, stock and ours; and the ratio of sizes."""
    stock, ours = Series(), Series()
    sizes = []
    for command, series in ((desk.stock(), stock), (desk.ours(), ours)):
        folder = desk.fresh(SCENES)
        measure(command, folder)
        series.runs += [measure(command, folder) for _ in range(repeats)]
        clips = [p for p in folder.rglob("*.mp4") if "partial" not in str(p)]
        sizes.append(sum(path.stat().st_size for path in clips))
        desk.drop(folder)
    return stock, ours, sizes[1] / sizes[0]


def one_changed(desk: Desk) -> tuple[Run, int]:
    """Ten scenes, of which one file changes: how long that takes, and how many are rendered."""
    folder = desk.fresh(SCENES)
    for index in range(10):
        text = f"import manim as mn\n\n\nclass S{index}(mn.Scene):\n    def construct(self):\n"
        (folder / f"s{index}.py").write_text(text + "        self.wait(1)\n")
    (folder / "films.py").unlink()
    command = [sys.executable, "-m", "chainviz", "render", ".", "-q", desk.quality, "--json"]
    measure(command, folder)
    (folder / "s4.py").write_text((folder / "s4.py").read_text() + "        self.wait(1)\n")
    begun = time.perf_counter()
    out = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, env=environment()
    ).stdout
    seconds = time.perf_counter() - begun
    events = [json.loads(line) for line in out.splitlines()]
    return Run(seconds, 0), sum(event.get("status") == "rendered" for event in events)


def help_time(repeats: int = 9) -> float:
    """What `chainviz --help` takes beyond bare Python."""
    bare = [measure([sys.executable, "-c", "pass"], HERE).seconds for _ in range(repeats)]
    told = [
        measure([sys.executable, "-m", "chainviz", "--help"], HERE).seconds for _ in range(repeats)
    ]
    return statistics.median(told) - statistics.median(bare)


def machine() -> str:
    """The machine in a line."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
        total = int(Path("/proc/meminfo").read_text().split()[1]) / 1e6
    except (OSError, StopIteration):
        total = 0.0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    parts = [f"{model}, {cores} cores, {total:.0f} GB", platform.platform(terse=True)]
    parts += [f"Python {platform.python_version()}"]
    parts += [f"{name} {version(name)}" for name in ("manim", "av", "numpy")]
    return "; ".join([*parts, f"load before the run {load:.1f}"])


def main() -> int:
    """Measure, print the table, say whether it holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--quality", default="h", choices="lmhpk")
    parser.add_argument("--out", type=Path, help="write the table there, too")
    args = parser.parse_args()
    about = machine()
    rows: list[tuple[str, str, str, str, str, bool]] = []

    def row(what: str, stock: str, ours: str, ratio: str, limit: str, holds: bool) -> None:
        rows.append((what, stock, ours, ratio, limit, holds))
        print(
            f"{what}: {stock} / {ours}: {ratio} ({limit}) {'' if holds else 'DOES NOT HOLD'}",
            flush=True,
        )

    with tempfile.TemporaryDirectory(prefix="bench-render-") as name:
        desk = Desk(Path(name), args.quality)
        stock, ours = cold(desk, SCENES, args.repeats)
        ratio = stock.seconds / ours.seconds
        row(
            "three scenes, cold",
            f"{stock.seconds:.1f} s",
            f"{ours.seconds:.1f} s",
            f"{ratio:.2f} x",
            "at least 5 x",
            ratio >= 5,
        )
        row(
            "the same, processor time",
            f"{stock.work:.1f} s",
            f"{ours.work:.1f} s",
            f"{stock.work / ours.work:.2f} x",
            "",
            True,
        )
        stock, ours = cold(desk, SCENES, args.repeats, memory=True)
        part = ours.memory / stock.memory
        row(
            "memory of all processes",
            f"{stock.memory / 1e6:.0f} MB",
            f"{ours.memory / 1e6:.0f} MB",
            f"{part:.2f}",
            "at most half",
            part <= 0.5,
        )
        for path in SCENES:
            stock, ours = cold(desk, [path], args.repeats)
            ratio = stock.seconds / ours.seconds
            row(
                f"one scene, cold: {path.stem}",
                f"{stock.seconds:.1f} s",
                f"{ours.seconds:.1f} s",
                f"{ratio:.2f} x",
                "at least 3.5 x",
                ratio >= 3.5,
            )
        stock, ours, sizes = again(desk, max(3, args.repeats))
        row(
            "three scenes, nothing changed",
            f"{stock.seconds:.2f} s",
            f"{ours.seconds:.2f} s",
            f"{stock.seconds / ours.seconds:.0f} x",
            "below 1 s",
            ours.seconds < 1,
        )
        row("size of the three clips", "", "", f"{sizes:.2f}", "at most 1.3", sizes <= 1.3)
        run, count = one_changed(desk)
        row(
            "one of ten scenes changed",
            "",
            f"{run.seconds:.1f} s",
            f"{count} rendered",
            "just 1",
            count == 1,
        )
    extra = help_time()
    row("chainviz --help beyond bare Python", "", f"{extra:.2f} s", "", "below 0.3 s", extra < 0.3)
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, 1080p60" if args.quality == "h" else f"-q {args.quality}",
        "",
        about,
        "",
    ]
    lines += ["| | stock Manim | chainviz | ratio | limit | |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {' | '.join(cells)} | {'holds' if holds else 'does not hold'} |"
        for *cells, holds in rows
    ]
    table = "\n".join(lines)
    print(f"\n{table}")
    if args.out:
        args.out.write_text(table + "\n")
    return 0 if all(holds for *_, holds in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
