"""107 role-colours and 206 semantics: the look of every meaning, and how far apart looks are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.memo import memo
from chainviz.audit.states import stays
from chainviz.audit.timeline import Item, Timeline
from chainviz.audit.timeline import Kind as Seen
from chainviz.colour import RGB, SIGHTS, distance, over, parse_hex
from chainviz.part import Kind
from chainviz.theme import Role

__all__ = ["RULES"]

_ROLES = (Role.INPUT, Role.INTERMEDIATE, Role.OUTPUT, Role.GRAD)
_WARN = 2.0  # the warning begins at so many times the limit
_NEAR = 12.0  # CAM16-UCS units within which a colour is the theme's, or a shade of it
_SHADES = (0.0, 0.2, 0.4, 0.6, 0.75)
_NUMBERS = {Kind.VALUE, Kind.GRAD, Kind.CONTRIBUTION}


def _check_roles(timeline: Timeline, limit: float) -> Iterator[Sight]:
    roles = {
        Role.INPUT if tag.role is Role.PARAMETER else tag.role
        for stay in stays(timeline)
        if (tag := stay.item.meaning) is not None
    }
    worn = [role for role in _ROLES if role in roles]
    for theme in timeline.themes:
        for one, other in combinations(worn, 2):
            apart = {
                sight: distance(parse_hex(theme[one]), parse_hex(theme[other]), sight)
                for sight in SIGHTS
            }
            sight = min(apart, key=lambda name: apart[name])
            if apart[sight] >= limit * _WARN:
                continue
            level = Level.ERROR if apart[sight] < limit else Level.WARNING
            bound = limit if level is Level.ERROR else limit * _WARN
            yield Sight(
                len(timeline.samples) - 1, (),
                f"{one.value} and {other.value} are {apart[sight]:.1f} apart for {sight}",
                level=level, lasting=False, limit=f"{bound:g} in CAM16-UCS",
                about=f"theme {theme.name}",
            )  # fmt: skip


def _check_semantics(timeline: Timeline, limit: float) -> Iterator[Sight]:
    for stay in stays(timeline):
        item = stay.item
        role = _role(item)
        if role is None or not item.visible:
            continue
        still = [at for at in stay.indices if item.key not in timeline.samples[at].moving]
        if not still:
            continue
        colour = over((*_ink(item), 1.0), stay.sample.background)
        off = min(_off(colour, theme[role], theme[Role.BACKGROUND]) for theme in timeline.themes)
        if off > limit:
            measure = f"its colour is {off:.0f} away from the theme's {role.value}"
            yield from (Sight(at, (item,), measure, off) for at in still)


def _role(item: Item) -> Role | None:
    """The role that a node's outline or a number must wear; of the rest nothing is asked."""
    tag = item.tag or (item.groups[-1] if item.groups else None)
    if tag is None:
        return None
    if tag.part.kind is Kind.NODE and item.kind is Seen.SHAPE and item.stroke_width > 0.5:
        return tag.role
    if tag.part.kind in _NUMBERS and item.kind is Seen.TEXT and len(item.inks):
        return Role.GRAD if tag.part.kind in (Kind.GRAD, Kind.CONTRIBUTION) else tag.role
    return None


def _ink(item: Item) -> RGB:
    if item.kind is Seen.SHAPE:
        return item.stroke[:3]
    inks, counts = np.unique(item.inks[:, :3].round(3), axis=0, return_counts=True)
    red, green, blue = inks[int(np.argmax(counts))].tolist()
    return red, green, blue


@memo
def _off(colour: RGB, role: str, background: str) -> float:
    """The distance to the nearest shade between the role's colour and the background."""
    own, ground = parse_hex(role), parse_hex(background)
    return min(distance(colour, over((*own, 1 - share), ground)) for share in _SHADES)


RULES = (
    Rule(
        id="107", name="role-colours", level=Level.ERROR, limit=10.0, tagged=True,
        limit_words="{limit:g} in CAM16-UCS",
        explain="The colours of two roles can hardly be told apart by somebody: their distance in "
        "CAM16-UCS, for normal sight and for protanopia, deuteranopia and tritanopia, is below "
        "10 (error) or 20 (warning).",
        remedy="choose other colours in the theme; chainviz.colour.distance measures them",
        check=_check_roles,
    ),
    Rule(
        id="206", name="semantics", level=Level.ERROR, limit=_NEAR, tagged=True,
        limit_words="a shade of the role's colour, within {limit:g} in CAM16-UCS",
        explain="A node's outline or a number does not wear the theme's colour of its role: "
        "inputs, intermediates and the output each have theirs, and gradients have one that no "
        "forward thing has.",
        remedy="look the colour up in the board's theme when the thing is drawn",
        check=_check_semantics,
    ),
)  # fmt: skip
