"""Tapes: what a run holds, in which order it tells it, and how hard places are met."""

from __future__ import annotations

import copy
import math
import warnings
from typing import Any

import numpy as np
import pytest

import chainviz as cv
from chainviz.graph import Edge

LOSS = cv.parse("u = w*x; y = u^2; L = (y - t)^2", inputs=("x", "w", "t"))
GIVEN = {"x": 2.0, "w": 3.0, "t": 10.0}


def test_values_partials_and_grads() -> None:
    tape = cv.run(LOSS, x=2.0, w=3.0, t=10.0)
    assert tape.graph is LOSS
    assert {n.name: tape.value(n.name) for n in LOSS} == {
        "x": 2.0, "w": 3.0, "t": 10.0, "u": 6.0, "y": 36.0, "v1": 26.0, "L": 676.0,
    }  # fmt: skip
    assert {n.name: tape.grad(n.name) for n in LOSS} == {
        "x": 1872.0, "w": 1248.0, "t": -52.0, "u": 624.0, "y": 52.0, "v1": 52.0, "L": 1.0,
    }  # fmt: skip
    assert tape.partial("y", "u") == 12.0
    assert tape.partial("v1", "t") == -1.0
    assert tape.partial_of(Edge("w", "u", 0)) == 2.0


def test_steps_in_the_order_of_the_film() -> None:
    told = [(s.kind, s.node, s.edge and s.edge.target, s.value) for s in cv.run(LOSS, GIVEN).steps]
    assert told == [
        ("value", "x", None, 2.0),
        ("value", "w", None, 3.0),
        ("value", "t", None, 10.0),
        ("value", "u", None, 6.0),
        ("value", "y", None, 36.0),
        ("value", "v1", None, 26.0),
        ("value", "L", None, 676.0),
        ("seed", "L", None, 1.0),
        ("contribution", "v1", "L", 52.0),
        ("grad", "v1", None, 52.0),
        ("contribution", "y", "v1", 52.0),
        ("grad", "y", None, 52.0),
        ("contribution", "u", "y", 624.0),
        ("grad", "u", None, 624.0),
        ("contribution", "t", "v1", -52.0),
        ("grad", "t", None, -52.0),
        ("contribution", "w", "u", 1248.0),
        ("grad", "w", None, 1248.0),
        ("contribution", "x", "u", 1872.0),
        ("grad", "x", None, 1872.0),
    ]


def test_contributions_arrive_edge_by_edge_last_target_first() -> None:
    graph = cv.parse("a = x*x; b = x + a; c = b*x")
    tape = cv.run(graph, x=3.0)
    assert [c.edge for c in tape.contributions("x")] == [
        Edge("x", "c", 1),
        Edge("x", "b", 0),
        Edge("x", "a", 0),
        Edge("x", "a", 1),
    ]
    assert [c.value for c in tape.contributions("x")] == [12.0, 3.0, 9.0, 9.0]
    assert tape.grad("x") == 33.0
    assert tape.contribution_of(Edge("x", "a", 1)) == 9.0
    assert tape.contributions("c") == ()


def test_a_contribution_is_a_gradient_times_a_partial() -> None:
    tape = cv.run(LOSS, GIVEN)
    for edge in LOSS.edges:
        assert tape.contribution_of(edge) == tape.grad(edge.target) * tape.partial_of(edge)


def test_forward_mode_tells_tangents() -> None:
    tape = cv.run(LOSS, GIVEN, mode="forward", wrt="x")
    assert [tape.tangent(name) for name in ("x", "w", "u", "y", "L")] == [1, 0, 3, 36, 1872]
    told = [(s.kind, s.node, s.value) for s in tape.steps if s.kind != "value"]
    assert told == [
        ("seed", "x", 1.0),
        ("tangent", "w", 0.0),
        ("tangent", "t", 0.0),
        ("contribution", "u", 3.0),
        ("tangent", "u", 3.0),
        ("contribution", "y", 36.0),
        ("tangent", "y", 36.0),
        ("contribution", "v1", 36.0),
        ("tangent", "v1", 36.0),
        ("contribution", "L", 1872.0),
        ("tangent", "L", 1872.0),
    ]
    assert tape.counts == cv.Counts(edges=4, multiplications=4)
    assert cv.run(LOSS, GIVEN, mode="forward", wrt="x", seed=2.0).tangent("L") == 2 * 1872


