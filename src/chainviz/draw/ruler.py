"""A ruler: invisible, part of a board, and so moved, scaled and turned with it."""

from __future__ import annotations

from typing import Any, Self

import manim as mn
import numpy as np

__all__ = ["Ruler"]


class Ruler(mn.VMobject):
    """Remembers where the plane was when it was made, and says where any point of it is now."""

    def __init__(self, x0: float, y0: float, x1: float, y1: float) -> None:
        super().__init__(stroke_width=0, fill_opacity=0)
        self.fill_rgbas = self.stroke_rgbas = self.background_stroke_rgbas = np.zeros((1, 4))
        origin, right, up = np.array([[x0, y0, 0], [x1, y0, 0], [x0, y1, 0]], dtype=float)
        self.start_new_path(origin).add_line_to(right)  # two straight lines hold no area
        self.start_new_path(origin).add_line_to(up)
        self._was = np.linalg.inv(np.column_stack([right - origin, up - origin, [0, 0, 1]]))
        self._from = origin

    def _bare(self, *_: Any, **__: Any) -> Self:
        return self

    # a ruler has no look: whatever the board is dressed in, it stays unseen
    set_stroke = set_fill = set_opacity = set_color = set_style = _bare

    @property
    def matrix(self) -> np.ndarray:
        """The linear map from the plane as it was to the plane as it is."""
        points = self.points
        origin, right, up = points[0], points[3], points[7]
        across = np.cross(right - origin, up - origin)
        now = np.column_stack([right - origin, up - origin, across / np.linalg.norm(across)])
        found: np.ndarray = now @ self._was
        return found

    def carry(self, mobject: mn.Mobject) -> None:
        """Move a mobject from where it stood in the plane as it was to where that is now."""
        matrix, origin = self.matrix, self.points[0]
        if np.allclose(matrix, np.eye(3)) and np.allclose(origin, self._from):
            return
        for member in mobject.get_family():
            member.points = (member.points - self._from) @ matrix.T + origin
