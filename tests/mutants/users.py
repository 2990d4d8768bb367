"""Films as users make them, without a golden: chainviz animate's, and a board in a plain Scene."""

from __future__ import annotations

from typing import Any

import manim as mn

import chainviz as cv
from chainviz.part import Kind, Part
from chainviz.stage import film
from chainviz.story import Reveal
from chainviz.tape import Tape

__all__ = ["FILMS"]


def _chain(w: float = 3.0) -> Tape:
    graph = cv.parse("u = w*x; s = u + b; L = s^2", parameters=("w", "b"))
    return cv.run(graph, w=w, x=2.0, b=-1.0)


Animated = film(_chain(), name="Animated")
Meeting = film(cv.run(cv.parse("f = x^2; g = 3*x; L = f*g"), x=1.5), name="Meeting")


class Plain(mn.Scene):
    """A board and its passes; ``then`` is what a user plays between and after them."""

    def construct(self) -> None:
        self.board = cv.GraphBoard(_chain())
        self.add(self.board)
        self.play(mn.FadeIn(self.define()))
        self.wait(4)
        self.forward()
        self.wait(1)
        self.backward()
        self.wait(2)
        self.then()

    def define(self) -> mn.VMobject:
        """What the nodes are, beside the graph."""
        (beat,) = cv.tell_graph(self.board.graph)
        assert isinstance(beat, Reveal)
        return self.board.write(beat.formula)

    def forward(self) -> None:
        self.play(cv.ForwardPass(self.board))

    def backward(self) -> None:
        self.play(cv.BackwardPass(self.board))

    def then(self) -> None:
        """Nothing more."""

    def turn_to_another_run(self) -> Any:
        """The same graph at another w, its values known; returns the board that was there."""
        old, self.board = self.board, cv.GraphBoard(_chain(w=4.0))
        self.play(mn.FadeOut(old))
        self.define()
        for node in self.board.graph:
            self.board.put(Part.of_node(Kind.VALUE, node.name))
        self.add(self.board)
        return old


FILMS: dict[str, type[Any]] = {"Animated": Animated, "Meeting": Meeting, "Plain": Plain}
