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


@pytest.mark.parametrize("name", MADE)
def test_the_same_extents(name: str) -> None:
    mobject = MADE[name]()
    ways = (mn.UP, mn.DR, mn.ORIGIN, [-1, 0, 0.5])

    def measured() -> list[Any]:
        sizes = [
            mobject.width,
            mobject.height,
            mobject.depth,
            mobject.get_x(),
            mobject.get_y(mn.UP),
        ]
        corners = [mobject.get_critical_point(way) for way in ways]
        return [np.array(each).tobytes() for each in (*sizes, *corners)]

    stock, drawn = _or_why(measured), mobject.family_members_with_points()
    with faster_manim():
        assert (_or_why(measured), mobject.family_members_with_points()) == (stock, drawn)


def _or_why(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except (ValueError, IndexError) as error:
        return str(error)


@pytest.mark.parametrize("column", [[0.0, -0.0], [-0.0, 0.0], [np.nan, 1, 2], [2, np.nan, 1]])
def test_the_same_extreme_where_the_order_counts(column: list[float]) -> None:
    points = mn.Mobject()
    points.points = np.array([[0.0, y, 0.0] for y in column])

    def extremes() -> list[bytes]:
        found = [points.reduce_across_dimension(extreme, 1) for extreme in (max, min)]
        return [np.float64(each).tobytes() for each in (*found, points.height)]

    stock = extremes()
    with faster_manim():
        assert extremes() == stock


def test_the_same_colours() -> None:
    given: list[Any] = [
        np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.2, 0.3, 0.4]), np.array([1, 2, 3]),
        np.array([0.1, 0.2, 0.3], dtype=np.float32), (0.1, 0.2, 0.3), "#123", mn.RED, None, 0xABC,
    ]  # fmt: skip

    def parsed() -> list[list[float]]:
        pairs = [(mn.ManimColor(each, 0.6), mn.ManimColor.parse(each, 0.6)) for each in given[:4]]
        plain = [(mn.ManimColor(each, 0.6),) for each in given]
        return [color.to_rgba().tolist() for found in (*pairs, *plain) for color in found]

    stock, own = parsed(), np.array([0.1, 0.2, 0.3])
    with faster_manim():
        assert parsed() == stock
        mn.ManimColor(own)._internal_value[0] = 1.0
    assert own[0] == 0.1


def test_the_same_paint_for_more_colours_and_for_fewer() -> None:
    def painted() -> list[Any]:
        square: Any = mn.Square()
        square.set_fill([mn.RED, mn.BLUE, mn.GREEN], 0.5)
        square.set_fill(mn.YELLOW).set_stroke([mn.RED, mn.BLUE]).set_stroke(opacity=0.25)
        return [square.fill_rgbas.tolist(), square.stroke_rgbas.tolist()]

    stock = painted()
    with faster_manim():
        assert painted() == stock


class _Watched(mn.Square):
    """Sets a name through code."""

    @property
    def mood(self) -> str:
        """What was set, and how often."""
        return str(self.__dict__["kept"])

    @mood.setter
    def mood(self, value: str) -> None:
        self.__dict__["kept"] = value
        self.__dict__["count"] = self.__dict__.get("count", 0) + 1


def test_copies_are_whole_and_hang_together() -> None:
    made: Any = _Watched()
    made.__dict__["mood"] = "hidden"
    made.mood = "fine"
    made.table = {"self": made, "list": [made], "pair": (1, "a"), "own": (made.points,)}
    made.again = made.points
    made.add(mn.Dot())

    def copied() -> Any:
        copy = made.copy()
        assert copy.table["self"] is copy and copy.table["list"][0] is copy
        assert copy.table["own"][0] is copy.again is copy.points is not made.points
        assert copy.submobjects[0] is not made.submobjects[0]
        return {name: str(value) for name, value in vars(copy).items()}

    stock = copied()
    with faster_manim():
        assert copied() == stock


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


def _walked(path: Any) -> list[Any]:
    told: list[Any] = [path.point_from_proportion(share) for share in np.linspace(0, 1, 23)]
    told += [path.get_arc_length(), path.get_arc_length(sample_points_per_curve=3)]
    for n in range(path.get_num_curves()):
        curve, length = path.get_nth_curve_function_with_length(n)
        told += [length, curve(0.3), path.get_nth_curve_length(n, 7)]
        told += [path.get_nth_curve_length_pieces(n, count) for count in (None, 1, 2, 5)]
    return [np.array(each).tobytes() for each in told]


