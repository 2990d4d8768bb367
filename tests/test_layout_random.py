"""Any graph of up to thirty nodes is drawn with nothing on top of anything else."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainviz.layout import Needs, Size, lay_out
from layout_cases import FRAME, Dot, Link, Web
from layout_checks import faults


@st.composite
def webs(draw: st.DrawFn, most: int = 30) -> Web:
    """Any DAG: skips, double edges, several ends, inputs that nothing uses."""
    count = draw(st.integers(1, most))
    inputs = draw(st.integers(1, max(1, count // 2)))
    edges = []
    for i in range(inputs, count):
        low = draw(st.integers(0, i - 1))
        sources = draw(st.lists(st.integers(low, i - 1), min_size=1, max_size=4))
        edges += [Link(f"n{s}", f"n{i}", slot) for slot, s in enumerate(sources)]
    return Web(tuple(Dot(f"n{i}") for i in range(count)), tuple(edges))


@st.composite
def drawings(draw: st.DrawFn) -> tuple[Web, Needs]:
    """A graph with texts of any length, or none, and bodies of both shapes."""
    graph = draw(webs())
    text = st.one_of(st.none(), st.builds(Size, st.floats(0.1, 1.6), st.sampled_from([0.2, 0.3])))
    round_body = st.sampled_from([Size(0.8, 0.8), Size(0.9, 0.9)])
    bodies = {node.name: draw(round_body) for node in graph.nodes}
    boxes = frozenset(draw(st.sets(st.sampled_from(sorted(bodies)), max_size=3)))
    bodies |= {name: Size(1.5, 0.8) for name in boxes}

    def some(keys: list[Any]) -> dict[Any, Size]:
        return {key: size for key in keys if (size := draw(text))}

    names, edges = list(bodies), list(graph.edges)
    return graph, Needs(
        bodies, some(names), some(names), some(edges), some(edges), boxes, FRAME, least_scale=0.0
    )


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(drawings())
def test_nothing_overlaps_strays_or_leaves_the_frame(drawing: tuple[Web, Needs]) -> None:
    graph, needs = drawing
    layout = lay_out(graph, needs)
    assert faults(layout, boxes=needs.boxes, frame=FRAME) == []
    assert list(layout.nodes) == [node.name for node in graph.nodes]
    assert list(layout.routes) == list(graph.edges)
    assert set(layout.labels) == set(needs.label_sizes)
    assert set(layout.partials) == set(needs.partial_sizes)
    assert set(layout.values) == set(needs.value_sizes)
    assert set(layout.grads) == set(needs.grad_sizes)
