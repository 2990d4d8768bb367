"""Nodes: a body whose outline tells its role, with the variable's own name in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import manim as mn

from chainviz.draw.typeset import Typeset
from chainviz.layout import Size
from chainviz.theme import Role, Theme

__all__ = ["SHAPES", "NodeBody", "body_size", "mix"]


class NodeBody(mn.VGroup):
    """An outline, and the name inside; unlit until its value is known."""

    def __init__(
        self,
        name: Typeset,
        role: Role,
        theme: Theme,
        size: Size | None = None,
        *,
        stage: bool = False,
    ) -> None:
        """A stage is a machine that things flow through: a box, whatever its role."""
        super().__init__()
        self.role = role
        width, height = (size.width, size.height) if size else body_size(name, theme)
        if stage:
            self.outline = _stage(width, height, theme, role)
        else:
            self.outline = SHAPES[role](width, height, theme)
        self.label = name.move_to(self.outline)
        self.add(self.outline, self.label)

    @property
    def lit_fill(self) -> mn.ManimColor:
        """The body's fill once its value is known: its own colour, deep."""
        fill = mn.ManimColor(self.outline.get_fill_color())
        return fill.interpolate(mn.ManimColor(self.outline.get_stroke_color()), 0.28)


def body_size(name: Typeset, theme: Theme) -> tuple[float, float]:
    """Width and height of the body that carries the name: a circle, or wider for a long name."""
    across = 2 * theme.sizes.radius
    return max(across, name.width + 0.9 * theme.sizes.radius), across


def mix(theme: Theme, role: Role, share: float) -> mn.ManimColor:
    """A role's colour, that share of the way from the background."""
    return mn.ManimColor(theme[Role.BACKGROUND]).interpolate(mn.ManimColor(theme[role]), share)


def _capsule(width: float, height: float, theme: Theme, role: Role) -> mn.VMobject:
    shape = mn.RoundedRectangle(width=width, height=height, corner_radius=height / 2 - 1e-3)
    return _dressed(shape, theme, role)


def _input(width: float, height: float, theme: Theme) -> mn.VMobject:
    return _capsule(width, height, theme, Role.INPUT)


def _intermediate(width: float, height: float, theme: Theme) -> mn.VMobject:
    return _capsule(width, height, theme, Role.INTERMEDIATE)


def _parameter(width: float, height: float, theme: Theme) -> mn.VMobject:
    """Parameters are inputs with square shoulders: the mark that is not a colour."""
    shape = mn.RoundedRectangle(width=width, height=height, corner_radius=height * 0.18)
    return _dressed(shape, theme, Role.PARAMETER)


def _stage(width: float, height: float, theme: Theme, role: Role) -> mn.VMobject:
    shape = mn.RoundedRectangle(width=width, height=height, corner_radius=min(width, height) * 0.1)
    return _dressed(shape, theme, role)


def _output(width: float, height: float, theme: Theme) -> mn.VMobject:
    """The output has a second ring, inside the first."""
    outline = _capsule(width, height, theme, Role.OUTPUT)
    gap = 0.16 * theme.sizes.radius
    ring = mn.RoundedRectangle(
        width=width - 2 * gap, height=height - 2 * gap, corner_radius=height / 2 - gap - 1e-3
    )
    ring.set_stroke(theme[Role.OUTPUT], theme.sizes.stroke / 3).set_fill(opacity=0)
    return outline.add(ring)


def _dressed(shape: mn.VMobject, theme: Theme, role: Role) -> mn.VMobject:
    shape.set_stroke(theme[role], theme.sizes.stroke)
    return shape.set_fill(theme[Role.PANEL], opacity=1.0)


SHAPES: Mapping[Role, Callable[[float, float, Theme], mn.VMobject]] = MappingProxyType(
    {
        Role.INPUT: _input,
        Role.PARAMETER: _parameter,
        Role.INTERMEDIATE: _intermediate,
        Role.OUTPUT: _output,
    }
)
