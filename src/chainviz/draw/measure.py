"""Measuring texts of a kind together, so that they can stand on one line."""

from __future__ import annotations

from collections.abc import Mapping

from chainviz.draw.typeset import Typeset
from chainviz.part import Kind, Part

__all__ = ["line_room", "tallest"]


def line_room(texts: Mapping[Part, Typeset], kind: Kind) -> tuple[float, float]:
    """How far the texts of a kind reach above and below the line they are all written on."""
    every = [text for part, text in texts.items() if part.kind is kind]
    return (
        max((float(text.get_top()[1]) - text.baseline for text in every), default=0.0),
        max((text.baseline - float(text.get_bottom()[1]) for text in every), default=0.0),
    )


def tallest(texts: Mapping[Part, Typeset], kind: Kind) -> float:
    """The height of the tallest text of a kind."""
    return max((float(text.height) for part, text in texts.items() if part.kind is kind), default=0)
