"""What the camera shows: mobjects become operations, operations become the frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from manim.mobject.types.image_mobject import AbstractImageMobject
from manim.mobject.types.point_cloud_mobject import PMobject
from manim.mobject.types.vectorized_mobject import VMobject

from chainviz.render.engine.canvas import Ground, Picture
from chainviz.render.engine.stroke import Foreign, Op, View, look_of, op_of

__all__ = ["Screen"]

_INVISIBLE = "no camera paints it"
_READ_DIRECTLY = (
    "consider_points_equals_2d",
    "family_members_with_points",
    "get_family",
    "get_num_points",
    "get_subpath_split_indices_from_points",
)
"""Methods whose meaning is built in here; a class that changes them is not ours to paint."""
_STEADY = 3
"""After so many frames with the same unchanged beginning, that beginning is kept painted."""
_FORGET = 2000
"""Mobjects that were not shown lately are forgotten when there are more of them than this."""
_SAMPLE = 61
"""Within a play, a background that was painted over is noticed by one pixel in so many."""
_WORTH = 4
"""A beginning of fewer operations is not worth a picture of its own."""


class Screen:
    """The frame of a camera, kept up to date cheaply."""

    def __init__(self, camera: Any) -> None:
        self.camera = camera
        self._kinds: dict[type, str | None] = {}
        self._known: dict[int, tuple[Any, Any, Op | None]] = {}
        self._fresh: dict[int, tuple[Any, Any, Op | None]] = {}
        self._view: View | None = None
        self._ground = Ground(camera.background)
        self._ground_source = camera.background
        self.frame = self._picture(camera.pixel_array)
        self._static: Picture | None = None
        self._prefix: Picture | None = None
        self._scratch: Picture | None = None
        self._has_static = False
        self._agreeing: list[int] = []

    def fits(self) -> bool:
        """Whether the camera still paints into the pixels that this screen knows."""
        return self.camera.pixel_array is self.frame.pixels

    @property
    def static_pixels(self) -> Any:
        """The picture of what stands still during this play, if there is one."""
        return self._static.pixels if self._has_static and self._static is not None else None

    def forget_static(self) -> None:
        """From now on frames begin with the bare background."""
        self._has_static = False
        self._agreeing.clear()

    def set_static(self, mobjects: Iterable[Any]) -> None:
        """Paint what stands still during a play; every frame begins with it until forgotten."""
        self.forget_static()
        if not self._ground.shows(self.camera.background):
            self._take_ground()
        ops = [self._ground_op(), *self._ops(mobjects)]
        if self._static is None:
            self._static = self._picture()
        bases: list[Picture | Ground] = [self._ground]
        if self._prefix is not None:
            bases.append(self._prefix)
        self._static.become(ops, bases, self._paper())
        self._has_static = True

    def set_static_pixels(self, pixels: Any) -> None:
        """Take a picture that Manim painted as what stands still."""
        if self._static is None:
            self._static = self._picture()
        np.copyto(self._static.pixels, pixels)
        self._static.ops = [Op.opaque()]
        self._has_static = True
        self._agreeing.clear()

    def show(self, mobjects: Iterable[Any]) -> None:
        """Bring the frame up to date with these mobjects on top of what stands still."""
        begin = self._static.ops if self._has_static and self._static else [self._ground_op()]
        ops = begin + self._ops(mobjects)
        bases: list[Picture | Ground] = [self._ground]
        if self._has_static and self._static:
            bases.append(self._static)
        self._keep_steady_beginning(ops, len(begin), bases)
        self.frame.become(ops, bases, self._paper())

    def spoil(self) -> None:
        """Note that somebody else painted the frame."""
        self.frame.ops = [Op.opaque()]

    def _keep_steady_beginning(
        self, ops: list[Op], begin: int, bases: list[Picture | Ground]
    ) -> None:
        """Keep a second picture of the operations that haven't changed for some frames."""
        agree = 0
        for old, new in zip(self.frame.ops, ops, strict=False):
            if old is not new:
                break
            agree += 1
        self._agreeing = [*self._agreeing[1 - _STEADY :], agree]
        steady = min(self._agreeing)
        have = len(self._prefix.ops) if self._prefix else 0
        if (
            len(self._agreeing) == _STEADY
            and steady < len(ops)
            and steady - begin >= _WORTH
            and not (begin < have <= steady and steady - have < _WORTH)
        ):
            if self._prefix is None:
                self._prefix = self._picture()
            self._prefix.become(ops[:steady], bases, self._paper())
        if self._prefix is not None:
            bases.append(self._prefix)

    def _ground_op(self) -> Op:
        background = self.camera.background
        if self._ground_source is not background or not self._ground.shows(background, _SAMPLE):
            self._take_ground()
        return self._ground.ops[0]

    def _take_ground(self) -> None:
        self._ground_source = self.camera.background
        self._ground = Ground(self._ground_source)

    def _picture(self, pixels: Any = None) -> Picture:
        if pixels is None:
            pixels = np.empty_like(self.camera.pixel_array)
        return Picture(pixels, self._ground)

    def _paper(self) -> Picture:
        if self._scratch is None:
            self._scratch = self._picture()
        return self._scratch

    def _current_view(self) -> View:
        camera = self.camera
        matrix = camera.get_cairo_context(camera.pixel_array).get_matrix()
        view = View(
            matrix,
            (camera.pixel_width, camera.pixel_height),
            camera.cairo_line_width_multiple * (camera.frame_width / camera.frame_width),
        )
        if self._view is None or self._view.key != view.key:
            self._view = view
            self._known.clear()
            self._fresh.clear()
        return self._view

    def _ops(self, mobjects: Iterable[Any]) -> list[Op]:
        view = self._current_view()
        found = []
        for mobject in self._listed(mobjects):
            key = id(mobject)
            look = look_of(mobject)
            entry = self._fresh.get(key) or self._known.get(key)
            if entry is None or entry[1] != look:
                entry = (mobject, look, op_of(mobject, look, view))
            self._fresh[key] = entry
            if entry[2] is not None:
                found.append(entry[2])
        if len(self._fresh) > 2 * len(found) + _FORGET:
            self._known, self._fresh = self._fresh, {}
        return found

    def _listed(self, mobjects: Iterable[Any]) -> list[Any]:
        """The family members to paint, in order: each once, where it comes last."""
        listed: list[Any] = []
        seen: set[Any] = set()
        kinds = self._kinds

        def visit(mobject: Any) -> None:
            if mobject in seen:
                return
            kind = type(mobject)
            if kind not in kinds:
                kinds[kind] = _handling(kind)
            for part in reversed(mobject.submobjects):
                visit(part)
            seen.add(mobject)
            how = kinds[kind]
            if how is _INVISIBLE or len(mobject.points) == 0:
                return
            if how is not None:
                raise Foreign(how)
            listed.append(mobject)

        for mobject in reversed(list(mobjects)):
            visit(mobject)
        listed.reverse()
        if self.camera.use_z_index:
            listed.sort(key=lambda mobject: mobject.z_index)
        return listed


def _handling(kind: type) -> str | None:
    """None for a class we can paint; else why not."""
    if issubclass(kind, VMobject):
        for name in _READ_DIRECTLY:
            if getattr(kind, name) is not getattr(VMobject, name):
                return f"{kind.__name__} has a {name} of its own"
        return None
    if issubclass(kind, PMobject | AbstractImageMobject):
        return f"{kind.__name__} is not made of strokes and fills"
    return _INVISIBLE