def _random_path(seed: int) -> mn.VMobject:
    numbers = np.random.default_rng(seed)
    path = mn.VMobject()
    path.points = numbers.normal(size=(4 * numbers.integers(1, 9), 3)) * 10.0 ** numbers.integers(
        -6, 6
    )
    return path


def test_the_same_ways_along_paths() -> None:
    still = mn.VMobject().set_points_as_corners([mn.UP, mn.UP, mn.UP, mn.RIGHT])
    paths = [mn.Circle(), mn.Line(mn.UP, mn.RIGHT), mn.Square(), mn.ArcBetweenPoints(mn.UP, mn.DL)]
    for path in (*paths, still, mn.Text("ab")[0], *map(_random_path, range(30))):
        stock = _walked(path)
        with faster_manim():
            assert _walked(path) == stock
            assert _walked(path) == stock  # what is remembered, too
            path.points = path.points * 1.5
            longer = _walked(path)
        assert longer == _walked(path) != stock


def test_curves_of_ones_own_are_measured_as_they_say() -> None:
    class Straight(mn.Circle):
        def get_nth_curve_function(self, n: int) -> Any:
            first, *_, last = self.get_nth_curve_points(n)
            return lambda t: first + t * (last - first)

    class Doubled(mn.Circle):
        def get_nth_curve_length_pieces(self, n: int, sample_points: int | None = None) -> Any:
            return 2 * super().get_nth_curve_length_pieces(n, sample_points)

    for kind in (Straight, Doubled):
        stock = kind().get_arc_length()
        with faster_manim():
            mn.Circle().get_arc_length()
            assert kind().get_arc_length() == stock != mn.Circle().get_arc_length()


def test_paths_of_unusual_numbers() -> None:
    path = mn.Circle()
    path.points = path.points.astype(np.float32)
    stock = path.get_arc_length()
    with faster_manim():
        assert path.get_arc_length() == stock
        with pytest.raises(ValueError, match="not between 0 and 1"):
            path.point_from_proportion(1.5)
        with pytest.raises(AssertionError):
            path.get_nth_curve_function_with_length(99)


NUMBERS = [0.0, -0.0, 1.0, 1.0 + 1e-6, 1.0 + 1e-5, 1.0 + 1.1e-5, 1e-6, 1.1e-6, -1.0, 1e300, 1e-300]
NUMBERS += [float("inf"), float("-inf"), float("nan"), 1e6, 1e6 + 10, 1e6 + 10.1]


def test_the_same_points_are_equal() -> None:
    mobject = mn.VMobject()
    pairs: list[Any] = [
        (np.array([a, 1.0, 2.0]), np.array([b, 1.0, 2.0])) for a in NUMBERS for b in NUMBERS
    ]
    pairs += [(one[::-1].copy(), other[::-1].copy()) for one, other in pairs]
    pairs += [(np.zeros((4, 3)), np.zeros(3)), ([0, 0, 0], (0, 0, 1e-7)), (np.zeros(2), np.ones(2))]
    pairs += [(np.zeros(3, np.float32), np.zeros(3)), (np.zeros(3, int), np.full(3, 1e-7))]
    for tolerance in (1e-6, 0, 0.5, np.float64(1e-3)):
        mobject.tolerance_for_point_equality = tolerance
        stock = [mobject.consider_points_equals(*pair) for pair in pairs]
        assert True in stock and False in stock
        with faster_manim():
            assert [mobject.consider_points_equals(*pair) for pair in pairs] == stock


def test_the_same_tips() -> None:
    class Always(mn.Line):
        tip: Any = mn.Dot()

    class Asked(mn.Line):
        def __getattr__(self, name: str) -> Any:
            return self.submobjects[0] if name == "start_tip" else super().__getattr__(name)

    both = mn.Line().add_tip().add_tip(at_start=True)
    lost = mn.Arrow()
    lost.remove(lost.tip)
    asked = Asked().add(mn.Dot())
    for line in (mn.Line(), mn.Arrow(), both, lost, Always(), asked, mn.Vector(mn.UP)):
        stock = [line.has_tip(), line.has_start_tip(), *map(tuple, line.get_start_and_end())]
        with faster_manim():
            assert [
                line.has_tip(),
                line.has_start_tip(),
                *map(tuple, line.get_start_and_end()),
            ] == stock
