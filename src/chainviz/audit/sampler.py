"""The mobjects on screen become items; what did not change is not read again."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import Any

import manim as mn
import numpy as np

from chainviz.audit.timeline import RGBA, VISIBLE, Array, Item, Kind, Trait
from chainviz.audit.words import FORMULAS, is_text, name_of, says_of, traits_of
from chainviz.draw.tag import Tag, tag_of
from chainviz.theme import Theme

__all__ = ["Sampler"]

_NOTHING: RGBA = (0.0, 0.0, 0.0, 0.0)
_NO_TRAITS: frozenset[Trait] = frozenset()
_NO_POINTS = np.zeros((0, 2))


class _Leaf:
    """The state of one mobject with points, kept until its bytes change."""

    __slots__ = ("box", "fill", "inked", "mobject", "placed", "points", "stroke", "stroked", "view",
                 "weight", "width")  # fmt: skip

    def __init__(self, mobject: Any, view: object, points: Array) -> None:
        self.mobject = mobject  # holding it keeps its id from being given away
        self.view = view
        self.placed = mobject.points.tobytes()
        self.inked, self.stroked = _bytes(mobject, "fill_rgbas"), _bytes(mobject, "stroke_rgbas")
        self.weight = getattr(mobject, "stroke_width", 0.0)  # a number, for all that is painted
        self.points = points
        finite = points if np.isfinite(points).all() else np.zeros((1, 2))
        low, high = finite.min(axis=0), finite.max(axis=0)
        self.box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        self.fill = _paint(getattr(mobject, "fill_rgbas", None))
        self.stroke = _paint(getattr(mobject, "stroke_rgbas", None))
        self.width = float(np.max(self.weight)) if np.size(self.weight) else 0.0

    def is_of(self, mobject: Any, view: object) -> bool:
        """Whether this still is the mobject's state."""
        return bool(
            mobject.points.tobytes() == self.placed
            and _bytes(mobject, "fill_rgbas") == self.inked
            and _bytes(mobject, "stroke_rgbas") == self.stroked
            and getattr(mobject, "stroke_width", 0.0) == self.weight
            and view == self.view
        )

    @property
    def drawn(self) -> bool:
        """Whether a glyph is all there: filled, or one of the rules that are only stroked."""
        return self.fill[3] >= VISIBLE or (self.ink[3] >= VISIBLE and len(self.points) <= 4)

    @property
    def ink(self) -> RGBA:
        """The colour a glyph is read by: its fill, or its stroke where the fill is not there."""
        if self.width > 0 and self.stroke[3] > self.fill[3]:
            return self.stroke
        return self.fill


def _bytes(mobject: Any, name: str) -> bytes:
    found = getattr(mobject, name, None)
    return b"" if found is None else found.tobytes()


def _paint(rgbas: Any) -> RGBA:
    if rgbas is None or not len(rgbas):
        return _NOTHING
    row = rgbas[0]
    return (float(row[0]), float(row[1]), float(row[2]), float(row[3]))


def _family(mobject: Any) -> Iterator[Any]:
    yield mobject
    for child in mobject.submobjects:
        yield from _family(child)


