"""Every number that the films show: the code computes them, and these hold it to them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import chainviz as cv

# (text, inputs, what the curriculum says, digits after the point that it shows)
ONE_VARIABLE = [
    ("u = 3*x + 1; h = u^2", {"x": 2.0}, 42.0, 9),
    ("u = x^2; y = sin(u)", {"x": 2.0}, -2.6146, 4),
    ("u = x^2; y = sin(u)", {"x": 1.5}, -1.8845, 4),
    ("u = 3x^2 + 2x; y = exp(u)", {"x": 0.5}, 28.773, 3),
    ("u = sqrt(x); v = cos(u); y = ln(v)", {"x": 1.0}, -0.77870, 5),
    ("u = 2x; y = 3u", {"x": 1.0}, 6.0, 12),
    ("x = t^2; y = sin(t); f = x^2 + y^2", {"t": 1.0}, 4.9093, 4),
]


@pytest.mark.parametrize(("text", "inputs", "slope", "digits"), ONE_VARIABLE)
def test_one_variable(text: str, inputs: dict[str, float], slope: float, digits: int) -> None:
    graph = cv.parse(text)
    ((name, _),) = inputs.items()
    found = cv.run(graph, inputs).grad(name)
    assert round(found, digits) == pytest.approx(slope, abs=10**-digits / 2)
    assert cv.check_gradients(graph, inputs).ok


@pytest.mark.parametrize("x", [-1.0, 0.0, 0.7, 2.0])
def test_the_closed_forms_of_one_variable(x: float) -> None:
    def slope(text: str) -> float:
        return float(cv.run(cv.parse(text), x=x).grad("x"))

    assert slope("y = (3x + 1)^2") == pytest.approx(6 * (3 * x + 1)) == 18 * x + 6
    assert slope("y = sin(x^2)") == pytest.approx(2 * x * math.cos(x * x))
    assert slope("y = exp(3x^2 + 2x)") == pytest.approx((6 * x + 2) * math.exp(3 * x * x + 2 * x))
    if x > 0:
        expected = -math.tan(math.sqrt(x)) / (2 * math.sqrt(x))
        assert slope("y = ln(cos(sqrt(x)))") == pytest.approx(expected)


def test_wiggle() -> None:
    tape = cv.run(cv.parse("u = 2x; y = 3*u"), x=1.7)
    assert (tape.partial("u", "x"), tape.partial("y", "u"), tape.grad("x")) == (2.0, 3.0, 6.0)


@pytest.mark.parametrize("stages", [2, 3, 7])
def test_a_pipeline_multiplies_its_stages(stages: int) -> None:
    def pipeline(x: Any) -> Any:
        for _ in range(stages):
            x = np.sin(x) + 1.5 * x
        return x

    graph = cv.trace(pipeline)
    tape = cv.run(graph, x=0.4)
    product, value = 1.0, 0.4
    for _ in range(stages):
        product *= math.cos(value) + 1.5
        value = math.sin(value) + 1.5 * value
    assert tape.grad("x") == pytest.approx(product, rel=1e-14)


def test_computational_graph() -> None:
    tape = cv.run(cv.parse("u = w*x; s = sigma(u); L = -ln(s)"), x=2.0, w=3.0)
    shown = {name: round(tape.value(name), 4) for name in ("u", "s", "L")}
    assert shown == {"u": 6.0, "s": 0.9975, "L": 0.0025}
    grads = {name: round(tape.grad(name), 4) for name in ("s", "u", "w", "x")}
    assert grads == {"s": -1.0025, "u": -0.0025, "w": -0.0049, "x": -0.0074}


def test_neural_network_chain_rule() -> None:
    def network(x: Any, w1: Any, w2: Any, t: Any) -> Any:
        h = cv.sigmoid(w1 * x)
        y = cv.sigmoid(w2 * h)
        L = (y - t) ** 2
        return L

    tape = cv.run(cv.trace(network), x=1.0, w1=0.5, w2=-0.8, t=1.0)
    h, y = tape.value("h"), tape.value("y")
    dy = 2 * (y - 1.0)
    assert tape.grad("w2") == pytest.approx(dy * y * (1 - y) * h)
    assert tape.grad("w1") == pytest.approx(dy * y * (1 - y) * -0.8 * h * (1 - h) * 1.0)


def test_sum_over_paths() -> None:
    tape = cv.run(cv.parse("f = x^2; g = sin(x); L = f*g"), x=1.3)
    first, second = tape.contributions("x")
    assert (first.edge.target, second.edge.target) == ("g", "f")  # the last target comes first
    assert first.value == pytest.approx(1.3**2 * math.cos(1.3))
    assert second.value == pytest.approx(math.sin(1.3) * 2 * 1.3)
    assert tape.grad("x") == first.value + second.value


def test_total_derivative() -> None:
    tape = cv.run(cv.parse("x = t^2; y = sin(t); f = x^2 + y^2"), t=1.0)
    assert tape.grad("t") == pytest.approx(4 * 1.0**3 + 2 * math.sin(1) * math.cos(1))


def test_change_of_variables() -> None:
    graph = cv.parse("x = (u + 2v)/3; y = (u - v)/3; z = x^2*y + x*y^3")
    u, v = 1.4, -0.6
    tape = cv.run(graph, u=u, v=v)
    x, y = tape.value("x"), tape.value("y")
    assert (x + 2 * y, x - y) == pytest.approx((u, v))
    dx, dy = 2 * x * y + y**3, x**2 + 3 * x * y**2
    assert (tape.grad("x"), tape.grad("y")) == pytest.approx((dx, dy))
    assert tape.grad("u") == pytest.approx(dx / 3 + dy / 3)
    assert tape.grad("v") == pytest.approx(2 * dx / 3 - dy / 3)


def test_jacobian_product() -> None:
    graph = cv.parse("f = [x0^2 + x1, x0*x1, sin(x0)]")
    expected = [[2.0, 1.0], [2.0, 1.0], [math.cos(1.0), 0.0]]
    columns = [
        cv.run(graph, x0=1.0, x1=2.0, mode="forward", wrt=name).tangent("f")
        for name in ("x0", "x1")
    ]
    assert np.allclose(np.transpose(columns), expected)
    assert round(columns[0][2], 4) == 0.5403
    for row, seed in enumerate(np.eye(3)):
        tape = cv.run(graph, x0=1.0, x1=2.0, seed=seed)
        assert (tape.grad("x0"), tape.grad("x1")) == pytest.approx(expected[row])


def test_square_of_sum() -> None:
    tape = cv.run(cv.parse("t1 = a*b; t2 = t1 + c; L = t2^2"), a=2.0, b=-3.0, c=10.0)
    t2 = tape.value("t2")
    assert tape.grad("t2") == tape.grad("c") == 2 * t2
    assert (tape.grad("a"), tape.grad("b")) == (2 * t2 * -3.0, 2 * t2 * 2.0)


def test_one_weight() -> None:
    def loss(x: Any, w: Any, target: Any) -> Any:
        u = w * x
        out = u**2
        L = (out - target) ** 2
        return L

    tape = cv.run(cv.trace(loss), x=2.0, w=3.0, target=10.0)
    assert [tape.value(name) for name in ("u", "out", "L")] == [6.0, 36.0, 676.0]
    assert tape.grad("out") == 52.0
    assert tape.partial("out", "u") == 12.0
    assert tape.grad("u") == 624.0
    assert (tape.grad("w"), tape.grad("x")) == (1248.0, 1872.0)


RANDOM = np.random.default_rng(3)


def test_relu_mse_with_real_matrices() -> None:
    def network(x: Any, W1: Any, W2: Any, y: Any) -> Any:
        h = W1 @ x
        a = np.maximum(0, h)
        yhat = W2 @ a
        L = cv.norm_squared(yhat - y)
        return L

    given = {
        "x": RANDOM.normal(size=(3, 1)),
        "W1": RANDOM.normal(size=(4, 3)),
        "W2": RANDOM.normal(size=(2, 4)),
        "y": RANDOM.normal(size=(2, 1)),
    }
    graph = cv.trace(network, parameters=("W1", "W2"))
    tape = cv.run(graph, given)
    dyhat = 2 * (tape.value("yhat") - given["y"])
    da = given["W2"].T @ dyhat
    dh = da * (tape.value("h") > 0)
    assert np.allclose(tape.grad("yhat"), dyhat, rtol=1e-14)
    assert np.allclose(tape.grad("W2"), dyhat @ tape.value("a").T, rtol=1e-14)
    assert np.allclose(tape.grad("a"), da, rtol=1e-14)
    assert np.allclose(tape.grad("h"), dh, rtol=1e-14)
    assert np.allclose(tape.grad("W1"), dh @ given["x"].T, rtol=1e-14)
    for node in graph:
        assert np.shape(tape.grad(node.name)) == np.shape(tape.value(node.name))


def test_sigmoid_two_layers() -> None:
    def network(x: Any, W: Any, b: Any, V: Any, c: Any, t: Any) -> Any:
        a = cv.sigmoid(W @ x + b)
        y = cv.sigmoid(V @ a + c)
        L = 0.5 * cv.norm_squared(y - t)
        return L

    given = {
        "x": RANDOM.normal(size=2),
        "W": RANDOM.normal(size=(3, 2)),
        "b": RANDOM.normal(size=3),
        "V": RANDOM.normal(size=(2, 3)),
        "c": RANDOM.normal(size=2),
        "t": np.array([0.0, 1.0]),
    }
    tape = cv.run(cv.trace(network), given)
    a, y = tape.value("a"), tape.value("y")
    dc = (y - given["t"]) * y * (1 - y)
    db = (given["V"].T @ dc) * a * (1 - a)
    assert np.allclose(tape.grad("c"), dc, rtol=1e-13)
    assert np.allclose(tape.grad("V"), np.outer(dc, a), rtol=1e-13)
    assert np.allclose(tape.grad("b"), db, rtol=1e-13)
    assert np.allclose(tape.grad("W"), np.outer(db, given["x"]), rtol=1e-13)


def deep(x: Any, w1: Any, w2: Any, w3: Any, w4: Any) -> Any:
    h = x
    for w in (w1, w2, w3, w4):
        h = np.tanh(w * h)
    L = h**2
    return L


DEEP = {"x": 0.8, "w1": 0.9, "w2": -1.1, "w3": 0.7, "w4": 1.3}


def test_deep_composition_is_the_product_along_the_path() -> None:
    graph = cv.trace(deep)
    tape = cv.run(graph, DEEP)
    at, product = "w1", 1.0
    while at != graph.output:
        (edge,) = graph.edges_out_of(at)
        product *= tape.partial_of(edge)
        at = edge.target
    assert tape.grad("w1") == pytest.approx(product, rel=1e-14)


def test_why_backward_one_sweep_against_one_for_each_weight() -> None:
    graph = cv.trace(deep)
    backward = cv.run(graph, DEEP).counts.multiplications
    forward = [
        cv.run(graph, DEEP, mode="forward", wrt=name).counts.multiplications
        for name in graph.inputs
    ]
    assert backward == len(graph.edges) == 13
    assert forward == [9, 9, 7, 5, 3]  # the later the weight, the shorter its way
    assert sum(forward) == 33


def test_forward_and_reverse_meet_in_the_jacobian() -> None:
    graph = cv.trace(deep)
    reverse = cv.run(graph, DEEP)
    for name in graph.inputs:
        forward = cv.run(graph, DEEP, mode="forward", wrt=name)
        assert forward.tangent("L") == pytest.approx(reverse.grad(name), rel=1e-14)


@pytest.mark.parametrize("layers", [1, 5, 12])
def test_vanishing_gradient(layers: int) -> None:
    def chain(x: Any) -> Any:
        for _ in range(layers):
            x = cv.sigmoid(x)
        return x

    for x in (-3.0, 0.0, 2.0):
        tape = cv.run(cv.trace(chain), x=x)
        assert 0 < tape.grad("x") <= 4.0**-layers
    assert cv.run(cv.parse("y = sigma(x)"), x=0.0).grad("x") == 0.25


def test_gradient_step_lowers_the_loss() -> None:
    graph = cv.parse("L = (w*x + b - y)^2")
    given = {"x": 2.0, "y": 7.0, "w": 1.0, "b": 0.5}
    losses = []
    for _ in range(25):
        tape = cv.run(graph, given)
        losses.append(tape.value("L"))
        for name in ("w", "b"):
            given[name] -= 0.05 * tape.grad(name)
    assert all(later < earlier for earlier, later in pairwise(losses))
    assert losses[-1] < 1e-4 * losses[0]


def test_training_a_small_network() -> None:
    def loss(X: Any, t: Any, W: Any, b: Any, V: Any, c: Any) -> Any:
        h = cv.sigmoid(X @ W + b)
        y = cv.sigmoid(h @ V + c)
        L = -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y))
        return L

    random = np.random.default_rng(0)
    points = random.uniform(-1, 1, (100, 2))
    given: dict[str, Any] = {
        "X": points,
        "t": (points.sum(axis=1) > 0).astype(float),
        "W": random.normal(size=(2, 4)),
        "b": np.zeros(4),
        "V": random.normal(size=4),
        "c": 0.0,
    }
    graph = cv.trace(loss, parameters=("W", "b", "V", "c"))
    losses = []
    for _ in range(60):
        tape = cv.run(graph, given)
        losses.append(tape.value("L"))
        for name in graph.parameters:
            given[name] = given[name] - 1.0 * tape.grad(name)
    assert losses[-1] < 0.6 * losses[0]
    assert cv.check_gradients(graph, given).ok


def test_gradient_check_agrees_to_a_millionth() -> None:
    report = cv.check_gradients(cv.trace(deep), DEEP)
    assert report.ok
    assert report.worst < 1e-6
    assert len(report.rows) == 5
