"""The encoder's process: the same file as from a thread, and nothing left however it ends."""

from __future__ import annotations

import mmap
import os
import random
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from chainviz.render.engine import spare
from chainviz.render.engine.ring import Ring

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the encoder is forked on Linux")

FILM = """
import os, signal, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from chainviz.render.engine import encode, handover, spare
from chainviz.render.engine.beside import companions
from chainviz.render.engine.encode import Film
from chainviz.render.engine.handover import ProcessSink
from chainviz.render.engine.thread import ThreadSink

film = Film(Path(sys.argv[1]), 320, 180, Fraction(30))
pixels = np.random.default_rng(0).integers(0, 255, (180, 320, 4), np.uint8)

def play(sink, pictures=40):
    pixels[...] = 90
    for i in range(pictures):
        x = 3 * i
        pixels[40:90, x : x + 70] = i
        sink.picture(pixels, None if i % 9 == 5 else [(x, 40, x + 70, 90), (5, 100, 9, 107 + i)])
        if i % 7 == 3:
            sink.hold(i)
    sink.close([(0.0, 1.0, "first"), (1.0, 2.0, "second")])
    sink.finish()
"""


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    program = FILM + textwrap.dedent(code)
    command = [sys.executable, "-c", program, *map(str, arguments)]
    alone = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # as in a worker: no threads of NumPy's
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=alone)


def test_stretches_of_the_ring_never_overlap() -> None:
    chance = random.Random(1)
    ring = Ring(mmap.mmap(-1, 1000))
    used: list[tuple[int, int]] = []
    laid = wrapped = 0
    for _ in range(5000):
        size = chance.randint(1, 500)
        at = ring.take(size) if chance.random() < 0.6 else None
        if at is not None:
            assert at >= 0 and at + size <= 1000
            assert all(at + size <= a or b <= at for a, b in used)
            wrapped += bool(used) and at == 0
            used.append((at, at + size))
            laid += 1
        elif used:
            ring.give()
            del used[0]
    assert laid > 1000 and wrapped > 50


def test_an_empty_ring_takes_anything_that_fits() -> None:
    ring = Ring(mmap.mmap(-1, 100))
    for size in (100, 60, 100):
        assert ring.take(size) == 0
        assert ring.take(41) is None
        ring.give()


@pytest.mark.parametrize("spared", [False, True])
def test_processes_write_the_same_file_as_a_thread(spared: bool, tmp_path: Path) -> None:
    done = run(
        """
        encode._STRETCH, handover._BEHIND = 7, -1  # many of them, and no patience
        spare.Spare.seen = lambda _: sys.argv[2] == "True"
        with companions(320, 180, 4, spare.Spare()) as encoders:
            sink = ProcessSink(film, encoders)
            play(sink)
            print(len({piece.by for piece in sink._pieces}), len(sink._pieces))
        apart = film.target.read_bytes()
        film.target.unlink()
        play(ThreadSink(film))
        print(apart == film.target.read_bytes(), len(apart))
        print(os.listdir(film.target.parent))
        """,
        tmp_path / "film.mp4",
        spared,
    )
    assert done.stderr == ""
    by, pieces, same, size, left = done.stdout.split()
    assert (by, pieces) == ("2" if spared else "1", "6")
    assert same == "True" and int(size) > 5000
    assert left == "['film.mp4']"


def test_a_ring_may_grow() -> None:
    ring = Ring(mmap.mmap(-1, 100), 50)
    assert [ring.take(20), ring.take(20), ring.take(20)] == [0, 20, None]
    ring.limit = 100
    assert [ring.take(50), ring.take(15), ring.take(10)] == [40, None, 90]
    ring.give()
    assert ring.take(15) == 0


def test_a_processor_is_spare_when_it_stood_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    idle = iter([10.0, 10.01, 10.02, 11.0])
    clock = iter([0.0, 0.1, 0.3, 1.0, 2.0, 3.0])
    monkeypatch.setattr(spare, "_idle", lambda: next(idle))
    monkeypatch.setattr(spare.time, "monotonic", lambda: next(clock))
    watch = spare.Spare()
    assert [watch.seen() for _ in range(5)] == [False, False, False, True, True]


def test_a_processor_is_spare_at_once_when_nobody_else_is_at_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spare, "_idle", lambda: 0.0)
    company = iter([True, False, True])
    watch = spare.Spare(lambda: next(company))
    assert [watch.seen() for _ in range(4)] == [False, True, True, True]


def test_a_killed_encoder_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    done = run(
        """
        with companions(320, 180, 4, spare.Spare()) as encoders:
            sink = ProcessSink(film, encoders)
            sink.picture(pixels, None)
            os.kill(encoders.all[0].pid, signal.SIGKILL)
            play(sink, 500)
        """,
        tmp_path / "film.mp4",
    )
    assert done.returncode == 1
    assert "ChainvizError: the process that encodes the film was killed" in done.stderr
    assert not (tmp_path / "film.mp4").exists()


def test_what_the_encoder_stumbles_on_is_raised_where_the_scene_plays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run(
        """
        with companions(320, 180, 4, spare.Spare()) as encoders:
            play(ProcessSink(film, encoders), 500)
        """,
        tmp_path / "file" / "film.mp4",
    )
    assert done.returncode == 1
    assert "NotADirectoryError" in done.stderr or "FileExistsError" in done.stderr


def test_an_abandoned_film_is_removed(tmp_path: Path) -> None:
    done = run(
        """
        with companions(320, 180, 4, spare.Spare()) as encoders:
            sink = ProcessSink(film, encoders)
            sink.picture(pixels, None)
            sink.hold(30)
            sink.picture(pixels, None)
            sink.abort()
            sink.abort()
        print(film.target.exists())
        """,
        tmp_path / "film.mp4",
    )
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_the_encoder_leaves_when_the_scene_is_killed(tmp_path: Path) -> None:
    done = run(
        """
        with companions(320, 180, 4, spare.Spare()) as encoders:
            sink = ProcessSink(film, encoders)
            sink.picture(pixels, None)
            print(encoders.all[0].pid, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        """,
        tmp_path / "film.mp4",
    )
    encoder = Path("/proc", done.stdout.strip())
    until = time.monotonic() + 30
    while time.monotonic() < until and _lives(encoder):
        time.sleep(0.05)
    assert done.returncode < 0 and not _lives(encoder)


def _lives(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_no_process_is_forked_where_threads_run(tmp_path: Path) -> None:
    done = run(
        """
        import threading
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        with companions(320, 180, 4, spare.Spare()) as encoders:
            print(encoders)
        """,
        tmp_path / "film.mp4",
    )
    assert done.stdout == "None\n"
