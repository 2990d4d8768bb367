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
from chainviz.story.nudge import tell_nudge
from chainviz.story.path_beats import Along, Local, Nudge
from chainviz.story.tell import tell, tell_backward, tell_forward, tell_graph, tell_result
from chainviz.story.tell_paths import (
    tell_factors,
    tell_network,
    tell_paths,
    tell_pipeline,
    tell_stages,
)

__all__ = [
    "Along",
    "Beat",
    "Conclude",
    "Differentiate",
    "Evaluate",
    "Given",
    "Local",
    "Note",
    "Nudge",
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
    "tell_factors",
    "tell_forward",
    "tell_graph",
    "tell_network",
    "tell_nudge",
    "tell_paths",
    "tell_pipeline",
    "tell_result",
    "tell_stages",
]
