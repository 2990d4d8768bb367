"""Thousands of random graphs, with sharing, repeated inputs and arrays, against an oracle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st

import chainviz as cv
from chainviz.graph import Constant, Graph, Node
from chainviz.ops import op_named
from compute_tools import autograd_gradients, close

# all of these broadcast with one another
SHAPES: tuple[tuple[int, ...], ...] = ((), (), (3,), (2, 3), (1, 3), (2, 1))
UNARY = ("neg", "sin", "cos", "tanh", "sigmoid", "softplus", "relu", "abs")
BINARY = ("add", "sub", "mul", "max", "min", "div")
REDUCING = ("sum", "mean", "norm_squared", "softmax", "log_softmax", "transpose", "getitem")
INPUTS = ("p", "q", "r", "s")

steady = settings(
    max_examples=700,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
numbers = st.floats(-2.0, 2.0).map(lambda x: round(x, 3))


@st.composite
def cases(draw: st.DrawFn, arrays: bool) -> tuple[Graph, dict[str, Any]]:
    """A graph and numbers for its inputs; steps may take any earlier node, even the same twice."""
    inputs: dict[str, Any] = {}
    for name in INPUTS[: draw(st.integers(1, 4))]:
        shape = draw(st.sampled_from(SHAPES)) if arrays else ()
        entries = [draw(numbers) for _ in range(int(np.prod(shape)))]
        inputs[name] = np.array(entries).reshape(shape) if shape else entries[0]
    nodes = [Node(name) for name in inputs]
    values = dict(inputs)

    def add(op: str, *arguments: Any, **params: Any) -> None:
        name = f"v{len(nodes)}"
        given = [a.value if isinstance(a, Constant) else values[a] for a in arguments]
        try:
            values[name] = op_named(op)(*given, **params)
        except ValueError:  # these shapes don't fit
            assume(False)
        assume(np.all(np.abs(values[name]) < 1e3))
        nodes.append(Node(name, op_named(op), arguments, tuple(params.items())))

    for _ in range(draw(st.integers(1, 9))):
        names = st.sampled_from([node.name for node in nodes])
        kind = draw(st.sampled_from(["unary", "binary", "constant", "power", *["array"] * arrays]))
        source = draw(names)
        if kind == "unary":
            add(draw(st.sampled_from(UNARY)), source)
        elif kind == "binary":
            op, other = draw(st.sampled_from(BINARY)), draw(names)
            if op == "div":
                assume(np.all(np.abs(values[other]) > 0.05))
            add(op, source, other)
        elif kind == "constant":
            op, number = draw(st.sampled_from(("add", "mul", "sub"))), Constant(draw(numbers))
            add(op, *((source, number) if draw(st.booleans()) else (number, source)))
        elif kind == "power":
            add("pow", source, Constant(float(draw(st.integers(1, 3)))))
        else:
            shape = np.shape(values[source])
            op = draw(st.sampled_from(REDUCING))
            assume(shape or op in ("sum", "mean", "norm_squared"))
            add(
                op,
                source,
                **({"index": (draw(st.integers(0, shape[0] - 1)),)} if op == "getitem" else {}),
            )
    if np.shape(values[nodes[-1].name]):
        add("sum", nodes[-1].name)
    return Graph(tuple(nodes), nodes[-1].name), inputs


def at_a_kink(graph: Graph, tape: Any) -> bool:
    """Whether a choice is so near that makers of tapes disagree about the slope."""
    for node in graph:
        if node.op is not None and node.op.name in ("relu", "abs", "max", "min"):
            given = [a.value if isinstance(a, Constant) else tape.value(a) for a in node.arguments]
            if np.any(np.abs(given[0] - (given[1] if len(given) > 1 else 0.0)) < 1e-9):
                return True
    return False


def check(graph: Graph, inputs: dict[str, Any]) -> None:
    try:
        tape = cv.run(graph, inputs)
    except cv.RunError:  # a product left the floats: stated, and tested elsewhere
        assume(False)
        return
    arrived = [np.abs(c.value).max() for n in graph for c in tape.contributions(n.name)]
    scale = max([1.0, *map(float, arrived)])  # terms so large may cancel, digits and all
    assume(scale < 1e9)
    contributions_add_up(graph, tape)
    forward_equals_reverse(graph, inputs, tape, scale)
    counts_are_of_every_edge(graph, tape)
    its_text_is_the_graph(graph)
    folding_changes_no_number(graph, inputs, tape, scale)
    if not at_a_kink(graph, tape):
        value, grads = autograd_gradients(graph, list(inputs.values()))
        assert close(tape.value(graph.output), value, scale=scale)
        for name, grad in zip(inputs, grads, strict=True):
            assert close(tape.grad(name), grad, scale=scale), name


def contributions_add_up(graph: Graph, tape: Any) -> None:
    for node in graph:
        edges = graph.edges_out_of(node.name)
        arrived = tape.contributions(node.name)
        live = [e for e in edges if np.any(tape.grad(e.target)) or e.target == graph.output]
        assert set(live) <= {c.edge for c in arrived} <= set(edges)
        if node.name != graph.output:
            total = sum(c.value for c in arrived)
            assert np.array_equal(
                tape.grad(node.name), total * np.ones(np.shape(tape.value(node.name)))
            )


def forward_equals_reverse(graph: Graph, inputs: dict[str, Any], tape: Any, scale: float) -> None:
    for name, value in inputs.items():
        seed = np.cos(np.arange(np.size(value)) + 1.0).reshape(np.shape(value))
        forward = cv.run(graph, inputs, mode="forward", wrt=name, seed=seed)
        along = float(np.sum(tape.grad(name) * seed))
        assert close(forward.tangent(graph.output), along, scale=scale)


def counts_are_of_every_edge(graph: Graph, tape: Any) -> None:
    assert tape.counts.edges == sum(len(tape.contributions(node.name)) for node in graph)
    if all(np.ndim(tape.value(node.name)) == 0 for node in graph):
        elementwise = [n for n in graph if n.op is not None and n.op.elementwise]
        if len(elementwise) == len(graph) - len(graph.inputs):
            assert tape.counts.multiplications == tape.counts.edges


def its_text_is_the_graph(graph: Graph) -> None:
    zero_first = any(
        node.op is op_named("add") and node.arguments[0] == Constant(0.0) for node in graph
    )
    lines = [line for line in str(graph).splitlines() if " = " in line]
    if not zero_first:  # 0 + x is read as x
        assert cv.parse("\n".join(lines), inputs=graph.inputs) == reached(graph)


def reached(graph: Graph) -> Graph:
    """The graph without the nodes that don't lead to its output."""
    wanted = {graph.output, *graph.inputs}
    for node in reversed(graph.nodes):
        if node.name in wanted:
            wanted |= {edge.source for edge in graph.edges_into(node.name)}
    return Graph([node for node in graph if node.name in wanted], graph.output)


def folding_changes_no_number(
    graph: Graph, inputs: dict[str, Any], tape: Any, scale: float
) -> None:
    steps = [node.name for node in graph if node.op is not None]
    inside = steps[len(steps) // 3 :]  # what ends in the output can be folded if no end is loose
    try:
        folded = graph.fold("gate", inside)
    except cv.GraphError as error:
        assert "several outputs" in str(error)
        return
    again = cv.run(folded, inputs)
    for name in inputs:
        assert close(again.grad(name), tape.grad(name), rel=1e-9, scale=scale)
    assert str(folded.open(folded.output)) == str(graph)


@pytest.mark.parametrize("part", range(2))
def test_scalar_graphs(part: int) -> None:
    @seed(part)  # the same graphs every time, and others in each part
    @steady
    @given(cases(arrays=False))
    def holds(case: tuple[Graph, dict[str, Any]]) -> None:
        check(*case)

    holds()


@pytest.mark.parametrize("part", range(3))
def test_graphs_of_arrays(part: int) -> None:
    @seed(part)  # the same graphs every time, and others in each part
    @steady
    @given(cases(arrays=True))
    def holds(case: tuple[Graph, dict[str, Any]]) -> None:
        check(*case)

    holds()
