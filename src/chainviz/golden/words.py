"""Two films compared, and what changed between them told in words."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import zip_longest

from chainviz.golden.film import Event, Film, Moment, Thing

__all__ = ["changes"]

_PLACE, _TIME, _OPACITY = 0.011, 0.011, 0.011  # what rounding may do


def changes(golden: Film, film: Film) -> tuple[str, ...]:
    """What differs, in the order of the film; nothing where they agree."""
    told: list[str] = []
    told.extend(_lines("storyboard", golden.storyboard, film.storyboard))
    for number, (old, new) in enumerate(zip_longest(golden.layouts, film.layouts, fillvalue="")):
        told.extend(_lines(f"layout {number + 1}", old, new))
    told.extend(_lines("captions", golden.captions, film.captions))
    told.extend(_moments(golden, film))
    told.extend(_events(golden.events, film.events))
    return tuple(f"{film.scene}, {line}" for line in told)


def _lines(what: str, old: str, new: str) -> Iterator[str]:
    if old == new:
        return
    before, after = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, i0, i1, j0, j1 in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone, come = " / ".join(before[i0:i1]), " / ".join(after[j0:j1])
        line = f"{what}, line {i0 + 1}"
        if kind == "insert":
            yield f"{what}, after line {i0}: new: {come}"
        elif kind == "delete":
            yield f"{line}: gone: {gone}"
        else:
            yield f"{line}: {gone} -> {come}"


def _moments(golden: Film, film: Film) -> Iterator[str]:
    old = [moment.beat for moment in golden.moments]
    new = [moment.beat for moment in film.moments]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, i0, i1, j0, j1 in matcher.get_opcodes():
        if kind == "equal":
            for i, j in zip(range(i0, i1), range(j0, j1), strict=True):
                beat = f"beat {j + 1} '{new[j]}'" if new[j] else f"beat {j + 1}"
                yield from (
                    f"{beat}: {told}" for told in _moment(golden.moments[i], film.moments[j])
                )
        else:
            for i in range(i0, i1):
                yield f"beat {i + 1} '{old[i]}' is gone"
            for j in range(j0, j1):
                yield f"beat {j + 1} '{new[j]}' is new"


def _moment(old: Moment, new: Moment) -> Iterator[str]:
    if abs(old.time - new.time) > _TIME:
        yield f"ends at {new.time:.2f} s, not at {old.time:.2f} s"
    before, after = _keyed(old.things), _keyed(new.things)
    for key, thing in before.items():
        if key not in after:
            yield f"{_of(thing)}{_said(thing)} is gone"
        else:
            yield from _thing(thing, after[key])
    for key, thing in after.items():
        if key not in before:
            yield f"{_of(thing)}{_said(thing)} is new"
    common_before = [key for key in before if key in after]
    common_after = [key for key in after if key in before]
    if common_before != common_after:
        first = next(b for a, b in zip(common_before, common_after, strict=True) if a != b)
        yield f"{_of(after[first])} is painted in another order"


def _keyed(things: tuple[Thing, ...]) -> dict[tuple[str, bool, int], Thing]:
    """Things by name and number, texts and shapes apart: arrows and nodes have several."""
    found: dict[tuple[str, bool, int], Thing] = {}
    for thing in things:
        count = 0
        while (thing.name, bool(thing.says), count) in found:
            count += 1
        found[thing.name, bool(thing.says), count] = thing
    return found


def _of(thing: Thing) -> str:
    """``value of sigma``, from the name value(sigma)."""
    kind, bracket, key = thing.name.partition("(")
    return f"{kind} of {key.rstrip(')')}" if bracket and key.endswith(")") else thing.name


def _said(thing: Thing) -> str:
    return f" '{thing.says}'" if thing.says else ""


def _thing(old: Thing, new: Thing) -> Iterator[str]:
    name = _of(new)
    if old.says != new.says:
        yield f"{name} {old.says} -> {new.says}"
    if old.role != new.role:
        yield f"{name} has the role {new.role}, not {old.role}"
    if old.colour != new.colour:
        yield f"{name} colour {old.colour or 'none'} -> {new.colour or 'none'}"
    if abs(old.opacity - new.opacity) > _OPACITY:
        yield f"{name} opacity {old.opacity:.2f} -> {new.opacity:.2f}"
    shifts = [b - a for a, b in zip(old.box, new.box, strict=True)]
    if max(map(abs, shifts)) > _PLACE:
        x, y = (shifts[0] + shifts[2]) / 2, (shifts[1] + shifts[3]) / 2
        size = (shifts[2] - shifts[0], shifts[3] - shifts[1])
        if max(map(abs, size)) > 2 * _PLACE and old.says == new.says:
            yield f"{name} is larger by {size[0]:+.2f} x {size[1]:+.2f}"
        if max(abs(x), abs(y)) > _PLACE:
            yield f"{name} moved by {x:+.2f}, {y:+.2f}"


def _events(old: tuple[Event, ...], new: tuple[Event, ...]) -> Iterator[str]:
    """The order of events; times matter only where the order is the same."""
    before = [(event.what, event.name, event.says) for event in old]
    after = [(event.what, event.name, event.says) for event in new]
    if before == after:
        for one, other in zip(old, new, strict=True):
            if abs(one.time - other.time) > _TIME:
                yield f"{_event(other)} at {other.time:.2f} s, not at {one.time:.2f} s"
        return
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, i0, i1, j0, j1 in matcher.get_opcodes():
        if kind == "equal":
            continue
        for event in old[i0:i1]:
            yield f"at {event.time:.2f} s no longer: {_event(event)}"
        for event in new[j0:j1]:
            yield f"at {event.time:.2f} s now: {_event(event)}"


def _event(event: Event) -> str:
    return f"{event.name} {event.what}{f' {event.says!r}' if event.says else ''}"
