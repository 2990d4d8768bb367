"""What is printed reads back as what it was: no bracket lost, none doubled."""

from __future__ import annotations

import math
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from chainviz.formula import (
    Add,
    Call,
    Deriv,
    Formula,
    Frac,
    Keyed,
    Mul,
    Neg,
    Num,
    Pow,
    keys,
    symbol,
    to_latex,
    to_plain,
    unkeyed,
)
from chainviz.formula.read import read
from chainviz.parse import Binary, Expression, Name, Number, Unary, syntax
from chainviz.parse import Call as Calling
from chainviz.part import Part
from formula_trees import FUNCTIONS, NAMES, algebra, anything, worth

LETTERS = "abcdefghij"
LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
VALUES = {to_plain(symbol(name)): 0.37 + 0.21 * at for at, name in enumerate(NAMES)}


def evaluate(tree: Expression, values: Mapping[str, float]) -> float:
    match tree:
        case Number(value):
            return value
        case Name(name):
            return values[name]
        case Unary(_, operand):
            return -evaluate(operand, values)
        case Binary(sign, left, right):
            a, b = evaluate(left, values), evaluate(right, values)
            if sign == "^":
                result = a**b
                if isinstance(result, complex):
                    raise ValueError("not a real number")
                return float(result)
            return {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else math.inf}[sign]
        case Calling(function, arguments):
            given = [evaluate(argument, values) for argument in arguments]
            known: dict[str, Callable[..., float]] = {
                "abs": abs,
                "sqrt": math.sqrt,
                "max": max,
                "ReLU": FUNCTIONS["relu"],
            }
            return (known.get(function) or FUNCTIONS[function])(*given)
    raise AssertionError(tree)


def readable(line: str) -> str:
    """Plain text as the parser takes it: the half, powers at names, letters with marks."""
    for at, name in enumerate(VALUES):
        line = re.sub(rf"(?<![a-zA-Z_]){re.escape(name)}(?![a-z0-9_₀-₉])", f"n{LETTERS[at]}", line)
    line = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: f"^({m[0].translate(LOWERED)})", line)
    return line.replace("½", "(1/2)")


def known_worth(f: Formula) -> float | None:
    """What a formula is worth, unless it is no real number or its text is beyond the parser."""
    if re.search(r"(sin|cos|tanh)[²³¹]", to_plain(f)):
        return None
    try:
        value = worth(f, VALUES)
    except (ValueError, OverflowError, ZeroDivisionError):
        return None
    return value if math.isfinite(value) else None


def test_plain_reads_back_as_the_same_number() -> None:
    checked = 0
    values = {f"n{LETTERS[at]}": value for at, value in enumerate(VALUES.values())}
    for seed in range(2000):
        f = algebra(random.Random(seed), 4)
        expected = known_worth(f)
        if expected is not None:
            got = evaluate(syntax(readable(to_plain(f))), values | {"e": math.e})
            assert got == pytest.approx(expected, rel=1e-6, abs=1e-9), to_plain(f)
            checked += 1
    assert checked > 1500


x, w, u, a, b, c = (symbol(name) for name in ("x", "w", "u", "a", "b", "c"))


@pytest.mark.parametrize(
    ("text", "plain", "latex"),
    [
        ("w*x", "w·x", r"w\, x"),
        ("3*2", "3 · 2", r"3 \cdot 2"),
        ("2*(-3)", "2 · (-3)", r"2 \cdot (-3)"),
        ("2*(-x)", "2(-x)", "2(-x)"),
        ("(3*x+1)^2", "(3x + 1)²", "(3x + 1)^{2}"),
        ("6*(3*x+1)", "6(3x + 1)", "6(3x + 1)"),
        ("2*x*cos(x^2)", "2x·cos(x²)", r"2x\cos(x^{2})"),
        ("a-(b-c)", "a - (b - c)", "a - (b - c)"),
        ("a-b-c", "a - b - c", "a - b - c"),
        ("a+(b+c)", "a + b + c", "a + b + c"),
        ("a-(-b)", "a - (-b)", "a - (-b)"),
        ("(-2)^2", "(-2)²", "(-2)^{2}"),
        ("-x^2", "-x²", "-x^{2}"),
        ("(-x)^2", "(-x)²", "(-x)^{2}"),
        ("a/(b*c)", "a/(b·c)", r"\frac{a}{b\, c}"),
        ("a/b*c", "(a/b)·c", r"\frac{a}{b}\, c"),
        ("a/(b/c)", "a/(b/c)", r"\frac{a}{\frac{b}{c}}"),
        ("(a+b)*c", "(a + b)·c", "(a + b)c"),
        ("(a/b)^2", "(a/b)²", r"\left(\frac{a}{b}\right)^{2}"),
        ("w*(x+1)", "w·(x + 1)", r"w\, (x + 1)"),
        ("sigma(w1*x)", "σ(w₁·x)", r"\sigma(w_{1}\, x)"),
        ("sqrt(x)", "√x", r"\sqrt{x}"),
        ("sqrt(x+1)^2", "(√(x + 1))²", r"\sqrt{x + 1}^{2}"),
        ("sin(x)^2", "sin²(x)", r"\sin^{2}(x)"),
        ("exp(3*x^2+2*x)", "e^(3x² + 2x)", "e^{3x^{2} + 2x}"),
        ("exp(-x^2/2)", "e^((-x²)/2)", "e^{(-x^{2})/2}"),
        ("x^(a/b)", "x^(a/b)", "x^{a/b}"),
        ("exp(x)^2", "(e^x)²", "(e^{x})^{2}"),
        ("1/2*(y-t)^2", "½·(y - t)²", r"\frac{1}{2}\, (y - t)^{2}"),
        ("W1 @ x", "W₁ x", r"W_{1}\, x"),
        ("eta*loss", "η · loss", r"\eta \cdot \text{loss}"),
        ("max(0, h)", "max(0, h)", r"\max(0, h)"),
        ("step(h)", "1[h > 0]", r"\mathbf{1}\left[h > 0\right]"),
        ("pi*x", "π·x", r"\pi\, x"),
    ],
)  # fmt: skip
def test_textbook_forms(text: str, plain: str, latex: str) -> None:
    assert to_plain(read(text)) == plain
    assert to_latex(read(text)) == latex


