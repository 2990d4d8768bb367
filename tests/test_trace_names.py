"""Names: nodes are called what the user's own variables are, in every way of writing."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import chainviz as cv


def nodes(function: Any, **options: Any) -> list[str]:
    """The names of the nodes that aren't inputs."""
    return [node.name for node in cv.trace(function, **options) if node.op is not None]


def test_local_variables_name_nodes() -> None:
    def function(w: Any, x: Any) -> Any:
        u = w * x
        y = np.sin(u)
        z = cv.sigmoid(y)
        L = (z - 1) ** 2
        return L

    assert nodes(function) == ["u", "y", "z", "v1", "L"]


def test_a_loop_numbers_what_it_binds_again() -> None:
    def function(x: Any) -> Any:
        total = 0.0
        for k in range(3):
            x = x * 2
            total += x + k
        return total

    expected = ["x_2", "v1", "x_3", "v2", "total", "x_4", "v3", "total_2"]
    assert nodes(function) == expected


def test_names_that_look_like_numbered_ones_stay_whole() -> None:
    def function(x: Any) -> Any:
        for _ in range(3):
            x = x + 1
        x_2 = x * 5
        return x_2

    assert nodes(function) == ["x_3", "x_4", "x_5", "x_2"]


def test_unpacking() -> None:
    def two(x: Any) -> Any:
        a, b = x * 2, np.sin(x)
        return a * b

    def swapped(x: Any) -> Any:
        a, b = x * 2, x * 3
        a, b = b, a
        return a - b

    def four(x: Any) -> Any:
        a, b, c, d = x * 2, x + 1, x - 1, x / 2
        return a * b * c * d

    def starred(x: Any) -> Any:
        first, *rest = [x * 2, x * 3, x * 4]
        return first * rest[0] * rest[1]

    def nested(x: Any) -> Any:
        (a, b), c = (x * 2, x * 3), x * 4
        return a * b * c

    assert nodes(two)[:2] == ["a", "b"]
    assert nodes(swapped)[:2] == ["a", "b"]
    assert nodes(four)[:4] == ["a", "b", "c", "d"]
    assert nodes(starred)[:3] == ["first", "rest_1", "rest_2"]
    assert nodes(nested)[:3] == ["a", "b", "c"]


def test_other_ways_to_store() -> None:
    def double(x: Any) -> Any:
        a = b = x * 2
        return a + b

    def walrus(x: Any) -> Any:
        return (u := x * 2) * u + 1

    def choice(x: Any, flag: bool = True) -> Any:
        u = x * 2 if flag else x * 3
        return u + 1

    def annotated(x: Any) -> Any:
        u: Any = x * 2
        return u + 1

    def underscore(x: Any) -> Any:
        _ = x * 2
        return _ + 1

    class Holder:
        h: Any = None

    def attribute(x: Any) -> Any:
        holder = Holder()
        holder.h = x * 2
        return holder.h + 1

    def captured(x: Any) -> Any:
        u = x * 2

        def inner() -> Any:
            return u + 1

        return inner()

    assert nodes(double)[0] == "a"
    assert nodes(walrus)[0] == "u"
    assert nodes(choice)[0] == "u"
    assert nodes(annotated)[0] == "u"
    assert nodes(underscore)[0] == "v1"
    assert nodes(attribute)[0] == "h"
    assert nodes(captured)[0] == "u"


def layer(w: Any, h: Any) -> Any:
    z = w * h
    a = np.tanh(z)
    return a


def direct(w: Any, h: Any) -> Any:
    return np.tanh(w * h)


def pair(x: Any) -> Any:
    s = x + 1
    d = x - 1
    return s, d


def test_helpers_are_named_by_their_callers() -> None:
    def once(x: Any, w: Any) -> Any:
        h = layer(w, x)
        y = direct(w, h)
        return y

    def repeated(x: Any, w: Any) -> Any:
        h = x
        for _ in range(3):
            h = layer(w, h)
        return h

    def through(x: Any, w: Any) -> Any:
        def outer(h: Any) -> Any:
            return layer(w, h)

        u = outer(x)
        return u + 1

    def unpacked(x: Any) -> Any:
        p, q = pair(x)
        return p * q

    def unnamed(x: Any, w: Any) -> Any:
        return layer(w, x) + layer(x, w)

    assert nodes(once) == ["z", "h", "v1", "y"]
    assert nodes(repeated) == ["z", "h", "z_2", "h_2", "z_3", "h_3"]
    assert nodes(through) == ["z", "u", "y"]
    assert nodes(unpacked) == ["p", "q", "y"]
    assert nodes(unnamed) == ["z", "a", "z_2", "a_2", "y"]


