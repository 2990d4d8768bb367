"""Names become notation by rule."""

from __future__ import annotations

import pytest

from chainviz.formula import name_of, symbol, to_latex, to_plain
from chainviz.formula.tree import Accent, Num, Sub, Sym, Text
from chainviz.graph import Graph, Node
from chainviz.parse import parse


@pytest.mark.parametrize(
    ("name", "plain", "latex"),
    [
        ("x", "x", "x"),
        ("w1", "w₁", "w_{1}"),
        ("w_1", "w₁", "w_{1}"),
        ("W1", "W₁", "W_{1}"),
        ("x0", "x₀", "x_{0}"),
        ("x10", "x₁₀", "x_{10}"),
        ("y_hat", "ŷ", r"\hat{y}"),
        ("yhat", "ŷ", r"\hat{y}"),
        ("ŷ", "ŷ", r"\hat{y}"),
        ("y_hat1", "ŷ₁", r"\hat{y}_{1}"),
        ("x_bar", "x̄", r"\bar{x}"),
        ("dL", "dL", "dL"),
        ("dW1", "dW₁", "dW_{1}"),
        ("dyhat", "dŷ", r"d\hat{y}"),
        ("h_pre", "h_pre", r"h_{\text{pre}}"),
        ("target", "target", r"\text{target}"),
        ("loss", "loss", r"\text{loss}"),
        ("alpha", "α", r"\alpha"),
        ("theta1", "θ₁", r"\theta_{1}"),
        ("sigma", "σ", r"\sigma"),
        ("lam", "λ", r"\lambda"),
        ("eta", "η", r"\eta"),
        ("σ", "σ", r"\sigma"),
        ("w_ij", "wᵢⱼ", "w_{ij}"),
        ("w_i", "wᵢ", "w_{i}"),
        ("w_1_2", "w_(1, 2)", "w_{1, 2}"),
        ("f'", "f′", "f'"),
        ("_", "_", r"\text{\_}"),
        ("x_", "x", "x"),
        ("t2", "t₂", "t_{2}"),
        ("delta_t", "δₜ", r"\delta_{t}"),
    ],
)
def test_notation(name: str, plain: str, latex: str) -> None:
    assert to_plain(symbol(name)) == plain
    assert to_latex(symbol(name)) == latex


def test_trees() -> None:
    assert symbol("w1") == Sub(Sym("w"), Num(1))
    assert symbol("y_hat") == Accent("hat", Sym("y"))
    assert symbol("h_pre") == Sub(Sym("h"), Text("pre"))


def test_a_label_replaces_the_name() -> None:
    graph = parse("L = w*x")
    labelled = [Node("w", label=r"\mathbf{w}^\top") if n.name == "w" else n for n in graph]
    assert to_plain(name_of(Graph(tuple(labelled), "L"), "w")) == "wᵀ"
    assert to_plain(name_of(graph, "w")) == "w"
