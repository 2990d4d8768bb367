"""Watches large areas for flashes: the one thing that must be painted to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import manim as mn
import numpy as np
from manim.utils.iterables import list_update

from chainviz.audit.timeline import Array

__all__ = ["Strobe"]

_PIECE = 0.01  # share of the frame from which a fill counts at all
_LARGE = 0.20  # share of the frame from which the fills together are worth a look


class Strobe:
    """Paints a coarse picture, and only while something large changes."""

    def __init__(self, camera: Any, found: list[tuple[float, Array]]) -> None:
        self.camera = camera
        self.found = found
        self._state: object = None
        self._wary = False

    def begin(self, scene: Any, subjects: Iterable[Any]) -> bool:
        """Whether something large has changed before this play, or may change during it."""
        area = float(self.camera.frame_width * self.camera.frame_height)
        pieces = list(_pieces(scene.mobjects, area))
        large = sum(share for _, share in pieces) > _LARGE
        state = (
            mn.ManimColor(self.camera.background_color).to_hex(),
            tuple((id(m), m.points.tobytes(), _fill(m)) for m, _ in pieces) if large else (),
        )
        changed = state != self._state
        self._state = state
        busy = {id(m) for subject in subjects for m in subject.get_family()}
        moving = large and any(id(m) in busy or m.get_family_updaters() for m, _ in pieces)
        self._wary = changed or moving
        return moving

    def look(self, scene: Any, time: float) -> None:
        """Note the coarse picture if it differs from the one before."""
        if not self._wary:
            return
        self.camera.reset()
        self.camera.capture_mobjects(list_update(scene.mobjects, scene.foreground_mobjects))
        pixels = self.camera.pixel_array[:, :, :3]
        down, across = max(1, pixels.shape[0] // 18), max(1, pixels.shape[1] // 32)
        grid = pixels[down // 2 :: down, across // 2 :: across].astype(float) / 255.0
        if not self.found or np.any(grid != self.found[-1][1]):
            self.found.append((time, grid))


def _fill(mobject: Any) -> bytes:
    found = getattr(mobject, "fill_rgbas", None)
    return b"" if found is None else found.tobytes()


def _pieces(mobjects: Iterable[Any], area: float) -> Iterator[tuple[Any, float]]:
    for mobject in mobjects:
        for member in mobject.get_family():
            if not len(member.points) or getattr(member, "chainviz_glyph", None):
                continue
            if isinstance(member, mn.VMobject) and member.get_fill_opacity() <= 0.05:
                continue
            spread = np.ptp(member.points[:, :2], axis=0)
            share = float(spread[0] * spread[1]) / area
            if share > _PIECE:
                yield member, share
