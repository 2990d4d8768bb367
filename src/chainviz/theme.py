"""The look of every meaning: colours by role, sizes of text, and the pace of a film."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self

from chainviz.errors import ChainvizError

__all__ = ["DARK", "LIGHT", "THEMES", "Role", "Sizes", "Theme", "current_theme", "using_theme"]


class Role(StrEnum):
    """A meaning that has a look."""

    INPUT = "input"
    PARAMETER = "parameter"
    INTERMEDIATE = "intermediate"
    OUTPUT = "output"
    GRAD = "grad"
    TEXT = "text"
    DIM = "dim"
    EDGE = "edge"
    PANEL = "panel"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Text sizes (1 em) and shapes, in frame units: the frame is 8 high."""

    title: float = 0.78
    heading: float = 0.56
    equation: float = 0.56
    name: float = 0.62
    number: float = 0.46
    label: float = 0.46
    radius: float = 0.45  # of a node
    stroke: float = 4.0  # hundredths of a unit
    tip: float = 0.22
    least: float = 0.76  # no text is scaled below this share: digits keep 3% of the frame


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by role, sizes of text and shapes, and one pace for all timing."""

    name: str
    colours: Mapping[Role, str]
    sizes: Sizes = field(default_factory=lambda: Sizes())
    pace: float = 1.0  # every duration of a film is multiplied by this
    setter: str = "typst"  # who sets the text: typst, or latex where it is installed

    def __getitem__(self, role: Role) -> str:
        """The colour of a role, as #RRGGBB."""
        return self.colours[role]

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Frozen: copies of what is drawn share their theme."""
        return self


def _palette(**colours: str) -> Mapping[Role, str]:
    return MappingProxyType({Role[name.upper()]: value for name, value in colours.items()})


DARK = Theme(
    "dark",
    _palette(
        input="#1298EB",
        parameter="#1298EB",
        intermediate="#6FFDC5",
        output="#C44E55",
        grad="#CDB614",
        text="#F2F2F2",
        dim="#8A8F98",
        edge="#B9BEC7",
        panel="#16191F",
        background="#000000",
    ),
)

LIGHT = Theme(
    "light",
    _palette(
        input="#002C99",
        parameter="#002C99",
        intermediate="#0B8273",
        output="#7B0025",
        grad="#A95600",
        text="#14161A",
        dim="#6A707A",
        edge="#4A505A",
        panel="#EEF0F3",
        background="#FFFFFF",
    ),
)

THEMES: Mapping[str, Theme] = MappingProxyType({theme.name: theme for theme in (DARK, LIGHT)})

_CURRENT: ContextVar[Theme] = ContextVar("chainviz_theme", default=DARK)


def current_theme() -> Theme:
    """The theme in force where nothing else was asked for; looked up when a thing is drawn."""
    return _CURRENT.get()


@contextmanager
def using_theme(theme: Theme | str) -> Iterator[Theme]:
    """Put a theme in force for a block; whoever starts a scene owns the block."""
    if isinstance(theme, str):
        if theme not in THEMES:
            raise ChainvizError(f"no theme {theme!r}; there are: {', '.join(THEMES)}")
        theme = THEMES[theme]
    token = _CURRENT.set(theme)
    try:
        yield theme
    finally:
        _CURRENT.reset(token)
