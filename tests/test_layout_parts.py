"""The steps of the layout on their own: ranks, orders, heights, curves, boxes."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainviz.layout import Box, Place, Route, Size
from chainviz.layout.clearance import crossings_between, segments
from chainviz.layout.curves import rim_at_height, rim_point, smooth_route
from chainviz.layout.order import count_crossings, order_columns
from chainviz.layout.ranks import rank_nodes
from chainviz.layout.solve import Apart, least_squares, shortfall, spread


def test_an_input_moves_up_to_its_first_use() -> None:
    #  0 -> 1 -> 2 -> 3 -> 5, and 4 is used by 5 alone
    assert rank_nodes(6, [(0, 1), (1, 2), (2, 3), (3, 5), (4, 5)]) == [0, 1, 2, 3, 3, 4]


def test_a_subexpression_moves_as_a_whole() -> None:
    arcs = [(0, 1), (1, 2), (2, 3), (4, 6), (5, 6), (3, 7), (6, 7)]
    assert rank_nodes(8, arcs) == [0, 1, 2, 3, 2, 2, 3, 4]


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_every_edge_goes_right(seed: int) -> None:
    dice = random.Random(seed)
    count = dice.randint(1, 25)
    arcs = [(dice.randrange(i), i) for i in range(1, count) for _ in range(dice.randint(0, 3))]
    rank = rank_nodes(count, arcs)
    assert all(rank[a] < rank[b] for a, b in arcs)
    assert min(rank) == 0


def test_crossings_are_counted_as_pairs() -> None:
    dice = random.Random(3)
    pairs = [(dice.randrange(5), dice.randrange(5)) for _ in range(20)]
    naive = sum((a - c) * (b - d) < 0 for (a, b), (c, d) in itertools.combinations(pairs, 2))
    assert count_crossings(pairs) == naive


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_two_columns_cross_as_little_as_any_order_would(seed: int) -> None:
    dice = random.Random(seed)
    left, right = dice.randint(2, 4), dice.randint(2, 4)
    arcs = sorted({(dice.randrange(left), left + dice.randrange(right)) for _ in range(7)})
    used = {node for arc in arcs for node in arc}
    rank = [0] * left + [1] * right
    best = min(
        count_crossings([(p[a], q[b - left]) for a, b in arcs])
        for p in itertools.permutations(range(left))
        for q in itertools.permutations(range(right))
    )
    assert used
    assert order_columns(rank, arcs).crossings == best


def test_arguments_keep_their_order_from_the_top() -> None:
    columns = order_columns([0, 0, 0, 1], [(2, 3), (0, 3), (1, 3)])
    assert columns.columns[0] == (2, 0, 1)


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_heights_are_feasible_and_no_step_improves_them(seed: int) -> None:
    dice = random.Random(seed)
    count = dice.randint(2, 9)
    order = dice.sample(range(count), count)
    apart: Apart = {
        ((a, 1.0), (b, -1.0)): dice.uniform(0.2, 2) for a, b in itertools.pairwise(order)
    }
    ends = [dice.sample(range(count), 2) for _ in range(6)]
    pulls = [(i, j, dice.uniform(0.1, 3)) for i, j in ends]

    def cost(y: np.ndarray) -> float:
        return float(0.5e-3 * (y**2).sum() + sum(w * (y[i] - y[j]) ** 2 for i, j, w in pulls) / 2)

    y = least_squares(count, pulls, apart)
    assert shortfall(y, apart) < 1e-5
    for _ in range(60):
        other = y + np.array([dice.gauss(0, 0.05) for _ in range(count)])
        if shortfall(other, apart) <= 0:
            assert cost(other) >= cost(y) - 1e-6


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=8), st.floats(0, 2))
def test_spread_keeps_gaps_and_moves_nothing_that_has_room(wanted: list[float], gap: float) -> None:
    found = spread(wanted, [gap] * (len(wanted) - 1), [1.0] * len(wanted))
    assert all(a - b >= gap - 1e-9 for a, b in itertools.pairwise(found))
    if all(a - b >= gap for a, b in itertools.pairwise(wanted)):
        assert found == pytest.approx(wanted)
    assert sum(found) == pytest.approx(sum(wanted), abs=1e-6)


def test_a_route_is_left_and_reached_on_the_rim() -> None:
    circle, oblong = Place(1, 1, Size(2, 2)), Place(0, 0, Size(4, 2))
    assert rim_point(circle, (4, 5), box=False) == pytest.approx((1.6, 1.8))
    assert rim_point(oblong, (8, 1), box=True) == pytest.approx((2, 0.25))
    assert rim_point(oblong, (1, 8), box=True) == pytest.approx((0.125, 1))
    assert rim_at_height(circle, 0.6, -1, box=False) == pytest.approx((0.2, 1.6))


def test_a_smooth_route_never_swings_past_its_points() -> None:
    route = smooth_route([(0, 0), (1, 2), (2, 2), (4, 0)], 0.0, 0.0)
    points = route.sampled(30)
    assert points[:, 1].max() <= 2 + 1e-9
    assert points[:, 1].min() >= -1e-9
    assert (np.diff(points[:, 0]) > 0).all()
    assert route.pieces == 3
    assert route.start == (0, 0)
    assert route.end == (4, 0)


def test_crossing_lines_are_seen() -> None:
    up = segments(np.array([(0.0, 0.0), (2.0, 2.0)]))
    down = segments(np.array([(0.0, 2.0), (2.0, 0.0)]))
    aside = segments(np.array([(5.0, 0.0), (6.0, 2.0)]))
    assert crossings_between(up, down) == 1
    assert crossings_between(up, aside) == 0


def test_boxes_and_routes_move_together() -> None:
    assert Box(0, 0, 2, 2).moved(0.5, 1, 1) == Box(1, 1, 2, 2)
    assert Route.straight((0, 0), (2, 0)).moved(2, 1, 0).end == (5, 0)
    assert Box.hull([Box(0, 0, 1, 1), Box(2, -1, 3, 0)]) == Box(0, -1, 3, 1)
    assert Box(0, 0, 1, 1).grown(1) == Box(-1, -1, 2, 2)
