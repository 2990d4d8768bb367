"""Moves: animations that look at the board only when their turn comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np

from chainviz.draw.tag import Tag, tagged

__all__ = ["Fly", "Hold", "Move", "Pulse", "Vanish", "appear", "glow"]


@dataclass(frozen=True, slots=True)
class Hold:
    """A still picture, for that many seconds, so that what is new can be read."""

    seconds: float


class Move(mn.Animation):
    """An animation made at the moment it begins, of whatever is on the board by then."""

    def __init__(
        self, mobject: mn.Mobject, make: Callable[[], mn.Animation], run_time: float
    ) -> None:
        super().__init__(mobject, run_time=run_time, rate_func=mn.linear)
        self._board = mobject
        self._make = make
        self._scene: Any = None
        self.inner: mn.Animation | None = None

    def _setup_scene(self, scene: Any) -> None:
        self._scene = scene

    def begin(self) -> None:
        """Make the animation and start it."""
        self.inner = self._make()
        self.inner._setup_scene(self._scene)
        self.inner.begin()

    def interpolate(self, alpha: float) -> None:
        """Pass the time on."""
        if self.inner is not None:
            self.inner.interpolate(alpha)

    def finish(self) -> None:
        """Finish at once, so that what only passes by is gone before the next move."""
        if self.inner is not None:
            self.inner.finish()
            if self._scene is not None:
                self.inner.clean_up_from_scene(self._scene)
            self.inner = None

    def clean_up_from_scene(self, scene: Any) -> None:
        """Nothing is left to clean."""

    def get_all_mobjects(self) -> list[mn.Mobject]:
        """Only the board: what moves on it is the inner animation's business."""
        return [self._board]


class Fly(mn.Animation):
    """A mobject comes to its own place from where another one stands, along a slight arc."""

    def __init__(self, mobject: mn.Mobject, source: mn.Mobject, *, arc: float = 0.5, **kw: Any):
        super().__init__(mobject, **kw)
        self._source = source
        self._arc = arc

    def begin(self) -> None:
        """Remember where from and where to."""
        self._home = self.mobject.copy()
        self._from = np.array(self._source.get_center())
        self._to = np.array(self.mobject.get_center())
        self._ratio = min(1.6, max(0.5, (self._source.height or 1) / (self.mobject.height or 1)))
        self._path = mn.path_along_arc(self._arc)
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        """Scale and move as one rigid thing; solid from the first tenth on."""
        t = self.rate_func(alpha)
        scale = self._ratio + (1 - self._ratio) * t
        centre = self._path(self._from[None], self._to[None], t)[0]
        seen = min(1.0, 10 * alpha)
        pairs = zip(self.mobject.get_family(), self._home.get_family(), strict=True)
        for member, home in pairs:
            if len(home.points):
                member.points = (home.points - self._to) * scale + centre
            if isinstance(member, mn.VMobject):
                member.set_fill(opacity=home.get_fill_opacity() * seen, family=False)


class Pulse(mn.Animation):
    """A dot of light runs along a curve and is gone."""

    def __init__(
        self,
        route: mn.VMobject,
        *,
        colour: str,
        radius: float = 0.11,
        tag: Tag | None = None,
        **kw: Any,
    ) -> None:
        dot = mn.Dot(radius=radius, color=colour, stroke_width=0)
        halo = mn.Dot(radius=2.2 * radius, color=colour, fill_opacity=0.25, stroke_width=0)
        self._route = route
        light = mn.VGroup(halo, dot)
        super().__init__(tagged(light, tag) if tag else light, introducer=True, remover=True, **kw)

    def interpolate_mobject(self, alpha: float) -> None:
        """Along the curve, swelling at first and shrinking at last."""
        share = self.rate_func(alpha)
        place = self._route.point_from_proportion(min(1.0, max(0.0, share)))
        size = min(1.0, 8 * alpha, 8 * (1 - alpha)) + 1e-3
        for member, home in zip(self.mobject, self.starting_mobject, strict=True):
            member.points = (home.points - home.get_center()) * size + place


class Vanish(mn.Animation):
    """Something leaves a board: it fades, and then it is no longer there."""

    def __init__(self, board: mn.VGroup, mobject: mn.VMobject, **kw: Any) -> None:
        super().__init__(mobject, **kw)
        self._board = board
        self._leaving = mobject
        self._full: list[tuple[mn.VMobject, float, float]] = []

    def begin(self) -> None:
        """Stay on the board for as long as it takes to fade."""
        self._full = [
            (member, member.get_fill_opacity(), member.get_stroke_opacity())
            for member in self._leaving.get_family()
            if isinstance(member, mn.VMobject)
        ]
        if self._leaving not in self._board.submobjects:
            self._board.add(self._leaving)

    def interpolate(self, alpha: float) -> None:
        """Fainter and fainter."""
        left = 1.0 - min(1.0, max(0.0, self.rate_func(alpha)))
        for member, fill, stroke in self._full:
            member.set_fill(opacity=fill * left, family=False)
            member.set_stroke(opacity=stroke * left, family=False)

    def finish(self) -> None:
        """Gone."""
        self.interpolate(1.0)
        self._board.remove(self._leaving)

    def get_all_mobjects(self) -> list[mn.Mobject]:
        """Only what fades."""
        return [self._leaving]


def appear(mobject: mn.Mobject, run_time: float = 0.5) -> mn.Animation:
    """Fade in with a small step upwards; the mobject is on the board already."""
    animation = mn.FadeIn(mobject, shift=0.12 * mn.UP, run_time=run_time)
    animation.introducer = False
    return animation


def glow(mobject: mn.Mobject, run_time: float = 0.8) -> mn.Animation:
    """Swell a little and come back: look here."""
    return mn.ApplyMethod(mobject.scale, 1.18, rate_func=mn.there_and_back, run_time=run_time)