def test_the_callers_names_come_before_the_helpers() -> None:
    def function(x: Any, w: Any) -> Any:
        h = layer(w, x)
        z = h * 2
        return z

    assert nodes(function) == ["z_2", "h", "z"]


def test_recursion_and_comprehensions() -> None:
    def power(x: Any, n: int) -> Any:
        if n == 1:
            return x
        below = power(x, n - 1)
        return x * below

    def deep(x: Any) -> Any:
        result = power(x, 4)
        return result

    def listed(x: Any) -> Any:
        hs = [x * k for k in range(1, 4)]
        return hs[0] + hs[1] + hs[2]

    assert nodes(deep) == ["below_2", "below", "result"]  # the outer call comes first
    assert nodes(listed)[:3] == ["hs_1", "hs_2", "hs_3"]


def test_lambdas_have_no_names_to_give() -> None:
    assert nodes(lambda x: x * 2 + 1) == ["v1", "y"]
    assert nodes(lambda y: y * 2 + 1) == ["v1", "L"]


def test_the_output_has_the_name_of_the_variable_returned() -> None:
    def plain(x: Any) -> Any:
        answer = x * 2
        return answer

    def unnamed(x: Any) -> Any:
        return x * 2

    def stored_late(x: Any) -> Any:
        v = x * 2
        w = v
        return w

    assert cv.trace(plain).output == "answer"
    assert cv.trace(unnamed).output == "y"
    assert cv.trace(stored_late).output == "v"


SOURCE = """
def function(w, x):
    u = w * x
    for _ in range(2):
        u = np.tanh(u) + 1
    L = u ** 2
    return L
"""
EXPECTED = ["u", "v1", "u_2", "v2", "u_3", "L"]


def from_source(flags: int = 0) -> Any:
    space: dict[str, Any] = {"np": np}
    exec(compile(SOURCE, "<no file>", "exec", flags), space)
    return space["function"]


def test_functions_without_a_source_file() -> None:
    assert nodes(from_source()) == EXPECTED


def test_code_at_the_top_of_a_module_runs_too() -> None:
    space: dict[str, Any] = {"np": np, "cv": cv}
    exec("u = None\ndef f(x):\n    global u\n    u = x * 2\n    return u + 1\n", space)
    assert nodes(space["f"])[0] == "u"
    exec("graph = cv.trace(lambda x: eval('x * 2 + 1', {'x': x}))", space)
    assert space["graph"].output == "y"


def test_a_debugger_or_a_profiler_changes_nothing() -> None:
    def watch(frame: Any, event: str, argument: Any) -> Any:
        _ = dict(frame.f_locals)  # as debuggers do
        return watch

    before = sys.gettrace(), sys.getprofile()
    try:
        sys.settrace(watch)
        traced = nodes(from_source())
        sys.settrace(None)
        sys.setprofile(lambda *event: None)
        profiled = nodes(from_source())
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    assert traced == profiled == EXPECTED


def test_the_users_code_keeps_nothing_alive() -> None:
    import gc
    import weakref

    class Big:
        pass

    alive: list[weakref.ref[Big]] = []

    def function(x: Any) -> Any:
        big = Big()
        alive.append(weakref.ref(big))
        u = x * 2
        return u + 1

    graph = cv.trace(function)
    gc.collect()
    assert alive[0]() is None
    assert len(graph) == 3


def test_a_straight_function_of_thousands_of_lines() -> None:
    lines = ["def function(x):", "    u0 = x"]
    lines += [f"    u{k} = u{k - 1} * 1.0001" for k in range(1, 3001)]
    lines += ["    return u3000"]
    space: dict[str, Any] = {}
    exec("\n".join(lines), space)
    assert nodes(space["function"]) == [f"u{k}" for k in range(1, 3001)]


@pytest.mark.parametrize("name", ["exp", "sigma", "input", "class_", "λ"])
def test_any_variable_may_name_a_node(name: str) -> None:
    space: dict[str, Any] = {}
    exec(f"def f(x):\n    {name} = x * 2\n    return {name}\n", space)
    assert nodes(space["f"]) == [name]
