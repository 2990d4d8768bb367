"""Graphs: order, multiplicity, equality, text, and gates that fold and open."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import chainviz as cv
from chainviz.graph import Constant, Edge, Graph, GraphError, Node
from chainviz.ops import ARGUMENTS, op_named
from chainviz.parse import syntax
from compute_tools import worked_out

LOGISTIC = "z = w*x; e = exp(-z); s = 1/(1 + e); L = s^2"


def test_x_times_x_has_two_edges() -> None:
    graph = cv.trace(lambda x: x * x)
    assert graph.edges == (Edge("x", "y", 0), Edge("x", "y", 1))
    assert cv.run(graph, x=3.0).partial("y", "x") == (3.0, 3.0)
    assert cv.run(graph, x=3.0).grad("x") == 6.0


def test_a_minus_b_is_not_b_minus_a() -> None:
    one, other = cv.trace(lambda a, b: a - b), cv.trace(lambda a, b: b - a)
    assert one != other
    assert [edge.source for edge in one.edges] == ["a", "b"]
    assert [edge.source for edge in other.edges] == ["b", "a"]
    assert cv.run(one, a=5.0, b=3.0).value("y") == 2.0
    assert cv.run(other, a=5.0, b=3.0).value("y") == -2.0


def test_a_graph_answers_by_name() -> None:
    graph = cv.parse("u = w*x; L = u - u*w")
    assert graph.inputs == ("w", "x")
    assert graph.output == "L"
    assert graph["u"] is graph.node("u") is graph.nodes[2]
    assert [node.name for node in graph] == ["w", "x", "u", "v1", "L"]
    assert len(graph) == 5
    assert "u" in graph
    assert "nothing" not in graph
    assert graph.edges_into("u") == (Edge("w", "u", 0), Edge("x", "u", 1))
    assert graph.edges_out_of("u") == (Edge("u", "v1", 0), Edge("u", "L", 0))
    assert graph["L"].op is op_named("sub")
    assert graph["w"].op is None
    assert graph["w"].is_input
    with pytest.raises(GraphError, match="no node 'v2'; there are: w, x, u, v1, L"):
        graph.node("v2")


def test_constants_are_part_of_their_op() -> None:
    graph = cv.parse("y = 2*x^3")
    assert graph.inputs == ("x",)
    assert graph["y"].constants == ((0, 2.0),)
    assert graph["v1"].constants == ((1, 3.0),)
    assert graph.edges == (Edge("x", "v1", 0), Edge("v1", "y", 1))


def test_equal_content_is_equal() -> None:
    weights = np.array([[1.0, 2.0], [3.0, 4.0]])
    one = cv.trace(lambda x: weights @ x)
    same = cv.trace(lambda x: weights.copy() @ x)
    other = cv.trace(lambda x: (weights + 1e-16 + 1) @ x)
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "text"
    assert len({one, same, other}) == 2


def test_a_graph_never_changes() -> None:
    graph = cv.parse("y = x^2")
    with pytest.raises(GraphError, match="never changes"):
        graph.output = "x"  # type: ignore[misc]
    with pytest.raises(GraphError, match="never changes"):
        del graph.nodes
    assert copy.deepcopy(graph) is graph is copy.copy(graph)
    array = cv.parse("y = sum([1, 2]*x)")["v1"].constants[0][1]
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 5.0


def test_graphs_of_nodes_are_checked() -> None:
    add = op_named("add")
    graph = Graph((Node("x"), Node("y", add, ("x", Constant(1.0)))), "y")
    assert graph == cv.parse("y = x + 1")
    with pytest.raises(GraphError, match="'y' takes 'z', which doesn't come before"):
        Graph((Node("x"), Node("y", add, ("x", "z")), Node("z")), "y")
    with pytest.raises(GraphError, match="two nodes are named 'x'"):
        Graph((Node("x"), Node("x")), "x")
    with pytest.raises(GraphError, match="output 'L' is not a node"):
        Graph((Node("x"),), "L")


def test_text_is_a_golden() -> None:
    def network(x: Any, W: Any, b: Any) -> Any:
        h = np.tanh(W @ x - b * -2.0)
        s = h.sum(axis=0, keepdims=True)
        L = cv.stack([s[0], h[1:3].mean()]).T.sum() + np.ones((4, 5)).sum() * s.mean()
        return L

    graph = cv.trace(network, parameters=["W", "b"], labels={"h": "h^{[1]}"})
    assert graph.node("h").label == "h^{[1]}"
    assert str(graph).splitlines() == [
        "input x",
        "parameter W",
        "parameter b",
        "v1 = W @ x",
        "v2 = b*(-2)",
        "v3 = v1 - v2",
        "h = tanh(v3)",
        "s = sum(h, axis=0, keepdims=True)",
        "v4 = s[0]",
        "v5 = h[1:3]",
        "v6 = mean(v5)",
        "v7 = [v4, v6]",
        "v8 = transpose(v7)",
        "v9 = sum(v8)",
        "v10 = mean(s)",
        "v11 = 20*v10",
        "L = v9 + v11",
        "output L",
    ]
    large = cv.trace(lambda x: np.ones((4, 5)) * x)
    assert "array(4x5, #" in str(large)


def test_a_fold_keeps_every_number() -> None:
    graph = cv.parse(LOGISTIC)
    folded = cv.fold(graph, "sigma", ["v1", "e", "v2", "s"])
    assert [node.name for node in folded] == ["w", "x", "z", "s", "L"]
    assert folded["s"].op.name == "sigma"  # type: ignore[union-attr]
    one, other = cv.run(graph, w=0.7, x=-1.3), cv.run(folded, w=0.7, x=-1.3)
    for name in ("z", "s", "L", "w", "x"):
        assert other.value(name) == pytest.approx(one.value(name), rel=1e-15)
        assert other.grad(name) == pytest.approx(one.grad(name), rel=1e-14)
    s = other.value("s")
    assert other.partial("s", "z") == pytest.approx(s * (1 - s))
    assert folded.open("s") == graph
    assert graph.fold("sigma", {"s", "v2", "e", "v1"}) == folded
    assert hash(graph.fold("sigma", {"s", "v2", "e", "v1"})) == hash(folded)


def test_a_fold_of_arrays() -> None:
    def network(x: Any, W: Any, b: Any) -> Any:
        h = np.tanh(W @ x + b)
        L = (h * h).sum() + cv.norm_squared(x)
        return L

    graph = cv.trace(network)
    given = {"x": [0.5, -1.0], "W": [[1.0, 2.0], [0.3, -0.2], [0.0, 1.0]], "b": [0.1, 0.2, 0.3]}
    layer = [name for name in ("v1", "v2", "h") if name in graph]
    folded = graph.fold("layer", layer)
    one, other = cv.run(graph, given), cv.run(folded, given)
    for name in (*graph.inputs, "L", "h"):
        assert np.allclose(other.grad(name), one.grad(name), rtol=1e-14)
    direction = [1.0, -0.5]
    along = cv.run(folded, given, mode="forward", wrt="x", seed=direction).tangent("L")
    assert along == pytest.approx(np.dot(one.grad("x"), direction))
    assert other.partial("h", "x").shape == (3, 2)


def test_a_gate_of_arrays_that_works_entry_by_entry() -> None:
    graph = cv.parse("a = x*x; g = a*w + x; L = sum(g)")
    folded = graph.fold("g", ["a", "v1", "g"] if "v1" in graph else ["a", "g"])
    given = {"x": [1.0, 2.0, 3.0], "w": 2.0}
    assert cv.run(folded, given).grad("x").tolist() == cv.run(graph, given).grad("x").tolist()
    assert cv.run(folded, given).grad("w") == 14.0


def test_a_gate_has_a_formula_of_its_own() -> None:
    folded = cv.parse("u = a*b; v = u^2; L = v + a").fold("square", ["u", "v"])
    gate = folded["v"].op
    assert gate is not None
    assert gate.notation == "square(a, b)"
    assert gate.formulas == ("(2*(a*b)^(2 - 1))*b", "(2*(a*b)^(2 - 1))*a")


GATES = [
    (LOGISTIC, ["v1", "e", "v2", "s"], {"w": 0.7, "x": -1.3}),
    ("u = a*b; v = u^2; L = v + a", ["u", "v", "L"], {"a": 0.7, "b": -1.3}),
    ("u = tanh(x); v = u*x; L = v/w", ["u", "v"], {"x": 0.4, "w": 3.0}),
    ("h = W @ x; L = sum(h)", ["h", "L"], {"W": np.ones((2, 3)), "x": np.ones((3, 2))}),
    (
        "h = W @ x; z = h + b; a = tanh(z); L = norm_squared(a)",
        ["h", "z", "a"],
        {"W": np.ones((2, 3)) / 3, "x": np.eye(3), "b": np.ones((2, 3))},
    ),
    (
        "h = W @ x; d = h - t; L = norm_squared(d)",
        ["h", "d", "L"],
        {"W": np.ones((2, 3)), "x": np.ones((3, 1)), "t": np.ones((2, 1))},
    ),
]


@pytest.mark.parametrize(("text", "nodes", "given"), GATES)
def test_the_formula_of_a_gate_says_what_its_numbers_do(
    text: str, nodes: list[str], given: dict[str, Any]
) -> None:
    folded = cv.parse(text).fold("f", nodes)  # a name that is a letter of the slots, too
    node = folded.node(nodes[-1])
    gate = node.op
    assert gate is not None
    assert f"{node.name} = f({', '.join(map(str, node.arguments))})" in str(folded)
    tape = cv.run(folded, given)
    arguments = [tape.value(name) for name in node.arguments if isinstance(name, str)]
    y = tape.value(node.name)
    g = np.cos(np.arange(np.size(y)) + 0.5).reshape(np.shape(y))
    names = dict(zip(ARGUMENTS, arguments, strict=False)) | {"y": y, "g": g}
    for slot, formula in enumerate(gate.formulas):
        said = worked_out(syntax(formula), names)
        if gate.elementwise:
            assert np.allclose(said, gate.partials[slot](y, *arguments), rtol=1e-12)
        else:
            assert np.allclose(said, gate.vjps[slot](g, y, *arguments), rtol=1e-12)


def test_a_gate_too_long_to_read_has_no_formula() -> None:
    def function(x: Any) -> Any:
        for _ in range(9):
            x = x * x + np.sin(x)
        return x

    graph = cv.trace(function)
    folded = graph.fold("long", [node.name for node in graph if node.op is not None])
    assert folded[folded.output].op.formulas == ("",)  # type: ignore[union-attr]
    assert cv.check_gradients(folded, x=0.1).ok


def test_gates_inside_gates() -> None:
    graph = cv.parse(LOGISTIC)
    inner = graph.fold("growth", ["v1", "e"])
    outer = inner.fold("sigma", ["e", "v2", "s"])
    assert len(outer) == 5
    assert cv.run(outer, w=1.0, x=2.0).grad("w") == pytest.approx(
        cv.run(graph, w=1.0, x=2.0).grad("w"), rel=1e-14
    )
    assert outer.open("s").open("e") == graph


def test_a_fold_that_can_not_be_says_why() -> None:
    graph = cv.parse("u = w*x; a = u^2; b = u + 1; L = a*b")
    with pytest.raises(GraphError, match="several outputs: 'u' is used outside"):
        graph.fold("gate", ["u", "a"])
    with pytest.raises(GraphError, match="'w' is an input"):
        graph.fold("gate", ["w", "u"])
    with pytest.raises(GraphError, match="folds no node"):
        graph.fold("gate", [])
    with pytest.raises(GraphError, match="list of names"):
        graph.fold("gate", "ua")
    with pytest.raises(GraphError, match="no node 'c'"):
        graph.fold("gate", ["a", "c"])
    with pytest.raises(GraphError, match="not a folded gate; there is none"):
        graph.open("u")
    loop = cv.parse("a = x^2; b = a + 1; c = a*b")
    with pytest.raises(GraphError, match="several outputs"):
        loop.fold("gate", ["a", "c"])  # b would have to come both before and after it


def test_an_error_inside_a_gate_names_the_node_inside() -> None:
    folded = cv.parse("u = x - 2; v = ln(u); L = v^2").fold("gate", ["u", "v"])
    with pytest.raises(cv.RunError, match=r"node 'v': v = ln\(u\).*u = -1"):
        cv.run(folded, x=1.0)


def test_graphs_and_tapes_can_be_pickled() -> None:
    graph = cv.parse(LOGISTIC, labels={"s": r"\sigma"}, parameters=["w"])
    weights = cv.trace(lambda x: np.ones((2, 3)) @ x)
    folded = graph.fold("sigma", ["v1", "e", "v2", "s"], symbol="σ")
    for one in (graph, weights, folded):
        again = pickle.loads(pickle.dumps(one))
        assert again == one
        assert str(again) == str(one)
    tape = pickle.loads(pickle.dumps(cv.run(folded, w=1.0, x=2.0)))
    assert tape.grad("w") == cv.run(folded, w=1.0, x=2.0).grad("w")
    assert tape.graph["s"].op.symbol == "σ"
