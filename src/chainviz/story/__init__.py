"""Beats and storyboards: what the viewer notices, one thing at a time."""

from chainviz.story.beats import (
    Beat,
    Conclude,
    Differentiate,
    Evaluate,
    Given,
    Note,
    Reveal,
    SeedOutput,
    Storyboard,
    Title,
    describe,
    name_of,
)
from chainviz.story.labels import edge_label, edge_part
from chainviz.story.tell import tell, tell_backward, tell_forward, tell_graph, tell_result

__all__ = [
    "Beat",
    "Conclude",
    "Differentiate",
    "Evaluate",
    "Given",
    "Note",
    "Reveal",
    "SeedOutput",
    "Storyboard",
    "Title",
    "describe",
    "edge_label",
    "edge_part",
    "name_of",
    "tell",
    "tell_backward",
    "tell_forward",
    "tell_graph",
    "tell_result",
]