def test_counts_of_matrix_products() -> None:
    graph = cv.parse("h = W @ x; L = sum(h)")
    tape = cv.run(graph, W=np.ones((4, 3)), x=np.ones((3, 2)))
    assert tape.counts == cv.Counts(edges=3, multiplications=2 * 4 * 3 * 2)
    assert cv.run(graph, {"W": np.ones((4, 3)), "x": np.ones((3, 2))}, mode="values").counts == (
        cv.Counts(0, 0)
    )


def test_values_alone() -> None:
    graph = cv.parse("y = [x, 2x]")
    tape = cv.run(graph, x=2.0, mode="values")
    assert tape.value("y").tolist() == [2.0, 4.0]
    assert [step.kind for step in tape.steps] == ["value"] * 3
    with pytest.raises(cv.RunError, match="mode='values' and holds no gradients"):
        tape.grad("x")
    with pytest.raises(cv.RunError, match="holds no tangents"):
        tape.tangent("x")


def test_partials_of_arrays() -> None:
    graph = cv.parse("h = W @ x; a = relu(h); L = sum(a*a)")
    W = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]])
    tape = cv.run(graph, W=W, x=[1.0, 2.0, 3.0])
    assert np.array_equal(tape.partial("h", "x"), W)  # the Jacobian
    assert tape.partial("h", "W").shape == (2, 2, 3)
    assert tape.partial("a", "h").tolist() == [0.0, 1.0]  # entry by entry
    assert tape.partial("L", "v1").tolist() == [1.0, 1.0]
    both = tape.partial("v1", "a")
    assert isinstance(both, tuple)
    assert np.array_equal(both[0], tape.value("a"))


def test_a_vector_needs_a_seed() -> None:
    graph = cv.parse("y = x^2")
    with pytest.raises(cv.RunError, match=r"'y' has shape \(2,\).* sum or mean it \(y.sum\(\)\)"):
        cv.run(graph, x=[1.0, 2.0])
    assert cv.run(graph, x=[1.0, 2.0], seed=[1.0, 0.5]).grad("x").tolist() == [2.0, 2.0]
    with pytest.raises(cv.RunError, match=r"seed of 'y' must have shape \(2,\), not \(\)"):
        cv.run(graph, x=[1.0, 2.0], seed=1.0)
    with pytest.raises(cv.RunError, match=r"'x' has shape \(2,\); give the direction"):
        cv.run(graph, x=[1.0, 2.0], mode="forward", wrt="x")


def test_broadcasting_is_summed_out() -> None:
    graph = cv.parse("L = sum((a + b)*c)")
    given = {"a": np.ones((2, 3)), "b": np.arange(3.0), "c": np.ones((2, 1))}
    tape = cv.run(graph, given)
    assert tape.grad("a").shape == (2, 3)
    assert tape.grad("b").tolist() == [2.0, 2.0, 2.0]
    assert tape.grad("c").tolist() == [[6.0], [6.0]]
    assert cv.run(graph, {**given, "c": 2.0}).grad("c") == 12.0


def test_numbers_of_every_real_kind_become_float64() -> None:
    graph = cv.parse("L = sum(x*x)")
    for x in (2, 2.0, np.float32(2.0), np.int8(2), np.array(2)):
        tape = cv.run(graph, x=x)
        assert type(tape.value("x")) is float
        assert (tape.value("L"), tape.grad("x")) == (4.0, 4.0)
    for many in ([1, 2], (1, 2), np.array([1, 2], dtype=np.int32), np.array([1, 2], np.float16)):
        tape = cv.run(graph, x=many)
        assert tape.value("x").dtype == np.float64
        assert tape.grad("x").tolist() == [2.0, 4.0]


