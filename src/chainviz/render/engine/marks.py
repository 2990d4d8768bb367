"""How fine a single picture is, told to the encoder together with it.

FFmpeg hands what it is told of a picture's regions on to x264: that some are to be finer than its
quantiser says, in this picture alone. The region is all of the picture.
"""

from __future__ import annotations

from typing import Any

import av

__all__ = ["Marks", "can_mark"]

_FILTER = "addroi"
_STEPS = 51
"""What a region is told is a share of all the steps that there are."""


def can_mark() -> bool:
    """Whether this FFmpeg has what it takes; some are built without."""
    return _FILTER in av.filter.filters_available


class Marks:
    """Marks pictures of one size as so many steps finer than others."""

    def __init__(self, like: Any, steps: int) -> None:
        graph: Any = av.filter.Graph()
        source = graph.add_buffer(
            width=like.width,
            height=like.height,
            format=like.format.name,
            time_base=like.time_base,
        )
        marks = graph.add(_FILTER, f"0:0:iw:ih:{-steps}/{_STEPS}")
        sink = graph.add("buffersink")
        source.link_to(marks)
        marks.link_to(sink)
        graph.configure()
        self._graph = graph

    def finer(self, frame: Any) -> Any:
        """The same picture, in the same memory, marked."""
        kind = frame.pict_type
        self._graph.push(frame)
        marked = self._graph.pull()
        marked.pict_type = kind
        return marked
