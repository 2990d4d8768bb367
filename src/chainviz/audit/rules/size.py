"""105 small-text: text that is too small to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from math import ceil

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.states import stays
from chainviz.audit.timeline import Item, Kind, Timeline

__all__ = ["RULES", "letters_of"]

_WARN = 1.5  # the warning begins at so many times the limit
_LOW = 0.66  # x-height over the height of a capital letter
_TALL = set("bdfhikl0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ()[]{}|/∂∑∫β∆θλδζξ'\"!?&%$§")
_NEARLY = {"1": 0.96, "i": 0.96, "t": 0.88}  # height over that of a capital letter, where alone
_SCRIPTS = re.compile(r"[_^]\s*(\{[^{}]*\}|\\[A-Za-z]+|[^\s{}])")
_COMMANDS = re.compile(r"\\([A-Za-z]+|.)|\b([A-Za-z]{2,})\b")  # LaTeX's, and words as Typst's
_LOW_NAMES = (
    "alpha epsilon varepsilon gamma eta iota kappa mu nu pi rho sigma tau upsilon chi omega"
)
_LOOKS = dict.fromkeys(_LOW_NAMES.split(), "x")
_LOOKS |= {name: name for name in ("cos", "max", "min", "sec", "csc")}
_BARE = "quad qquad cdot times mathrm mathbf boldsymbol text vec hat bar dot tilde overline , ; : !"
_LOOKS |= dict.fromkeys((*_BARE.split(), " "), "")  # what has no height of its own
_LESS = "where there is no room, show less at one time"
_SPECK = 0.001  # of the frame's height: so small that it isn't meant to be there
_THIN = 0.2  # height over the width of a letter
_FLAT = set("-−–—=+·.,:;…~≈×→←<>*^_ ")


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    nearest: dict[int, float] = {}  # the most a camera has zoomed in while the text was there
    texts = [stay for stay in stays(timeline) if stay.item.kind is Kind.TEXT]
    largest: dict[int, float] = {}  # in space: the most that is seen of its letters
    for stay in texts:
        item, height = stay.item, stay.sample.frame[3] - stay.sample.frame[1]
        nearest[item.key] = min(height, nearest.get(item.key, height))
        if timeline.solid and len(item.glyphs):
            largest[item.key] = max(_capital(item), largest.get(item.key, 0.0))
    for stay in texts:
        item = stay.item
        if not len(item.glyphs) or not _is_words(item) or (timeline.solid and _edge_on(item)):
            continue
        size = largest.get(item.key, _capital(item)) / nearest[item.key]
        if size >= limit * _WARN:
            continue
        level = Level.ERROR if size < limit else Level.WARNING
        bound = limit if level is Level.ERROR else limit * _WARN
        told, words = _percent(size, bound)
        measure, words = f"its letters are {told} of the frame's height", f"{words} of it"
        more = ceil(limit * _WARN / size * 10 - 1e-9) / 10 if size > _SPECK else 0.0
        remedy = f"make it {more:g} times as large (font_size or scale); {_LESS}" if more else ""
        for at in stay.indices:
            yield Sight(at, (item,), measure, -size, level, limit=words, remedy=remedy)


def _is_words(item: Item) -> bool:
    """Signs alone (a minus, three dots) have no height to judge."""
    return item.drawn > 0.5 and not (item.says and set(item.says) <= _FLAT)


def _edge_on(item: Item) -> bool:
    """In three dimensions: turned away so far that nobody is meant to read it."""
    return item.em < _THIN * (item.box[2] - item.box[0]) / max(1, len(item.glyphs))


def _percent(size: float, bound: float) -> tuple[str, str]:
    """Both with as many places as they need to differ."""
    places = 1 if f"{size:.1%}" != f"{bound:.1%}" else 2
    return f"{size:.{places}%}", f"{bound:.{places}%}"


def _capital(item: Item) -> float:
    """The height a capital letter has in this text: the tallest glyph, or more if all are low."""
    says = letters_of(item.says) if item.formula else set(item.says)
    if not says or says & (_TALL - set(_NEARLY)):
        return item.em
    return item.em / max((share for each, share in _NEARLY.items() if each in says), default=_LOW)


@cache
def letters_of(source: str) -> frozenset[str]:
    """The letters of a formula that stand on its line; an unknown command is taken for tall."""
    base = _SCRIPTS.sub("", source)
    words = _COMMANDS.sub(_look, base)
    return frozenset(words) - set("${} ")


def _look(found: re.Match[str]) -> str:
    return _LOOKS.get(found[1], "l") if found[1] else _LOOKS.get(found[2], found[2])


RULES = (
    Rule(
        id="105",
        name="small-text",
        level=Level.ERROR,
        limit=0.02,
        limit_words="{limit:.1%} of the frame's height",
        explain="The letters of a text are lower than 2% of the frame (error) or 3% (warning). "
        "A text is as tall as its tallest letter, so sub- and superscripts belong to their base; "
        "where a camera zooms in on a text, its nearest view counts.",
        remedy=f"raise font_size or scale the text up; {_LESS}",
        check=_check,
    ),
)
