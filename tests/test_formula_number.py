"""Numbers as they are shown, and shown numbers read back."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from chainviz.formula import Num, agrees, parse_number, show_number, to_latex, to_plain, to_typst


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (6, "6"),
        (36.0, "36"),
        (1248.0, "1248"),
        (0.99752737, "0.9975"),
        (-0.00247262, "-0.0025"),
        (-1.00247876, "-1.0025"),
        (28.773, "28.773"),
        (-0.7787, "-0.7787"),
        (5.999999999, "6"),
        (0.5, "0.5"),
        (0.0005, "0.0005"),
        (1.2e-5, "1.2·10⁻⁵"),
        (-3.4567e-9, "-3.46·10⁻⁹"),
        (9.996e-4, "1·10⁻³"),
        (1234567.0, "1234567"),
        (1.5e7, "1.5·10⁷"),
        (123456789, "1.23·10⁸"),
        (-0.0, "0"),
        (0, "0"),
        (True, "1"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (math.nan, "nan"),
        (np.float64(2.0), "2"),
        (np.array(2.5), "2.5"),
        (np.int64(3), "3"),
        (np.array([1.0, 2.5]), "[1, 2.5]"),
        ([[1, 2], [3, -0.25]], "[[1, 2], [3, -0.25]]"),
        (np.zeros((30, 2)), "30×2 array"),
        (np.zeros(784), "784 numbers"),
        (np.zeros((2, 3, 4)), "2×3×4 array"),
        ([], "[]"),
    ],
)
def test_shown(value: object, shown: str) -> None:
    assert show_number(value) == shown


def test_nothing_but_zero_is_shown_as_zero() -> None:
    rng = random.Random(1)
    for _ in range(5000):
        value = rng.uniform(-1, 1) * 10.0 ** rng.uniform(-300, 300)
        text = show_number(value)
        assert parse_number(text) != 0
        assert math.copysign(1, parse_number(text)) == math.copysign(1, value)
    assert show_number(5e-324) == "4.94·10⁻³²⁴"


def test_what_is_shown_agrees_with_its_number() -> None:
    rng = random.Random(2)
    for _ in range(5000):
        value = rng.uniform(-10, 10) * 10.0 ** rng.randint(-12, 12)
        text = show_number(value)
        assert agrees(text, value), (text, value)
        assert agrees(text.replace("-", "−"), value)
        assert len(text) <= 14


@pytest.mark.parametrize(
    ("text", "value", "same"),
    [
        ("0.9975", 0.99752737, True),
        ("0.9974", 0.99752737, False),
        ("0.9976", 0.99752737, False),
        ("1248", 1248.0, True),
        ("1248", 1249.0, False),
        ("1248", 1248.4, False),
        ("6", 5.99999, True),
        ("-52", 52.0, False),
        ("1.2·10⁻⁵", 1.2e-5, True),
        ("1.2·10⁻⁵", 1.3e-5, False),
        ("∞", math.inf, True),
        ("-∞", math.inf, False),
        ("nan", math.nan, True),
        ("nan", 1.0, False),
        ("0", 1e-9, False),
        ("0", 0.0, True),
    ],
)
def test_agrees(text: str, value: float, same: bool) -> None:
    assert agrees(text, value) is same


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("−0.0025", -0.0025),
        ("1.2·10⁻⁵", 1.2e-5),
        ("1.2 ⋅ 10^(-5)", 1.2e-5),
        ("1.2 × 10^{-5}", 1.2e-5),
        ("3e-7", 3e-7),
        (" 42 ", 42.0),
        ("+.5", 0.5),
    ],
)
def test_read_back(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "12 apples", "[1, 2]"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse_number(text)


def test_numbers_in_all_three_printings() -> None:
    tiny = Num(1.2e-5)
    assert to_plain(tiny) == "1.2·10⁻⁵"
    assert to_typst(tiny) == "1.2 ⋅ 10^(-5)"
    assert to_latex(tiny) == r"1.2 \cdot 10^{-5}"
    assert to_latex(Num(-math.inf)) == r"-\infty"
    assert to_latex(Num(np.array([[1, 2], [3, 4]]))) == (
        r"\begin{bmatrix}1 & 2 \\ 3 & 4\end{bmatrix}"
    )
    assert to_plain(Num(np.arange(3))) == "[0, 1, 2]"


def test_arrays_in_formulas_can_be_compared() -> None:
    assert Num(np.array([1.0, 2.0])) == Num([1, 2])
    assert len({Num(np.array([1.0, 2.0])), Num((1.0, 2.0))}) == 1
