"""Faster bodies give what Manim's own give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import manim as mn
import numpy as np
import pytest
import typst

from chainviz.faster.speedups import faster_manim


def _broken() -> mn.VMobject:
    odd = mn.VMobject()
    odd.points = np.random.default_rng(1).random((8, 3))
    return odd


MADE: dict[str, Callable[[], Any]] = {
    "circle": lambda: mn.Circle(radius=0.7).rotate(0.3).shift(mn.RIGHT),
    "group": lambda: mn.VGroup(mn.Square(), mn.VGroup(mn.Dot(), mn.Line()), mn.VGroup()),
    "empty": mn.VGroup,
    "text": lambda: mn.Text("abc").shift(mn.UP),
    "point": lambda: mn.VectorizedPoint(mn.UP),
    "by points": _broken,
    "mixed": lambda: mn.Group(mn.Square(), mn.Dot(2 * mn.LEFT)),
    "number line": lambda: mn.NumberLine([0, 3]),
    "gradient": lambda: mn.Square(color=[mn.RED, mn.BLUE], fill_opacity=0.5),
    "sheen": lambda: mn.Square(sheen_factor=0.3, color=mn.TEAL),
    "by name": lambda: mn.Square(color="#ABCDEF").set_fill("RED", np.float64(0.25)),
    "opacity only": lambda: mn.Square(color=mn.GREEN).set_stroke(opacity=0.4).set_fill(opacity=1),
    "colour only": lambda: mn.Square(fill_opacity=0.3).set_fill(mn.YELLOW).set_stroke("#112233"),
}


@pytest.mark.parametrize("name", MADE)
def test_the_same_places_and_colours(name: str) -> None:
    stock = MADE[name]()
    with faster_manim():
        fast = MADE[name]()
        boundary = fast.get_points_defining_boundary()
        corner, family = fast.get_corner(mn.UR), fast.copy().get_family()
    assert np.array_equal(boundary, stock.get_points_defining_boundary())
    assert np.array_equal(corner, stock.get_corner(mn.UR))
    for ours, theirs in zip(family, stock.get_family(), strict=True):
        assert np.array_equal(ours.points, theirs.points)
        for paint in ("fill_rgbas", "stroke_rgbas", "background_stroke_rgbas"):
            one, other = (vars(each).get(paint, np.zeros(0)) for each in (ours, theirs))
            assert np.array_equal(one, other), paint


def test_typst_writes_the_same(tmp_path: Path) -> None:
    page = tmp_path / "page.typ"
    page.write_text("#set page(width: auto, height: auto)\nwords and $sum_(k=1)^n k/x$ and `code`")
    stock = typst.compile(str(page), format="svg", font_paths=[])
    with faster_manim():
        twice = [typst.compile(str(page), format="svg", font_paths=[]) for _ in range(2)]
    assert twice == [stock, stock]


def test_everything_is_put_back() -> None:
    before = dict(vars(mn.VMobject)), dict(vars(mn.Mobject))
    with faster_manim():
        assert vars(mn.VMobject)["generate_rgbas_array"] is not before[0]["generate_rgbas_array"]
    assert (dict(vars(mn.VMobject)), dict(vars(mn.Mobject))) == before
