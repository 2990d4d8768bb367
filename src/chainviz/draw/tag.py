"""Tags: what a drawn thing stands for, for handles, goldens and the auditor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self, TypeVar

import manim as mn

from chainviz.part import Part
from chainviz.tape import Tape
from chainviz.theme import Role

__all__ = ["Tag", "tag_of", "tagged"]

_ATTRIBUTE = "chainviz_tag"
M = TypeVar("M", bound=mn.Mobject)


@dataclass(frozen=True, slots=True, eq=False)
class Tag:
    """A mobject's meaning: its part, its role, and the run whose numbers it shows."""

    part: Part
    role: Role
    tape: Tape | None = None
    backward: bool = False  # drawn by the backward pass: arrows and pulses run to the source

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A copy of a mobject means the same thing, down to the same tape."""
        return self


def tagged(mobject: M, tag: Tag) -> M:
    """The mobject, with its tag put on."""
    setattr(mobject, _ATTRIBUTE, tag)
    return mobject


def tag_of(mobject: mn.Mobject) -> Tag | None:
    """What a mobject stands for, if a builder said so."""
    found = vars(mobject).get(_ATTRIBUTE)  # getattr is slow where a mobject has none
    return found if isinstance(found, Tag) else None
