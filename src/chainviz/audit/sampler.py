"""The mobjects on screen become items; what did not change is not read again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import manim as mn
import numpy as np

from chainviz.audit.leaf import Leaf, place
from chainviz.audit.plan import Entry, Plan
from chainviz.audit.scribe import Scribe, worn
from chainviz.audit.timeline import Item
from chainviz.audit.words import is_text, says_of
from chainviz.draw.tag import tag_of

__all__ = ["Sampler"]


class Sampler:
    """Reads one film's mobjects; remembers their states between samples."""

    def __init__(self) -> None:
        self.boards: list[Any] = []  # what has a theme of its own
        self.scribe = Scribe()
        self._stands: dict[int, Any] = {}  # id -> the mobject it was transformed into
        self._leaves: dict[int, Leaf] = {}
        self._items: dict[int, tuple[tuple[Any, ...], Item]] = {}
        self._last: tuple[Item, ...] = ()
        self._known = False  # whether all is as it was when everything was read last
        self._plan: Plan | None = None
        self._camera: Any = None
        self.view: tuple[float, ...] | None = None  # a three-dimensional camera's

    def keys_within(self, mobjects: Iterable[Any]) -> set[int]:
        """The keys of mobjects, of everything inside them, and of texts they are a part of."""
        members = {id(each): each for mobject in mobjects for each in mobject.get_family()}
        key = self.scribe.key
        found = set(map(key, members.values()))
        for entry in self._plan.entries if self._plan else ():
            if entry.text and any(id(each) in members for each in entry.members):
                found.add(key(entry.mobject))
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
        leaves, members, view = entry.leaves, entry.members, self.view
        changed: Sequence[int] = range(len(members))
        if len(leaves) == len(members):
            pairs = enumerate(zip(leaves, members, strict=True))
            changed = [
                at for at, (leaf, member) in pairs
                if leaf.mobject is not member or not leaf.is_of(member, view)
            ]  # fmt: skip
        if changed:
            fresh = self._fresh(entry, changed)
            if fresh is None:
                return None
            leaves = fresh
        stand = entry.stand
        says = says_of(stand) if entry.text else ""
        item = None if changed or says != entry.says else entry.item
        if item is not None and item.tag is worn(stand, entry.mobject):
            return item
        item = self.scribe.item(entry, leaves, says)
        entry.leaves, entry.says, entry.item = leaves, says, item
        state = (leaves, tuple(map(id, entry.parents)), says, entry.text)
        self._items[id(entry.mobject)] = (state, item)
        return item

    def _fresh(self, entry: Entry, changed: Iterable[int]) -> tuple[Leaf, ...] | None:
        """The leaves of an entry of which some must be read again; None where one has no points."""
        members = entry.members
        same = len(entry.leaves) == len(members)
        now: list[Any] = list(entry.leaves) if same else [None] * len(members)
        new: list[Leaf] = []
        for at in changed:
            member = members[at]
            if not len(member.points):
                return None
            known = self._leaves.get(id(member))
            if known is None or known is now[at] or not known.is_of(member, self.view):
                seen = None
                if self.view is not None:
                    seen = self._camera.transform_points_pre_display(member, member.points)
                known = self._leaves[id(member)] = Leaf(member, self.view, seen, known)
                new.append(known)
            now[at] = known
        place(new)
        return tuple(now)


def _means(mobject: Any) -> tuple[Any, ...]:
    return type(mobject), says_of(mobject) if is_text(mobject) else "", tag_of(mobject)


def _view(camera: Any) -> tuple[float, ...] | None:
    if not isinstance(camera, mn.ThreeDCamera):
        return None
    camera.reset_rotation_matrix()  # as Manim does when it paints
    angles = (float(tracker.get_value()) for tracker in camera.get_value_trackers())
    return (*angles, *map(float, camera.frame_center))
