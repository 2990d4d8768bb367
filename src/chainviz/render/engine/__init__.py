"""The fast renderer of one scene: Manim's pictures to the byte, without Manim's waiting."""

from chainviz.render.engine.records import Beat, Caption, Engine, Format, Rendered, Settings
from chainviz.render.engine.session import render_scene

__all__ = ["Beat", "Caption", "Engine", "Format", "Rendered", "Settings", "render_scene"]
