"""Manim's own functions with faster bodies, for as long as a film is rendered or audited."""

from chainviz.faster.speedups import faster_manim

__all__ = ["faster_manim"]
