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
    """Paints a coarse picture of the large fills, and only while one of them changes."""

    def __init__(self, camera: Any, found: list[tuple[float, Array]]) -> None:
        self.camera = camera
        self.found = found
        self._state: object = None
        self._painted: object = None
        self._wary = False

    def begin(self, scene: Any, subjects: Iterable[Any]) -> bool:
        """Whether something large has changed before this play, or may change during it."""
        pieces = list(_pieces(scene.mobjects, self._area))
        large = sum(share for _, share in pieces) > _LARGE
        state = self._look_of(pieces if large else ())
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
        shown = list_update(scene.mobjects, scene.foreground_mobjects)
        pieces = list(_pieces(shown, self._area))
        state = (_frame(self.camera), self._look_of(pieces))
        if state == self._painted:
            return
        self._painted = state
        self.camera.reset()
        self.camera.capture_mobjects([piece for piece, _ in pieces], include_submobjects=False)
        pixels = self.camera.pixel_array[:, :, :3]
        down, across = max(1, pixels.shape[0] // 18), max(1, pixels.shape[1] // 32)
        grid = pixels[down // 2 :: down, across // 2 :: across].astype(float) / 255.0
        if not self.found or np.any(grid != self.found[-1][1]):
            self.found.append((time, grid))

    @property
    def _area(self) -> float:
        return float(self.camera.frame_width * self.camera.frame_height)

    def _look_of(self, pieces: Iterable[tuple[Any, float]]) -> object:
        return (
            mn.ManimColor(self.camera.background_color).to_hex(),
            tuple((id(m), m.points.tobytes(), _fill(m)) for m, _ in pieces),
        )


def _frame(camera: Any) -> object:
    return camera.frame_width, camera.frame_height, *camera.frame_center


def _fill(mobject: Any) -> bytes:
    if isinstance(mobject, mn.ImageMobject):
        return bytes(mobject.pixel_array[::16, ::16].tobytes())
    found = getattr(mobject, "fill_rgbas", None)
    return b"" if found is None else bytes(found.tobytes())


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
