"""Stories: what is told, in which order, as text that can be compared."""

import pytest

import chainviz as cv
from chainviz.formula import to_plain
from chainviz.story import Differentiate, Note, Title, edge_label, tell_result
from chainviz.tape import Tape


@pytest.fixture
def tape() -> Tape:
    return cv.run(cv.parse("u = w*x; L = (u - t)^2"), w=3.0, x=2.0, t=10.0)


def test_a_film_tells_title_graph_forward_seed_backward_result(tape: Tape) -> None:
    kinds = [type(beat).__name__ for beat in cv.tell(tape)]
    assert kinds[:3] == ["Title", "Reveal", "Given"]
    assert kinds[3:7] == ["Evaluate", "Evaluate", "Evaluate", "SeedOutput"]
    assert kinds[7:] == ["Differentiate"] * 5 + ["Conclude"]


def test_the_storyboard_prints_every_number(tape: Tape) -> None:
    text = str(cv.tell(tape, title="One weight"))
    assert '"One weight"' in text
    assert "u = w·x = 3 · 2 = 6" in text
    assert "∂L/∂w = ∂L/∂u · ∂u/∂w = -8 · 2 = -16" in text
    assert text == str(cv.tell(tape, title="One weight"))


def test_gradients_come_in_reverse_topological_order(tape: Tape) -> None:
    told = [beat.node for beat in cv.tell_backward(tape) if isinstance(beat, Differentiate)]
    order = [node.name for node in tape.graph]
    assert told == [name for name in reversed(order) if name != "L"]


def test_contributions_are_told_in_the_order_of_the_equation() -> None:
    tape = cv.run(cv.parse("f = x^2; g = sin(x); L = f*g"), x=1.5)
    last = cv.tell_backward(tape).beats[-1]
    assert isinstance(last, Differentiate)
    assert [edge.target for edge in last.edges] == ["f", "g"]
    assert to_plain(last.formula).startswith("dL/dx = ∂L/∂f · df/dx + ∂L/∂g · dg/dx")


def test_wrt_leaves_out_what_it_does_not_need(tape: Tape) -> None:
    told = [getattr(beat, "node", "") for beat in cv.tell_backward(tape, wrt=["t"])]
    assert told == ["L", "v1", "t"]
    (result,) = tell_result(tape, wrt=["t"])
    assert "∂L/∂t = 8" in to_plain(result.formulas[0])  # type: ignore[union-attr]


def test_a_sum_of_many_contributions_is_told_in_numbers_alone() -> None:
    tape = cv.run(cv.parse("y = x*x + x*x*x"), x=3.0)
    last = cv.tell_backward(tape).beats[-1]
    assert isinstance(last, Differentiate)
    formula = to_plain(last.formula)
    assert formula.count("=") == 2
    assert formula.endswith("= 33")


def test_folded_gates_are_named(tape: Tape) -> None:
    beats = cv.tell(tape, folded=[("v1", "L")]).beats
    assert isinstance(beats[0], Title)
    assert isinstance(beats[1], Note)
    assert "v₁, L" in beats[1].text


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("y = a - b", ["+", "−"]),
        ("y = a / b", ["×", "÷"]),
        ("y = x^3", ["( )³"]),
        ("y = 2 * x", ["× 2"]),
        ("y = x + 1", ["+ 1"]),
        ("y = 1 - x", ["1 −"]),
        ("y = sigma(x)", ["σ"]),
        ("y = x * x", ["×", "×"]),
    ],
)
def test_edges_say_what_is_done(text: str, labels: list[str]) -> None:
    graph = cv.parse(text)
    assert [to_plain(edge_label(graph, edge)) for edge in graph.edges] == labels


def test_stories_are_tuples_that_add_up(tape: Tape) -> None:
    both = cv.tell_forward(tape) + cv.tell_backward(tape)
    assert len(both) == len(cv.tell_forward(tape)) + len(cv.tell_backward(tape))
