"""Glyphs remember that they are glyphs, also when they stand without their text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import manim as mn

from chainviz.audit.words import maths_of, says_of
from chainviz.draw.typeset import Typeset

__all__ = ["marked_glyphs"]

_BORN_OF: tuple[type, ...] = (mn.Text, mn.MarkupText, mn.SingleStringMathTex, mn.Typst, Typeset)


@contextmanager
def marked_glyphs() -> Iterator[None]:
    """While the block runs, every new text marks its glyphs (copies keep the mark)."""
    before: list[tuple[Any, Any]] = [(kind, vars(kind)["__init__"]) for kind in _BORN_OF]
    try:
        for kind, _ in before:
            kind.__init__ = _marking(kind.__init__)
        yield
    finally:
        for kind, init in before:
            kind.__init__ = init


def _marking(init: Callable[..., None]) -> Callable[..., None]:
    def marked(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        says = says_of(self) or "text"
        formula = maths_of(self, says)
        for member in self.get_family():
            if not member.submobjects and len(member.points):
                member.chainviz_glyph = says
                member.chainviz_formula = formula

    return marked
