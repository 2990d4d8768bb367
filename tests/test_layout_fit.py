"""What happens when a graph doesn't fit: tighter, smaller, dealt out, folded, refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chainviz import parse
from chainviz.layout import Box, Needs, Size, TooLarge, lay_out, suggest_folds
from layout_cases import FRAME, GALLERY, chain, needs_for, sum_of_products, web

HERE = Path(__file__).parent


def test_tighter_gaps_come_before_smaller_sizes() -> None:
    graph = chain(5)
    needs = needs_for(graph, vary=False, frame=None)
    natural = lay_out(graph, needs).bounds.width
    narrow = Box(-0.4 * natural, -3, 0.4 * natural, 3)
    layout = lay_out(graph, needs_for(graph, vary=False, frame=narrow))
    assert layout.scale == 1.0
    assert layout.bounds.width <= narrow.width + 1e-9


def test_never_smaller_than_the_least_scale() -> None:
    graph = chain(14)
    with pytest.raises(TooLarge) as refusal:
        lay_out(graph, needs_for(graph))
    said = str(refusal.value)
    assert "14 nodes in 14 ranks" in said
    assert "graph.fold" in said
    assert lay_out(graph, needs_for(graph), least_scale=0.1).scale < 0.62


def test_a_refusal_names_the_fullest_rank() -> None:
    graph = web("L: " + " ".join(f"x{i}" for i in range(30)))
    with pytest.raises(TooLarge, match="the fullest rank has"):
        lay_out(graph, needs_for(graph))


def test_a_rank_too_tall_is_dealt_out_to_two_columns() -> None:
    graph = sum_of_products(4)
    layout = lay_out(graph, needs_for(graph))
    assert layout.scale >= 0.62
    assert len({round(layout.nodes[f"{name}{i}"].x, 3) for name in "wx" for i in range(4)}) > 1


def test_nothing_is_enlarged_and_without_a_frame_nothing_is_scaled() -> None:
    graph = GALLERY["sigma"]
    assert lay_out(graph, needs_for(graph, frame=Box(-70, -40, 70, 40))).scale == 1.0
    assert lay_out(graph, needs_for(graph, frame=None)).scale == 1.0


def test_what_fits_is_not_folded() -> None:
    for name in ("sigma", "network", "sum4"):
        assert suggest_folds(GALLERY[name], needs_for(GALLERY[name])) == ()


def test_folding_a_chain_makes_it_fit_and_spares_names_and_ends() -> None:
    lines = ["a0: x"] + [f"v{i}: {'a0' if i == 1 else f'v{i - 1}'}" for i in range(1, 14)]
    graph = web("\n".join([*lines, "L: v13"]))
    groups = suggest_folds(graph, needs_for(graph))
    assert groups
    hidden = {name for group in groups for name in group[:-1]}
    assert not hidden & {"x", "a0", "L"}
    assert all("L" not in group for group in groups)


def test_suggested_folds_are_folds_that_a_graph_can_make() -> None:
    text = "L = " + "sin(cos(" * 9 + "w*x + b" + "))" * 9
    graph = parse(text)
    sizes = Size(0.9, 0.26)

    def needs() -> Needs:
        return Needs(
            value_sizes={n.name: sizes for n in graph},
            grad_sizes={n.name: sizes for n in graph},
            label_sizes=dict.fromkeys(graph.edges, sizes),
            partial_sizes=dict.fromkeys(graph.edges, sizes),
            frame=FRAME,
        )

    with pytest.raises(TooLarge):
        lay_out(graph, needs())
    for number, group in enumerate(suggest_folds(graph, needs())):
        graph = graph.fold(f"g{number}", group)
    assert lay_out(graph, needs()).scale >= 0.62


def test_what_folding_cannot_mend_is_refused() -> None:
    graph = web("L: " + " ".join(f"x{i}" for i in range(40)))
    with pytest.raises(TooLarge, match="folded already"):
        suggest_folds(graph, needs_for(graph))


SCRIPT = """
from layout_cases import GALLERY, needs_for
from chainviz.layout import lay_out
for name in ("twin_in_chain", "dense_net", "random12"):
    print(lay_out(GALLERY[name], needs_for(GALLERY[name]), least_scale=0).text())
"""


def test_the_text_is_the_same_whatever_the_hash_seed() -> None:
    texts = set()
    for seed in ("1", "2"):
        path = os.pathsep.join([str(HERE), *filter(None, sys.path)])
        found = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        texts.add(found.stdout)
    assert len(texts) == 1


def test_the_text_says_where_everything_is() -> None:
    graph = chain(2)
    size = Size(1.0, 0.3)
    needs = Needs({"v0": Size(1, 1)}, {"v0": size}, {"v1": size}, {graph.edges[0]: size})
    assert lay_out(graph, needs).text() == EXPECTED


EXPECTED = """\
scale 1.00
bounds [-2.66,-0.90 2.66,0.90]
node v0 at (-2.16,0.02), 1.00 x 1.00
  value [-2.66,-0.90 -1.66,-0.59]
node v1 at (2.16,0.02), 0.90 x 0.90
  grad [1.66,0.59 2.66,0.90]
edge v0 -> v1 #0
  route (-1.66,0.02) (-0.54,0.02) (0.58,0.02) (1.71,0.02)
  label [-0.50,-0.40 0.50,-0.10]
"""
