"""Equations: a chain of equal sides that breaks at its equals signs, addressable part by part."""

from __future__ import annotations

from collections.abc import Iterator

import manim as mn

from chainviz.draw.lines import set_chain, set_list
from chainviz.draw.look import look_of
from chainviz.draw.tag import Tag, tagged
from chainviz.draw.typeset import Look, Typeset, Writing, typeset_many
from chainviz.errors import ChainvizError
from chainviz.formula import Eq, Formula, Row, Text, keyed_parts, to_plain
from chainviz.graph import Graph
from chainviz.part import Kind, Part
from chainviz.tape import Tape
from chainviz.theme import Role, Theme, current_theme

__all__ = ["Equation"]


class Equation(mn.VGroup):
    """A formula, set by Typst; ``equation["dL/dy"]`` finds a part of it wherever it stands."""

    def __init__(
        self,
        formula: Formula,
        *,
        of: Tape | Graph | None = None,
        size: float | None = None,
        width: float = 13.0,
        theme: Theme | None = None,
        look: Look | None = None,
    ) -> None:
        """``of`` gives the parts the colours of the nodes they belong to; or ``look`` says."""
        super().__init__()
        theme = theme or current_theme()
        self.formula = formula
        self.says = to_plain(formula)
        graph = of.graph if isinstance(of, Tape) else of
        em = size or theme.sizes.equation
        sides, signs = _split(formula)
        look = look or look_of(graph, theme)
        contents = [*sides, *signs]
        writings = (Writing(content, em, theme[Role.TEXT], look) for content in contents)
        written = typeset_many(writings, setter=theme.setter)
        self.sides: list[Typeset] = written[: len(sides)]
        self.signs: list[Typeset] = written[len(sides) :]
        arrange = set_list if isinstance(formula, Row) else set_chain
        arrange(self.sides, self.signs, em, width)
        self.add(self.sides[0])
        for sign, side in zip(self.signs, self.sides[1:], strict=True):
            self.add(sign, side)
        self.move_to(mn.ORIGIN)
        tape = of if isinstance(of, Tape) else None
        tagged(self, Tag(Part(Kind.EQUATION, (self.says,)), Role.TEXT, tape))

    def __getitem__(self, key: object) -> mn.VMobject:
        """The glyphs of a part: a Part, what it reads as ("dL/dy", "u"), or a plain index."""
        if isinstance(key, int | slice):
            return super().__getitem__(key)
        part = key if isinstance(key, Part) else self._named(str(key))
        found = [side.glyphs_of(part) for side in self.sides if part in side.spans]
        if not found:
            raise KeyError(f"{self.says!r} has no part {part}; its parts: {self._known()}")
        return mn.VGroup(*(glyph for group in found for glyph in group))

    def __contains__(self, part: object) -> bool:
        """Whether the part stands anywhere in the equation."""
        return any(part in side.spans for side in self.sides)

    def lines_of(self, part: Part) -> Iterator[tuple[int, mn.VGroup]]:
        """The part side by side: (number of the side, its glyphs there)."""
        for number, side in enumerate(self.sides):
            if part in side.spans:
                yield number, side.glyphs_of(part)

    def _named(self, text: str) -> Part:
        wanted = _folded(text)
        for piece in keyed_parts(self.formula):
            if _folded(to_plain(piece.body)) == wanted:
                return piece.part
        raise ChainvizError(f"{self.says!r} has no part {text!r}; its parts: {self._known()}")

    def _known(self) -> str:
        read = (to_plain(piece.body) for piece in keyed_parts(self.formula))
        return ", ".join(dict.fromkeys(read)) or "none"


def _folded(text: str) -> str:
    return text.replace("∂", "d").replace(" ", "").translate(_SUBSCRIPTS).replace("_", "")


_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def _split(formula: Formula) -> tuple[list[Formula], list[str | Formula]]:
    """A list into its items, or a chain of equals into its sides; and what stands between."""
    if isinstance(formula, Row):
        items = [item for item in formula.items if not isinstance(item, Text)]
        return items, [","] * (len(items) - 1)
    sides: list[Formula] = []
    signs: list[str | Formula] = []
    while isinstance(formula, Eq):
        sides.append(formula.left)
        signs.append(formula.sign if formula.sign.isascii() else Text(formula.sign))
        formula = formula.right
    sides.append(formula)
    return sides, signs
