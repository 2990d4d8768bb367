"""Networks: weights stand on their edges, and dense pictures stay readable."""

import manim as mn
import numpy as np
import pytest

import chainviz as cv
from chainviz.audit.record import record
from chainviz.draw import Arrow, NodeBody, Typeset, tag_of
from chainviz.draw.weights import wire
from chainviz.part import Kind, Part
from chainviz.stage import enact
from chainviz.story import Along, edge_part
from chainviz.tape import Tape
from chainviz.theme import Role


def chain_of_neurons() -> Tape:
    graph = cv.parse("h = sigmoid(w1*x); y = sigmoid(w2*h); L = (y - t)^2", parameters=("w1", "w2"))
    graph = graph.fold("n1", ("v1", "h"), spelled=True).fold("n2", ("v2", "y"), spelled=True)
    graph = graph.fold("loss", ("v3", "L"), spelled=True)
    return cv.run(graph, x=2.0, t=1.0, w1=0.5, w2=-1.0)


@pytest.fixture(scope="module")
def made() -> cv.NetworkBoard:
    return cv.NetworkBoard(chain_of_neurons(), wrt=("w1", "w2"))


def part_of(board: cv.Board, kind: Kind, source: str, target: str) -> Part:
    edge = next(e for e in board.graph.edges_into(target) if e.source == source)
    return edge_part(kind, edge)


def test_weights_stand_on_the_edges_they_multiply(made: cv.NetworkBoard) -> None:
    for weight, source, target in (("w1", "x", "h"), ("w2", "h", "y")):
        chip, arrow = made[weight], made[source, target]
        assert made[weight, target] is arrow
        assert isinstance(chip, NodeBody)
        assert chip.role is Role.PARAMETER
        assert made[source].get_right()[0] < chip.get_left()[0]
        assert chip.get_right()[0] < made[target].get_left()[0]
        assert chip.get_center()[1] == pytest.approx(arrow.get_center()[1], abs=0.02)


def test_no_line_runs_through_a_weight(made: cv.NetworkBoard) -> None:
    chip, arrow = made["w1"], made["x", "h"]
    assert isinstance(arrow, Arrow)
    points = arrow.curve.points
    inside = (points[:, 0] > chip.get_left()[0]) & (points[:, 0] < chip.get_right()[0])
    assert not inside.any()


def test_one_edge_shows_one_partial_at_a_time(made: cv.NetworkBoard) -> None:
    board = made.copy()
    by_data, by_weight = (part_of(board, Kind.PARTIAL, n, "y") for n in ("h", "w2"))
    first = board.put(by_weight)
    assert board.rivals(by_data) == (by_weight,)
    second = board.put(by_data)
    assert not board.shown(by_weight)
    assert second.get_center()[0] == pytest.approx(first.get_center()[0], abs=1e-6)
    assert isinstance(second, Typeset)
    assert second.says == "∂y/∂h = -0.2194"


def test_everything_at_once_overlaps_nowhere(made: cv.NetworkBoard) -> None:
    board = made.copy()
    for node in board.graph:
        board.put(Part.of_node(Kind.VALUE, node.name))
        if node.name not in ("x", "t"):
            board.put(Part.of_node(Kind.GRAD, node.name))
    for source, target in (("w1", "h"), ("h", "y"), ("y", "L")):
        board.put(part_of(board, Kind.PARTIAL, source, target))
    solid = [board[part] for part in board.parts() if part.kind is not Kind.EDGE]
    for i, one in enumerate(solid):
        for other in solid[i + 1 :]:
            across = min(one.get_right()[0], other.get_right()[0]) - max(
                one.get_left()[0], other.get_left()[0]
            )
            up = min(one.get_top()[1], other.get_top()[1]) - max(
                one.get_bottom()[1], other.get_bottom()[1]
            )
            assert across < 1e-6 or up < 1e-6, (tag_of(one), tag_of(other))


def test_a_weights_own_way_back_ends_at_the_weight(made: cv.NetworkBoard) -> None:
    edge = next(e for e in made.graph.edges_into("h") if e.source == "w1")
    back = made.route(edge, backward=True)
    assert back.start[0] == pytest.approx(made["h"].get_left()[0], abs=0.05)
    assert back.end[0] == pytest.approx(made["w1"].get_right()[0], abs=0.1)


