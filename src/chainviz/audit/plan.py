"""What is on screen, flattened: every text and every shape, with the mobjects that draw it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import manim as mn

from chainviz.audit.leaf import Leaf
from chainviz.audit.timeline import Item, Trait
from chainviz.audit.words import is_text, traits_of
from chainviz.theme import Theme

__all__ = ["Entry", "Plan"]

_DRAWN = (mn.Polygram, mn.Arc)  # what a text may carry besides its glyphs
_NO_TRAITS: frozenset[Trait] = frozenset()


@dataclass(slots=True, eq=False)
class Entry:
    """One text or one shape of the plan: which mobjects draw it, and what it was last."""

    mobject: Any
    stand: Any
    parents: tuple[Any, ...]
    traits: frozenset[Trait]
    text: bool
    members: tuple[Any, ...]  # the mobjects with points that it is made of
    level: Any  # the mobject whose z_index counts
    leaves: tuple[Leaf, ...] = ()
    says: str = ""
    item: Item | None = None
    told: tuple[Any, dict[str, Any]] | None = None  # its words and keys, and what they hang on


@dataclass(slots=True, eq=False)
class Plan:
    """The mobjects of a sample flattened: as long as no family changes, nothing is searched."""

    roots: list[Any]
    stands: Mapping[int, Any]  # id -> what a mobject was transformed into
    entries: list[Entry] = field(default_factory=list)
    boards: list[Any] = field(default_factory=list)  # what has a theme of its own
    _families: list[tuple[Any, list[Any]]] = field(default_factory=list)
    _empty: list[Any] = field(default_factory=list)  # members without points
    _seen: set[int] = field(default_factory=set)
    _places: dict[int, int] = field(default_factory=dict)  # id -> its entry's place
    _restless: set[int] = field(default_factory=set)
    _moving: tuple[frozenset[int] | None, Collection[int]] = (None, ())

    def __post_init__(self) -> None:
        """Search the families once."""
        for mobject in self.roots:
            self._walk(mobject, (), _NO_TRAITS)

    def holds(self, roots: list[Any]) -> bool:
        """Whether the families still are what they were."""
        if roots != self.roots:
            return False
        for mobject, known in self._families:  # loops: this runs for every sample
            if mobject.submobjects != known:
                return False
        return not any(len(mobject.points) for mobject in self._empty)

    def moving(self, among: frozenset[int] | None) -> Collection[int]:
        """The places of the entries that have to do with the mobjects of these ids; None: all."""
        if among is None:
            return range(len(self.entries))
        if not self._places:
            for at, entry in enumerate(self.entries):
                self._places[id(entry.mobject)] = at
                self._places.update([(id(member), at) for member in entry.members])
                if not isinstance(entry.members[0], mn.VMobject):
                    self._restless.add(at)  # a picture may show what moves elsewhere
        if among is not self._moving[0]:
            found = {self._places[each] for each in among if each in self._places}
            self._moving = among, found | self._restless
        return self._moving[1]

    def _walk(self, mobject: Any, parents: tuple[Any, ...], traits: frozenset[Trait]) -> None:
        if id(mobject) in self._seen:
            return
        stand = self.stands.get(id(mobject), mobject)
        if is_text(stand):
            self._text(mobject, stand, parents, traits)
            return
        own = traits_of(stand)
        traits = traits | own if own else traits
        self._families.append((mobject, list(mobject.submobjects)))
        if len(mobject.points):
            self._seen.add(id(mobject))
            self.entries.append(Entry(mobject, stand, parents, traits, False, (mobject,), mobject))
        else:
            self._empty.append(mobject)
        if not mobject.submobjects:
            return
        if isinstance(getattr(mobject, "theme", None), Theme):
            self.boards.append(mobject)
        deeper = (*parents, mobject)
        glyphs: list[Any] = []
        for child in mobject.submobjects:
            if not child.submobjects and getattr(child, "chainviz_glyph", None):
                glyphs.append(child)  # a part of a text that stands without the whole
                self._families.append((child, []))
            else:
                self._walk(child, deeper, traits)
        self._seen.update(map(id, glyphs))
        self._empty.extend(glyph for glyph in glyphs if not len(glyph.points))
        drawn = tuple([glyph for glyph in glyphs if len(glyph.points)])
        if drawn:
            own = traits | {Trait.PIECE}
            self.entries.append(Entry(glyphs[0], stand, deeper, own, True, drawn, glyphs[0]))

    def _text(
        self, mobject: Any, stand: Any, parents: tuple[Any, ...], traits: frozenset[Trait]
    ) -> None:
        members: list[Any] = []
        seen = self._seen
        for member in _family(mobject):
            if id(member) in seen:
                continue
            seen.add(id(member))
            self._families.append((member, list(member.submobjects)))
            if not len(member.points):
                self._empty.append(member)
            elif not _is_glyph(member):
                own = traits | traits_of(member) | {Trait.FRAME}  # the rule under a Title
                deeper = (*parents, mobject)
                self.entries.append(Entry(member, member, deeper, own, False, (member,), member))
            else:
                members.append(member)
        if members:
            whole = tuple(members)
            self.entries.append(Entry(mobject, stand, parents, traits, True, whole, members[0]))


def _is_glyph(member: Any) -> bool:
    """Not the rule under a Title, not a BackgroundRectangle; but a fraction bar, set as one."""
    drawn = isinstance(member, _DRAWN) and "chainviz_glyph" not in vars(member)
    return not isinstance(member, mn.Line) and not drawn


def _family(mobject: Any) -> Iterator[Any]:
    yield mobject
    for child in mobject.submobjects:
        yield from _family(child)
