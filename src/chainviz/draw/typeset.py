"""Typeset mobjects: text and formulas as glyphs that can be found by the part they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import manim as mn
import numpy as np

from chainviz.draw import latex, typst
from chainviz.draw.svg import Glyph
from chainviz.errors import ChainvizError
from chainviz.formula import Formula, to_latex, to_plain, to_typst
from chainviz.part import Part

__all__ = ["Look", "Typeset", "Writing", "typeset", "typeset_many"]

Look = Callable[[Part], str | None]  # the colour of a part, or None for the text's own


@dataclass(frozen=True, slots=True)
class Writing:
    """What is to be set: words or a formula, at a size (1 em in frame units), in a colour."""

    content: str | Formula
    size: float
    colour: str
    look: Look | None = field(default=None)


class Typeset(mn.VGroup):
    """Glyphs of one piece of text; ``says`` is what a viewer reads in them."""

    def __init__(
        self,
        glyphs: Sequence[Glyph] = (),
        *,
        size: float = 1.0,
        colours: Sequence[str] = (),
        says: str = "",
        formula: Formula | None = None,
        spans: Mapping[Part, tuple[int, ...]] | None = None,
    ) -> None:
        super().__init__()
        self.says = says
        self.formula = formula
        self.spans: dict[Part, tuple[int, ...]] = dict(spans or {})
        self.add(*(_outline(glyph, size, c) for glyph, c in zip(glyphs, colours, strict=True)))
        # where the baseline is, told by the first glyph, whatever becomes of the others
        first = self.submobjects[0] if len(self) else self
        self._base = -first.get_bottom()[1] / (first.height or 1.0)

    @property
    def baseline(self) -> float:
        """The height of the baseline, wherever the text now stands (unless it was rotated)."""
        first = self.submobjects[0] if len(self) else self
        return float(first.get_bottom()[1] + self._base * first.height)

    @property
    def parts(self) -> dict[Part, mn.VGroup]:
        """The glyphs of every keyed part."""
        return {part: self.glyphs_of(part) for part in self.spans}

    def glyphs_of(self, part: Part) -> mn.VGroup:
        """The glyphs of one part, wherever it stands in the text."""
        if part not in self.spans:
            known = ", ".join(map(str, self.spans)) or "none"
            raise KeyError(f"{self.says!r} has no part {part}; its parts: {known}")
        return mn.VGroup(*(self.submobjects[i] for i in self.spans[part]))

    def sit_on(self, baseline: float) -> Typeset:
        """Move up or down until the baseline is at that height."""
        return self.shift(mn.UP * (baseline - self.baseline))


def typeset(
    content: str | Formula,
    size: float,
    colour: str,
    look: Look | None = None,
    *,
    setter: str = "typst",
) -> Typeset:
    """One piece of text or one formula."""
    return typeset_many([Writing(content, size, colour, look)], setter=setter)[0]


def typeset_many(writings: Iterable[Writing], *, setter: str = "typst") -> list[Typeset]:
    """Many pieces with a single compile, by Typst or by LaTeX."""
    if setter not in _SETTERS:
        raise ChainvizError(f"no setter {setter!r}; there are: {', '.join(_SETTERS)}")
    room, to_text = _SETTERS[setter]
    wanted = list(writings)
    sources = [_source(writing.content, room, to_text) for writing in wanted]
    pages = room.compile_pages([source.markup for source in sources])
    return [
        _assemble(writing, source, page.glyphs)
        for writing, source, page in zip(wanted, sources, pages, strict=True)
    ]


_SETTERS: Mapping[str, tuple[Any, Callable[..., str]]] = MappingProxyType(
    {"typst": (typst, to_typst), "latex": (latex, to_latex)}
)


@dataclass(frozen=True, slots=True)
class _Source:
    """Markup, and for each mark the parts it lies in, innermost first."""

    markup: str
    says: str
    marks: tuple[tuple[Part, ...], ...] = ()


def _source(content: str | Formula, room: Any, to_text: Callable[..., str]) -> _Source:
    if isinstance(content, str):
        return _Source(room.words(content), content)
    chains: list[tuple[Part, ...]] = []

    def mark(part: Part, text: str) -> str:
        for number in room.marks_in(text):
            chains[number - 1] += (part,)
        chains.append((part,))
        return str(room.marked(len(chains), text))

    body = to_text(content, mark)
    return _Source(room.display(body), to_plain(content), tuple(chains))


def _assemble(writing: Writing, source: _Source, glyphs: Sequence[Glyph]) -> Typeset:
    spans: dict[Part, list[int]] = {}
    colours = []
    for index, glyph in enumerate(glyphs):
        chain = source.marks[glyph.mark - 1] if glyph.mark else ()
        for part in chain:
            spans.setdefault(part, []).append(index)
        looks = (writing.look(part) for part in chain) if writing.look else iter(())
        colours.append(next((colour for colour in looks if colour), writing.colour))
    return Typeset(
        glyphs,
        size=writing.size,
        colours=colours,
        says=source.says,
        formula=None if isinstance(writing.content, str) else writing.content,
        spans={part: tuple(indices) for part, indices in spans.items()},
    )


def _outline(glyph: Glyph, size: float, colour: str) -> mn.VMobject:
    made = mn.VMobject(
        fill_color=colour,
        fill_opacity=0.0 if glyph.stroke else 1.0,
        stroke_color=colour,
        stroke_width=glyph.stroke * size * 100,
    )
    points = np.zeros((len(glyph.points), 3))
    points[:, :2] = glyph.points * size
    made.set_points(points)
    return made
