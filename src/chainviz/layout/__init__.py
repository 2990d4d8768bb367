"""Where the nodes stand and how the arrows run, before anything is drawn."""

from __future__ import annotations

from chainviz.layout.geometry import Box, Place, Point, Route, Size
from chainviz.layout.lay_out import TooLarge, lay_out
from chainviz.layout.needs import Needs, Spacing
from chainviz.layout.result import Layout

__all__ = [
    "Box",
    "Layout",
    "Needs",
    "Place",
    "Point",
    "Route",
    "Size",
    "Spacing",
    "TooLarge",
    "lay_out",
]