def test_what_multiplies_nothing_stays_a_node() -> None:
    wiring = wire(cv.parse("z = w*x + b; L = z^2", parameters=("w", "b")))
    assert {name: edge.source for name, edge in wiring.carrier.items()} == {"w": "x"}
    assert "b" in {node.name for node in wiring.nodes}


def test_the_product_along_each_path_is_the_gradient() -> None:
    tape = chain_of_neurons()
    told = cv.tell_paths(tape, "w2", "w1")
    for beat, name in zip(told, ("w2", "w1"), strict=True):
        assert isinstance(beat, Along)
        (path,) = beat.paths
        product = np.prod([tape.partial_of(edge) for edge in path])
        assert product == pytest.approx(tape.grad(name))
    assert "∂L/∂w₁ = ∂L/∂y · ∂y/∂h · ∂h/∂w₁ = -1.3501 · (-0.2194) · 0.3932" in str(told)


class AlongBoth(mn.Scene):
    """The network's two products, move by move."""

    seen: list[set[Part]]

    def construct(self) -> None:
        board = cv.NetworkBoard(chain_of_neurons(), wrt=("w1", "w2"))
        type(self).seen = []
        self.add(board)
        for beat in cv.tell_paths(board.tape, "w2", "w1"):
            for move in enact(board, beat):
                if isinstance(move, mn.Animation):
                    self.play(move)
                    type(self).seen.append(set(board.parts()))


def test_gradients_come_one_at_a_time_and_paths_are_lit_anew() -> None:
    assert record(AlongBoth).timeline.error == ""
    grads = [{p.key[0] for p in seen if p.kind is Kind.GRAD} for seen in AlongBoth.seen]
    assert [g for i, g in enumerate(grads) if i == 0 or g != grads[i - 1]] == [
        set(),
        {"w2"},
        {"w2", "w1"},
    ]
    lit = {p.key[:2] for p in AlongBoth.seen[-1] if p.kind is Kind.SHAPE and len(p.key) == 3}
    assert lit == {("y", "L"), ("h", "y"), ("w1", "h")}


def test_a_dense_network_is_a_run_with_readable_labels() -> None:
    first, second = [[0.5, -1.0], [0.25, 2.0], [1.5, 0.0], [-0.75, 1.0]], [[1.0, -2.0, 0.5, 3.0]]
    board = cv.NetworkBoard.dense((2, 4, 1), weights=(first, second), inputs=(1.0, -0.5))
    assert board.note == ""
    assert board.tape.value("h1") == pytest.approx(1 / (1 + np.exp(-1.0)))
    says = {str(vars(board[part])["says"]) for part in board.parts() if part.kind is Kind.LABEL}
    assert says == {"0.5", "-1", "0.25", "2", "1.5", "0", "-0.75", "1", "-2", "3"}
    assert board["w1_1"] is board["x1", "h1"]
    value = board.put(Part.of_node(Kind.VALUE, "h1"))
    assert value.get_top()[1] < board["h1"].get_bottom()[1]
    with pytest.raises(cv.ChainvizError, match="no room for partial"):
        board.put(part_of(board, Kind.PARTIAL, "x1", "h1"))


def test_too_dense_leaves_labels_out_and_says_so() -> None:
    board = cv.NetworkBoard.dense((8, 14, 8))
    assert not [part for part in board.parts() if part.kind is Kind.LABEL]
    assert "neurons are not drawn" in board.note
    assert "have no label" in board.note
    for part in board.parts():
        if part.kind is Kind.NODE:
            assert board[part].get_top()[1] < 3.8


def test_wrong_weights_are_told() -> None:
    with pytest.raises(cv.ChainvizError, match="shape"):
        cv.NetworkBoard.dense((2, 1), weights=([[1.0], [2.0]],))
    with pytest.raises(cv.ChainvizError, match="matrices"):
        cv.NetworkBoard.dense((2, 1), weights=())
    with pytest.raises(cv.ChainvizError, match="2 inputs want 2 values"):
        cv.NetworkBoard.dense((2, 1), weights=([[1.0, 2.0]],), inputs=(1.0,))
