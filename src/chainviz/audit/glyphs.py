"""Glyphs remember that they are glyphs, also when they stand without their text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import manim as mn

from chainviz.audit.words import maths_of, says_of
from chainviz.draw.typeset import Typeset

__all__ = ["marked_glyphs"]

_BORN_OF: tuple[type, ...] = (mn.Text, mn.MarkupText, mn.SingleStringMathTex, mn.Typst, Typeset)


@contextmanager
def marked_glyphs() -> Iterator[None]:
    """While the block runs, every new text marks its glyphs (copies keep the mark)."""
    with ExitStack() as stack:
        for kind in _BORN_OF:
            init: Callable[..., None] = kind.__init__  # type: ignore[misc]
            stack.enter_context(patch.object(kind, "__init__", _marking(init)))
        yield


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
