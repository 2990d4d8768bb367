"""Which mobjects a play can change, where that is known: the others are not read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import manim as mn

from chainviz.stage.moves import Move

__all__ = ["apart", "plain", "step", "touched"]

_ANYTHING = (mn.UpdateFromFunc, mn.ChangeSpeed, mn.Succession)  # what they touch, nobody knows
_TRUSTED = ("manim.animation.", "manim.mobject.", "chainviz.stage.")
_STEPS = ("update_to_time", "update_mobjects", "update_meshes", "update_self")


def touched(scene: Any) -> frozenset[int] | None:
    """The ids of all mobjects that the scene's animations change; None where it can be any.

    Manim's own animations and ours change only what they were given. An updater, or an animation
    of somebody else's, may change anything on screen.
    """
    own = any(getattr(type(scene), name) is not getattr(mn.Scene, name) for name in _STEPS)
    if own or scene.updaters or scene.meshes or any(map(_updates, scene.mobjects)):
        return None
    try:
        return frozenset(map(id, _members(scene.animations)))
    except _Unknown:
        return None


def apart(animations: Iterable[Any]) -> bool:
    """Whether no two of them move the same thing."""
    seen: set[int] = set()
    for animation in _leaves(animations):
        family = {id(each) for each in animation.mobject.get_family()}
        if not seen.isdisjoint(family):
            return False
        seen |= family
    return True


def _leaves(animations: Iterable[Any]) -> Iterator[Any]:
    for animation in animations:
        if isinstance(animation, Move):
            yield from _leaves([animation.inner] if animation.inner is not None else [])
        elif isinstance(animation, mn.AnimationGroup):
            yield from _leaves(animation.animations)
        elif isinstance(animation.mobject, mn.Mobject):
            yield animation


def plain(camera: Any) -> bool:
    """Whether a camera leaves alone what it looks at; the frame of a zooming one adapts itself."""
    return type(camera) in (mn.Camera, mn.MovingCamera)


def step(scene: Any, time: float, quiet: bool) -> None:
    """What ``Scene.update_to_time`` does; when it is quiet, no updater need be looked for."""
    if not quiet:
        scene.update_to_time(time)
        return
    scene.last_t = time
    for animation in scene.animations:
        animation.interpolate(time / animation.run_time)


class _Unknown(Exception):
    """An animation that may change anything."""


def _members(animations: Iterable[Any]) -> Iterator[Any]:
    for animation in animations:
        kind = type(animation)
        if isinstance(animation, _ANYTHING) or not kind.__module__.startswith(_TRUSTED):
            raise _Unknown
        if isinstance(animation, Move):
            yield from _members([animation.inner] if animation.inner is not None else [])
            continue
        if isinstance(animation, mn.AnimationGroup):
            yield from _members(animation.animations)
        if any(_updates(each) for each in animation.get_all_mobjects_to_update()):
            raise _Unknown
        if isinstance(animation.mobject, mn.Mobject):
            yield from animation.mobject.get_family()


def _updates(mobject: Any) -> bool:
    """Whether anything in its family changes by itself."""
    return isinstance(mobject, mn.Mobject) and any(
        member.updaters or type(member).update is not mn.Mobject.update
        for member in mobject.get_family()
    )
