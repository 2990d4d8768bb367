"""A film from a run alone: the lesson that needs no lesson file."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from chainviz.stage.lesson import Lesson
from chainviz.story import Storyboard, tell
from chainviz.tape import Tape
from chainviz.theme import Theme

__all__ = ["film"]


def film(
    tape: Tape,
    *,
    title: str | None = None,
    wrt: Sequence[str] = (),
    theme: Theme | str | None = None,
    name: str = "Film",
) -> type[Lesson]:
    """A scene class that tells the whole run; it counts as a scene of the file that makes it.

    >>> from chainviz import parse, run
    >>> film(run(parse("L = (w*x - t)^2"), x=2, w=3, t=10)).__name__
    'Film'
    """
    for node in wrt:
        tape.graph.node(node)
    heading, look = title, theme
    whole = tape

    class Film(Lesson):
        """Made of a run."""

        title = heading
        theme = look

        def tape(self) -> Tape:
            return whole

        def story(self, tape: Tape) -> Storyboard:
            kept = [name for name in wrt if name in tape.graph]
            return tell(tape, title=self.title, wrt=kept, folded=self.folded)

    Film.__name__ = Film.__qualname__ = name
    Film.__module__ = sys._getframe(1).f_globals.get("__name__", __name__)  # as namedtuple does
    return Film
