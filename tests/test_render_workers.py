"""The Executor whose calls each have a process of their own."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from pathlib import Path
from typing import Any

import pytest

import render_calls as calls
from chainviz.errors import ChainvizError
from chainviz.render import launch, workers
from chainviz.render.begun import Begun
from render_desk import alive, wait_until

HERE = str(Path(__file__).parent)


LAUNCHERS: dict[str, Any] = {
    "fork": lambda: launch.ForkLauncher(Begun(())),
    "spawn": launch.SpawnLauncher,
}


@pytest.fixture(params=list(LAUNCHERS))
def pool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[workers.Pool]:
    monkeypatch.syspath_prepend(HERE)
    heard: list[Any] = []
    pool = workers.Pool(
        2, launcher=LAUNCHERS[request.param](), heard=lambda future, word: heard.append(word)
    )
    pool.heard = heard  # type: ignore[attr-defined]
    yield pool
    pool.kill()


def test_it_is_an_executor(pool: workers.Pool) -> None:
    assert isinstance(pool, Executor)
    assert list(pool.map(calls.double, [1, 2, 3])) == [2, 4, 6]
    with pytest.raises(TypeError, match="positional"):
        pool.submit(calls.double, number=3)


def test_each_call_has_a_process_and_a_fresh_state(pool: workers.Pool) -> None:
    places = [pool.submit(calls.where).result() for _ in range(3)]
    assert len({pid for pid, _ in places}) == 3
    assert all(pid == group for pid, group in places)
    assert [pool.submit(calls.remembers).result() for _ in range(3)] == [1, 1, 1]


def test_sets_have_one_order_in_every_worker(
    pool: workers.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(pool._launcher, launch.SpawnLauncher):
        monkeypatch.setenv("PYTHONHASHSEED", "7")
    before = dict(os.environ)
    assert pool.submit(os.getenv, "PYTHONHASHSEED").result() == "0"
    assert len({pool.submit(hash, "a word").result() for _ in range(3)}) == 1
    assert dict(os.environ) == before


def test_what_a_call_raises_comes_back(pool: workers.Pool) -> None:
    with pytest.raises(ValueError, match="as it was"):
        pool.submit(calls.fails).result()
    with pytest.raises(RuntimeError, match="cannot be sent back"):
        pool.submit(threading.Lock).result()


def test_a_call_knows_whether_others_are_at_work(pool: workers.Pool, tmp_path: Path) -> None:
    assert workers.has_company()  # outside a worker nobody knows
    alone = pool.submit(calls.waits_for_company, False)
    assert alone.result(timeout=60) == "alone"
    other = pool.submit(calls.sleeps, str(tmp_path / "pid"))
    wait_until((tmp_path / "pid").exists)
    both = pool.submit(calls.waits_for_company, True)
    assert both.result(timeout=60) == "company"
    last = pool.submit(calls.waits_for_company, False)
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert last.result(timeout=60) == "alone"
    with pytest.raises(workers.CallDied):
        other.result()


@pytest.mark.parametrize(
    ("how", "told"), [("exit", "exit code 3"), ("SIGKILL", "SIGKILL"), ("SIGSEGV", "SIGSEGV")]
)
def test_a_call_that_ends_its_process_costs_its_own_future(
    pool: workers.Pool, how: str, told: str
) -> None:
    bad, good = pool.submit(calls.end, how), pool.submit(calls.double, 4)
    with pytest.raises(workers.CallDied, match=told):
        bad.result()
    assert good.result() == 8


def test_messages_and_a_large_answer(pool: workers.Pool) -> None:
    assert len(pool.submit(calls.talks).result()) == 3_000_000
    assert [word for word in pool.heard if isinstance(word, str)] == ["one", "two"]  # type: ignore[attr-defined]


def test_half_a_message(pool: workers.Pool) -> None:
    with pytest.raises(workers.CallDied):
        pool.submit(calls.half_a_word).result()


def test_a_stray_process_is_ended(pool: workers.Pool, tmp_path: Path) -> None:
    if isinstance(pool._launcher, launch.SpawnLauncher):
        pytest.skip("only the process that forks can see to that")
    assert pool.submit(calls.leaves_a_stray, str(tmp_path / "pid")).result(timeout=10) == "done"
    assert wait_until(lambda: not alive(int((tmp_path / "pid").read_text())), 5)


def test_kill_ends_what_runs_and_drops_what_waits(pool: workers.Pool, tmp_path: Path) -> None:
    files = [tmp_path / str(index) for index in range(2)]
    running = [pool.submit(calls.sleeps, str(file)) for file in files]
    waiting = pool.submit(calls.double, 1)
    assert wait_until(lambda: all(file.exists() and file.read_text() for file in files))
    pids = [int(file.read_text()) for file in files]
    pool.kill()
    assert wait_until(lambda: not any(map(alive, pids)), 5)
    for future in running:
        with pytest.raises(workers.CallDied):
            future.result(timeout=5)
    with pytest.raises(CancelledError):
        waiting.result(timeout=5)
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(calls.double, 1)


def test_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(HERE)
    pool = workers.Pool(1, timeout=2, launcher=launch.ForkLauncher(Begun(())))
    with pool:
        with pytest.raises(workers.CallTimedOut, match=r"stopped after 2 s \(--timeout\)"):
            pool.submit(calls.sleeps).result()
        assert pool.submit(calls.double, 1).result() == 2


def test_a_module_that_cannot_be_imported() -> None:
    with (
        workers.Pool(1, launcher=launch.ForkLauncher(Begun(("no_such_module",)))) as pool,
        pytest.raises(ChainvizError, match="no_such_module"),
    ):
        pool.submit(calls.double, 1).result()


def test_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    monkeypatch.setattr(workers, "free_memory", lambda: 64e9)
    assert workers.how_many(3) == 3
    assert workers.how_many(100) == 8
    monkeypatch.setattr(workers, "free_memory", lambda: 1e9)
    assert workers.how_many(100) == 2
    assert workers.how_many(100, 3840 * 2160) == 1
    monkeypatch.setattr(workers, "free_memory", lambda: 1e6)
    assert workers.how_many(100) == 1
    monkeypatch.setattr(workers, "free_memory", lambda: None)
    assert workers.how_many(100) == 8


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_free_memory() -> None:
    free = workers.free_memory()
    assert free is not None
    assert free > 1e7


def test_a_process_that_does_not_leave(pool: workers.Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_GRACE", 0.2)
    assert pool.submit(calls.stays).result(timeout=20) == "said"
