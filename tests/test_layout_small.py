"""The pictures of the lessons: symmetric, evenly spaced, straight where they can be."""

from __future__ import annotations

from itertools import pairwise

import pytest

from chainviz.layout import Box, Layout, Needs, Size, lay_out
from layout_cases import FRAME, GALLERY, chain, needs_for, web
from layout_checks import faults


def drawn(name: str) -> Layout:
    graph = GALLERY[name]
    return lay_out(graph, needs_for(graph, vary=False), least_scale=0.0)


@pytest.mark.parametrize("name", GALLERY)
def test_every_picture_of_the_gallery_is_without_fault(name: str) -> None:
    assert faults(drawn(name), frame=FRAME) == []


def test_a_chain_is_level_straight_and_evenly_spaced() -> None:
    layout = drawn("chain4")
    places = list(layout.nodes.values())
    assert {round(place.y, 6) for place in places} == {round(places[0].y, 6)}
    steps = [b.x - a.x for a, b in pairwise(places)]
    assert steps == pytest.approx([steps[0]] * 3)
    assert all(route.is_straight for route in layout.routes.values())


def test_the_first_lesson_is_symmetric_about_its_spine() -> None:
    layout = drawn("sigma")
    at = layout.nodes
    assert at["u"].y == pytest.approx(at["s"].y) == pytest.approx(at["L"].y)
    assert at["w"].y - at["u"].y == pytest.approx(at["u"].y - at["x"].y)
    assert at["w"].x == pytest.approx(at["x"].x)
    assert at["w"].y > at["x"].y, "arguments stand in their order from the top"
    assert all(route.is_straight for route in layout.routes.values())


def test_the_picture_stands_in_the_middle_of_its_frame() -> None:
    for name in ("sigma", "sum_over_paths", "square_of_sum"):
        layout = drawn(name)
        assert layout.bounds.centre == pytest.approx(FRAME.centre)
        assert layout.scale == 1.0


def test_side_inputs_leave_the_spine_straight() -> None:
    layout = drawn("network")
    heights = {round(layout.nodes[name].y, 4) for name in "ahbyeL"}
    assert len(heights) == 1


def test_a_fork_opens_symmetrically() -> None:
    at = drawn("sum_over_paths").nodes
    assert at["x"].y == pytest.approx(at["L"].y, abs=1e-4)
    assert at["f"].y + at["g"].y == pytest.approx(2 * at["x"].y, abs=1e-4)


def test_both_edges_of_a_square_are_drawn_as_mirrored_arcs() -> None:
    layout = drawn("square_twin")
    upper, lower = layout.routes.values()
    middle = layout.nodes["x"].y
    assert [round(y - middle, 6) for _, y in upper.points] == pytest.approx(
        [round(middle - y, 6) for _, y in lower.points], abs=1e-4
    )
    assert upper.at(0.5)[1] > middle > lower.at(0.5)[1]
    assert len(set(layout.labels.values())) == 2


def test_value_below_gradient_above_partial_above_the_line_and_label_below() -> None:
    layout = drawn("sigma")
    for name, place in layout.nodes.items():
        assert layout.values[name].y1 < place.box.y0 < place.box.y1 < layout.grads[name].y0
        assert layout.values[name].centre[0] == pytest.approx(place.x)
        assert layout.grads[name].centre[0] == pytest.approx(place.x)
    for edge, route in layout.routes.items():
        line = route.at(0.5)[1]
        assert layout.labels[edge].y1 < line < layout.partials[edge].y0


def test_arrows_that_meet_keep_their_tips_apart() -> None:
    layout = drawn("sum4")
    ends = sorted(
        (route.end for edge, route in layout.routes.items() if edge.target == "L"),
        key=lambda point: point[1],
    )
    size = layout.nodes["L"].size.width
    for (_, low), (_, high) in pairwise(ends):
        assert high - low > 0.12 * size


def test_long_edges_keep_clear_by_bending_not_by_moving_the_spine() -> None:
    layout = drawn("residual")
    assert len({round(layout.nodes[name].y, 4) for name in "xabcdefL"}) == 1
    assert sum(not route.is_straight for route in layout.routes.values()) == 2


def test_a_box_is_touched_on_its_side() -> None:
    graph = chain(2)
    needs = Needs({"v0": Size(2, 1), "v1": Size(2, 1)}, boxes=frozenset({"v0", "v1"}))
    layout = lay_out(graph, needs)
    route = next(iter(layout.routes.values()))
    assert route.start[0] == pytest.approx(layout.nodes["v0"].x + 1)
    assert route.end[0] == pytest.approx(layout.nodes["v1"].x - 1)


def test_one_node_and_no_node() -> None:
    assert lay_out(web("k:"), Needs(frame=Box(0, 0, 4, 4))).nodes["k"].x == pytest.approx(2.0)
    assert lay_out(web(""), Needs()).nodes == {}


def test_an_unused_input_is_drawn_too() -> None:
    layout = drawn("unused")
    assert set(layout.nodes) == {"x", "y", "L", "k"}
