"""Pipelines in a row, and layered networks with labels that can be read."""

from __future__ import annotations

from itertools import pairwise

import pytest

from chainviz.layout import Box, Network, Size, TooLarge, lay_out_network, lay_out_row
from layout_cases import FRAME

TEXT = Size(0.5, 0.22)


def network(layers: list[int], size: Size = TEXT) -> Network:
    pairs = list(enumerate(pairwise(layers)))
    labels = {(k, i, j): size for k, (a, b) in pairs for i in range(a) for j in range(b)}
    return lay_out_network(layers, frame=FRAME, labels=labels)


def overlap(a: Box, b: Box) -> bool:
    return a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1


def test_a_row_is_centred_level_and_evenly_spaced() -> None:
    row = lay_out_row([Size(1, 1), Size(2, 1), Size(1, 1)], gap=1.5, frame=FRAME)
    assert row.bounds.centre == pytest.approx(FRAME.centre)
    gaps = [route.end[0] - route.start[0] for route in row.arrows]
    assert gaps == pytest.approx([1.5, 1.5])
    assert row.places[1].x == pytest.approx(FRAME.centre[0])
    assert row.scale == 1.0


def test_labels_of_a_row_stand_over_their_arrows_and_widen_the_gap() -> None:
    row = lay_out_row([Size(1, 1)] * 2, labels=[Size(2.5, 0.3)], gap=1.0)
    (arrow,), (label,) = row.arrows, row.labels
    assert label is not None
    assert arrow.start[0] < label.x0 < label.x1 < arrow.end[0]
    assert label.y0 > arrow.start[1]


def test_a_row_shrinks_to_its_least_scale_and_no_further() -> None:
    row = lay_out_row([Size(2, 1)] * 6, gap=1.0, frame=FRAME)
    assert 0.62 <= row.scale < 1
    assert row.bounds.width <= FRAME.width + 1e-9
    with pytest.raises(TooLarge, match="20 boxes in a row"):
        lay_out_row([Size(2, 1)] * 20, frame=FRAME)
    assert lay_out_row([]).places == ()


@pytest.mark.parametrize(
    "layers", [[2, 2, 1], [2, 4, 1], [3, 3, 2], [4, 4, 4], [6, 5, 3], [9, 9, 9]]
)
def test_nothing_strikes_a_weight_label(layers: list[int]) -> None:
    found = network(layers)
    labels = list(found.labels.items())
    for k, (weight, box) in enumerate(labels):
        assert not any(overlap(box, other) for _, other in labels[k + 1 :])
        assert not any(overlap(box, place.box) for place in found.neurons.values())
        for other, route in found.routes.items():
            inside = [box.x0 < x < box.x1 and box.y0 < y < box.y1 for x, y in route.sampled(200)]
            assert not any(inside), f"{other} strikes the label of {weight}"


def test_small_networks_are_labelled_in_full_and_dense_ones_in_part() -> None:
    assert network([2, 4, 1]).unlabelled == ()
    assert network([3, 3, 2]).unlabelled == ()
    dense = network([8, 8, 8])
    assert dense.unlabelled
    assert set(dense.unlabelled) | set(dense.labels) == set(dense.routes)


def test_the_important_weights_are_labelled_first() -> None:
    wide = Size(1.1, 0.3)
    left_out = network([4, 4], wide).unlabelled
    labels = {(0, i, j): wide for i in range(4) for j in range(4)}
    assert left_out
    for weight in left_out:
        found = lay_out_network([4, 4], frame=FRAME, labels=labels, importance={weight: 9.0})
        alone = lay_out_network([4, 4], frame=FRAME, labels={weight: wide})
        assert (weight in found.labels) == (weight in alone.labels)


def test_a_layer_too_tall_shows_its_ends_and_an_ellipsis() -> None:
    found = lay_out_network([784, 16, 10], frame=FRAME, least_scale=0.6)
    assert set(found.ellipses) == {0, 1, 2}
    assert (0, 783) in found.neurons
    assert (0, 0) in found.neurons
    assert found.bounds.height <= FRAME.height + 1e-9
    top, hole = found.neurons[0, 0].y, found.ellipses[0].centre[1]
    assert top > hole > found.neurons[0, 783].y


def test_too_many_layers_are_refused() -> None:
    with pytest.raises(TooLarge, match="40 layers"):
        lay_out_network([1] * 40, frame=FRAME)
    with pytest.raises(ValueError, match="at least one neuron"):
        lay_out_network([2, 0], frame=FRAME)