def test_keys_leave_the_text_alone() -> None:
    for seed in range(300):
        f = anything(random.Random(seed), 3)
        assert all(part in keys(f) for part in keys(f))
        assert keys(unkeyed(f)) == ()
        marked = to_latex(f, lambda part, text: text)
        assert marked == to_latex(f)


def test_a_keyed_minus_keeps_its_sign_inside() -> None:
    part = Part("grad", ("u",))  # type: ignore[arg-type]
    f = Add((a, Keyed(part, Num(-3))))
    assert to_plain(f) == "a + (-3)"
    assert to_plain(Add((a, Num(-3)))) == "a - 3"
    assert to_plain(Mul((Keyed(part, Num(-3)), Num(2)))) == "-3 · 2"
    assert to_plain(Mul((Num(2), Keyed(part, Num(-3))))) == "2 · (-3)"


def test_derivatives() -> None:
    loss = Deriv(symbol("L"), w)
    assert to_plain(loss) == "∂L/∂w"
    assert to_plain(Deriv(symbol("y"), x, total=True)) == "dy/dx"
    assert to_plain(Mul((loss, Deriv(w, x)), "dot")) == "∂L/∂w · ∂w/∂x"
    assert to_plain(Pow(loss, Num(2))) == "(∂L/∂w)²"
    assert to_plain(Deriv(Add((x, Num(1))), x)) == "∂(x + 1)/∂x"
    assert to_latex(Deriv(symbol("y_hat"), symbol("W1"))) == (
        r"\frac{\partial \hat{y}}{\partial W_{1}}"
    )


def test_latex_braces_balance_and_commands_end() -> None:
    for seed in range(300):
        text = to_latex(anything(random.Random(seed), 3))
        depth = 0
        for sign in re.sub(r"\\[{}\\]", "", text):
            depth += (sign == "{") - (sign == "}")
            assert depth >= 0, text
        assert depth == 0, text
        assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right"), text
        assert not re.search(r"\\(?:alpha|sin|cos|tanh|hat)(?:x|w|t)\b", text), text


def test_empty_sums_and_products() -> None:
    assert (to_plain(Add(())), to_plain(Mul(()))) == ("0", "1")
    assert (to_plain(Add((x,))), to_plain(Mul((x,)))) == ("x", "x")
    assert to_plain(Neg(Call("g", (Frac(a, b), c)))) == "-g(a/b, c)"
    assert to_plain(u) == "u"


def test_something_else_is_refused() -> None:
    with pytest.raises(TypeError, match="dataclass"):
        to_plain("x")  # type: ignore[arg-type]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="LaTeX isn't installed")
def test_fuzzed_trees_compile_in_latex(tmp_path: Path) -> None:
    def mark(part: Part, text: str) -> str:
        return rf"{{\color[HTML]{{00000A}}{text}}}"

    formulas = [anything(random.Random(seed), 1 + seed % 4) for seed in range(150)]
    body = "\n\n".join(rf"$\displaystyle {to_latex(f, mark)}$" for f in formulas)
    packages = r"\usepackage{amsmath,amssymb,xcolor}"
    source = rf"\documentclass{{article}}{packages}\begin{{document}}{body}\end{{document}}"
    (tmp_path / "all.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-draftmode", "-file-line-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, errors="replace", timeout=120)
    assert re.findall(r"^.*:\d+: .*$", str(done.stdout), re.MULTILINE) == []
    assert done.returncode == 0
