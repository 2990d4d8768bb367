"""Arrows along a route: a curve and a tip that stay together."""

from __future__ import annotations

from typing import cast

import manim as mn
import numpy as np

__all__ = ["Arrow"]


class Arrow(mn.VGroup):
    """A curve with a tip at its end; ``route`` holds cubic Bezier points, (3 k + 1, 2 or 3)."""

    def __init__(
        self, route: np.ndarray, *, colour: str, stroke: float = 4.0, tip: float = 0.22
    ) -> None:
        super().__init__()
        points = np.zeros((len(route), 3))
        points[:, : route.shape[1]] = route
        whole = mn.VMobject().set_points(_doubled(points))
        length = whole.get_arc_length()
        share = min(0.45, tip / length) if length else 0.0
        neck = whole.point_from_proportion(1 - share)
        self.curve = mn.VMobject(stroke_color=colour, stroke_width=stroke, fill_opacity=0.0)
        self.curve.pointwise_become_partial(whole, 0, 1 - share * 0.8)
        self.tip = _tip(neck, points[-1], colour)
        self.add(self.curve, self.tip)

    @property
    def start(self) -> np.ndarray:
        """Where the arrow leaves."""
        return cast(np.ndarray, self.curve.get_start())

    @property
    def end(self) -> np.ndarray:
        """The point of the tip."""
        return cast(np.ndarray, self.tip.get_start())


def _doubled(route: np.ndarray) -> np.ndarray:
    """(3 k + 1) shared points as Manim's 4 k."""
    count = (len(route) - 1) // 3
    return np.concatenate([route[3 * i : 3 * i + 4] for i in range(count)])


def _tip(neck: np.ndarray, point: np.ndarray, colour: str) -> mn.VMobject:
    along = point - neck
    across = np.array([-along[1], along[0], 0.0]) * 0.42
    made = mn.VMobject(fill_color=colour, fill_opacity=1.0, stroke_width=0.0)
    return made.set_points_as_corners(
        [point, neck + across, neck + along * 0.22, neck - across, point]
    )
