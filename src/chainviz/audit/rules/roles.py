"""107 role-colours and 206 semantics: the look of every meaning, and how far apart looks are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.geometry import distinct
from chainviz.audit.memo import memo
from chainviz.audit.states import stays
from chainviz.audit.timeline import Item, Timeline
from chainviz.audit.timeline import Kind as Seen
from chainviz.colour import RGB, SIGHTS, distance, over, parse_hex
from chainviz.draw.tag import Tag
from chainviz.part import Kind
from chainviz.theme import Role, Theme

__all__ = ["RULES"]

_ROLES = (Role.INPUT, Role.INTERMEDIATE, Role.OUTPUT, Role.GRAD)
_WARN = 2.0  # the warning begins at so many times the limit
_NEAR = 12.0  # CAM16-UCS units within which a colour is the theme's, or a shade of it
_SHADES = (0.0, 0.2, 0.4, 0.6, 0.75)
_FREE = {Kind.EDGE, Kind.PARTIAL, Kind.SHAPE}  # a film may light them up


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
        if not item.visible or item.meaning is None:
            continue
        still = [at for at in stay.indices if item.key not in timeline.samples[at].moving]
        if _is_pulse(item):
            still = stay.indices[:1]
        if not still:
            continue
        colour = over((*_ink(item), 1.0), stay.sample.background)
        measure, off = _fault(item, item.meaning, colour, timeline.themes, limit)
        lasting = not _is_pulse(item)
        if measure:
            yield from (Sight(at, (item,), measure, off, lasting=lasting) for at in still)


def _fault(
    item: Item, tag: Tag, colour: RGB, themes: tuple[Theme, ...], limit: float
) -> tuple[str, float]:
    """What is wrong with a colour, and how far off it is."""

    def off(role: Role) -> float:
        return min(_off(colour, theme[role], theme[Role.BACKGROUND]) for theme in themes)

    role = _role(item, tag)
    if role is None:
        return "", 0.0
    if tag.part.kind in _FREE and not tag.backward:  # another colour, but not another's
        others = [other for other in (*_ROLES, Role.PARAMETER) if other is not role]
        worn = next((other for other in others if off(other) <= limit < off(role)), None)
        return (
            (f"it wears the colour of {worn.value}, not of {role.value}", off(role))
            if worn
            else ("", 0.0)
        )
    far = off(role)
    return (
        (f"its colour is {far:.0f} away from the theme's {role.value}", far)
        if far > limit
        else ("", 0.0)
    )


def _role(item: Item, tag: Tag) -> Role | None:
    """The role that a thing must wear the colour of; of the rest nothing is asked."""
    kind, text = tag.part.kind, item.kind is Seen.TEXT and len(item.inks) > 0
    if (kind is Kind.NODE and item.kind is Seen.SHAPE and item.stroke_width > 0.5) or (
        kind is Kind.VALUE and text
    ):
        return _of_node(tag)
    if kind in (Kind.GRAD, Kind.CONTRIBUTION) and text:
        return Role.GRAD
    if kind is Kind.EDGE or _is_pulse(item):
        return Role.GRAD if tag.backward else tag.role
    return tag.role if kind is Kind.PARTIAL and text else None


def _of_node(tag: Tag) -> Role:
    """A node's role as its graph has it, whatever its tag says."""
    if tag.tape is None or tag.part.key[0] not in tag.tape.graph:
        return tag.role
    graph, name = tag.tape.graph, str(tag.part.key[0])
    node = graph.node(name)
    if name == graph.output or (node.op is not None and not graph.edges_out_of(name)):
        return Role.OUTPUT
    if node.op is not None:
        return Role.INTERMEDIATE
    return Role.PARAMETER if node.is_parameter else Role.INPUT


def _is_pulse(item: Item) -> bool:
    """What runs along an edge; an edge's key, and no edge."""
    tag = item.meaning
    return tag is not None and tag.part.kind is Kind.SHAPE and len(tag.part.key) == 3


def _ink(item: Item) -> RGB:
    if item.kind is Seen.SHAPE:
        return item.stroke[:3] if item.stroke_width > 0 else item.fill[:3]
    inks, counts = distinct(item.inks[:, :3].round(3))
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
        "inputs, intermediates and the output each have theirs, and gradients, with the arrows "
        "and pulses of their pass, have one that no forward thing has. Edges and partials may "
        "wear any colour but that of another role.",
        remedy="look the colour up in the board's theme when the thing is drawn",
        check=_check_semantics,
    ),
)  # fmt: skip
