"""Every printed tree compiles in Typst, and marking its parts moves nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import pytest
import typst

from chainviz.formula import (
    Call,
    Deriv,
    Eq,
    Formula,
    Keyed,
    Mul,
    Num,
    Root,
    Row,
    Text,
    keys,
    symbol,
    to_plain,
    to_typst,
)
from chainviz.part import Kind, Part
from formula_trees import anything

HEAD = """#set page(width: auto, height: auto, margin: 4pt)
#let part(c, body) = { set text(fill: rgb(c)); body }
"""


def pages(bodies: Sequence[str]) -> list[str]:
    source = HEAD + "#pagebreak()\n".join(f"$display({body})$\n" for body in bodies)
    compiler = typst.Compiler(ignore_system_fonts=True)
    made = compiler.compile(source.encode(), format="svg")
    return [(page or b"").decode() for page in (made if isinstance(made, list) else [made])]


def mark(part: Part, text: str) -> str:
    return f'part("#00000a", {text})'


def outline(svg: str) -> list[str]:
    """Where everything stands and what is drawn there, colours apart."""
    return re.findall(r'(?:transform|d|xlink:href|viewBox)="([^"]*)"', svg)


def test_fuzzed_trees_compile_and_marks_move_nothing() -> None:
    formulas = [anything(random.Random(seed), 1 + seed % 4) for seed in range(250)]
    plain = pages([to_typst(f) for f in formulas])
    marked = pages([to_typst(f, mark) for f in formulas])
    assert len(plain) == len(marked) == len(formulas)
    for f, one, other in zip(formulas, plain, marked, strict=True):
        assert outline(one) == outline(other), to_typst(f, mark)
        assert ("#00000a" in other) == bool(keys(f)) or not re.sub(r"\W", "", to_plain(f))


@pytest.mark.parametrize(
    "f",
    [
        Text('"; #panic() //'),
        Text("$ x"),
        Text("a_b^c & d"),
        Row((Text(","), Text(";"), Text(":"), Text("#"), Text('"'), Text("/"), Text("\\"))),
        Call("my_function", (Row((symbol("a"), Text(","), symbol("b"))),)),
        Root(Row((symbol("a"), Text(","), symbol("b")))),
        symbol("sum"),
        symbol("pi_2"),
        symbol("frac"),
        Num(float("nan")),
    ],
)
def test_nothing_is_misread(f: Formula) -> None:
    part = Part.of_node(Kind.NODE, "x")
    (svg,) = pages([to_typst(Keyed(part, f), mark)])
    assert "#00000a" in svg


def test_what_is_written() -> None:
    chain = Eq(
        Deriv(symbol("L"), symbol("w1")),
        Mul((Deriv(symbol("L"), symbol("y_hat")), Deriv(symbol("y_hat"), symbol("w1"))), "dot"),
    )
    assert to_typst(chain) == ("frac(∂ L, ∂ w_(1)) = frac(∂ L, ∂ hat(y)) ⋅ frac(∂ hat(y), ∂ w_(1))")
