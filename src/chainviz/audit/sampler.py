"""The mobjects on screen become items; what did not change is not read again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from typing import Any

import manim as mn
import numpy as np
from manim.mobject.types.image_mobject import AbstractImageMobject

from chainviz.audit.leaf import Leaf, outline_of
from chainviz.audit.plan import Entry, Plan
from chainviz.audit.timeline import VISIBLE, Item, Kind, Trait
from chainviz.audit.words import FORMULAS, group_of, is_text, maths_of, name_of, says_of
from chainviz.draw.tag import Tag, tag_of

__all__ = ["Sampler"]

_NO_POINTS = np.zeros((0, 2))


class Sampler:
    """Reads one film's mobjects; remembers names, keys and states between samples."""

    def __init__(self) -> None:
        self.boards: list[Any] = []  # what has a theme of its own
        self.names: dict[int, str] = {}
        self._stands: dict[int, Any] = {}  # id -> the mobject it was transformed into
        self._keys: dict[int, tuple[int, Any]] = {}
        self._leaves: dict[int, Leaf] = {}
        self._items: dict[int, tuple[tuple[Any, ...], Item]] = {}
        self._last: tuple[Item, ...] = ()
        self._known = False  # whether all is as it was when everything was read last
        self._plan: Plan | None = None
        self._camera: Any = None
        self.view: tuple[float, ...] | None = None  # a three-dimensional camera's

    def key(self, mobject: Any) -> int:
        """A small number that stands for the mobject as long as the film runs."""
        if id(mobject) not in self._keys:
            self._keys[id(mobject)] = (len(self._keys), mobject)
        return self._keys[id(mobject)][0]

    def keys_within(self, mobjects: Iterable[Any]) -> set[int]:
        """The keys of mobjects, of everything inside them, and of texts they are a part of."""
        members = {id(each): each for mobject in mobjects for each in mobject.get_family()}
        found = set(map(self.key, members.values()))
        for entry in self._plan.entries if self._plan else ():
            if entry.text and any(id(each) in members for each in entry.members):
                found.add(self.key(entry.mobject))
        return found

    def stand(self, old: Any, new: Any) -> None:
        """From now on the old mobject is what the new one is, though it keeps its identity."""
        if _means(old) != _means(new):
            self._stands[id(old)] = self._stands.get(id(new), new)
        else:
            self._stands.pop(id(old), None)
        self._plan = None

    def items(
        self, mobjects: Iterable[Any], camera: Any, among: frozenset[int] | None = None
    ) -> tuple[Item, ...]:
        """Everything that is painted, in the order it is painted.

        Where ``among`` is given, only the mobjects with these ids may have changed since the last
        call.
        """
        roots = list(mobjects)
        self._camera = camera
        self.view = _view(camera)
        plan = self._plan
        if plan is None or not plan.holds(roots):
            plan = self._plan = self._planned(roots)
            self._known = False
        some = among if self._known and self.view is None else None
        items = self._read(plan, some)
        self._known = items is not None and (self._known or among is None)
        if items is None:
            plan = self._plan = self._planned(roots)
            items = self._read(plan, None) or []
        levels = self._levels(plan, camera)
        if any(levels):
            order = sorted(range(len(items)), key=levels.__getitem__)
            items = [items[at] for at in order]
        found = tuple(items)
        if found != self._last:
            self._last = found
        return self._last

    def _levels(self, plan: Plan, camera: Any) -> list[float]:
        """What is painted late is above; in space, what is fixed in the frame is painted last."""
        levels = [entry.level.z_index for entry in plan.entries] if camera.use_z_index else []
        fixed = getattr(camera, "fixed_in_frame_mobjects", ()) if self.view else ()
        if not fixed:
            return levels
        above = [np.inf if entry.level in fixed else 0.0 for entry in plan.entries]
        return [max(pair) for pair in zip(levels or above, above, strict=True)]

    def _planned(self, roots: list[Any]) -> Plan:
        """A new plan, with what is known from the plan before."""
        plan = Plan(roots, self._stands)
        self.boards.extend(board for board in plan.boards if board not in self.boards)
        for entry in plan.entries:
            known = self._items.get(id(entry.mobject))
            if known is not None:
                (entry.leaves, parents, entry.says, text), item = known
                if text == entry.text and parents == tuple(map(id, entry.parents)):
                    entry.item = item
        return plan

    def _read(self, plan: Plan, among: frozenset[int] | None) -> list[Item] | None:
        """The items of a plan; None where a mobject has lost its points since it was made."""
        items: list[Item] = []
        moving = plan.moving(among)
        for at, entry in enumerate(plan.entries):
            if entry.item is not None and at not in moving:
                items.append(entry.item)
                continue
            item = self._current(entry)
            if item is None:
                return None
            items.append(item)
        return items

    def _current(self, entry: Entry) -> Item | None:
        """The item of an entry: the one it was, unless something about it has changed."""
        leaves = entry.leaves
        fresh = len(leaves) != len(entry.members)
        view, now = self.view, []
        before: Iterable[Leaf | None] = repeat(None, len(entry.members)) if fresh else leaves
        for leaf, member in zip(before, entry.members, strict=True):
            if leaf is None or leaf.mobject is not member or not leaf.is_of(member, view):
                if not len(member.points):
                    return None
                leaf, fresh = self._leaf(member), True
            now.append(leaf)
        leaves = tuple(now) if fresh else leaves
        stand = entry.stand
        says = says_of(stand) if entry.text else ""
        item = None if fresh or says != entry.says else entry.item
        if item is not None and item.tag is self._tag(stand, entry.mobject):
            return item
        item = self._text_item(entry, leaves, says) if entry.text else (
            self._shape_item(entry, leaves[0])
        )  # fmt: skip
        entry.leaves, entry.says, entry.item = leaves, says, item
        state = (leaves, tuple(map(id, entry.parents)), says, entry.text)
        self._items[id(entry.mobject)] = (state, item)
        return item

    def _leaf(self, mobject: Any) -> Leaf:
        known = self._leaves.get(id(mobject))
        if known is not None and known.is_of(mobject, self.view):
            return known
        seen = None
        if self.view is not None:
            seen = self._camera.transform_points_pre_display(mobject, mobject.points)
        leaf = self._leaves[id(mobject)] = Leaf(mobject, self.view, seen, known)
        return leaf

    def _tag(self, stand: Any, mobject: Any) -> Tag | None:
        tag = tag_of(stand)
        return tag if tag is not None or stand is mobject else tag_of(mobject)

    def _common(self, mobject: Any, stand: Any, parents: tuple[Any, ...]) -> dict[str, Any]:
        return {
            "key": self.key(mobject),
            "family": tuple(self.key(parent) for parent in parents),
            "tag": self._tag(stand, mobject),
            "group": group_of(parents, self.names),
            "groups": tuple(tag for tag in map(tag_of, parents) if tag is not None),
        }

    def _text_item(self, entry: Entry, leaves: tuple[Leaf, ...], says: str) -> Item:
        mobject, stand = entry.mobject, entry.stand
        if not says:
            says = str(getattr(leaves[0].mobject, "chainviz_glyph", "") or "")
        tree = getattr(stand, "formula", None)
        glyphs = [(leaf.ink, leaf.box) for leaf in leaves]
        shown = [(ink, box) for ink, box in glyphs
                 if ink[3] >= VISIBLE and (box[2] > box[0] or box[3] > box[1])]  # fmt: skip
        left, bottom, right, top = zip(*[box for _, box in shown or glyphs], strict=True)
        return Item(
            kind=Kind.TEXT,
            words=name_of(mobject, stand, says, entry.parents, self.names),
            box=(min(left), min(bottom), max(right), max(top)),
            fill=leaves[0].fill,
            stroke=leaves[0].stroke,
            stroke_width=0.0,
            outline=outline_of(leaves[0].mobject),
            says=says,
            formula=isinstance(stand, FORMULAS) or tree is not None or bool(_of_formula(entry)),
            maths=_of_formula(entry) or maths_of(stand, says),
            tree=tree,
            glyphs=np.array([box for _, box in shown], dtype=float).reshape(-1, 4),
            inks=np.array([ink for ink, _ in shown], dtype=float).reshape(-1, 4),
            drawn=sum(leaf.drawn for leaf in leaves) / len(leaves),
            traits=entry.traits,
            **self._common(mobject, stand, entry.parents),
        )

    def _shape_item(self, entry: Entry, leaf: Leaf) -> Item:
        mobject, stand = entry.mobject, entry.stand
        picture = isinstance(mobject, AbstractImageMobject)  # a zoomed view, too
        return Item(
            kind=Kind.IMAGE if picture else Kind.SHAPE,
            words=name_of(mobject, stand, "", entry.parents, self.names),
            box=leaf.box,
            fill=(0.5, 0.5, 0.5, 1.0) if picture else leaf.fill,
            picture=_pixels(mobject) if picture else None,
            stroke=leaf.stroke,
            stroke_width=leaf.width,
            points=leaf.points if isinstance(mobject, mn.VMobject) else _NO_POINTS,
            traits=entry.traits,
            **self._common(mobject, stand, entry.parents),
        )


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


def _means(mobject: Any) -> tuple[Any, ...]:
    return type(mobject), says_of(mobject) if is_text(mobject) else "", tag_of(mobject)


def _view(camera: Any) -> tuple[float, ...] | None:
    if not isinstance(camera, mn.ThreeDCamera):
        return None
    camera.reset_rotation_matrix()  # as Manim does when it paints
    angles = (float(tracker.get_value()) for tracker in camera.get_value_trackers())
    return (*angles, *map(float, camera.frame_center))
