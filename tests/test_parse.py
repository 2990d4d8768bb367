"""Formula text: what it means, and what a wrong one is told."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chainviz as cv
from chainviz.parse import (
    MAX_DEPTH,
    MAX_LENGTH,
    Binary,
    Call,
    Name,
    Number,
    ParseError,
    Unary,
    syntax,
)


def value(text: str, **inputs: float) -> float:
    graph = cv.parse(text)
    return float(cv.run(graph, inputs, mode="values").value(graph.output))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + 2*3", 9.0),
        ("(x + 2)*3", 15.0),
        ("x - 1 - 1", 1.0),
        ("12/x/2", 2.0),
        ("2^x^2", 512.0),
        ("2**x", 8.0),
        ("-x^2", -9.0),
        ("(-x)^2", 9.0),
        ("-x*2", -6.0),
        ("2^-x", 0.125),
        ("x*-2", -6.0),
        ("--x", 3.0),
        ("+x + +1", 4.0),
        ("2x", 6.0),
        ("2x^2", 18.0),
        ("1/2x", 1.5),
        ("3(x + 1)", 12.0),
        ("(x + 1)(x - 1)", 8.0),
        ("(x + 1)x", 12.0),
        ("2 exp(0*x)", 2.0),
        ("x²", 9.0),
        ("x⁻¹·6", 2.0),
        ("x × 2 ÷ 3 − 1", 1.0),
        ("√(x + 1)", 2.0),
        ("√x^2", 3.0),
        ("σ(0*x)", 0.5),
        ("|1 - x|", 2.0),
        ("| -x | * 2", 6.0),
        ("|x| + |-x|", 6.0),
        ("ln(exp(x))", 3.0),
        ("log(exp(x))", 3.0),
        ("max(x, 5) + min(x, 5)", 8.0),
        ("1e1*x + .5 + 2.", 32.5),
        ("1.5e-1*x", 0.45),
        ("sin(pi/2)*x", 3.0),
        ("[x, 2x][1]", 6.0),
        ("sum([x, 1, 2])", 6.0),
        ("dot([x, 1], [2, 3])", 9.0),
        ("norm_squared([x, 4])", 25.0),
        ("[[x, 1], [2, 3]][0, 1]*x", 3.0),
        ("sum([x, 1] @ [[1, 2], [3, 4]])", 16.0),
        ("x # a comment; with things in it", None),
        ("relu(-x) + relu(x)", 3.0),
        ("where(x, 1, 2)*x", 3.0),
    ],
)
def test_a_bare_expression(text: str, expected: float | None) -> None:
    if expected is None:
        with pytest.raises(ParseError, match="output is the input 'x'"):
            cv.parse(text)
        return
    assert value(text, x=3.0) == pytest.approx(expected, rel=1e-15)


def test_statements_give_nodes_their_names() -> None:
    graph = cv.parse("u = w*x; y = u**2; L = (y - t)**2")
    assert [node.name for node in graph] == ["w", "x", "t", "u", "y", "v1", "L"]
    assert graph.output == "L"
    assert graph == cv.parse("\n  u = w*x  # first\n\n y = u^2;;\n L = (y - t)^2;\n")


def test_unnamed_steps_get_short_names() -> None:
    assert [n.name for n in cv.parse("L = (w*x - t)**2")] == ["w", "x", "t", "v1", "v2", "L"]
    assert [n.name for n in cv.parse("v1*x + v2*x")] == ["v1", "x", "v2", "v3", "v4", "y"]
    assert cv.parse("sin(y)").output == "L"


def test_names_may_be_greek_or_primed() -> None:
    assert cv.parse("θ_1*x' + ŷ").inputs == ("θ_1", "x'", "ŷ")


def test_variables_may_be_called_like_functions() -> None:
    graph = cv.parse("mean = (a + b)/2; T = mean^2; z = (T - mu)/sigma")
    assert graph.inputs == ("a", "b", "mu", "sigma")
    assert [n.name for n in graph][-4:] == ["mean", "T", "v2", "z"]


def test_an_alias_makes_no_node() -> None:
    assert [n.name for n in cv.parse("h = x; y = h*2")] == ["x", "y"]
    assert [n.name for n in cv.parse("u = x^2; h = u; y = h*2")] == ["x", "u", "y"]


def test_a_constant_with_a_name_is_a_node() -> None:
    graph = cv.parse("c = 2*3; y = c*x")
    assert str(graph) == "input x\nc = 6\ny = c*x\noutput y"
    assert cv.run(graph, x=2.0).grad("c") == 2.0


def test_steps_that_lead_nowhere_are_left_out() -> None:
    graph = cv.parse("u = x^2; dead = w*x; y = u + 1")
    assert [n.name for n in graph] == ["w", "x", "u", "y"] or [n.name for n in graph] == [
        "x",
        "w",
        "u",
        "y",
    ]
    assert cv.run(graph, x=1.0, w=2.0).grad("w") == 0.0


def test_the_order_of_inputs() -> None:
    assert cv.parse("y = b*a").inputs == ("b", "a")
    assert cv.parse("y = b*a", inputs=("a", "b")).inputs == ("a", "b")
    graph = cv.parse("y = x*w", inputs=("x", "unused"), parameters=("w",), labels={"y": r"\hat y"})
    assert graph.inputs == ("x", "unused", "w")
    assert graph.parameters == ("w",)
    assert graph["y"].label == r"\hat y"


def test_tracing_and_parsing_give_the_same_graph() -> None:
    def function(x, w, t):  # type: ignore[no-untyped-def]
        u = cv.relu(w * x) - 2 * t
        y = -u / (1 + u**2)
        return y

    text = "u = relu(w*x) - 2*t; y = -u/(1 + u^2)"
    assert cv.trace(function) == cv.parse(text, inputs=("x", "w", "t"))


# text, what is said, line, column
WRONG = [
    ("", "no formula here", 1, 1),
    (" ; # only a comment", "no formula here", 1, 1),
    ("y = ", "the text ends where a name, a number", 1, 5),
    ("y = x +", "the text ends where a name", 1, 8),
    ("y = (x + 1", "the text ends where ')' is expected, to close the '(' of column 5", 1, 11),
    ("y = x + 1)", "')' stands where an operator", 1, 10),
    ("y = |x", "to close the '|' of column 5", 1, 7),
    ("y = [x, 2", "to close the '[' of column 5", 1, 10),
    ("y = sn(x)", "no function 'sn'; did you mean sin", 1, 5),
    ("y = sigmod(x)", "did you mean sigmoid", 1, 5),
    ("y = frobnicate(x)", "no function 'frobnicate'; there are: ", 1, 5),
    ("y = sin(x, 2)", "sin takes 1 argument, and here are 2", 1, 5),
    ("y = max(x)", "max takes 2 arguments, and here is 1", 1, 5),
    ("y = sin()", "')' stands where a name", 1, 9),
    ("y = x y", "no operator before 'y'; write * for a product", 1, 7),
    ("y = x 2", "no operator before '2'", 1, 7),
    ("y = x = 2", "'=' stands behind one new name", 1, 7),
    ("2 = x", "'=' stands behind one new name", 1, 3),
    ("y = x*2; y = x*3", "'y' has a value already", 1, 10),
    ("x = x*2", "'x' is used in its own definition", 1, 5),
    ("a = b*x; b = 2*x; y = a*b", "'b' is used before it is given a value; move", 1, 5),
    ("sin(x); y = x^2", "only the last statement may go without a name", 1, 1),
    ("y = x", "the output is the input 'x' as it is", 1, 5),
    ("y = 2", "the output is a constant", 1, 5),
    ("2 + 3", "the output is a constant", 1, 3),
    ("y = sin x", "sin is a function, and its argument stands in brackets: sin(x)", 1, 9),
    ("f(x) = x^2", "a name alone: f = x^2, not f(x) = x^2", 1, 6),
    ("y = ½*x", "'½' has no meaning", 1, 5),
    ("sin = x*2; y = sin(x)", "'sin' is a variable here, not a function", 1, 16),
    ("pi = x*2", "'pi' is a number", 1, 1),
    ("y = x $ 2", "'$' has no meaning here; accepted are", 1, 7),
    ("y = x.real", "'.' has no meaning", 1, 6),
    ('y = x["a"]', "'\"' has no meaning", 1, 7),
    ("y = x[1.5]*2", "'1.5' stands where a whole number is expected", 1, 7),
    ("y = x[0:2]", "':' has no meaning", 1, 8),
    ("y = 1e999*x", "too large for a float64", 1, 5),
    ("y = x + 1/0", "this has no value: nothing can be divided by 0", 1, 10),
    ("y = x*ln(-1)", "this has no value: a logarithm", 1, 7),
    ("u = 2*x\ny = u +* 3\nz = y", "'*' stands where a name", 2, 8),
    ("u = 2*x\n\n\ty = sn(u)", "no function 'sn'", 3, 6),
    ("y = x*(u := 2)", "':' has no meaning", 1, 10),
    ("u = x^2; y = u(x + 1)", "'u' is a variable here, not a function; for a product", 1, 14),
    ("y = 3..5*x", None, 1, None),
    ("y = [x, 1]] * 2", "']' stands where an operator", 1, 11),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said", "line", "column"), WRONG)
def test_a_wrong_text_is_told_where_and_what(
    text: str, said: str | None, line: int, column: int | None
) -> None:
    with pytest.raises(ParseError) as caught:
        cv.parse(text)
    message = str(caught.value)
    if said is not None:
        assert said in message
        assert (caught.value.line, caught.value.column) == (line, column)
    first, shown, caret = message.split("\n")
    assert first.startswith(f"line {line}, column")
    assert caret.strip() == "^"
    assert caret.index("^") - 2 == min(caught.value.column - 1, 60)
    assert len(shown) <= 122


def test_the_length_is_limited() -> None:
    with pytest.raises(ParseError, match=r"20,0\d\d characters; at most 20,000"):
        cv.parse("y = x" + " + x" * (MAX_LENGTH // 4))
    long = "y = x" + " + x" * (MAX_LENGTH // 4 - 2)
    assert len(cv.parse(long)) == MAX_LENGTH // 4 - 1


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "x" + ")" * 5000,
        "-" * 15000 + "x",
        "sin(" * 3000 + "x" + ")" * 3000,
        "[" * 9000 + "x" + "]" * 9000,
        "|" * 9000 + "x",
        "x" + "^x" * 9000,
        "√" * 9000 + "x",
        "x^-" * 5000 + "x",
    ],
)
def test_the_depth_is_limited(text: str) -> None:
    with pytest.raises(ParseError, match=f"deeper than {MAX_DEPTH} levels"):
        cv.parse(text)


def test_depth_within_the_limit_is_read() -> None:
    deep = MAX_DEPTH - 2
    assert value("(" * deep + "x + 1" + ")" * deep, x=1.0) == 2.0


def test_a_long_chain_is_read_quickly() -> None:
    start = time.process_time()
    assert len(cv.parse("y = x" + "*x + x" * 3000)) > 6000
    assert time.process_time() - start < 20  # quadratic reading would take minutes


HOSTILE = [
    "__import__('os').system('echo')",
    "x.__class__",
    "().__class__.__bases__",
    "lambda x: x",
    "y = x if x else x",
    "import os",
    "y = eval(x)",
    "y = x; exec(y)",
    "f'{x}'",
    "y = x\x00",
    "y = `x`",
    "{x}",
    "y = x or 1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_is_executed(text: str) -> None:
    with pytest.raises(ParseError):
        cv.parse(text)


@pytest.mark.parametrize("text", [None, 3, b"y = x"])
def test_text_is_a_str(text: object) -> None:
    with pytest.raises(ParseError, match="formula text is a str"):
        cv.parse(text)  # type: ignore[arg-type]


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet="xyab12.e+-*/^@()[]|,=; \n²√σ#'", max_size=30) | st.text(max_size=15))
def test_any_text_gives_a_graph_or_a_parse_error(text: str) -> None:
    try:
        graph = cv.parse(text)
    except ParseError as error:
        assert 1 <= error.line <= text.count("\n") + 1
    else:
        assert graph.output in graph


def test_the_syntax_tree() -> None:
    tree = syntax("y*(1 - y)")
    assert tree == Binary("*", Name("y"), Binary("-", Number(1.0), Name("y")))
    assert syntax("-|a|^2") == Unary("-", Binary("^", Call("abs", (Name("a"),)), Number(2.0)))
    with pytest.raises(ParseError, match="an operator, ';' or the end"):
        syntax("a)")
    with pytest.raises(ParseError):
        syntax("u = a")
