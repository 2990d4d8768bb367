"""Names for the rows of a tracing: those under which the user's own code keeps the values.

A row is named by the variable its result is stored in. The variables of the traced function
come first, those of the functions that it calls after them; a name that is taken gets _2, _3.
Where no variable ever held a value, the row stays without a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

from chainviz.trace.bytecode import RETURNED, destination, returned_local

if TYPE_CHECKING:
    from chainviz.trace.session import Session, Site

__all__ = ["names_of"]


def names_of(session: Session, output: int) -> list[str | None]:
    """A name, or None, for each row; only rows that lead to the output lay claim to one."""
    rows = len(session.sites)
    kept = session.growth.needed(output)
    wanted = _Wanted(session)
    wanted.by_stores()
    wanted.by_returns()
    wanted.by_locals()
    found: list[str | None] = [session.given.get(number) for number in range(rows)]
    taken = {name for name in found if name}
    late: list[tuple[int, str]] = []
    for number, name in wanted.in_rank():
        if not kept[number] or found[number] is not None:
            continue
        if name in taken:
            late.append((number, name))
        else:
            taken.add(name)
            found[number] = name
    counts: dict[str, int] = {}
    for number, name in late:
        count = counts.get(name, 1) + 1
        numbered = f"{name}_{count}"
        while numbered in taken:
            count += 1
            numbered = f"{name}_{count}"
        counts[name] = count
        found[number] = numbered
        taken.add(numbered)
    return found


class _Wanted:
    """The best name found for each row so far, with the depth of the call that it is from."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.best: dict[int, tuple[int, str]] = {}
        self.depths: dict[FrameType, int] = {}
        for frame in session.callers:
            self._depth(frame)

    def _depth(self, frame: FrameType) -> int:
        chain = []
        at: FrameType | None = frame
        while at is not None and at not in self.depths:
            chain.append(at)
            site = self.session.callers.get(at)
            at = None if site is None else site[0]
        depth = -1 if at is None else self.depths[at]
        for one in reversed(chain):
            depth += 1
            self.depths[one] = depth
        return self.depths[frame]

    def in_rank(self) -> Iterator[tuple[int, str]]:
        """Rows and their names: those of the traced function first, each depth in order."""
        ranks: dict[int, list[tuple[int, str]]] = {}
        for number in sorted(self.best):
            depth, name = self.best[number]
            ranks.setdefault(depth, []).append((number, name))
        for depth in sorted(ranks):
            yield from ranks[depth]

    def _claim(self, number: int, depth: int, name: str) -> None:
        known = self.best.get(number)
        if (known is None or depth < known[0]) and name.isidentifier() and name.strip("_"):
            self.best[number] = (depth, name)

    def _at(self, site: Site | None) -> tuple[int, str] | None:
        """The name under which the result of a site is stored, there or by its callers."""
        while site is not None:
            frame, at = site
            name = destination(frame.f_code, at)
            if name is None:
                return None
            if name != RETURNED:
                return self.depths[frame], name
            site = self.session.callers[frame]
        return None

    def by_stores(self) -> None:
        """``u = w * x`` names the product, as it is made."""
        known: dict[Site, tuple[int, str] | None] = {}  # a loop comes back to the same site
        for number, site in enumerate(self.session.sites):
            if site is None:
                continue
            if site in known:
                claim = known[site]
                if claim is not None:
                    self.best[number] = claim
                continue
            claim = self._at(site)
            if claim is not None:
                self._claim(number, *claim)
            known[site] = self.best.get(number)

    def by_returns(self) -> None:
        """``u = layer(x)`` names what the function called gave back, whatever it called it."""
        for frame, site in self.session.callers.items():
            local = returned_local(frame.f_code, frame.f_lasti) if site is not None else None
            if local is not None:
                number = self._number(_locals(frame).get(local))
                claim = self._at(site)
                if number is not None and claim is not None:
                    self._claim(number, *claim)

    def by_locals(self) -> None:
        """Whatever a variable holds at the end may bear its name: ``a, b = pair(x)``."""
        for frame, depth in self.depths.items():
            for name, held in _locals(frame).items():
                number = self._number(held)
                if number is not None:
                    self._claim(number, depth, name)
                elif depth == 0 and type(held) in (list, tuple):
                    for count, one in enumerate(held, 1):
                        number = self._number(one)
                        if number is not None:
                            self._claim(number, depth, f"{name}_{count}")

    def _number(self, held: Any) -> int | None:
        if getattr(type(held), "_apply_op", None) is not None and held.session is self.session:
            return int(held.number)
        return None


def _locals(frame: FrameType) -> dict[str, Any]:
    # code at the top of a module has no locals of its own
    return {} if frame.f_locals is frame.f_globals else dict(frame.f_locals)
