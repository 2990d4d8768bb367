"""The table of operations: every row against central differences, an oracle and its formula."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import chainviz as cv
from chainviz.ops import ARGUMENTS, OpError, array, network, op_named, ops_by_call, scalar, table
from chainviz.ops.table import _BY_CALL, _BY_NAME
from chainviz.parse import syntax
from compute_tools import OPTIONS, SAMPLES, autograd_gradients, close, one_op, samples, worked_out

PROMISED = (
    "add sub mul div pow neg abs exp log sin cos tan tanh sqrt sigmoid relu softplus max min "
    "matmul transpose sum mean dot norm_squared softmax log_softmax cross_entropy mse"
)
# without what other tests add
BUILT_IN = {row.name: row for row in scalar.ROWS + array.ROWS + network.ROWS}
# formulas that name a rearrangement which the plain tree can't carry out
REARRANGED = {"reshape", "getitem", "stack"}


@pytest.fixture
def own_rows() -> Iterator[None]:
    """Whatever a test adds to the table is taken out again."""
    names, calls = dict(_BY_NAME), dict(_BY_CALL)
    yield
    for known, saved in ((_BY_NAME, names), (_BY_CALL, calls)):
        known.clear()
        known.update(saved)


def label(case: Any) -> str:
    name, params, arguments = case
    return f"{name}{params or ''}{[np.shape(a) for a in arguments]}"


def inputs_of(arguments: tuple[Any, ...]) -> dict[str, Any]:
    return {f"x{slot}": value for slot, value in enumerate(arguments)}


def test_the_promised_rows_are_there_and_whole() -> None:
    assert set(PROMISED.split()) <= set(BUILT_IN)
    for row in BUILT_IN.values():
        assert row.symbol
        assert row.notation or row.arity is None
        slots = row.arity or 1
        assert len(row.formulas) == slots, row
        assert len(row.vjps or row.partials) == slots, row
        assert len(row.jvps) == len(row.vjps), row


def test_every_row_has_samples() -> None:
    assert {*SAMPLES, *(name for name, _, _ in OPTIONS)} == set(BUILT_IN)


@pytest.mark.parametrize("case", samples(), ids=label)
def test_gradients_agree_with_central_differences(case: Any) -> None:
    graph = one_op(*case)
    report = cv.check_gradients(graph, inputs_of(case[2]))
    assert report.ok, f"\n{report}"


@pytest.mark.parametrize("case", samples(), ids=label)
def test_gradients_agree_with_autograd(case: Any) -> None:
    graph = one_op(*case)
    tape = cv.run(graph, inputs_of(case[2]))
    value, grads = autograd_gradients(graph, case[2])
    assert close(tape.value(graph.output), value)
    for name, grad in zip(graph.inputs, grads, strict=True):
        assert close(tape.grad(name), grad), name


@pytest.mark.parametrize("case", samples(), ids=label)
def test_forward_mode_agrees_with_reverse_mode(case: Any) -> None:
    graph = one_op(*case)
    given = inputs_of(case[2])
    reverse = cv.run(graph, given)
    for slot, (name, value) in enumerate(given.items()):
        seed = np.sin(np.arange(np.size(value)) + slot + 1.0).reshape(np.shape(value))
        forward = cv.run(graph, given, mode="forward", wrt=name, seed=seed)
        along = np.sum(reverse.grad(name) * seed)
        assert close(forward.tangent(graph.output), along)


def written_as_it_stands(case: Any) -> bool:
    """Whether a sample is what formulas are written for: matrices, or one vector of scores."""
    name, params, arguments = case
    dimensions = [np.ndim(argument) for argument in arguments]
    if params or name in REARRANGED or max(dimensions) > 2:
        return False
    if name in ("softmax", "log_softmax", "cross_entropy"):
        return dimensions[0] == 1
    return name != "matmul" or min(dimensions) == 2  # in a formula a vector is a column


@pytest.mark.parametrize("case", list(filter(written_as_it_stands, samples())), ids=label)
def test_the_formula_says_what_the_numbers_do(case: Any) -> None:
    name, _, arguments = case
    row = op_named(name)
    y = row(*arguments)
    g = np.cos(np.arange(np.size(y)) + 0.5).reshape(np.shape(y))
    given = dict(zip(ARGUMENTS, arguments, strict=False)) | {"y": y, "g": g}
    for slot, formula in enumerate(row.formulas):
        said = worked_out(syntax(formula), given)
        if row.elementwise:
            assert np.allclose(said, row.partials[slot](y, *arguments), rtol=1e-12)
        else:
            assert np.allclose(said, row.vjps[slot](g, y, *arguments), rtol=1e-12)


@pytest.mark.parametrize("name", sorted(set(BUILT_IN) - REARRANGED))
def test_the_notation_says_what_the_value_is(name: str) -> None:
    row = op_named(name)
    arguments = SAMPLES[name][0]
    known = {"norm_squared": lambda a: np.sum(a**2), "softplus": lambda a: np.log1p(np.exp(a))}
    tree = syntax(row.notation)
    assert tree is not None
    if name in known:
        assert np.isclose(row(*arguments), known[name](*arguments))


@pytest.mark.parametrize("x", [0.0, -0.0])
def test_kinks_have_a_stated_slope(x: float) -> None:
    assert cv.run(cv.parse("y = relu(x)"), x=x).grad("x") == 0.0
    assert cv.run(cv.parse("y = max(0, x)"), x=x).grad("x") == 0.0
    assert cv.run(cv.parse("y = abs(x)"), x=x).grad("x") == 0.0
    tape = cv.run(cv.parse("y = max(a, b)"), a=x, b=x)
    assert (tape.grad("a"), tape.grad("b")) == (0.5, 0.5)
    tape = cv.run(cv.parse("y = min(a, b)"), a=x, b=x)
    assert (tape.grad("a"), tape.grad("b")) == (0.5, 0.5)
    arrays = cv.run(cv.parse("L = sum(relu(x) + abs(x) + max(x, z))"), x=[x, x], z=[0.0, 1.0])
    assert arrays.grad("x").tolist() == [0.5, 0.0]


def test_powers_of_zero() -> None:
    square = cv.run(cv.parse("y = x^2"), x=0.0)
    assert (square.value("y"), square.grad("x")) == (0.0, 0.0)
    one = cv.run(cv.parse("y = x^0"), x=0.0)
    assert (one.value("y"), one.grad("x")) == (1.0, 0.0)
    line = cv.run(cv.parse("y = sum(x^n)"), x=[0.0, 0.0, 2.0], n=[1.0, 2.0, 0.0])
    assert line.grad("x").tolist() == [1.0, 0.0, 0.0]
    assert line.grad("n").tolist() == [0.0, 0.0, np.log(2.0)]


def test_large_arguments_lose_nothing() -> None:
    for x, slope in ((800.0, 1.0), (-800.0, 0.0)):
        assert cv.run(cv.parse("y = softplus(x)"), x=x).grad("x") == slope
        assert cv.run(cv.parse("y = sigma(x)"), x=x).value("y") == slope
    tape = cv.run(cv.parse("L = log_softmax(x)[0]"), x=[1000.0, 0.0])
    assert tape.value("L") == 0.0


def test_an_op_is_a_function_of_plain_numbers() -> None:
    assert cv.sigmoid(0) == 0.5
    assert cv.relu(np.array([-1, 2])).tolist() == [0.0, 2.0]
    assert op_named("add")(1, 2) == 3.0
    with pytest.raises(OpError, match="takes 2"):
        op_named("add")(1.0)


@pytest.mark.usefixtures("own_rows")
def test_a_row_of_ones_own() -> None:
    cube = cv.op(
        "cube",
        lambda a: a**3,
        [lambda y, a: 3 * a**2],
        formulas=["3*a^2"],
        symbol="x³",
        notation="a^3",
    )

    def volume(s: Any) -> Any:
        v = cube(s)
        return v

    graph = cv.trace(volume)
    assert graph == cv.parse("v = cube(s)")
    assert str(graph["v"].op) == "<Op cube>"
    assert "v = s^3" in str(graph)
    assert cv.run(graph, s=2.0).grad("s") == 12.0
    assert cube([1.0, 2.0]).tolist() == [1.0, 8.0]
    assert cv.check_gradients(graph, s=1.3).ok


@pytest.mark.usefixtures("own_rows")
def test_a_row_on_whole_arrays() -> None:
    cv.op(
        "logsumexp",
        lambda a: np.log(np.sum(np.exp(a))),
        vjps=[lambda g, y, a: g * np.exp(a - y)],
        jvps=[lambda t, y, a: np.sum(t * np.exp(a - y))],
        shapes="(n) -> ()",
    )
    graph = cv.parse("L = logsumexp(x)")
    assert cv.check_gradients(graph, x=[0.1, -0.4, 2.0]).ok
    forward = cv.run(graph, x=[0.0, 0.0], mode="forward", wrt="x", seed=[1.0, 0.0])
    assert forward.tangent("L") == pytest.approx(0.5)


@pytest.mark.usefixtures("own_rows")
def test_a_row_of_ones_own_leaks_no_warnings() -> None:
    cv.op("power_of_e", lambda a: np.exp(a), [lambda y, a: np.exp(a)])
    cv.op("steep", lambda a: a, [lambda y, a: np.exp(np.float64(a))])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(cv.RunError, match="has no finite value at x = 1000"):
            cv.run(cv.parse("y = power_of_e(x)"), x=1000.0)
        with pytest.raises(cv.RunError, match="no finite partial by 'x' at x = 1000"):
            cv.run(cv.parse("y = steep(x)"), x=1000.0)


@pytest.mark.usefixtures("own_rows")
def test_a_wrong_row_says_what_is_wrong() -> None:
    with pytest.raises(OpError, match="'sin' already"):
        cv.op("sin", np.sin, [lambda y, a: np.cos(a)])
    with pytest.raises(OpError, match="either partials"):
        cv.op("half", lambda a: a / 2)
    with pytest.raises(OpError, match="2 formula"):
        cv.op("half", lambda a: a / 2, [lambda y, a: 0.5], formulas=["1/2", "1/2"])
    with pytest.raises(OpError, match="letters"):
        cv.op("my op", lambda a: a, [lambda y, a: 1.0])
    with pytest.raises(OpError, match="did you mean tan or tanh"):
        op_named("tahn")
    again = cv.op("half", lambda a: a / 2, [lambda y, a: 0.5])
    assert cv.op("half", lambda a: a / 2, [lambda y, a: 0.5], replace=True) is not again


def test_the_table_is_read_only_but_through_op() -> None:
    with pytest.raises(TypeError):
        table["add"] = op_named("mul")  # type: ignore[index]
    with pytest.raises(TypeError):
        del ops_by_call["sin"]  # type: ignore[attr-defined]