def test_a_tape_can_not_be_changed_from_outside() -> None:
    mine = np.array([1.0, 2.0])
    tape = cv.run(cv.parse("L = sum(x*x)"), x=mine)
    mine[0] = 50.0
    assert tape.value("x").tolist() == [1.0, 2.0]
    for array in (tape.value("x"), tape.value("v1"), tape.grad("x"), tape.partial("L", "v1")):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9.0
    assert copy.deepcopy(tape) is tape
    assert copy.deepcopy({"tape": [tape]})["tape"][0] is tape


def test_inputs_called_like_options() -> None:
    graph = cv.parse("y = mode*wrt + seed")
    tape = cv.run(graph, {"mode": 2.0, "wrt": 3.0, "seed": 1.0})
    assert (tape.value("y"), tape.grad("mode")) == (7.0, 3.0)


def test_an_unused_input_has_gradient_zero() -> None:
    graph = cv.trace(lambda x, unused: x * 2)
    tape = cv.run(graph, x=1.0, unused=[1.0, 2.0])
    assert tape.grad("unused").tolist() == [0.0, 0.0]
    assert tape.contributions("unused") == ()


def test_a_tape_prints_as_a_table() -> None:
    assert str(cv.run(LOSS, GIVEN)).splitlines()[:3] == [
        "node  value  grad",
        "x     2      1872",
        "w     3      1248",
    ]
    assert "tangent" in str(cv.run(LOSS, GIVEN, mode="forward", wrt="w"))
    assert str(cv.run(LOSS, GIVEN, mode="values")).splitlines()[0] == "node  value"


# text, inputs, what the error says; it always names the node, its formula and its inputs
HARD = [
    ("y = 1/x", {"x": 0.0}, r"node 'y': y = 1/x .*at x = 0: nothing can be divided by 0"),
    ("y = a/b", {"a": 0.0, "b": 0.0}, r"y = a/b .*at a = 0, b = 0"),
    ("y = ln(x)", {"x": 0.0}, r"y = ln\(x\) .*x = 0: a logarithm needs a number above 0"),
    ("y = ln(x)", {"x": -2.5}, r"x = -2.5: a logarithm"),
    ("u = x - 3; y = ln(u)", {"x": 1.0}, r"node 'y': y = ln\(u\) .*u = -2"),
    ("y = sqrt(x)", {"x": -1.0}, r"a square root needs"),
    ("y = sqrt(x)", {"x": 0.0}, r"no finite partial by 'x' at x = 0: .*slope at 0 is infinite"),
    ("y = x^0.5", {"x": 0.0}, r"no finite partial by 'x'"),
    ("y = x^0.5", {"x": -1.0}, r"a negative base needs a whole exponent"),
    ("y = x^-1", {"x": 0.0}, r"a base of 0 a positive one"),
    ("y = x^n", {"x": -2.0, "n": 2.0}, r"no finite partial by 'n' at x = -2, n = 2"),
    ("y = x^n", {"x": 0.0, "n": 0.0}, r"no finite partial by 'n'"),
    ("y = exp(x)", {"x": 1000.0}, r"too large for a float64"),
    ("y = x^2", {"x": 1e200}, r"too large for a float64"),
    ("y = x*x", {"x": 1e200}, r"y = x\*x has no finite value .*too large"),
    ("y = x/w", {"x": 1e300, "w": 1e-300}, r"too large"),
    ("u = 1e-200*x; y = 1/u", {"x": 1.0}, r"no finite partial by 'u'"),
    ("u = 1e200*x; y = 1e200*u; z = 1e-300*y", {"x": 1e-150}, None),
    ("u = exp(x); v = exp(u); y = v/v", {"x": 8.0}, r"node 'v'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "inputs", "said"), HARD)
def test_a_hard_place_is_named(text: str, inputs: dict[str, float], said: str | None) -> None:
    graph = cv.parse(text)
    if said is None:  # what is large in between may come out small: no error
        assert math.isfinite(cv.run(graph, inputs).grad("x"))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(cv.RunError, match=said):
            cv.run(graph, inputs)
        arrays = {name: np.array([1.5, value]) for name, value in inputs.items()}
        whole = cv.parse(f"{text.replace('y =', 'end =')}; total = sum(end)".replace("v/v", "v/v"))
        with pytest.raises(cv.RunError, match=r"node '"):
            cv.run(whole, arrays)


def test_the_first_entry_that_fails_is_named() -> None:
    with pytest.raises(cv.RunError, match=r"x = \[1, -1, 0\] \(first at entry \[1\]\)"):
        cv.run(cv.parse("y = sum(ln(x))"), x=[1.0, -1.0, 0.0])


def test_a_gradient_too_large_is_refused() -> None:
    graph = cv.parse("u = 1e-300*x; v = 1e300*u; y = 1e300*v; z = 1e-300*y + y")
    with pytest.raises(cv.RunError, match=r"too large for a float64: .* times the partial"):
        cv.run(graph, x=1e-250)


def test_contributions_too_large_together_are_refused() -> None:
    with pytest.raises(cv.RunError, match="node 'x': input x is where contributions meet"):
        cv.run(cv.parse("L = 1e308*x + 1e308*x"), x=0.0)
    with pytest.raises(cv.RunError, match="node 'x': input x is where contributions meet"):
        cv.run(cv.parse("L = sum(1e308*x) + sum(1e308*x)"), x=[0.0, 0.0])
    forward = cv.parse("u = a*x; L = a*u")
    assert cv.run(forward, a=0.0, x=0.0, mode="forward", wrt="a").tangent("L") == 0.0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, [1.0, math.nan]])
