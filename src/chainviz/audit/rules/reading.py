"""109 reading and 110 settle: time to read, and a still picture to end a beat on."""

from __future__ import annotations

from collections.abc import Iterator

from chainviz.audit.cover import texts_shown
from chainviz.audit.finding import Level, Rule, Sight, states
from chainviz.audit.timeline import Item, Kind, Timeline

__all__ = ["RULES"]

_LEAST = 5 / 6  # seconds that anything needs
_WARN = 17 / 12  # the warning's pace is 12 characters a second where the error's is 17
_GLYPHS = 2.0  # a glyph of a formula takes as long as two characters of prose


def _check_reading(timeline: Timeline, limit: float) -> Iterator[Sight]:
    for item, start, end, index in _lives(timeline):
        count = len("".join(item.says.split())) if not item.formula else len(item.glyphs) * _GLYPHS
        if not count:
            continue
        need = count / limit
        if end - start >= need * _WARN - 1e-6 and end - start >= _LEAST - 1e-6:
            continue
        hard = max(_LEAST, need)
        level = Level.ERROR if end - start < hard - 1e-6 else Level.WARNING
        what = f"{len(item.glyphs)} glyphs" if item.formula else f"{int(count)} characters"
        measure = f"{what} can be read for {end - start:.2f} s"
        bound = hard if level is Level.ERROR else need * _WARN
        yield Sight(index, (item,), measure, 0.0, level, lasting=False, limit=f"{bound:.2f} s")


def _lives(timeline: Timeline) -> Iterator[tuple[Item, float, float, int]]:
    """Every text from when it can be read to when it goes, or says something else."""
    alive: dict[tuple[int, str], tuple[Item, float, int]] = {}
    end = timeline.samples[-1].time if timeline.samples else 0.0
    for sample, indices in states(timeline):
        here: set[tuple[int, str]] = set()
        for item in texts_shown(sample):
            if not item.visible or not _within(item, sample.frame):
                continue
            name = (item.key, item.says)
            if name in alive:
                here.add(name)
            elif item.drawn > 0.9:
                here.add(name)
                alive[name] = (item, sample.time, indices[-1])
        for name in [name for name in alive if name not in here]:
            item, start, index = alive.pop(name)
            if not _heir(item, sample.items):
                yield item, start, sample.time, index
    for item, start, index in alive.values():
        yield item, start, end, index


def _within(item: Item, frame: tuple[float, float, float, float]) -> bool:
    x, y = item.centre
    return frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]


def _heir(gone: Item, items: tuple[Item, ...]) -> bool:
    """A text that says the same has taken its place (a replacement, or a number that runs)."""
    if gone.says and not set(gone.says) - set("0123456789.,-−+ "):
        return any(item.key == gone.key for item in items)
    return any(item.says == gone.says and item.kind is Kind.TEXT and item.visible
               for item in items)  # fmt: skip


def _check_settle(timeline: Timeline, limit: float) -> Iterator[Sight]:
    samples = timeline.samples
    for last in timeline.ends():
        first = last
        while (
            first > 0
            and samples[first - 1].beat == samples[last].beat
            and samples[first - 1].items is samples[last].items
            and samples[first - 1].frame == samples[last].frame
        ):
            first -= 1
        still = samples[last].time - samples[first].time
        if timeline.plays and still < limit - 1e-6:
            beat = next((b.name for b in timeline.beats if b.index == samples[last].beat), "")
            yield Sight(last, (), f"the picture is still for {still:.2f} s at the end", 0.0,
                        Level.WARNING, lasting=False,
                        about=f"beat '{beat}'" if beat else "the film")  # fmt: skip


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
    Rule(
        id="110",
        name="settle",
        level=Level.WARNING,
        limit=0.5,
        limit_words="a still picture of {limit:g} s",
        explain="A beat (a section, or the whole film) ends while things still move: the viewer "
        "needs half a second of a still picture to take in what was reached.",
        remedy="end it with self.wait(0.5) or more",
        check=_check_settle,
    ),
)