class Sampler:
    """Reads one film's mobjects; remembers names, keys and states between samples."""

    def __init__(self) -> None:
        self.boards: list[Any] = []  # what has a theme of its own
        self.names: dict[int, str] = {}
        self.stands: dict[int, Any] = {}  # id -> the mobject it was transformed into
        self._keys: dict[int, tuple[int, Any]] = {}
        self._leaves: dict[int, _Leaf] = {}
        self._items: dict[int, tuple[tuple[Any, ...], Item]] = {}
        self._last: tuple[Item, ...] = ()
        self._found: list[tuple[float, Item]] = []  # while a sample is taken
        self._seen: set[int] = set()
        self._camera: Any = None
        self._solid = False

    def key(self, mobject: Any) -> int:
        """A small number that stands for the mobject as long as the film runs."""
        if id(mobject) not in self._keys:
            self._keys[id(mobject)] = (len(self._keys), mobject)
        return self._keys[id(mobject)][0]

    def keys_within(self, mobjects: Iterable[Any]) -> set[int]:
        """The keys of mobjects and of everything inside them."""
        return {self.key(member) for mobject in mobjects for member in mobject.get_family()}

    def items(self, mobjects: Iterable[Any], camera: Any) -> tuple[Item, ...]:
        """Everything that is painted, in the order it is painted."""
        self._found, self._seen = [], set()
        self._camera = camera
        self._solid = isinstance(camera, mn.ThreeDCamera)
        for mobject in mobjects:
            self._walk(mobject, (), _NO_TRAITS)
        found = self._found
        if camera.use_z_index and any(level for level, _ in found):
            found.sort(key=lambda pair: pair[0])
        items = tuple([item for _, item in found])
        if len(items) == len(self._last) and all(map(operator.is_, items, self._last)):
            return self._last
        self._last = items
        return items

    def _walk(self, mobject: Any, parents: tuple[Any, ...], traits: frozenset[Trait]) -> None:
        if id(mobject) in self._seen:
            return
        stand = self.stands.get(id(mobject), mobject)
        if is_text(stand):
            self._text(mobject, stand, parents, traits)
            return
        own = traits_of(stand)
        traits = traits | own if own else traits
        if len(mobject.points):
            self._seen.add(id(mobject))
            leaf = self._leaf(mobject)
            self._found.append(
                (mobject.z_index, self._item(mobject, (leaf,), stand, parents, traits))
            )
        if not mobject.submobjects:
            return
        if isinstance(getattr(mobject, "theme", None), Theme) and mobject not in self.boards:
            self.boards.append(mobject)
        deeper = (*parents, mobject)
        glyphs: list[Any] = []
        for child in mobject.submobjects:
            if not child.submobjects and getattr(child, "chainviz_glyph", None):
                glyphs.append(child)  # a part of a text that stands without the whole
            else:
                self._walk(child, deeper, traits)
        leaves = tuple([self._leaf(glyph) for glyph in glyphs if len(glyph.points)])
        self._seen.update(map(id, glyphs))
        if leaves:
            item = self._item(glyphs[0], leaves, stand, deeper, traits, True)
            self._found.append((glyphs[0].z_index, item))

    def _text(
        self, mobject: Any, stand: Any, parents: tuple[Any, ...], traits: frozenset[Trait]
    ) -> None:
        leaves: list[_Leaf] = []
        level = mobject.z_index
        seen = self._seen
        for member in _family(mobject):
            if id(member) in seen:
                continue
            seen.add(id(member))
            if not len(member.points):
                continue
            if isinstance(member, mn.Line):  # the rule under a Title is no glyph
                framing = traits | {Trait.FRAME}
                drawn = self._item(member, (self._leaf(member),), member, parents, framing)
                self._found.append((member.z_index, drawn))
                continue
            level = member.z_index if not leaves else level
            leaves.append(self._leaf(member))
        if leaves:
            item = self._item(mobject, tuple(leaves), stand, parents, traits, True)
            self._found.append((level, item))

    def _leaf(self, mobject: Any) -> _Leaf:
        known = self._leaves.get(id(mobject))
        view = self._view(self._camera) if self._solid else None
        if known is not None and known.is_of(mobject, view):
            return known
        points = mobject.points
        if self._solid:
            points = self._camera.transform_points_pre_display(mobject, points)
        leaf = _Leaf(mobject, view, np.array(points[:, :2], dtype=float))
        self._leaves[id(mobject)] = leaf
        return leaf

    def _view(self, camera: Any) -> tuple[Any, ...]:
        trackers = camera.get_value_trackers()
        return tuple(float(tracker.get_value()) for tracker in trackers)

    def _item(
        self,
        mobject: Any,
        leaves: tuple[_Leaf, ...],
        stand: Any,
        parents: tuple[Any, ...],
        traits: frozenset[Trait],
        text: bool = False,
    ) -> Item:
        says = says_of(stand) if text else ""
        state = (leaves, tuple(map(id, parents)), says, text)  # leaves are equal if the same
        known = self._items.get(id(mobject))
        if known is not None and known[0] == state:
            held = known[1]
            if held.tag is self._tag(stand, mobject):
                return held
        item = self._text_item(mobject, leaves, stand, parents, traits, says) if text else (
            self._shape_item(mobject, leaves[0], stand, parents, traits)
        )  # fmt: skip
        self._items[id(mobject)] = (state, item)
        return item

    def _tag(self, stand: Any, mobject: Any) -> Tag | None:
        return tag_of(stand) or tag_of(mobject)

    def _common(self, mobject: Any, stand: Any, parents: tuple[Any, ...]) -> dict[str, Any]:
        return {
            "key": self.key(mobject),
            "family": tuple(self.key(parent) for parent in parents),
            "tag": self._tag(stand, mobject),
            "groups": tuple(tag for tag in map(tag_of, parents) if tag is not None),
        }

    def _text_item(
        self,
        mobject: Any,
        leaves: tuple[_Leaf, ...],
        stand: Any,
        parents: tuple[Any, ...],
        traits: frozenset[Trait],
        says: str,
    ) -> Item:
        if not says:
            says = str(getattr(leaves[0].mobject, "chainviz_glyph", "") or "")
        tree = getattr(stand, "formula", None)
        inks = np.array([leaf.ink for leaf in leaves], dtype=float)
        boxes = np.array([leaf.box for leaf in leaves], dtype=float)
        shown = (inks[:, 3] >= VISIBLE) & (boxes[:, 2:] > boxes[:, :2]).any(axis=1)
        some = boxes[shown] if shown.any() else boxes
        return Item(
            kind=Kind.TEXT,
            words=name_of(mobject, stand, says, parents, self.names),
            box=(*some[:, :2].min(axis=0).tolist(), *some[:, 2:].max(axis=0).tolist()),
            fill=leaves[0].fill,
            stroke=leaves[0].stroke,
            stroke_width=0.0,
            says=says,
            formula=isinstance(stand, FORMULAS) or tree is not None,
            tree=tree,
            glyphs=boxes[shown],
            inks=inks[shown],
            drawn=float(np.mean([leaf.drawn for leaf in leaves])),
            traits=traits,
            **self._common(mobject, stand, parents),
        )

    def _shape_item(
        self,
        mobject: Any,
        leaf: _Leaf,
        stand: Any,
        parents: tuple[Any, ...],
        traits: frozenset[Trait],
    ) -> Item:
        picture = isinstance(mobject, mn.ImageMobject)
        return Item(
            kind=Kind.IMAGE if picture else Kind.SHAPE,
            words=name_of(mobject, stand, "", parents, self.names),
            box=leaf.box,
            fill=(0.5, 0.5, 0.5, 1.0) if picture else leaf.fill,
            stroke=leaf.stroke,
            stroke_width=leaf.width,
            points=leaf.points if isinstance(mobject, mn.VMobject) else _NO_POINTS,
            traits=traits,
            **self._common(mobject, stand, parents),
        )
