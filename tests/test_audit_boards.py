"""What users do with boards and is no fault: the rules that read tags keep quiet."""

from __future__ import annotations

from typing import Any

import manim as mn
import pytest

from chainviz.audit.audit import audit
from chainviz.audit.finding import Level
from chainviz.audit.record import record
from chainviz.part import Kind, Part
from mutants.users import Plain


class DimsAllButOne(Plain):
    """To point at one node, the others are dimmed."""

    def then(self) -> None:
        others = [self.board[name] for name in ("w", "x", "b", "s", "L")]
        self.play(*(body.animate.set_opacity(0.2) for body in others))
        self.wait(2)


class GoesAsAWhole(Plain):
    """The board fades out, and another run takes its place."""

    def then(self) -> None:
        self.turn_to_another_run()
        self.wait(6)


class ClearsTheBackwardPass(Plain):
    """All gradients go at one time; the values stay."""

    def then(self) -> None:
        names = [node.name for node in self.board.graph]
        grads = [self.board.hide(Part.of_node(Kind.GRAD, name)) for name in names]
        self.play(*(mn.FadeOut(grad) for grad in grads if grad is not None))
        self.wait(1)


class LightsUpAPath(Plain):
    """Two arrows in white, for as long as they are spoken of."""

    def then(self) -> None:
        for ends in (("w", "u"), ("u", "s")):
            self.board[ends].set_color(mn.WHITE)
        self.wait(1)

    def backward(self) -> None:
        """Only the forward pass."""


class KeepsAnOldResult(Plain):
    """A value of the first run is kept aside, to be compared with the second's."""

    def then(self) -> None:
        kept = self.board[Part.of_node(Kind.VALUE, "L")].copy()
        self.add(kept.move_to(3.2 * mn.UP))
        self.turn_to_another_run()
        self.wait(6)


CLEAN = (Plain, DimsAllButOne, GoesAsAWhole, ClearsTheBackwardPass, LightsUpAPath, KeepsAnOldResult)


@pytest.mark.parametrize("scene", CLEAN, ids=lambda scene: scene.__name__)
def test_no_rule_that_reads_tags_finds_anything(scene: type[Any]) -> None:
    found = audit(record(scene).timeline).findings
    assert [f"{f.rule} {f.message}" for f in found if f.level > Level.NOTE and f.rule > "2"] == []
