"""Items: what a mobject looks like, what it says, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import manim as mn
import numpy as np
from manim.mobject.types.image_mobject import AbstractImageMobject

from chainviz.audit.leaf import Leaf, outline_of
from chainviz.audit.plan import Entry
from chainviz.audit.timeline import VISIBLE, Item, Kind, Trait
from chainviz.audit.words import FORMULAS, group_of, maths_of, name_of
from chainviz.draw.tag import Tag, tag_of

__all__ = ["Scribe", "worn"]

_NO_POINTS = np.zeros((0, 2))


class Scribe:
    """Writes items down; remembers names and keys as long as a film runs."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self._edition = 0  # of the names
        self._keys: dict[int, tuple[int, Any]] = {}

    def key(self, mobject: Any) -> int:
        """A small number that stands for the mobject as long as the film runs."""
        known = self._keys.get(id(mobject))
        if known is None:
            known = self._keys[id(mobject)] = (len(self._keys), mobject)
        return known[0]

    def learn(self, found: Mapping[str, Any]) -> None:
        """Under which names the film's own code knows its mobjects."""
        for name, value in found.items():
            named = isinstance(value, mn.Mobject) and not name.startswith("_") and name != "self"
            if named and self.names.get(id(value)) != name:
                self.names[id(value)] = name
                self._edition += 1

    def item(self, entry: Entry, leaves: tuple[Leaf, ...], says: str) -> Item:
        """What an entry is now."""
        return self._text(entry, leaves, says) if entry.text else self._shape(entry, leaves[0])

    def _common(self, entry: Entry, says: str) -> dict[str, Any]:
        """What doesn't change with its looks: all of that is known from the time before."""
        mobject, stand, parents = entry.mobject, entry.stand, entry.parents
        tags = tuple(map(tag_of, parents))
        tag = worn(stand, mobject)
        state = (self._edition, says, tag, tags)
        if entry.told is None or entry.told[0] != state:
            told = {
                "words": name_of(mobject, stand, says, parents, self.names),
                "key": self.key(mobject),
                "family": tuple(map(self.key, parents)),
                "tag": tag,
                "group": group_of(parents, self.names),
                "groups": tuple(tag for tag in tags if tag is not None),
                "traits": entry.traits,
            }
            entry.told = (state, told)
        return entry.told[1]

    def _text(self, entry: Entry, leaves: tuple[Leaf, ...], says: str) -> Item:
        stand = entry.stand
        if not says:
            says = str(getattr(leaves[0].mobject, "chainviz_glyph", "") or "")
        tree = getattr(stand, "formula", None)
        glyphs: list[tuple[Any, Any]] = [(leaf.ink, leaf.box) for leaf in leaves]
        shown = [(ink, box) for ink, box in glyphs
                 if ink[3] >= VISIBLE and (box[2] > box[0] or box[3] > box[1])]  # fmt: skip
        left, bottom, right, top = zip(*[box for _, box in shown or glyphs], strict=True)
        of_formula = _of_formula(entry)
        return Item(
            kind=Kind.TEXT,
            box=(min(left), min(bottom), max(right), max(top)),
            fill=leaves[0].fill,
            stroke=leaves[0].stroke,
            stroke_width=0.0,
            outline=outline_of(leaves[0].mobject),
            says=says,
            formula=isinstance(stand, FORMULAS) or tree is not None or bool(of_formula),
            maths=of_formula or maths_of(stand, says),
            tree=tree,
            glyphs=np.array([box for _, box in shown], dtype=float).reshape(-1, 4),
            inks=np.array([ink for ink, _ in shown], dtype=float).reshape(-1, 4),
            drawn=sum([leaf.drawn for leaf in leaves]) / len(leaves),
            **self._common(entry, says),
        )

    def _shape(self, entry: Entry, leaf: Leaf) -> Item:
        mobject = entry.mobject
        picture = isinstance(mobject, AbstractImageMobject)  # a zoomed view, too
        box: Any = leaf.box
        return Item(
            kind=Kind.IMAGE if picture else Kind.SHAPE,
            box=box,
            fill=(0.5, 0.5, 0.5, 1.0) if picture else leaf.fill,
            picture=_pixels(mobject) if picture else None,
            stroke=leaf.stroke,
            stroke_width=leaf.width,
            points=leaf.points if isinstance(mobject, mn.VMobject) else _NO_POINTS,
            **self._common(entry, ""),
        )


def worn(stand: Any, mobject: Any) -> Tag | None:
    """The tag of what a mobject stands for, or else its own."""
    tag = tag_of(stand)
    return tag if tag is not None or stand is mobject else tag_of(mobject)


def _pixels(mobject: Any) -> Any:
    """An image's pixels; not a camera's, which are painted later, nor those of a turned one."""
    if not isinstance(mobject, mn.ImageMobject):
        return None
    left_top, right_top, left_bottom = mobject.points[:3]
    level = abs(left_top[1] - right_top[1]) + abs(left_top[0] - left_bottom[0]) < 1e-3
    upright = level and right_top[0] > left_top[0] and left_top[1] > left_bottom[1]
    return mobject.pixel_array if upright else None


def _of_formula(entry: Entry) -> float:
    """How much of a formula the text was that glyphs were set in which stand without it."""
    if Trait.PIECE not in entry.traits:
        return 0.0
    return float(vars(entry.mobject).get("chainviz_formula", 0.0))
