"""Equations are worked out: sides against each other, letters against the run."""

from __future__ import annotations

import pytest

import chainviz as cv
from chainviz.audit.memo import forgetting
from chainviz.audit.rules.equations import untrue
from chainviz.formula import Formula
from chainviz.tape import Tape


@pytest.fixture(scope="module")
def tape() -> Tape:
    return cv.run(cv.parse("u = w*x; s = u + b; L = s^3"), w=3.0, x=2.0, b=-1.5)


def faults(latex: str, tape: Tape | None) -> tuple[str, ...]:
    with forgetting():
        return untrue(cv.from_latex(latex), tape)


@pytest.mark.parametrize(
    ("latex", "told"),
    [
        (r"u = w + x", "u is 6, but w + x is 5"),
        (r"u = 3 \cdot 2 = 7", "3 · 2 is 6, but the other side is 7"),
        (r"s = 6 - 1.5 = 4.6", "6 - 1.5 is 4.5, but the other side is 4.6"),
        (r"\frac{\partial L}{\partial w} = 12", "∂L/∂w is 121.5, but the other side is 12"),
        (r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial s}",
         "∂L/∂w is 121.5, but ∂L/∂s is 60.75"),
        (r"\frac{\partial u}{\partial x} = 2", "∂u/∂x is 3, but the other side is 2"),
        (r"L \approx 93", "L is 91.125, but the other side is 93"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_told(latex: str, told: str, tape: Tape) -> None:
    assert faults(latex, tape) == (told,)


@pytest.mark.parametrize(
    "latex",
    [
        r"u = w x = 3 \cdot 2 = 6",
        r"L = 91.1",  # at the precision shown
        r"L \approx 91",
        r"\frac{\partial L}{\partial x} = 3 s^2 \cdot w",
        r"f(x) = x^2",  # f is nothing of this run
        r"x \to 3",
        r"y = 7",
        r"\frac{1}{3} = 0.3333",
    ],
)
def test_what_holds_or_cannot_be_known_is_not(latex: str, tape: Tape) -> None:
    assert faults(latex, tape) == ()


def test_without_a_run_only_numbers_are_worked_out() -> None:
    assert faults(r"2 \cdot 3 = 7", None) and not faults("u = 7", None)


def test_a_direct_derivative_is_not_taken_for_the_whole() -> None:
    """Written alike, they differ: L = x y with y = x^2."""
    tape = cv.run(cv.parse("y = x^2; L = x*y"), x=3.0)
    assert faults(r"\frac{\partial L}{\partial x} = 9", tape) == ()
    formulas: list[Formula] = []
    for beat in cv.tell(tape):
        formulas += [
            getattr(beat, "formula", None) or cv.from_latex("1"),
            *getattr(beat, "formulas", ()),
        ]
    assert [untrue(formula, tape) for formula in formulas if untrue(formula, tape)] == []


def test_arrays_are_not_worked_out() -> None:
    tape = cv.run(cv.parse("y = W @ x"), W=[[1.0, 2.0], [3.0, 4.0]], x=[1.0, 1.0], seed=[1.0, 0.0])
    assert faults("y = 7", tape) == ()
