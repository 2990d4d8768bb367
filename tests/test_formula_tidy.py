"""The small algebra of partials, formula text read into trees, and pieces of trees."""

from __future__ import annotations

import random

import pytest

from chainviz.formula import (
    Add,
    Eq,
    Frac,
    Keyed,
    Mul,
    Neg,
    Num,
    Sym,
    bare,
    continued,
    equals,
    keyed_parts,
    keys,
    partial_numbers,
    symbol,
    to_plain,
    unkeyed,
    walk,
)
from chainviz.formula.read import read
from chainviz.formula.rounding import exact_worth, relation
from chainviz.formula.tidy import is_number, tidy
from chainviz.ops import ARGUMENTS, table
from chainviz.parse import parse
from chainviz.part import Kind, Part
from chainviz.tape import run
from formula_trees import algebra, worth

X = Part.of_node(Kind.NODE, "x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2*u^(2-1)", "2u"),
        ("3*u^(3-1)", "3u²"),
        ("-1*x^(-1-1)", "-1/x²"),
        ("0.5*x^(0.5-1)", "1/(2√x)"),
        ("1*a", "a"),
        ("a*1*b", "a·b"),
        ("0*a + b", "b"),
        ("a + 0", "a"),
        ("a - 0", "a"),
        ("0 - 0", "0"),
        ("a^1", "a"),
        ("a^0", "1"),
        ("-(-a)", "a"),
        ("a*(-b)", "-a·b"),
        ("(-a)*(-b)", "a·b"),
        ("a/1", "a"),
        ("0/a", "0"),
        ("6/3", "2"),
        ("1/3", "1/3"),
        ("(-a)/b", "-a/b"),
        ("(-1)/b", "-1/b"),
        ("x*3*y*2", "6x·y"),
        ("1/b*c", "c/b"),
        ("1/3*x^(1/3 - 1)", "1/(3x^(2/3))"),
        ("1/3*x", "x/3"),
        ("2/3*3", "2"),
        ("-a/b^2", "-a/b²"),
        ("y*(1 - y)", "y·(1 - y)"),
        ("1 + y^2", "1 + y²"),
        ("2 + a + 3", "5 + a"),
    ],
)
def test_tidied(text: str, said: str) -> None:
    assert to_plain(tidy(read(text))) == said


def test_tidying_keeps_the_value() -> None:
    values = {name: 0.4 + 0.3 * at for at, name in enumerate(("x", "w₁", "ŷ", "α", "target"))}
    values |= {"h_pre": 1.1, "W₂": 0.7, "t": 1.9, "dL": 0.35, "f′": 2.2}
    checked = 0
    for seed in range(800):
        f = algebra(random.Random(seed), 4)
        try:
            expected = worth(f, values)
        except (ValueError, OverflowError, ZeroDivisionError):
            continue
        assert worth(tidy(f), values) == pytest.approx(expected, rel=1e-9, nan_ok=True), to_plain(f)
        checked += 1
    assert checked > 400


def test_nothing_is_worked_out_across_a_key() -> None:
    three = Keyed(X, Num(3))
    assert to_plain(tidy(Mul((three, Num(2))))) == "2 · 3"
    assert to_plain(tidy(Mul((three, Num(1))))) == "3"
    assert keys(tidy(Add((three, Num(0))))) == (X,)
    assert is_number(Keyed(X, Num(1)), 1)


@pytest.mark.parametrize("name", sorted(table))
def test_every_row_of_the_table_has_formulas_that_read(name: str) -> None:
    row = table[name]
    if row.arity is not None and row.notation:
        assert to_plain(read(row.notation))
    for text in row.formulas:
        assert to_plain(tidy(read(text, {letter: symbol(letter) for letter in ARGUMENTS})))


def test_pieces() -> None:
    f = Eq(Keyed(X, Sym("x")), Neg(Keyed(X, Num(2))))
    assert keys(f) == (X,)
    assert len(list(keyed_parts(f))) == 2
    assert unkeyed(f) == Eq(Sym("x"), Neg(Num(2)))
    assert bare(Keyed(X, Keyed(X, Num(1)))) == Num(1)
    assert [type(piece).__name__ for piece in walk(f)] == [
        "Eq", "Keyed", "Sym", "Neg", "Keyed", "Num",
    ]  # fmt: skip


def test_equations_continue_one_another() -> None:
    u, body = symbol("u"), Mul((symbol("w"), symbol("x")))
    numbers = Eq(u, Eq(Mul((Num(0.3333), Num(2))), Num(0.6667), "≈"))
    joined = continued(Eq(u, body), numbers)
    assert to_plain(joined) == "u = w·x = 0.3333 · 2 ≈ 0.6667"
    assert to_plain(continued(Eq(u, Num(2)), Eq(u, Num(2.0)))) == "u = 2"
    assert to_plain(equals(u, Num(1), Num(1))) == "u = 1 = 1"
    assert continued(u) == u


def test_relation_says_when_rounding_shows() -> None:
    assert relation(Mul((Num(624), Num(2))), 1248) == "="
    assert relation(Mul((Num(-0.00246651), Num(3))), -0.00739953) == "≈"
    assert relation(Frac(Num(1), Num(3)), 1 / 3) == "="
    assert relation(Mul((Num([1, 2]), Num(3))), [3, 6]) == "="
    assert exact_worth(read("max(a, 2)^2"), {"a": 3.0}) == 9.0


def test_partials_in_numbers() -> None:
    graph = parse("u = w*x; y = u^2; L = y - t")
    tape = run(graph, w=3.0, x=2.0, t=10.0)
    assert [to_plain(partial_numbers(graph, edge, tape)) for edge in graph.edges] == [
        "∂u/∂w = 2",
        "∂u/∂x = 3",
        "∂y/∂u = 2 · 6 = 12",
        "∂L/∂y = 1",
        "∂L/∂t = -1",
    ]
