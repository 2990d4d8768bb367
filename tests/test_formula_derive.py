"""Formulas that a graph gives: definitions, partials, chains, steps, and their numbers."""

from __future__ import annotations

from typing import Any

import pytest

from chainviz.formula import (
    because,
    because_none,
    chain,
    count_paths,
    definition,
    definition_numbers,
    derivation,
    keys,
    partial,
    paths,
    step,
    step_numbers,
    substituted,
    substituted_numbers,
    to_plain,
)
from chainviz.graph import Edge, Graph
from chainviz.parse import parse
from chainviz.part import Kind, Part
from chainviz.tape import Tape, run

ONE_WEIGHT = "u = w*x; y = u^2; v = y - t; L = v^2"
LOGISTIC = "u = w*x; s = sigma(u); v = ln(s); L = -v"


def ran(text: str, **inputs: Any) -> tuple[Graph, Tape]:
    graph = parse(text)
    return graph, run(graph, **inputs)


def test_one_weight() -> None:
    graph, tape = ran(ONE_WEIGHT, w=3, x=2, t=10)
    assert to_plain(definition(graph, "u")) == "u = w·x"
    assert to_plain(definition(graph, "w")) == "w"
    assert to_plain(definition_numbers(graph, "u", tape)) == "u = 3 · 2 = 6"
    assert to_plain(definition_numbers(graph, "x", tape)) == "x = 2"
    assert [to_plain(partial(graph, edge)) for edge in graph.edges] == [
        "∂u/∂w = x",
        "∂u/∂x = w",
        "∂y/∂u = 2u",
        "∂v/∂y = 1",
        "∂v/∂t = -1",
        "∂L/∂v = 2v",
    ]
    assert to_plain(chain(graph, "w")) == "∂L/∂w = ∂L/∂v · ∂v/∂y · ∂y/∂u · ∂u/∂w"
    assert to_plain(step(graph, "w")) == "∂L/∂w = ∂L/∂u · ∂u/∂w"
    assert to_plain(step_numbers(graph, "w", tape)) == "∂L/∂w = 624 · 2 = 1248"
    assert to_plain(step_numbers(graph, "x", tape)) == "∂L/∂x = 624 · 3 = 1872"
    assert to_plain(step_numbers(graph, "t", tape)) == "∂L/∂t = 52 · (-1) = -52"
    assert to_plain(substituted(graph, "w")) == "∂L/∂w = 2v · 1 · 2u · x"
    assert to_plain(substituted_numbers(graph, "w", tape)) == (
        "∂L/∂w = 2 · 26 · 1 · 2 · 6 · 2 = 1248"
    )


def test_the_output_itself() -> None:
    graph, tape = ran(ONE_WEIGHT, w=3, x=2, t=10)
    assert to_plain(chain(graph, "L")) == to_plain(step(graph, "L")) == "∂L/∂L = 1"
    assert to_plain(step_numbers(graph, "L", tape)) == "∂L/∂L = 1"
    assert to_plain(chain(graph, "v")) == to_plain(step(graph, "v")) == "∂L/∂v = 2v"
    assert to_plain(step_numbers(graph, "v", tape)) == "∂L/∂v = 52"


def test_rounded_figures_are_only_nearly_equal() -> None:
    graph, tape = ran(LOGISTIC, w=3, x=2)
    assert to_plain(definition_numbers(graph, "s", tape)) == "s = σ(6) = 0.9975"
    assert to_plain(step_numbers(graph, "s", tape)) == "∂L/∂s = -1 · 1.0025 = -1.0025"
    assert to_plain(step_numbers(graph, "x", tape)) == "∂L/∂x = -0.0025 · 3 ≈ -0.0074"
    assert to_plain(partial(graph, graph.edges[2])) == "∂s/∂u = s·(1 - s)"


def test_keys_of_a_step() -> None:
    graph, tape = ran(ONE_WEIGHT, w=3, x=2, t=10)
    edge = graph.edges_out_of("w")[0]
    wanted = (
        Part.of_node(Kind.GRAD, "w"),
        Part.of_edge(Kind.CONTRIBUTION, "w", "u", 0),
        Part.of_node(Kind.GRAD, "u"),
        Part.of_edge(Kind.PARTIAL, "w", "u", 0),
    )
    assert keys(step(graph, "w")) == keys(step_numbers(graph, "w", tape)) == wanted
    assert keys(partial(graph, edge)) == (wanted[3], Part.of_node(Kind.NODE, "x"))
    assert keys(definition(graph, "u")) == (
        Part.of_node(Kind.NODE, "u"),
        Part.of_edge(Kind.EDGE, "w", "u", 0),
        Part.of_node(Kind.NODE, "w"),
        Part.of_edge(Kind.EDGE, "x", "u", 1),
        Part.of_node(Kind.NODE, "x"),
    )
    assert [part.kind for part in keys(chain(graph, "w"))] == [
        Kind.GRAD,
        Kind.CONTRIBUTION,
        *[Kind.PARTIAL] * 4,
    ]


