"""109 reading: time to read a text before it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

from chainviz.audit.cover import texts_shown
from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.memo import memo
from chainviz.audit.states import states
from chainviz.audit.timeline import Item, Kind, Timeline, Trait

__all__ = ["RULES"]

_LEAST = 5 / 6  # seconds that anything needs
_WARN = 17 / 12  # the warning's pace is 12 characters a second where the error's is 17
_BLINK = 1.0  # seconds that a text may be away without being new when it is back
_SIGNS = set("$()[]{}|\\.,:;·…⋯ ")
_GLYPHS = 2.0  # a glyph of a formula takes as long as two characters of prose


_Name = tuple[int, str]


@dataclass(slots=True)
class _Life:
    """A text from its first glyph to its going; ``arrivals`` are (time, share that is there)."""

    item: Item
    index: int
    end: float = 0.0
    gone: int = -1  # the index of the first sample without it
    arrivals: list[tuple[float, float]] = field(default_factory=list)
    rests: bool = False  # whether it ever is there without being on its way

    def grow(self, item: Item, time: float, index: int) -> None:
        """Note what has come since the last look."""
        if not self.arrivals or item.drawn > self.arrivals[-1][1] + 0.01:
            self.arrivals.append((time, item.drawn))
            self.item, self.index = item, index


def _check_reading(timeline: Timeline, limit: float) -> Iterator[Sight]:
    if not timeline.plays:
        return  # a still can be looked at for as long as one likes
    for life in _lives(timeline):
        item, whole = life.item, life.arrivals[-1][1]
        if Trait.PIECE in item.traits and not life.rests:
            continue  # letters on their way from one text to another
        if item.says and set(item.says) <= _SIGNS:
            continue  # the brackets of a matrix
        signs = len(item.glyphs)
        slowness = 1 + (_GLYPHS - 1) * item.maths
        count = signs * slowness if item.maths else min(signs, len("".join(item.says.split())))
        worst: tuple[float, float, float] | None = None
        before = 0.0
        for since, there in life.arrivals:
            new = count * (whole - before) / whole
            before = there
            need, dwell = new / limit, life.end - since
            if worst is None or dwell / max(_LEAST, need) < worst[0]:
                worst = (dwell / max(_LEAST, need), dwell, new)
        if worst is None or not count:
            continue
        spare, dwell, new = worst
        if spare < 1 - 1e-6 or dwell < new / limit * _WARN - 1e-6:
            level = Level.ERROR if spare < 1 - 1e-6 else Level.WARNING
            hard = max(_LEAST, new / limit)
            bound = hard if level is Level.ERROR else new / limit * _WARN
            measure = f"{_last(item, round(new / slowness), signs)} can be read for {dwell:.2f} s"
            missing = max(_LEAST, new / limit * _WARN) - dwell
            yield Sight(
                life.index, (item,), measure, missing, level, lasting=False, limit=f"{bound:.2f} s",
                until=life.end, remedy=_remedy(timeline, life, missing),
            )  # fmt: skip


def _last(item: Item, number: int, signs: int) -> str:
    """What of the text came last, in words."""
    what = "glyph" if item.maths > 0.5 else "character"
    if number <= 1:
        return f"its last {what}" if signs > 1 else "it"
    return f"its last {number} {what}s" if number < signs else f"its {number} {what}s"


def _remedy(timeline: Timeline, life: _Life, missing: float) -> str:
    """How much longer it must stand, and where to write that."""
    wait = f"self.wait({ceil(missing * 10 - 1e-6) / 10:g})"
    play = timeline.play_of(life.gone) if life.gone >= 0 else None
    if life.gone < 0:
        return f"let the film stand longer at its end: {wait} more, or say it in fewer words"
    where = f" before line {play.line} takes it away" if play and play.line else " before it goes"
    return f"let it stand longer: {wait} more{where}, or say it in fewer words"


def _lives(timeline: Timeline) -> Iterator[_Life]:
    """Every text from when it comes to when it goes, or says something else."""
    alive: dict[_Name, _Life] = {}
    gone: list[tuple[_Name, _Life]] = []
    for sample, indices in states(timeline):
        here: set[_Name] = set()
        for item in texts_shown(sample):
            if not item.visible or item.drawn <= 0 or not _within(item, sample.frame):
                continue
            name = (item.key, "a number" if _is_number(item.says) else item.says)
            here.add(name)
            if name not in alive:
                alive[name] = _back(gone, name, item, sample.time) or _Life(item, indices[0])
            life = alive[name]
            life.grow(item, sample.time, indices[-1])
            life.rests = life.rests or item.key not in sample.moving
        for name in [name for name in alive if name not in here]:
            life = alive.pop(name)
            life.end, life.gone = sample.time, indices[0]
            if not _heir(life.item, sample.items):
                gone.append((name, life))
    yield from (life for _, life in gone)
    for life in alive.values():
        life.end = timeline.samples[-1].time
        yield life


def _back(gone: list[tuple[_Name, _Life]], name: _Name, item: Item, time: float) -> _Life | None:
    """The life of a text that was away for a moment, and is back in its place: it blinks."""
    for at in range(len(gone) - 1, -1, -1):
        old, life = gone[at]
        if old == name and time - life.end <= _BLINK and life.item.box == item.box:
            del gone[at]
            life.gone = -1
            return life
    return None


@memo
def _is_number(says: str) -> bool:
    """A number that runs is one text, whatever it reads."""
    return bool(says) and not set(says) - set("0123456789.,-−+ ")


def _within(item: Item, frame: tuple[float, float, float, float]) -> bool:
    x, y = item.centre
    return frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]


def _heir(gone: Item, items: tuple[Item, ...]) -> bool:
    """A text that says the same has taken its place (a replacement, or a number that runs)."""
    if _is_number(gone.says):
        return any(item.key == gone.key for item in items)
    return any(item.says == gone.says and item.kind is Kind.TEXT and item.visible
               for item in items)  # fmt: skip


RULES = (
    Rule(
        id="109",
        name="reading",
        level=Level.ERROR,
        limit=17.0,
        limit_words="{limit:g} characters a second",
        explain="A text goes before it can be read: it is readable for less than 5/6 s or than "
        "its characters over 17 a second (error), or over 12 a second (warning). A glyph of a "
        "formula counts as two characters. Running numbers and replaced copies are one text.",
        remedy="wait longer before it goes (self.wait), or say it in fewer words",
        check=_check_reading,
    ),
)
