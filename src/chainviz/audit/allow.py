"""allow(rule, reason): say on a scene which rule it may break, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from chainviz.errors import ChainvizError

__all__ = ["allow"]

S = TypeVar("S", bound=type)


def allow(rule: int | str, reason: str) -> Callable[[S], S]:
    """Decorate any Manim scene: the auditor keeps quiet about that rule there.

    The reason is printed in reports, so it must say something:

    >>> import chainviz as cv
    >>> @cv.allow(104, "the title slides in from outside, cut off for a while")
    ... class Opening: ...
    >>> Opening.chainviz_allowed
    (('104', 'the title slides in from outside, cut off for a while'),)
    """
    if not str(reason).strip():
        raise ChainvizError(f"allow({rule}) needs a reason, as in allow({rule}, 'why')")

    def mark(scene: S) -> S:
        inherited = getattr(scene, "chainviz_allowed", ())
        scene.chainviz_allowed = (*inherited, (f"{rule:>03}", reason))  # type: ignore[attr-defined]
        return scene

    return mark
