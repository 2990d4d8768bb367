"""Animations do nothing twice: a part that is where it should be is left there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import manim as mn

__all__ = ["Thrift"]


@dataclass(slots=True)
class Thrift:
    """How far each part of the animations of one play is.

    In a sample most glyphs of a text that is written are still missing, or there already: as long
    as nothing else moves what an animation moves (``alone``), that needn't be done again.
    """

    alone: bool = False
    _last: dict[int, list[float]] = field(default_factory=dict)

    def begin(self, alone: bool) -> None:
        """The animations of a play have begun, and some have changed again what they began with."""
        self.alone = alone
        self._last.clear()

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """While the block runs, Manim's animations work so."""
        original: Any = vars(mn.Animation)["interpolate_mobject"]
        last = self._last

        def interpolate_mobject(animation: Any, alpha: float) -> None:
            families = list(animation.get_all_families_zipped())
            count = len(families)
            before = last.get(id(animation), ())
            known = self.alone and len(before) == count
            now: list[float] = []
            for at, members in enumerate(families):
                there = animation.get_sub_alpha(alpha, at, count)
                now.append(there)
                if not known or before[at] != there:
                    animation.interpolate_submobject(*members, there)
            last[id(animation)] = now

        if original.__module__ == "manim.animation.animation":  # or a plugin has its own
            mn.Animation.interpolate_mobject = interpolate_mobject  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            mn.Animation.interpolate_mobject = original  # type: ignore[method-assign]
