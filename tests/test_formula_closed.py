"""Closed forms: textbook shapes, and proof by numbers that they are what the tape computes."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import pytest

from chainviz.formula import (
    AlgebraError,
    closed_form,
    closed_value,
    spelled_out,
    to_plain,
)
from chainviz.formula.rounding import exact_worth
from chainviz.graph import Graph
from chainviz.parse import parse
from chainviz.tape import run

TEXTBOOK = [
    ("u = 3*x + 1; h = u^2", "x", "dh/dx = 6(3x + 1)"),
    ("y = (3*x + 1)^2", "x", "dy/dx = 6(3x + 1)"),
    ("y = sin(x^2)", "x", "dy/dx = 2x·cos(x²)"),
    ("y = exp(3*x^2 + 2*x)", "x", "dy/dx = (6x + 2)·e^(3x² + 2x)"),
    ("y = ln(cos(sqrt(x)))", "x", "dy/dx = -tan(√x)/(2√x)"),
    ("x = t^2; y = sin(t); f = x^2 + y^2", "t", "df/dt = 4t³ + 2·sin(t)·cos(t)"),
    ("z = x^2*y + x*y^3", "x", "∂z/∂x = 2x·y + y³"),
    ("z = x^2*y + x*y^3", "y", "∂z/∂y = x² + 3x·y²"),
    ("L = (a*b + c)^2", "a", "∂L/∂a = 2b·(a·b + c)"),
    ("L = (a*b + c)^2", "c", "∂L/∂c = 2(a·b + c)"),
    ("out = (w*x)^2; L = (out - t)^2", "w", "∂L/∂w = 4w·x²·((w·x)² - t)"),
    ("u = w*x; s = sigma(u); L = -ln(s)", "w", "∂L/∂w = x·(σ(w·x) - 1)"),
    ("L = (w*x + b - y)^2", "w", "∂L/∂w = 2x·(w·x + b - y)"),
    ("y = relu(w*x)", "w", "∂y/∂w = x·1[w·x > 0]"),
    ("y = max(a, b)", "b", "∂y/∂b = 1[b > a]"),
    ("y = 1/(1 + x^2)", "x", "dy/dx = -2x/(1 + x²)²"),
    ("y = sqrt(1 + x^2)", "x", "dy/dx = x/√(1 + x²)"),
    ("y = x*exp(x)", "x", "dy/dx = (x + 1)·e^x"),
    ("y = tanh(x)", "x", "dy/dx = 1 - tanh²(x)"),
    ("y = 0.1*x^2", "x", "dy/dx = 0.2x"),
    ("y = exp(-x^2/2)", "x", "dy/dx = -x·e^(-x²/2)"),
    ("y = x/(1 + x)", "x", "dy/dx = 1/(1 + x)²"),
    ("y = sin(x)^2 + cos(x)^2", "x", "dy/dx = 0"),
    ("y = x^(1/3)", "x", "dy/dx = 1/(3x^(2/3))"),
    ("y = 1/sqrt(x)", "x", "dy/dx = -1/(2x^(3/2))"),
    ("y = 2^x", "x", "dy/dx = 2^x·ln(2)"),
    ("y = x + a*0", "a", "∂y/∂a = 0"),
]


@pytest.mark.parametrize(("text", "wrt", "said"), TEXTBOOK)
def test_textbook_shapes(text: str, wrt: str, said: str) -> None:
    assert to_plain(closed_form(parse(text), wrt)) == said


def random_graph(seed: int) -> Graph:
    rng = random.Random(seed)
    names = ["x", "w", "b"]
    lines = []
    for count in range(rng.randint(2, 5)):
        a, b = rng.choice(names), rng.choice(names)
        right = rng.choice(
            [
                f"{a}*{b}",
                f"{a} + {b}",
                f"{a} - {rng.randint(1, 3)}*{b}",
                f"{a}/(1 + {b}^2)",
                f"sin({a})",
                f"exp(-{a}^2)",
                f"sigma({a})*{b}",
                f"({a} + 2)^2",
                f"relu({a})",
                f"tanh({a}*{b})",
                f"sqrt({a}^2 + 1)",
            ]
        )
        lines.append(f"n{count} = {right}")
        names.append(f"n{count}")
    lines.append(f"L = {names[-1]}*{rng.choice(names[:3])} + {names[-2]}")
    return parse("; ".join(lines))


def test_closed_forms_equal_the_tape() -> None:
    checked = 0
    for seed in range(14):
        graph = random_graph(seed)
        inputs = {name: 0.3 + 0.4 * at for at, name in enumerate(graph.inputs)}
        tape = run(graph, **inputs)  # type: ignore[arg-type]
        for name in graph.inputs:
            for expanded in (False, True):
                form = closed_form(graph, name, expanded=expanded)
                assert exact_worth(form.right, inputs) == pytest.approx(  # type: ignore[attr-defined]
                    tape.grad(name), rel=1e-9, abs=1e-12
                ), to_plain(form)
                checked += 1
        value = exact_worth(spelled_out(graph, "L", 10**6).right, inputs)  # type: ignore[attr-defined]
        assert value == pytest.approx(tape.value("L"))
    assert checked > 40


def test_curriculum_numbers() -> None:
    for text, at, expected in [
        ("y = sin(x^2)", 2.0, -2.6146),
        ("y = sin(x^2)", 1.5, -1.8845),
        ("y = exp(3*x^2 + 2*x)", 0.5, 28.773),
        ("y = ln(cos(sqrt(x)))", 1.0, -0.77870),
        ("y = (3*x + 1)^2", 2.0, 42.0),
    ]:
        form = closed_form(parse(text), "x")
        assert exact_worth(form.right, {"x": at}) == pytest.approx(expected, abs=5e-4)  # type: ignore[attr-defined]


def test_expanding_checks_the_power_rule() -> None:
    graph = parse("u = 3*x + 1; h = u^2")
    assert to_plain(closed_form(graph, "x", expanded=True)) == "dh/dx = 18x + 6"
    assert to_plain(closed_value(graph, expanded=True)) == "h = 9x² + 6x + 1"
    assert to_plain(closed_value(graph)) == "h = (3x + 1)²"


def test_arrays_are_refused_with_a_way_out() -> None:
    with pytest.raises(AlgebraError, match=r"'h'.*step"):
        closed_form(parse("h = W @ x; L = norm_squared(h)"), "x")


def test_sympy_is_only_loaded_when_asked_for() -> None:
    code = (
        "import sys, json, chainviz.formula as f; from chainviz.parse import parse;"
        "g = parse('y = x^2'); f.chain(g, 'x'); f.derivation(g, 'x');"
        "before = 'sympy' in sys.modules; f.closed_form(g, 'x');"
        "print(json.dumps([before, 'sympy' in sys.modules, 'manim' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [False, True, False]


def test_same_form_every_time() -> None:
    texts = {to_plain(closed_form(random_graph(3), "x")) for _ in range(3)}
    assert len(texts) == 1
