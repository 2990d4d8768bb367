"""How long a scene may work: what it spends counts, not how slow or still the machine is."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chainviz.audit import patience
from chainviz.audit.patience import Patience
from chainviz.audit.pool import Late, run_all

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


def _spend(seconds: float) -> str:
    begun = time.process_time()
    while time.process_time() - begun < seconds:
        pass
    return "done"


def test_what_works_too_long_is_stopped_and_what_sleeps_for_ever_too() -> None:
    work: list[Callable[[], Any]] = [
        partial(_spend, 60.0),
        partial(time.sleep, 60.0),
        partial(_spend, 0.1),
    ]
    answers = dict(run_all(work, jobs=3, timeout=4.0))
    assert answers == {0: Late(4.0), 1: Late(4.0, idle=True), 2: "done"} or sys.platform != "linux"
    assert isinstance(answers[0], Late) and isinstance(answers[1], Late)


@LINUX
def test_processor_time_of_a_process() -> None:
    before = patience.spent_by(os.getpid()) or 0.0
    _spend(0.3)
    now = patience.spent_by(os.getpid()) or 0.0
    assert 0.2 <= now - before <= 5.0
    assert patience.spent_by(2**30) is None


def test_a_process_that_hardly_gets_a_turn_has_its_time() -> None:
    turns = Patience(60.0)
    assert [turns.after(10.0, 0.5 * second) for second in range(100)] == [""] * 100


def test_its_time_is_over_when_it_has_worked_it_off() -> None:
    turns = Patience(60.0)
    told = [turns.after(1.0, 1.0 * second) for second in range(70)]
    assert told[59:62] == ["", "works", "works"]


def test_its_time_is_over_when_it_does_nothing_at_all() -> None:
    turns = Patience(60.0)
    told = [turns.after(1.0, 3.0) for _ in range(70)]
    assert told.index("idle") == 60  # the first turn is the one in which it has worked


def test_a_machine_that_stood_still_meanwhile_takes_nothing_away() -> None:
    turns = Patience(60.0)
    assert [turns.after(3600.0, 0.0) for _ in range(5)] == [""] * 5


def test_now_and_then_a_moment_of_work_is_no_reason_to_wait_for_ever() -> None:
    turns = Patience(6.0)
    told = [turns.after(1.0, 0.03 * second) for second in range(100)]
    assert told.index("idle") == 59


def test_where_nobody_can_say_what_it_has_spent_all_time_counts() -> None:
    turns = Patience(6.0)
    told = [turns.after(1.0, None) for _ in range(10)]
    assert told.index("idle") == 5
