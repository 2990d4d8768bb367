"""Kill batches at random moments, again and again, and look whether anything was lost or spoiled.

    python benchmarks/stress_render.py --rounds 40 --seed 1

In every round one or two batches run on one media folder. At a random moment one of the
processes (a batch, the process that forks, a worker) gets a random signal. Then every clip
must play to its end, the manifest must tell the truth, and no process may be left. At the end a
batch runs in peace: it must render what is missing, keep what is there and leave nothing behind.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from hashlib import blake2b
from pathlib import Path

import av

SCENES = 6
TEXT = """
from manim import *

{classes}
"""
CLASS = """
class S{index}(Scene):
    def construct(self):
        self.next_section("beat")
        self.add_subcaption("words", duration=0.2)
        self.play(Create(Circle(radius={index} / 3 + 0.5)), run_time=0.5)
        self.wait(0.5)
"""
SIGNALS = ("SIGKILL", "SIGKILL", "SIGINT", "SIGTERM", "SIGHUP")


def start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """A batch in that folder."""
    small = ["--resolution", "320x180", "--fps", "10", "-j", "2"]
    command = [sys.executable, "-m", "chainviz", "render", "scenes.py", *small, *words]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet)


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


def running(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def check(media: Path) -> list[str]:
    """Everything that's wrong in a media folder."""
    wrong = []
    for path in media.glob("*.mp4"):
        try:
            with av.open(path) as film:
                if sum(1 for _ in film.decode(video=0)) != 10:
                    wrong.append(f"{path.name} is too short")
        except Exception as error:
            wrong.append(f"{path.name} doesn't play: {error}")
    manifest = media / "manifest.json"
    if manifest.exists():
        for name, entry in json.loads(manifest.read_text())["clips"].items():
            if not (media / name).exists():
                wrong.append(f"{name} is in the manifest, but not there")
            elif blake2b((media / name).read_bytes(), digest_size=16).hexdigest() != entry["hash"]:
                # a batch that died between the two steps: allowed, as the next run sees it
                print(f"    {name}: newer than the manifest", file=sys.stderr)
    return wrong


def one_round(folder: Path, rolls: random.Random) -> tuple[str, list[str]]:
    """Run, kill, look."""
    batches = [start(folder, *(["--force"] if rolls.random() < 0.7 else []))]
    if rolls.random() < 0.4:
        batches.append(start(folder, "--force"))
    time.sleep(rolls.uniform(0.05, 5.0))
    everyone = [pid for batch in batches for pid in family(batch.pid)]
    victim = rolls.choice(everyone)
    number = getattr(signal, rolls.choice(SIGNALS if victim == batches[0].pid else ("SIGKILL",)))
    who = "batch" if victim in {batch.pid for batch in batches} else "child"
    told = f"{len(batches)} batch(es), {number.name} to {who}"
    try:
        os.kill(victim, number)
    except ProcessLookupError:
        told += " (gone by then)"
    everyone += [pid for batch in batches for pid in family(batch.pid)]
    for batch in batches:
        batch.wait(timeout=60)
    deadline = time.monotonic() + 5
    while (left := [pid for pid in everyone if running(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    wrong = [f"process {pid} is left" for pid in left]
    return told, wrong + check(folder / "media")


def in_peace(folder: Path) -> list[str]:
    """A last run without disturbance: everything there, nothing else, nothing done twice."""
    wrong = []
    if start(folder).wait():
        wrong.append("the last run failed")
    wrong += check(folder / "media")
    clips = {path.stem for path in (folder / "media").glob("*.mp4")}
    if clips != {f"S{index}" for index in range(SCENES)}:
        wrong.append(f"clips: {sorted(clips)}")
    times = {path: path.stat().st_mtime_ns for path in (folder / "media").glob("*.mp4")}
    if start(folder).wait() or any(path.stat().st_mtime_ns != was for path, was in times.items()):
        wrong.append("a run with nothing to do did something")
    allowed = {"manifest.json", ".chainviz.lock", ".formulas"}
    strays = [
        path.name
        for path in (folder / "media").iterdir()
        if path.name not in allowed and path.suffix not in {".mp4", ".png", ".srt", ".vtt"}
    ]
    return wrong + [f"{name} is left over" for name in strays]


def main() -> int:
    """Run the rounds; the exit code is 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    rolls = random.Random(args.seed)
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        classes = "\n".join(CLASS.format(index=index) for index in range(SCENES))
        (folder / "scenes.py").write_text(TEXT.format(classes=classes))
        for index in range(args.rounds):
            told, wrong = one_round(folder, rolls)
            bad += bool(wrong)
            print(f"round {index + 1}: {told}: {'; '.join(wrong) or 'fine'}", flush=True)
        wrong = in_peace(folder)
        bad += bool(wrong)
        print(f"in peace: {'; '.join(wrong) or 'fine'}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
