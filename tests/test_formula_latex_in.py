"""Labels in LaTeX: what is read, what it looks like, and what is refused."""

from __future__ import annotations

import math
import pickle
import random

import pytest

from chainviz.formula import (
    Accent,
    Call,
    Deriv,
    Eq,
    Matrix,
    Num,
    Sub,
    Sym,
    Transpose,
    symbol,
    to_latex,
    to_plain,
    to_typst,
)
from chainviz.formula.latex_in import LatexError, from_latex
from formula_trees import NAMES, algebra, worth

VALUES = {to_plain(symbol(name)): 0.37 + 0.21 * at for at, name in enumerate(NAMES)}
VALUES["e"] = math.e


@pytest.mark.parametrize(
    ("label", "plain"),
    [
        (r"\frac{\partial L}{\partial w_1}", "∂L/∂w₁"),
        (r"\frac{dL}{dx}", "dL/dx"),
        (r"\frac{d}{dx} f(x)", "(d/dx)·f(x)"),
        (r"\hat{y} = \sigma(\mathbf{W} x + b)", "ŷ = σ(W·x + b)"),
        (r"x^2+2x+1", "x² + 2x + 1"),
        (r"\sqrt[3]{x} - \sqrt 2", "³√x - √2"),
        (r"\left(\frac{a}{b}\right)^2", "(a/b)²"),
        (r"\sum_{i=1}^{n} w_i x_i + b", "Σᵢ₌₁ⁿ wᵢ·xᵢ + b"),
        (r"\begin{pmatrix} 1 & 2 \\ x & y \end{pmatrix}", "[[1, 2], [x, y]]"),
        (r"\sin^2 x + \cos^2 x = 1", "sin² x + cos² x = 1"),
        (r"\sin(x^2)", "sin(x²)"),
        (r"\log p + \ln q", "log p + ln q"),
        (r"\text{loss}(x)", "loss(x)"),
        (r"W_1^\top x", "W₁ᵀ·x"),
        (r"f'(x) + g''", "f′(x) + g′′"),
        (r"a \cdot b \times c", "a · b × c"),
        (r"h_{\text{pre}}", "h_pre"),
        (r"dx \, dy", "dx·dy"),
        (r"e^{-x}", "e^(-x)"),
        (r"\lVert \hat y - y \rVert^2", "‖ŷ - y‖²"),
        (r"|x| + \left|y\right|", "|x| + |y|"),
        (r"\theta \leftarrow \theta - \eta \nabla L", "θ ← θ - η·∇L"),
        (r"g \circ f", "g ∘ f"),
        (r"\delta^{(l)}_j", "δⱼ⁽ˡ⁾"),
        (r"\operatorname{softmax}(z)", "softmax(z)"),
        (r"w_{ij}", "wᵢⱼ"),
        (r"\max(0, x)", "max(0, x)"),
        (r"\alpha_1, \ldots, \alpha_n", "α₁, …, αₙ"),
        (r"$x_1$", "x₁"),
        ("= x", "= x"),
        ("x^12", "x¹ · 2"),
        (r"y \quad \text{if } x > 0", "y if x > 0"),
        (r"\frac12 (y-t)^2", "½·(y - t)²"),
        (r"x \in \mathbb{R}^n", "x ∈ Rⁿ"),
        (r"-x - (-y)", "-x - (-y)"),
        ("σ", "σ"),
        (r"\ell(y)", "ℓ(y)"),
        ("a + b/c", "a + b/c"),
        (r"e^{-x^2/2}", "e^(-x²/2)"),
        ("", ""),
    ],
)
def test_the_usual_words(label: str, plain: str) -> None:
    formula = from_latex(label)
    assert to_plain(formula) == plain
    assert to_plain(from_latex(to_latex(formula))) == plain
    assert to_typst(formula) is not None


def test_pieces_have_their_meaning() -> None:
    assert from_latex(r"\frac{\partial L}{\partial w}") == Deriv(Sym("L"), Sym("w"))
    assert from_latex(r"\hat y_1") == Sub(Accent("hat", Sym("y")), Num(1))
    assert from_latex(r"y = W^\top") == Eq(Sym("y"), Transpose(Sym("W")))
    assert from_latex(r"\sin(x)") == Call("sin", (Sym("x"),))
    assert isinstance(from_latex(r"\begin{bmatrix}1\\2\end{bmatrix}"), Matrix)


@pytest.mark.parametrize(
    ("label", "said", "at"),
    [
        (r"x + \foo y", r"\foo can't be drawn", 4),
        (r"\frac{1", "{ is never closed by }", 5),
        ("x^", "nothing follows ^", 1),
        ("a_1_2", "a second _", 3),
        (r"\left( x", r"\left is never closed by \right", 0),
        (r"\text x", r"\text wants its words in braces", 0),
        (r"\begin{array}1\end{array}", r"\begin{array} can't be drawn", 0),
        ("x)", ") closes nothing", 1),
        ("}", "} closes nothing", 0),
        ("a # b", "# has no meaning", 2),
        (r"\left. x \right|", "opens no bracket", 0),
        (r"\mathbf", r"nothing follows \mathbf", 0),
        (r"\begin{pmatrix}1\end{bmatrix}", "closed by another name", 16),
        ("x &", "& has no meaning", 2),
    ],
)
def test_what_cannot_be_drawn_is_quoted(label: str, said: str, at: int) -> None:
    with pytest.raises(LatexError) as caught:
        from_latex(label)
    assert said in str(caught.value)
    assert caught.value.at == at
    assert str(caught.value).splitlines()[-1].index("^") == at + 2


def test_errors_travel_between_processes() -> None:
    error = LatexError("no", "x y", 2)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_nesting_has_a_limit() -> None:
    with pytest.raises(LatexError, match="nested deeper"):
        from_latex("(" * 5000)
    assert to_plain(from_latex("(" * 30 + "x" + ")" * 30)).count("(") == 30


def test_what_we_print_we_read() -> None:
    checked = 0
    for seed in range(600):
        f = algebra(random.Random(seed), 4, keyed=False)
        try:
            expected = worth(f, VALUES)
        except (ValueError, OverflowError, ZeroDivisionError):
            continue
        label = to_latex(f)
        if math.isfinite(expected):
            assert worth(from_latex(label), VALUES) == pytest.approx(expected, rel=1e-6), label
            checked += 1
    assert checked > 400


def test_any_text_is_read_or_refused_by_name() -> None:
    signs = [*r"x1+-^_{}()[]|\&$%#~'=,;: ", r"\frac", r"\left", r"\right", r"\sqrt", r"\text"]
    for seed in range(3000):
        rng = random.Random(seed)
        text = "".join(rng.choice(signs) for _ in range(rng.randint(1, 12)))
        try:
            formula = from_latex(text)
        except LatexError:
            continue
        to_plain(formula), to_latex(formula), to_typst(formula)
