"""Many pieces of work in forked processes: a few at a time, each with its own time limit."""

from __future__ import annotations

import multiprocessing as mp
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from chainviz.audit.blame import in_words
from chainviz.audit.patience import TURN, Patience, spent_by
from chainviz.machine import end_with_parent, ending_in_words, usable_cores

__all__ = ["Broken", "Late", "run_all"]

Work = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Late:
    """The work was stopped because it ran past its time, or did nothing for as long."""

    seconds: float
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """The process died or raised; why, in a line."""

    why: str


@dataclass(slots=True)
class _Running:
    index: int
    process: Any
    patience: Patience


def run_all(
    work: Sequence[Work], *, jobs: int | None = None, timeout: float = 60.0
) -> Iterator[tuple[int, Any]]:
    """Run every piece in a fork of this process; yield (its index, its result) as they end.

    The time limit is one of processor seconds; of other seconds, where a piece does nothing.
    What is imported here is imported there, so import what is heavy first. But typeset nothing
    here: Typst works with threads of its own, which a fork doesn't have, and would wait for them.
    """
    fork = mp.get_context("fork")
    running: dict[Connection, _Running] = {}
    waiting = list(enumerate(work))[::-1]
    looked = time.monotonic()
    try:
        while waiting or running:
            while waiting and len(running) < (jobs or usable_cores()):
                index, piece = waiting.pop()
                ours, theirs = fork.Pipe(duplex=False)
                sys.stdout.flush()  # or the fork would say it once more
                process = fork.Process(target=_child, args=(piece, theirs, os.getpid()))
                process.start()
                theirs.close()
                running[ours] = _Running(index, process, Patience(timeout))
            ready = wait(list(running), min(TURN, timeout / 4))
            turn, looked = time.monotonic() - looked, time.monotonic()
            for pipe in list(running):
                if pipe in ready:
                    one = running.pop(pipe)
                    yield one.index, _result(pipe, one)
                    continue
                over = running[pipe].patience.after(turn, spent_by(running[pipe].process.pid))
                if over:
                    one = running.pop(pipe)
                    _stop(pipe, one)
                    yield one.index, Late(timeout, idle=over == "idle")
    finally:
        for pipe, one in running.items():
            _stop(pipe, one)


def _child(piece: Work, pipe: Connection, parent: int) -> None:
    end_with_parent(parent)
    _keep_to_itself()
    try:
        answer: Any = piece()
    except BaseException as error:
        answer = Broken(in_words(error))
    try:
        pipe.send(answer)
    except (TypeError, AttributeError, ValueError) as error:
        pipe.send(Broken(f"its answer cannot be sent: {error}"))
    pipe.close()


def _keep_to_itself() -> None:
    """What the work prints goes to the error output, for the other is the report's."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)


def _result(pipe: Connection, one: _Running) -> Any:
    try:
        answer = pipe.recv()
    except EOFError:
        one.process.join()
        answer = Broken(ending_in_words(one.process.exitcode or 0))
    pipe.close()
    one.process.join(1.0)
    if one.process.is_alive():
        one.process.kill()
        one.process.join()
    return answer


def _stop(pipe: Connection, one: _Running) -> None:
    one.process.kill()
    one.process.join()
    pipe.close()
