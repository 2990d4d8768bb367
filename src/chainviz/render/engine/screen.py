"""What the camera shows: mobjects become operations, operations become the frame."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import numpy as np
from manim.mobject.types.image_mobject import AbstractImageMobject
from manim.mobject.types.point_cloud_mobject import PMobject
from manim.mobject.types.vectorized_mobject import VMobject

from chainviz.machine import files_in_memory, let_go_of, trim_memory
from chainviz.render.engine.canvas import Ground, Picture, words_of
from chainviz.render.engine.plain import PlainPixels
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
_OWN = 2
"""References to an array that its camera alone holds, one of them while they are counted."""
_NOW_AND_THEN = 60
"""Frames, after which memory is looked for that shows nothing but the background."""
_FORMULAS = "_typst."
"""What sets formulas: a large library that is needed now and then."""
_LARGE = 4 * 2**20
"""Bytes of files that have come into memory, which are worth a look at what they are."""
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
        self._take_ground()
        if sys.getrefcount(camera.pixel_array) > _OWN:  # somebody else looks at it, too
            self.frame = Picture(self._bare(camera.pixel_array), self._ground)
        else:
            self.frame = self._picture()
            camera.pixel_array = self.frame.pixels
        self._base: Picture | None = None
        self._scratch: Picture | None = None
        self._static: list[Op] | None = None
        self._foreign = False
        self._agreeing: list[int] = []
        self._frames = 0
        self._files = 0

    def fits(self) -> bool:
        """Whether the camera still paints into the pixels that this screen knows."""
        return self.camera.pixel_array is self.frame.pixels

    @property
    def static_pixels(self) -> Any:
        """The picture of what stands still during this play, if there is one."""
        if self._static is None or self._base is None:
            return None
        if self._base.ops is not self._static:
            self._base.become(self._static, [self._ground], self._paper)
        return self._base.pixels

    def forget_static(self) -> None:
        """From now on frames begin with the bare background."""
        self._static = None
        self._foreign = False
        self._agreeing.clear()

    def set_static(self, mobjects: Iterable[Any]) -> None:
        """Paint what stands still during a play; every frame begins with it until forgotten."""
        self.forget_static()
        if not self._ground.shows(self.camera.background):
            self._take_ground()
        self._static = [self._ground_op(), *self._ops(mobjects)]
        self._paint_base(self._static)

    def set_static_pixels(self, pixels: Any) -> None:
        """Take a picture that Manim painted as what stands still."""
        if self._base is None:
            self._base = self._picture()
        np.copyto(self._base.pixels, pixels)
        self._static = self._base.ops = [Op.opaque()]
        self._foreign = True
        self._agreeing.clear()

    def show(self, mobjects: Iterable[Any]) -> None:
        """Bring the frame up to date with these mobjects on top of what stands still."""
        begin = self._static or [self._ground_op()]
        ops = begin + self._ops(mobjects)
        self._keep_what_is_steady(ops, len(begin))
        bases: list[Picture | Ground] = [self._ground]
        if self._base is not None:
            bases.append(self._base)
        self.frame.become(ops, bases, self._paper, closely=True)
        self._frames += 1
        if self._frames % _NOW_AND_THEN == 0:
            self._give_back()

    def spoil(self) -> None:
        """Note that somebody else painted the frame."""
        self.frame.ops = [Op.opaque()]

    def _keep_what_is_steady(self, ops: list[Op], begin: int) -> None:
        """Let the base follow: what stands still, and what lies on it and hasn't changed lately."""
        self._agreeing = [*self._agreeing[1 - _STEADY :], _agreement(self.frame.ops, ops)]
        if self._foreign:
            return
        have = _agreement(self._base.ops, ops) if self._base else 0
        if self._base and begin <= have < len(self._base.ops):
            self._paint_base(ops[:have])
        steady = min(self._agreeing)
        if len(self._agreeing) == _STEADY and steady - max(have, begin) >= _WORTH:
            self._paint_base(ops[:steady])

    def _paint_base(self, ops: list[Op]) -> None:
        if self._base is None:
            self._base = self._picture()
        self._base.become(ops, [self._ground, self._base], self._paper)

    def _ground_op(self) -> Op:
        background = self.camera.background
        if self._ground_source is not background or not self._ground.shows(background, _SAMPLE):
            self._take_ground()
        return self._ground.ops[0]

    def _take_ground(self) -> None:
        background = self.camera.background
        self._ground = Ground(background)
        lean = self._lean()
        self.camera.background = background if lean is None else lean.pixels
        self._ground_source = self.camera.background

    def _lean(self) -> PlainPixels | None:
        """Pixels that show the bare background and take no memory yet; None if there are none."""
        if np.ndim(self._ground.words):
            return None
        return PlainPixels.of(self.camera.pixel_array.shape, self._ground.words)

    def _bare(self, pixels: Any) -> Any:
        words_of(pixels)[...] = self._ground.words
        return pixels

    def _picture(self) -> Picture:
        lean = self._lean()
        if lean is not None:
            return Picture(lean.pixels, self._ground, lean)
        return Picture(self._bare(np.empty_like(self.camera.pixel_array)), self._ground)

    def _give_back(self) -> None:
        """Give back the memory that isn't needed to show what is shown."""
        for picture in (self.frame, self._base):
            if picture is not None:
                picture.give_back()
        if self._scratch is not None:
            self._scratch.give_back(all_of_it=True)
        trim_memory()
        files = files_in_memory()
        if files - self._files > _LARGE:
            let_go_of(_FORMULAS)
            files = files_in_memory()
        self._files = files

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


def _agreement(old: list[Op], new: list[Op]) -> int:
    """How many operations they begin with in common."""
    for count, (before, after) in enumerate(zip(old, new, strict=False)):
        if before is not after:
            return count
    return min(len(old), len(new))


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
