"""Where the nodes stand and how the arrows run, before anything is drawn."""

from __future__ import annotations

from chainviz.layout.folds import suggest_folds
from chainviz.layout.geometry import Box, Place, Point, Route, Size
from chainviz.layout.lay_out import TooLarge, lay_out
from chainviz.layout.needs import Needs, Spacing
from chainviz.layout.network import Network, Neuron, Weight, lay_out_network
from chainviz.layout.result import Layout
from chainviz.layout.rows import Row, lay_out_row

__all__ = [
    "Box",
    "Layout",
    "Needs",
    "Network",
    "Neuron",
    "Place",
    "Point",
    "Route",
    "Row",
    "Size",
    "Spacing",
    "TooLarge",
    "Weight",
    "lay_out",
    "lay_out_network",
    "lay_out_row",
    "suggest_folds",
]