def test_inputs_must_be_finite(bad: Any) -> None:
    with pytest.raises(cv.RunError, match=r"^x is (nan|inf|-inf).*give finite numbers"):
        cv.run(cv.parse("y = sum(x)"), x=bad)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (True, r"not True \(bool\)"),
        (np.array([True]), "an array of bool"),
        (1j, r"not 1j \(complex\)"),
        ("2", r"not '2' \(str\)"),
        (None, r"not None \(NoneType\)"),
        ([None], "an array of object"),
        ([[1.0], [1.0, 2.0]], "x is not an array"),
        ({"a": 1}, "dict"),
        (10**400, "x must be a real number"),
    ],
)
def test_inputs_must_be_real_numbers(bad: Any, said: str) -> None:
    with pytest.raises(cv.RunError, match=said):
        cv.run(cv.parse("y = x^2"), x=bad)


def test_missing_and_unknown_inputs_are_named() -> None:
    with pytest.raises(cv.RunError, match=r"no value for 'w', 't'; the inputs are x, w, t"):
        cv.run(LOSS, x=1.0)
    with pytest.raises(cv.RunError, match="no input 'wt'; did you mean"):
        cv.run(LOSS, wt=1.0, **GIVEN)  # type: ignore[arg-type]
    with pytest.raises(cv.RunError, match="'u' is not an input: it is computed"):
        cv.run(LOSS, u=1.0, **GIVEN)  # type: ignore[arg-type]
    with pytest.raises(cv.RunError, match="wrt must be an input, not 'u'"):
        cv.run(LOSS, GIVEN, mode="forward", wrt="u")
    with pytest.raises(cv.RunError, match="belong together"):
        cv.run(LOSS, GIVEN, mode="forward")
    with pytest.raises(cv.RunError, match="belong together"):
        cv.run(LOSS, GIVEN, wrt="x")
    with pytest.raises(cv.RunError, match="no mode 'backward'"):
        cv.run(LOSS, GIVEN, mode="backward")  # type: ignore[arg-type]