def test_paths_meet_in_a_sum() -> None:
    graph, tape = ran("f = x^2; g = sin(x); L = f*g", x=2)
    assert to_plain(chain(graph, "x")) == "dL/dx = ∂L/∂f · df/dx + ∂L/∂g · dg/dx"
    assert to_plain(step_numbers(graph, "x", tape)).startswith("dL/dx = 0.9093 · 4 + 4 · (-0.4161)")


def test_repeated_arguments_have_a_partial_each() -> None:
    graph, tape = ran("v = x*x; L = v + 1", x=3)
    first, second = graph.edges_into("v")
    assert to_plain(partial(graph, first)) == "(∂v/∂x)₁ = x"
    assert to_plain(partial(graph, second)) == "(∂v/∂x)₂ = x"
    assert to_plain(step_numbers(graph, "x", tape)) == "dL/dx = 1 · 3 + 1 · 3 = 6"


def test_a_direct_partial_is_not_the_whole_derivative() -> None:
    graph, _ = ran("p = a*b; L = p + a", a=1, b=2)
    assert to_plain(step(graph, "a")) == "∂L/∂a = ∂L/∂p · ∂p/∂a + (∂L/∂a)_direct"
    graph, _ = ran("p = x^2; L = p*x", x=1)
    assert to_plain(step(graph, "x")) == "dL/dx = ∂L/∂p · dp/dx + ∂L/∂x"


def test_one_variable_uses_d() -> None:
    graph = parse("u = sqrt(x); v = cos(u); y = ln(v)")
    assert to_plain(chain(graph, "x")) == "dy/dx = dy/dv · dv/du · du/dx"
    assert [to_plain(partial(graph, edge)) for edge in graph.edges] == [
        "du/dx = 1/(2u)",
        "dv/du = -sin(u)",
        "dy/dv = 1/v",
    ]


def test_many_paths_are_told_as_a_step() -> None:
    graph = parse("; ".join(f"a{i + 1} = a{i}*a{i}" for i in range(40)))
    assert count_paths(graph, "a0") == 2**40
    assert to_plain(chain(graph, "a0")) == to_plain(step(graph, "a0"))
    assert len(derivation(graph, "a0")) < 10


def test_a_long_chain_is_no_trouble() -> None:
    graph = parse("; ".join(f"a{i + 1} = sin(a{i})" for i in range(900)))
    assert to_plain(chain(graph, "a0")).count("·") == 899
    assert [len(way) for way in paths(graph, "a0")] == [900]


@pytest.mark.parametrize(
    ("text", "source", "inputs", "said"),
    [
        ("y = u + b", "u", None, "1 because y = u + b grows by as much as u grows"),
        ("y = u - 3", "u", None, "1 because y = u - 3 grows by as much as u grows"),
        ("y = u*b", "u", None, None),
        ("y = u*b", "u", {"u": 2, "b": 0}, "0 because the other factor, b, is 0"),
        ("y = u*b", "u", {"u": 2, "b": 1}, "1 because the other factor, b, is 1"),
        ("y = u*b", "u", {"u": 2, "b": 7}, None),
        ("a = relu(h)", "h", {"h": 2}, "1 because h = 2 is above 0 and goes through"),
        ("a = relu(h)", "h", {"h": -2}, "0 because h = -2 is not above 0 and is cut off"),
        (
            "m = max(a, b)",
            "a",
            {"a": 2, "b": 1},
            "1 because a = 2 is the larger one and goes through",
        ),
        (
            "m = max(a, 3)",
            "a",
            {"a": 2},
            "0 because 3 is the larger one, so a = 2 changes nothing",
        ),
        ("y = x^2", "x", {"x": 0}, "0 because 2x is 0 at x = 0"),
        ("y = sin(x)", "x", {"x": 0}, "1 because cos(x) is 1 at x = 0"),
    ],
)  # fmt: skip
def test_because(text: str, source: str, inputs: dict[str, Any] | None, said: str | None) -> None:
    graph = parse(text)
    tape = run(graph, **inputs) if inputs else None
    assert because(graph, graph.edges_out_of(source)[0], tape) == said


def test_because_none() -> None:
    graph = parse("L = w*x")
    assert because_none(graph, "w") == "0 because L does not depend on w"


def test_a_derivation_in_order() -> None:
    graph, tape = ran(ONE_WEIGHT, w=3, x=2, t=10)
    lines = derivation(graph, "w", tape, definitions=True)
    kinds = list(dict.fromkeys(line.kind for line in lines))
    assert kinds == ["definition", "partial", "chain", "formulas", "results", "numbers", "number"]
    assert [line.note for line in lines if line.note] == [
        "1 because v = y - t grows by as much as y grows"
    ]
    whole = derivation(parse("L = a + b"), "a", run(parse("L = a + b"), a=1, b=2))
    assert [to_plain(line.formula) for line in whole] == ["∂L/∂a = 1"]


def test_edges_are_told_apart_by_slot() -> None:
    graph = parse("y = a - b; z = b - a; L = y*z")
    assert [to_plain(partial(graph, Edge("a", t, s))) for t, s in (("y", 0), ("z", 1))] == [
        "∂y/∂a = 1",
        "∂z/∂a = -1",
    ]
