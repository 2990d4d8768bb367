"""Tracing: what a function may be made of, and what a wrong one is told."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import pytest

import chainviz as cv
from chainviz.trace import Expr, TraceError


def names(graph: cv.Graph) -> list[str]:
    return [node.name for node in graph]


def text(function: Any, **options: Any) -> list[str]:
    return str(cv.trace(function, **options)).splitlines()


def test_operators_on_both_sides() -> None:
    def function(x: Any, y: Any) -> Any:
        return ((2 + x) * 3 - (1 - y) / 4) ** 2 / (5 / x) + 2**y - -x + (+y) + abs(x)

    tape = cv.run(cv.trace(function), x=-1.3, y=0.4)
    assert tape.value(tape.graph.output) == pytest.approx(function(-1.3, 0.4), rel=1e-15)
    assert cv.check_gradients(tape.graph, x=-1.3, y=0.4).ok
    assert text(lambda x: x @ [1.0, 2.0])[1] == "y = x @ [1, 2]"
    assert text(lambda x: [1.0, 2.0] @ x)[1] == "y = [1, 2] @ x"


@pytest.mark.parametrize(
    ("function", "line"),
    [
        (lambda x: np.sin(x), "y = sin(x)"),
        (lambda x: np.cos(x), "y = cos(x)"),
        (lambda x: np.tan(x), "y = tan(x)"),
        (lambda x: np.tanh(x), "y = tanh(x)"),
        (lambda x: np.exp(x), "y = exp(x)"),
        (lambda x: np.log(x), "y = ln(x)"),
        (lambda x: np.sqrt(x), "y = sqrt(x)"),
        (lambda x: np.abs(x), "y = abs(x)"),
        (lambda x: np.square(x), "y = x^2"),
        (lambda x: np.power(x, 3), "y = x^3"),
        (lambda x: np.negative(x), "y = -x"),
        (lambda x: np.reciprocal(x), "y = 1/x"),
        (lambda x: np.add(x, 1), "y = x + 1"),
        (lambda x: np.multiply(2, x), "y = 2*x"),
        (lambda x: np.divide(x, 2), "y = x/2"),
        (lambda x: np.subtract(1, x), "y = 1 - x"),
        (lambda x: np.maximum(x, 1), "y = max(x, 1)"),
        (lambda x: np.minimum(1, x), "y = min(1, x)"),
        (lambda x: np.maximum(0, x), "y = max(0, x)"),
        (lambda x: np.maximum(x, 0.0), "y = max(0, x)"),
        (lambda x: np.sum(x), "y = sum(x)"),
        (lambda x: np.sum(x, axis=0), "y = sum(x, axis=0)"),
        (lambda x: np.sum(x, 1, keepdims=True), None),
        (lambda x: np.mean(x, axis=(0, 1)), "y = mean(x, axis=(0, 1))"),
        (lambda x: np.transpose(x), "y = transpose(x)"),
        (lambda x: np.dot(x, [1.0, 2.0]), "y = x @ [1, 2]"),
        (lambda x: np.matmul([1.0, 2.0], x), "y = [1, 2] @ x"),
        (lambda x: np.inner(x, [1, 2]), "y = dot(x, [1, 2])"),
        (lambda x: np.reshape(x, (2, -1)), "y = reshape(x, shape=(2, -1))"),
        (lambda x: np.ravel(x), "y = reshape(x, shape=(-1,))"),
        (lambda x: np.stack([x, 2 * np.ones(3)]), "y = [x, [2, 2, 2]]"),
        (lambda x: x.T, "y = transpose(x)"),
        (lambda x: x.transpose(1, 0), "y = transpose(x, axes=(1, 0))"),
        (lambda x: x.sum(), "y = sum(x)"),
        (lambda x: x.mean(axis=0), "y = mean(x, axis=0)"),
        (lambda x: x.reshape(3, 1), "y = reshape(x, shape=(3, 1))"),
        (lambda x: x.dot([1.0, 2.0]), "y = x @ [1, 2]"),
        (lambda x: x[0], "y = x[0]"),
        (lambda x: x[-1, 2], "y = x[-1, 2]"),
        (lambda x: x[1:, ::2], "y = x[1:, ::2]"),
        (lambda x: cv.sigmoid(x), "y = sigma(x)"),
        (lambda x: cv.relu(x), "y = max(0, x)"),
        (lambda x: cv.softplus(x), "y = softplus(x)"),
        (lambda x: cv.softmax(x), "y = softmax(x)"),
        (lambda x: cv.log_softmax(x, axis=0), "y = log_softmax(x, axis=0)"),
        (lambda x: cv.cross_entropy(x, [0, 1]), "y = cross_entropy(x, [0, 1])"),
        (lambda x: cv.mse(x, [0, 1]), "y = mse(x, [0, 1])"),
        (lambda x: cv.dot(x, x), "y = dot(x, x)"),
        (lambda x: cv.norm_squared(x), "y = norm_squared(x)"),
        (lambda x: cv.stack([x, x]), "y = [x, x]"),
        (lambda x: np.float64(2.0) * x, "y = 2*x"),
        (lambda x: np.array([1, 2]) * x, "y = [1, 2]*x"),
        (lambda x: np.array([[1, 2]]) @ x, "y = [[1, 2]] @ x"),
        (lambda x: [1, 2] - x, "y = [1, 2] - x"),
        (lambda x: x * True, "y = x*1"),
    ],
)
def test_what_a_step_becomes(function: Any, line: str | None) -> None:
    found = text(function)
    assert found == ["input x", line or found[1], "output y"]


def test_norm_and_clip_are_made_of_rows() -> None:
    assert text(lambda x: np.linalg.norm(x))[1:3] == ["v1 = norm_squared(x)", "y = sqrt(v1)"]
    assert text(lambda x: np.clip(x, -1, 1))[1:3] == ["v1 = max(x, (-1))", "y = min(v1, 1)"]


def test_arrays_of_constants_on_either_side() -> None:
    weights = np.arange(6.0).reshape(2, 3)

    def network(x: Any) -> Any:
        h = weights @ x
        L = (h + np.ones(2)).sum()
        return L

    graph = cv.trace(network)
    assert graph.inputs == ("x",)
    assert cv.run(graph, x=[1.0, 2.0, 3.0]).grad("x").tolist() == [3.0, 5.0, 7.0]
    weights[0, 0] = 99.0  # what was traced doesn't change with the user's array
    assert cv.run(graph, x=[1.0, 2.0, 3.0]).grad("x").tolist() == [3.0, 5.0, 7.0]


def test_a_branch_may_be_decided_by_constants() -> None:
    def function(x: Any, deep: bool = True, n: int = 2) -> Any:
        for _ in range(n):
            x = x * 2 if deep else x + 1
        return x

    assert text(function)[1:] == ["x_2 = x*2", "x_3 = x_2*2", "output x_3"]
    shallow = text(function, fixed={"deep": False, "n": 1})
    assert shallow[1:] == ["x_2 = x + 1", "output x_2"]


def test_a_sum_begins_with_its_first_term() -> None:
    def function(x: Any) -> Any:
        total = 0
        for k in range(1, 4):
            total += k * x
        return total

    expected = ["v1 = 1*x", "v2 = 2*x", "total = v1 + v2", "v3 = 3*x", "total_2 = total + v3"]
    assert text(function)[1:-1] == expected
    assert text(lambda x: sum([x, x * 2]))[1:-1] == ["v1 = x*2", "y = x + v1"]
    assert cv.parse("y = 0 + x*2 + 1") == cv.parse("y = x*2 + 1")


def test_where_chooses_by_a_traced_value() -> None:
    leaky = cv.trace(lambda x: cv.where(x > 0, x, 0.1 * x))
    for x, slope in ((2.0, 1.0), (-2.0, 0.1)):
        tape = cv.run(leaky, x=x)
        assert tape.grad("x") == slope
        assert tape.value("y") == slope * x
    signs = {"<": (1, 0, 0), "<=": (1, 1, 0), ">": (0, 0, 1), ">=": (0, 1, 1)}
    chosen = {
        "<": lambda x, a, b: np.where(x < 1, a, b),
        "<=": lambda x, a, b: np.where(x <= 1, a, b),
        ">": lambda x, a, b: np.where(x > 1, a, b),
        ">=": lambda x, a, b: np.where(np.greater_equal(x, 1), a, b),
    }
    for sign, function in chosen.items():
        graph = cv.trace(function)
        found = [cv.run(graph, x=x, a=1.0, b=0.0).value("y") for x in (0.0, 1.0, 2.0)]
        assert tuple(found) == signs[sign], sign
    mask = cv.trace(lambda x: cv.where(np.array([True, False]), x, 0).sum())
    assert cv.run(mask, x=[3.0, 4.0]).grad("x").tolist() == [1.0, 0.0]
    assert cv.where(np.array([True, False]), 1, 2).tolist() == [1, 2]


def test_lists_of_inputs() -> None:
    def weighted(x: Any, *ws: Any) -> Any:
        total = 0
        for w in ws:
            total = total + w * x
        return total

    graph = cv.trace(weighted, sizes={"ws": 3}, parameters=["ws_1", "ws_3"])
    assert graph.inputs == ("x", "ws_1", "ws_2", "ws_3")
    assert graph.parameters == ("ws_1", "ws_3")
    named = cv.trace(weighted, sizes={"ws": ("a", "b")})
    assert named.inputs == ("x", "a", "b")
    assert cv.trace(weighted, fixed={"ws": [1.0, 2.0]}).inputs == ("x",)

    def matrix(W: Any, x: Any) -> Any:
        return W[0][0] * x[0] + W[0][1] * x[1] + W[1][0]

    graph = cv.trace(matrix, sizes={"W": (2, 2), "x": 2})
    assert graph.inputs == ("W_1_1", "W_1_2", "W_2_1", "W_2_2", "x_1", "x_2")


def test_every_kind_of_argument() -> None:
    def function(a: Any, /, b: Any, *, c: Any, d: float = 2.0, **rest: Any) -> Any:
        return a * b + c * d

    assert cv.trace(function).inputs == ("a", "b", "c")
    assert cv.trace(functools.partial(function, c=3.0)).inputs == ("a", "b")


def test_callables_of_every_kind() -> None:
    class Model:
        def __init__(self) -> None:
            self.slope = 2.0

        def __call__(self, x: Any) -> Any:
            return self.slope * x

        def method(self, x: Any) -> Any:
            u = self.slope * x
            return u

    assert text(Model()) == ["input x", "y = 2*x", "output y"]
    assert text(Model().method) == ["input x", "u = 2*x", "output u"]
    assert text(cv.sigmoid) == ["input x", "y = sigma(x)", "output y"]
    with pytest.raises(TraceError, match="wrap it: lambda x"):
        cv.trace(max)


def test_unused_inputs_stay_and_dead_steps_go() -> None:
    def function(x: Any, unused: Any) -> Any:
        dead = x * 3
        dead = dead + 1
        y = x * 2
        return y

    graph = cv.trace(function)
    assert names(graph) == ["x", "unused", "y"]
    assert cv.run(graph, x=1.0, unused=5.0).grad("unused") == 0.0


def test_the_same_function_gives_the_same_graph() -> None:
    def function(x: Any, w: Any) -> Any:
        h = [np.tanh(w * x + k) for k in range(3)]
        return sum(h) * x

    graphs = {cv.trace(function) for _ in range(5)}
    assert len(graphs) == 1
    assert len({str(graph) for graph in graphs}) == 1


def test_plain_numbers_pass_through_our_functions() -> None:
    def function(x: Any) -> Any:
        return cv.sigmoid(x) + cv.where(x > 0, 1.0, 0.0) + cv.constant(2.0)

    assert function(0.0) == 2.5


def test_a_gate_is_one_node_and_opens() -> None:
    @cv.gate
    def neuron(w: Any, x: Any, b: Any = 0.0) -> Any:
        """A neuron."""
        z = w * x + b
        a = cv.sigmoid(z)
        return a

    def network(x: Any, w: Any, v: Any) -> Any:
        h = neuron(w, x)
        y = neuron(v, h, 1.0)
        return y

    graph = cv.trace(network)
    assert names(graph) == ["x", "w", "v", "h", "y"]
    assert str(graph).splitlines()[3] == "h = neuron(w, x)"
    assert neuron(0.0, 1.0) == 0.5
    assert neuron.__doc__ == "A neuron."
    opened = graph.open("h").open("y")
    assert "z" in opened
    given = {"x": 0.3, "w": -0.7, "v": 1.9}
    for name in graph.inputs:
        assert cv.run(graph, given).grad(name) == pytest.approx(
            cv.run(opened, given).grad(name), rel=1e-14
        )
    assert cv.trace(network) == graph
    assert cv.check_gradients(graph, given).ok


def test_a_gate_takes_traced_values_one_by_one() -> None:
    @cv.gate
    def total(xs: Any) -> Any:
        return sum(xs)

    with pytest.raises(TraceError, match="'total' takes traced values one by one"):
        cv.trace(lambda a, b: total([a, b]))
    assert total([1.0, 2.0]) == 3.0

    @cv.gate
    def scaled(x: Any, by: Any = (1.0, 2.0)) -> Any:
        return by[0] * x + by[1]

    assert str(cv.trace(lambda x: scaled(x))["y"].op) == "<Op scaled>"


# a wrong function, and what it is told
def branch(x: Any) -> Any:
    u = x * 2
    if u > 3:
        return u
    return -u


def loop(x: Any) -> Any:
    while x < 3:
        x = x * 2
    return x


WRONG: list[tuple[Any, str]] = [
    (branch, r"'u > 3' can't decide a branch: 'u = x\*2' has no number .* cv.where"),
    (loop, r"'x < 3' can't decide a branch"),
    (lambda x: max(x, 3), r"'3 > x'|'x < 3' can't decide"),
    (lambda x: x if x else 1, r"a branch .* needs a number, and 'x'"),
    (lambda x: x if x == 0 else 1, r"'x == 0' can't decide a branch"),
    (lambda x: math.sin(x), r"function of math, needs a number, .*np.sin for math.sin"),
    (lambda x: float(x), r"float\(\)"),
    (lambda x: int(x), r"int\(\)"),
    (lambda x: [1, 2][x], r"an index"),
    (lambda x: sum(range(x)), r"an index or range"),
    (lambda x: complex(x), r"only real numbers"),
    (lambda x: round(x), r"round\(\)"),
    (lambda x: len(x), r"len\(\)"),
    (lambda x: [a for a in x], r"a loop over it .*sizes="),  # noqa: C416
    (lambda x: 3 in x, r"'in'"),
    (lambda x: x.shape, r"\.shape needs a number"),
    (lambda x: np.array([x, 1]), r"np\.array\(\) .* cv.stack"),
    (lambda x: np.array([x, 1], dtype=object) * x, r"cv.stack"),
    (lambda x: x * "a", r"'a' \(str\) can't be an operand of mul"),
    (lambda x: x + None, r"None \(NoneType\) can't be an operand of add"),
    (lambda x: x * 1j, r"1j \(complex\) can't be an operand"),
    (lambda x: x * math.nan, r"constant operand of mul is nan; constants must be finite"),
    (lambda x: x * [1, [2, 3]], r"is not an array"),
    (lambda x: x + (x > 1), r"x > 1 is a comparison, not a number"),
    (lambda x: x**2 % 2, r"% needs a number, and 'y = x\^2' has none"),
    (lambda x: x // 2, r"// needs a number, .*divide with /"),
    (lambda x: np.cumsum(x), r"np.cumsum can't be traced; these can: .*sin"),
    (lambda x: np.sinh(x), r"np.sinh can't be traced"),
    (lambda x: np.add.reduce(x), r"np.add.reduce can't"),
    (lambda x: np.add(x, 1, where=False), r"can't be traced with where="),
    (lambda x: np.sum(x, dtype=float), r"sum takes no option 'dtype'; it takes: axis, keepdims"),
    (lambda x: np.sin(1.0, out=x), r"would write a traced value|return arrays"),
    (lambda x: np.add(x, 1, out=np.zeros(2)), r"would write a traced value into an array"),
    (lambda x: f"{x:.2f}", r"the format '.2f' needs a number"),
    (lambda *xs: xs[0], r"say how many: sizes={'xs': 3}"),
    (lambda x: x["a"], r"x\['a'\] can't be traced; whole numbers and slices"),
    (lambda x: x[True], r"x\[True\] can't be traced"),
    (lambda x: x[..., 0], r"x\[Ellipsis\] can't be traced"),
    (lambda x: x.max(), r"no .max; it has T, sum"),
    (lambda x: cv.where(x, 1, 2), r"where needs a comparison"),
    (lambda x: cv.where(x == 1, 1, 2), r"where can't choose by 'x == 1'"),
    (lambda x: x, r"returns its input 'x' as it is"),
    (lambda x: None, r"returns nothing"),
    (lambda x: 3.0, r"returns 3.0, which doesn't depend on its inputs"),
    (lambda x: (x * 2, x * 3), r"returns 2 values, and a graph has one output; .*cv.stack"),
    (lambda x: cv.constant(2.0), r"returns a constant"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "said"), WRONG)
def test_a_wrong_function_is_told_why(function: Any, said: str) -> None:
    with pytest.raises((TraceError, TypeError, AttributeError), match=said):
        cv.trace(function)


def test_a_missing_attribute_is_one_for_hasattr_too() -> None:
    def function(x: Any) -> Any:
        assert not hasattr(x, "astype")
        return x * 2

    assert cv.trace(function).output == "y"


def test_in_place_changes_are_refused() -> None:
    def function(x: Any) -> Any:
        x[0] = 1.0
        return x

    with pytest.raises(TraceError, match="can't be changed in place"):
        cv.trace(function)


def test_a_value_that_escapes_its_trace_is_refused() -> None:
    kept: list[Expr] = []

    def function(x: Any) -> Any:
        kept.append(x)
        return x * 2

    cv.trace(function)
    assert repr(kept[0]) == "<Expr of a finished trace>"
    with pytest.raises(TraceError, match="after its function had returned"):
        _ = kept[0] * 2
    with pytest.raises(TraceError, match="belongs to another trace"):
        cv.trace(lambda x: x * kept[0])


def test_wrong_options_are_refused() -> None:
    with pytest.raises(TraceError, match="formula text goes to parse"):
        cv.trace("y = x")  # type: ignore[arg-type]
    with pytest.raises(TraceError, match="sizes: the function has no argument 'z'"):
        cv.trace(lambda x: x * 2, sizes={"z": 3})
    with pytest.raises(TraceError, match="needs a whole number, names"):
        cv.trace(lambda x: x * 2, sizes={"x": "abc"})
    with pytest.raises(cv.GraphError, match="parameters: no 'w'; there are: x"):
        cv.trace(lambda x: x * 2, parameters=["w"])
    with pytest.raises(cv.GraphError, match="labels: no 'q'"):
        cv.trace(lambda x: x * 2, labels={"q": "q"})


def test_an_error_of_the_users_own_passes_through() -> None:
    def function(x: Any) -> Any:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        cv.trace(function)
    assert cv.trace(lambda x: x * 2).output == "y"  # and the next trace is none the worse