def test_unknown_nodes_and_edges_are_named() -> None:
    tape = cv.run(LOSS, GIVEN)
    with pytest.raises(cv.GraphError, match="no node 'q'"):
        tape.value("q")
    with pytest.raises(cv.RunError, match="no edge from 'x' to 'L'; into 'L' flow: v1"):
        tape.partial("L", "x")
    with pytest.raises(cv.RunError, match="no edge from 'x' to slot 5 of 'u'"):
        tape.partial_of(Edge("x", "u", 5))
    forward = cv.run(LOSS, GIVEN, mode="forward", wrt="x")
    with pytest.raises(cv.RunError, match="nothing arrives along 'w' -> 'u'"):
        forward.contribution_of(Edge("w", "u", 0))


@pytest.mark.parametrize(
    ("text", "shapes", "said"),
    [
        ("y = sum(W @ x)", {"W": (2, 3), "x": (2,)}, r"v1 = W @ x can't .* W \(2, 3\), x \(2,\)"),
        ("y = sum(a + b)", {"a": (2,), "b": (3,)}, r"a \(2,\), b \(3,\); they must broadcast"),
        ("y = dot(a, b)", {"a": (2,), "b": (3,)}, r"the rule is \(n\), \(n\) -> \(\)"),
        ("y = mse(a, b)", {"a": (2,), "b": (2, 1)}, "two arrays of one shape"),
        ("y = x[5]", {"x": (2,)}, r"y = x\[5\] can't .*x \(2,\)"),
        ("y = W @ x", {"W": (), "x": ()}, r"shapes W \(\), x \(\)"),
        ("y = sum([a, b])", {"a": (2,), "b": (3,)}, r"a \(2,\), b \(3,\)"),
        ("y = cross_entropy(a, b)", {"a": (3,), "b": ()}, "one shape"),
    ],
)
def test_shapes_that_do_not_fit_are_named(text: str, shapes: Any, said: str) -> None:
    with pytest.raises(cv.RunError, match=said):
        cv.run(cv.parse(text), {name: np.ones(shape) for name, shape in shapes.items()})


def test_the_error_knows_its_node() -> None:
    with pytest.raises(cv.RunError) as caught:
        cv.run(cv.parse("u = x - 1; y = 1/u"), x=1.0)
    assert caught.value.node == "y"
    assert isinstance(caught.value, cv.ChainvizError)


def test_no_warning_leaks_from_numpy() -> None:
    graph = cv.parse("L = sum(exp(-x)*relu(x) + x^2)")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tape = cv.run(graph, x=[700.0, -5.0, 0.0])
    assert np.isfinite(tape.grad("x")).all()


def test_check_gradients_reports() -> None:
    report = cv.check_gradients(LOSS, GIVEN)
    assert report.ok
    assert report.worst < 1e-8
    assert report.require() is report
    assert str(report).splitlines()[0].split() == ["input", "tape", "differences", "error"]
    assert [row.name for row in report.rows] == ["x", "w", "t"]


def test_check_gradients_finds_a_wrong_partial() -> None:
    from chainviz.ops.table import _BY_CALL, _BY_NAME

    cv.op("wrong", lambda a: a * a, [lambda y, a: 3.0 * a])
    try:
        report = cv.check_gradients(cv.parse("y = wrong(x)"), x=2.0)
    finally:
        del _BY_NAME["wrong"], _BY_CALL["wrong"]
    assert not report.ok
    assert "DIFFERS" in str(report)
    with pytest.raises(cv.ChainvizError, match="gradients disagree"):
        report.require()


def test_check_gradients_knows_a_kink() -> None:
    report = cv.check_gradients(cv.parse("y = relu(x)"), x=0.0)
    assert not report.ok
    assert report.rows[0].kink
    assert "two slopes meet" in str(report)
    assert cv.check_gradients(cv.parse("y = relu(x)"), x=1e-3).ok


def test_check_gradients_where_the_output_is_large() -> None:
    graph = cv.parse("y = 1e8 + 1e-3*x")
    assert cv.check_gradients(graph, x=2.0).ok  # the difference drowns in rounding: no alarm
