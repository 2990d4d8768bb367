"""Manim's Cairo renderer with the slow parts replaced: same plays, same pixels, less work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import manim as mn
from manim.camera.camera import Camera
from manim.camera.moving_camera import MovingCamera
from manim.renderer.cairo_renderer import CairoRenderer
from manim.utils.iterables import list_update

from chainviz.machine import keep_memory
from chainviz.render.engine.region import Rect
from chainviz.render.engine.screen import Screen
from chainviz.render.engine.still import Fullest
from chainviz.render.engine.stroke import Foreign, Op

__all__ = ["FastRenderer"]


class FastRenderer(CairoRenderer):
    """Paints incrementally where that is known to give Manim's own pixels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._screen: Screen | None = None
        self._static: Any = None
        self._emitted: list[Op] | None = None
        self.why_stock: dict[str, None] = {}
        self.fullest = Fullest()
        super().__init__(*args, **kwargs)
        self._why_not = why_foreign_camera(self.camera)

    @property
    def static_image(self) -> Any:
        """The picture of what stands still, as Manim's renderer has it."""
        if self._static is None and self._screen is not None:
            return self._screen.static_pixels
        return self._static

    @static_image.setter
    def static_image(self, pixels: Any) -> None:
        self._static = pixels
        if pixels is None and self._screen is not None:
            self._screen.forget_static()

    def save_static_frame_data(self, scene: mn.Scene, static_mobjects: Iterable[Any]) -> Any:
        """Paint what will stand still during the play that begins."""
        self.static_image = None
        if not static_mobjects or self.skip_animations:
            return None
        screen = self._ready()
        if screen is not None:
            try:
                screen.set_static(static_mobjects)
                return screen.static_pixels
            except Foreign as foreign:
                self._note(str(foreign))
        pixels = super().save_static_frame_data(scene, static_mobjects)
        if screen is not None:
            screen.spoil()
            screen.set_static_pixels(pixels)
            self._static = None
        return pixels

    def play(self, scene: mn.Scene, *args: Any, **kwargs: Any) -> None:
        """Play, and look at what it came to."""
        super().play(scene, *args, **kwargs)
        if not self.skip_animations and self.camera.pixel_array.shape[-1] == 4:
            self.fullest.look(self.camera.pixel_array)

    def update_frame(
        self,
        scene: mn.Scene,
        mobjects: Iterable[Any] | None = None,
        include_submobjects: bool = True,
        ignore_skipping: bool = True,
        **kwargs: Any,
    ) -> None:
        """Bring the camera's pixels up to date."""
        if self.skip_animations and not ignore_skipping:
            return
        screen = self._ready() if include_submobjects and not kwargs else None
        if screen is not None:
            shown = mobjects or list_update(scene.mobjects, scene.foreground_mobjects)
            try:
                screen.show(shown)
                return
            except Foreign as foreign:
                self._note(str(foreign))
        super().update_frame(scene, mobjects, include_submobjects, ignore_skipping, **kwargs)
        if self._screen is not None:
            self._screen.spoil()

    def render(
        self, scene: mn.Scene, time: float, moving_mobjects: Iterable[Any] | None = None
    ) -> None:
        """One frame of a play."""
        if self.skip_animations:
            return
        self.update_frame(scene, moving_mobjects)
        self._emit(1)

    def freeze_current_frame(self, duration: float) -> None:
        """Hold the frame as long as Manim would."""
        if not self.skip_animations:
            self._emit(int(duration / (1 / self.camera.frame_rate)))

    def _emit(self, frames: int) -> None:
        write = getattr(self.file_writer, "write_picture", None)
        if write is None:
            self.add_frame(self.get_frame(), num_frames=frames)
            return
        self.time += frames * (1 / self.camera.frame_rate)
        write(self.camera.pixel_array, self._changes(), frames)

    def _changes(self) -> list[Rect] | None:
        """What differs from the frame that was written before; None if nobody knows."""
        screen = self._ready()
        if screen is None:
            return None
        before, self._emitted = self._emitted, screen.frame.ops
        if before is None or any(op.rect is None for op in (before[-1], self._emitted[-1])):
            return None
        return screen.frame.changed_since(before)

    def _ready(self) -> Screen | None:
        """The screen, made when the first frame is due; None if this camera isn't ours."""
        if self._why_not is not None:
            self._note(self._why_not)
            return None
        if self._screen is None or not self._screen.fits():
            self._screen = Screen(self.camera)
            self._emitted = None
        return self._screen

    def _note(self, reason: str) -> None:
        if not self.why_stock:
            keep_memory()  # Manim paints whole pictures
        self.why_stock[reason] = None


def why_foreign_camera(camera: Any) -> str | None:
    """Why this camera's pictures have to be left to Manim; None if they haven't."""
    kind = type(camera)
    own = {**vars(Camera), **vars(MovingCamera)} if issubclass(kind, MovingCamera) else vars(Camera)
    for name, meaning in own.items():
        if name.startswith("__"):
            continue
        if getattr(meaning, "__module__", "manim.camera").split(".")[:2] != ["manim", "camera"]:
            return f"Camera.{name} was replaced"
        if name in vars(camera) and callable(meaning):
            return f"the camera's own {name}"
        for cls in kind.__mro__:
            if name in vars(cls):
                if cls not in (Camera, MovingCamera):
                    return f"{kind.__name__} paints in its own way"
                break
    return None
