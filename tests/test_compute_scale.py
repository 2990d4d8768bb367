"""Scale: long chains and wide graphs, without recursion and in time that grows with the nodes."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import chainviz as cv

LENGTH = 10_000


def chain(x: Any) -> Any:
    for _ in range(LENGTH // 2):
        x = x * 1.0001
        x = np.sin(x) if False else x + 0.001
    return x


def test_a_chain_of_ten_thousand_nodes() -> None:
    graph = cv.trace(chain)
    assert len(graph) == LENGTH + 1
    assert graph.output == f"x_{LENGTH + 1}"
    tape = cv.run(graph, x=1.0)
    assert tape.grad("x") == pytest.approx(1.0001 ** (LENGTH // 2), rel=1e-9)
    forward = cv.run(graph, x=1.0, mode="forward", wrt="x")
    assert forward.tangent(graph.output) == pytest.approx(tape.grad("x"), rel=1e-9)
    assert len(tape.steps) == 3 * (LENGTH + 1) - 1
    assert tape.counts.multiplications == LENGTH
    assert str(graph).count("\n") == LENGTH + 1
    assert graph == cv.trace(chain)
    assert len({graph, cv.trace(chain)}) == 1


def test_a_long_chain_of_arrays() -> None:
    def arrays(x: Any) -> Any:
        for _ in range(1_000):
            x = np.tanh(x + 0.01)
        return x.sum()

    assert cv.run(cv.trace(arrays), x=np.ones(5)).grad("x").shape == (5,)


def test_a_long_chain_folds_and_opens() -> None:
    graph = cv.trace(chain)
    inside = [node.name for node in graph.nodes[2001:4001]]
    folded = graph.fold("long", inside)
    assert len(folded) == LENGTH + 1 - 1999
    assert folded.open(inside[-1]) == graph
    assert cv.run(folded, x=1.0).grad("x") == pytest.approx(
        cv.run(graph, x=1.0).grad("x"), rel=1e-9
    )


def test_an_input_used_ten_thousand_times() -> None:
    def wide(x: Any) -> Any:
        total = x * 0
        for k in range(LENGTH // 2):
            total = total + x * float(k % 3)
        return total

    graph = cv.trace(wide)
    tape = cv.run(graph, x=2.0)
    assert tape.grad("x") == sum(k % 3 for k in range(LENGTH // 2))
    assert len(tape.contributions("x")) == LENGTH // 2 + 1


def test_many_calls_of_a_helper() -> None:
    def helper(w: Any, h: Any) -> Any:
        z = w * h
        return z + 0.1

    def function(w: Any, x: Any) -> Any:
        h = x
        for _ in range(LENGTH // 2):
            h = helper(w, h)
        return h

    graph = cv.trace(function)
    assert len(graph) == LENGTH + 2
    assert graph.output == f"h_{LENGTH // 2}" or graph.output == "h_5000"


def work(length: int) -> int:
    """The Python lines that tracing and running a chain takes: a count, not a time."""
    count = 0

    def watch(frame: Any, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return watch

    def function(x: Any) -> Any:
        for _ in range(length):
            x = x * 1.01
        return x

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        tape = cv.run(cv.trace(function), x=1.0)
        _ = tape.grad("x"), tape.steps, tape.counts, str(tape.graph)
    finally:
        sys.settrace(before)
    return count


def test_the_work_grows_with_the_nodes() -> None:
    small, large = work(200), work(800)
    assert 3.5 < large / small < 4.5


def test_the_computation_loads_neither_manim_nor_sympy() -> None:
    code = (
        "import sys, chainviz as cv\n"
        "graph = cv.trace(lambda x: cv.sigmoid(x) * 2)\n"
        "cv.check_gradients(graph, x=1.0)\n"
        "cv.parse('y = x^2')\n"
        "heavy = {'manim', 'sympy', 'typst', 'scipy', 'av', 'PIL'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
