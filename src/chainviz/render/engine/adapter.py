"""The one place that puts our parts into Manim, and takes them out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene import scene as scene_module

from chainviz.faster.speedups import faster_manim
from chainviz.render.engine.renderer import FastRenderer

__all__ = ["renderer_of_scenes"]


@contextmanager
def renderer_of_scenes(make_writer: Callable[[Any], Any], *, fast: bool) -> Iterator[None]:
    """While this lasts, scenes make themselves a renderer of ours (or Manim's) with this writer.

    Manim's scenes construct their own renderer, because they alone know their camera's class;
    handing one in would break scenes with an ``__init__`` of their own.
    """
    kind: type[CairoRenderer] = FastRenderer if fast else CairoRenderer

    def construct(**kwargs: Any) -> CairoRenderer:
        return kind(file_writer_class=make_writer, **kwargs)  # type: ignore[arg-type]

    original = scene_module.CairoRenderer
    scene_module.CairoRenderer = construct  # type: ignore[assignment, misc]
    try:
        with faster_manim() if fast else nullcontext():
            yield
    finally:
        scene_module.CairoRenderer = original  # type: ignore[misc]
