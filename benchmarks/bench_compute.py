"""How fast the computation is: ratios within one run, so that they hold on any machine.

Run it with ``python benchmarks/bench_compute.py``. It measures the import of chainviz against
that of NumPy alone, tracing and running a scalar graph against a tape of a few lines written
below, and a chain of 10,000 nodes, with the cost of a node as the chain grows. It exits with
1 when a ratio is over its limit.
"""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import chainviz as cv

IMPORT_LIMIT = 2.5
TAPE_LIMIT = 3.0
CHAIN_LIMIT = 1.0  # seconds for 10,000 nodes
LINEAR_LIMIT = 2.0  # cost of a node in 10,000 over one in 1,000, as against the tape's here


class Value:
    """The least a scalar tape can be: what chainviz is measured against."""

    def __init__(self, data: float, parents: tuple[Value, ...] = ()) -> None:
        self.data = data
        self.grad = 0.0
        self.parents = set(parents)
        self.push: Callable[[], None] = lambda: None

    def __add__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def push() -> None:
            self.grad += out.grad
            other.grad += out.grad

        out.push = push
        return out

    def __mul__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))

        def push() -> None:
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.push = push
        return out

    def tanh(self) -> Value:
        out = Value(math.tanh(self.data), (self,))

        def push() -> None:
            self.grad += (1.0 - out.data**2) * out.grad

        out.push = push
        return out

    def backward(self) -> None:
        order: list[Value] = []
        seen: set[Value] = set()
        stack: list[tuple[Value, bool]] = [(self, False)]
        while stack:  # iterative, or long chains would end in a RecursionError
            value, done = stack.pop()
            if done:
                order.append(value)
            elif value not in seen:
                seen.add(value)
                stack.append((value, True))
                stack.extend((parent, False) for parent in value.parents)
        self.grad = 1.0
        for value in reversed(order):
            value.push()


def network(x: Any, w: Any, b: Any, tanh: Callable[[Any], Any], layers: int = 50) -> Any:
    """Fifty layers of one neuron, each with two terms: 250 nodes."""
    h = x
    for _ in range(layers):
        z = w * h + x * b
        h = tanh(z + h)
    return h


def ours() -> float:
    graph = cv.trace(lambda x, w, b: network(x, w, b, np.tanh))
    return float(cv.run(graph, x=0.5, w=0.3, b=0.1).grad("w"))


def theirs() -> float:
    x, w, b = Value(0.5), Value(0.3), Value(0.1)
    network(x, w, b, Value.tanh).backward()
    return w.grad


def chain(length: int) -> Callable[[Any], Any]:
    def function(x: Any) -> Any:
        for _ in range(length // 2):
            x = x * 1.0001
            x = x + 0.001
        return x

    return function


def ours_through(length: int) -> float:
    return float(cv.run(cv.trace(chain(length)), x=1.0).grad("x"))


def theirs_through(length: int) -> float:
    x = Value(1.0)
    chain(length)(x).backward()
    return x.grad


def seconds(work: Callable[[], Any], repeats: int) -> float:
    """The best of several runs: what the work costs when nothing disturbs it."""
    best = math.inf
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def import_seconds(statement: str) -> float:
    """The time of an import in a fresh interpreter, less the interpreter's own."""

    def start(code: str) -> Callable[[], Any]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    return seconds(start(statement), 7) - seconds(start("pass"), 7)


def main() -> int:
    assert math.isclose(ours(), theirs(), rel_tol=1e-10)
    numpy_alone = import_seconds("import numpy")
    whole = import_seconds("import chainviz as cv; cv.trace, cv.parse, cv.run, cv.check_gradients")

    cost = {n: seconds(lambda: ours_through(n), 7) for n in (1_000, 10_000)}  # noqa: B023
    plain = {n: seconds(lambda: theirs_through(n), 7) for n in (1_000, 10_000)}  # noqa: B023
    growth = (cost[10_000] / cost[1_000]) / (plain[10_000] / plain[1_000])
    rows = [
        ("import, over NumPy's alone", whole / numpy_alone, IMPORT_LIMIT),
        ("trace + run, over the tape here", seconds(ours, 30) / seconds(theirs, 30), TAPE_LIMIT),
        ("10,000 nodes, seconds", cost[10_000], CHAIN_LIMIT),
        ("a node's growth to 10,000, over it", growth, LINEAR_LIMIT),
    ]
    for what, measured, limit in rows:
        print(f"{what:36} {measured:6.2f}  limit {limit}  {'' if measured < limit else 'OVER'}")
    return int(any(measured >= limit for _, measured, limit in rows))


if __name__ == "__main__":
    sys.exit(main())
