"""Formulas of arrays: pulled-back gradients, products entry by entry, shapes beneath."""

from __future__ import annotations

import numpy as np

from chainviz.formula import (
    definition,
    definition_numbers,
    derivation,
    partial,
    step,
    step_numbers,
    step_shapes,
    to_plain,
    to_typst,
)
from chainviz.formula.shapes import array_names
from chainviz.parse import parse
from chainviz.tape import run
from chainviz.trace import trace

RELU_MSE = "h = W1 @ x; a = relu(h); y_hat = W2 @ a; v = y_hat - y; L = norm_squared(v)"
W1, W2 = [[2.0, 1.0], [-1.0, -1.0], [0.0, 3.0]], [[1.0, 0.0, 2.0]]
GIVEN = {"W1": W1, "W2": W2, "x": [1.0, 2.0], "y": [1.0]}


def test_relu_mse_by_the_book() -> None:
    graph = parse(RELU_MSE)
    assert {name: to_plain(step(graph, name)) for name in ("v", "y_hat", "a", "h", "W1", "W2")} == {
        "v": "∂L/∂v = 2v",
        "y_hat": "∂L/∂ŷ = ∂L/∂v",
        "a": "∂L/∂a = W₂ᵀ ∂L/∂ŷ",
        "h": "∂L/∂h = ∂L/∂a ⊙ 1[h > 0]",
        "W1": "∂L/∂W₁ = ∂L/∂h xᵀ",
        "W2": "∂L/∂W₂ = ∂L/∂ŷ aᵀ",
    }
    assert to_plain(definition(graph, "h")) == "h = W₁ x"
    assert to_plain(definition(graph, "L")) == "L = ‖v‖²"


def test_numbers_and_shapes() -> None:
    graph = parse(RELU_MSE)
    tape = run(graph, **GIVEN)  # type: ignore[arg-type]
    assert to_plain(definition_numbers(graph, "h", tape)) == (
        "h = [[2, 1], [-1, -1], [0, 3]] [1, 2] = [4, -3, 6]"
    )
    assert to_plain(step_numbers(graph, "h", tape)) == (
        "∂L/∂h = [30, 0, 60] ⊙ [1, 0, 1] = [30, 0, 60]"
    )
    assert to_plain(step_numbers(graph, "y_hat", tape)) == "∂L/∂ŷ = [30]"
    assert to_plain(step_shapes(graph, "W1", tape)) == "∂L/∂W₁ (3×2) = ∂L/∂h (3×1) xᵀ (1×2)"
    assert to_plain(step_shapes(graph, "a", tape)) == "∂L/∂a (3×1) = W₂ᵀ (3×1) ∂L/∂ŷ (1×1)"
    assert "limits(" in to_typst(step_shapes(graph, "W1", tape))


def test_the_arithmetic_written_is_right() -> None:
    graph = parse(RELU_MSE)
    tape = run(graph, **GIVEN)  # type: ignore[arg-type]
    x, a = np.array(GIVEN["x"]), tape.value("a")
    assert np.allclose(tape.grad("W1"), np.outer(tape.grad("h"), x))
    assert np.allclose(tape.grad("W2"), np.outer(tape.grad("y_hat"), a))
    assert np.allclose(tape.grad("a"), np.array(W2).T @ tape.grad("y_hat"))


def test_sigmoid_layer_and_stretched_biases() -> None:
    graph = parse("Z = X @ W + b; P = sigma(Z); L = mean(P)")
    tape = run(graph, X=np.ones((3, 2)), W=[[0.1, 0.2], [0.3, 0.4]], b=[0.5, 0.6])
    assert to_plain(step(graph, "Z", tape)) == "∂L/∂Z = ∂L/∂P ⊙ P ⊙ (1 - P)"
    assert to_plain(step(graph, "b", tape)) == "∂L/∂b = Σ ∂L/∂Z"
    assert to_plain(step(graph, "b")) == "∂L/∂b = ∂L/∂Z"
    assert [to_plain(partial(graph, edge)) for edge in graph.edges_into("v1")] == [
        "∂L/∂X = ∂L/∂v₁ Wᵀ",
        "∂L/∂W = Xᵀ ∂L/∂v₁",
    ]


def test_large_arrays_are_named_by_shape() -> None:
    graph = parse("h = W @ x; L = norm_squared(h)")
    tape = run(graph, W=np.ones((20, 30)), x=np.ones(30))
    assert to_plain(definition_numbers(graph, "W", tape)) == "W = 20×30 array"
    assert to_plain(definition_numbers(graph, "h", tape)) == "h = 20 numbers"
    assert to_plain(step_numbers(graph, "W", tape)) == "∂L/∂W = 20×30 array"


def test_stacks_entries_and_sums() -> None:
    graph = parse("v = [a, b, a*b]; L = sum(v)")
    tape = run(graph, a=1.0, b=2.0)
    assert to_plain(definition(graph, "v")) == "v = [a, b, v₁]"
    assert to_plain(definition(graph, "L")) == "L = Σ v"
    assert to_plain(step(graph, "a")) == "∂L/∂a = ∂L/∂v₁ · ∂v₁/∂a + (∂L/∂v)₀"
    assert to_plain(definition_numbers(graph, "v", tape)) == "v = [1, 2, 2]"
    picked = trace(lambda x: x[0] * x[1:3].sum())
    assert to_plain(definition(picked, picked.nodes[1].name)).endswith("= x₀")


def test_a_whole_derivation_of_arrays() -> None:
    graph = parse(RELU_MSE)
    tape = run(graph, **GIVEN)  # type: ignore[arg-type]
    kinds = [line.kind for line in derivation(graph, "W1", tape)]
    assert kinds == ["partial"] * 5 + ["chain", "number"]


def test_what_is_known_to_be_an_array() -> None:
    assert array_names(parse("y = w*x")) == frozenset()
    assert array_names(parse(RELU_MSE)) >= {"W1", "x", "h", "a", "y_hat", "v"}
    assert "L" not in array_names(parse(RELU_MSE))
