"""Runs any Manim scene without painting it, and samples what is on screen."""

from __future__ import annotations

import gc
import inspect
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import manim as mn
import numpy as np
from manim.scene import scene as scene_module
from numpy.typing import NDArray

from chainviz.audit.blame import in_words, line_in
from chainviz.audit.config import configured
from chainviz.audit.glyphs import marked_glyphs
from chainviz.audit.renderer import AuditRenderer, Taken
from chainviz.audit.timeline import Beat, Play, Sample, Timeline
from chainviz.faster.speedups import faster_manim
from chainviz.theme import Theme

__all__ = ["Recording", "record"]

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A timeline, and the stills that were asked for by the index of their sample."""

    timeline: Timeline
    stills: Mapping[int, Pixels] = field(default_factory=dict)
    scene: Any = None


def record(
    scene_class: type[mn.Scene],
    *,
    options: Mapping[str, Any] | None = None,
    stills: frozenset[int] = frozenset(),
    beats_painted: bool = False,
    size: tuple[int, int] = (960, 540),
) -> Recording:
    """Run a scene and return what it showed.

    A scene that raises leaves a timeline up to there, with ``error`` set. ``options`` go to
    manim.config for the run. The samples with an index in ``stills`` are painted too, and with
    ``beats_painted`` the last sample of every beat.
    """
    taken = Taken(stills=stills, beats_painted=beats_painted)
    scene: Any = None
    error, raised_at = "", 0
    painted = size if stills or beats_painted else None
    with _audit_config(options or {}), _renderer_for(taken, painted):
        with marked_glyphs(), faster_manim(), taken.thrift.in_place(), _young_garbage():
            try:
                scene = scene_class()
                scene.render()
            except (Exception, SystemExit) as caught:
                error = in_words(caught)
                raised_at = line_in(_source(scene_class)[0], caught)
        timeline = _timeline(scene_class, scene, taken, error, raised_at)
    missed = frozenset(timeline.ends()) - set(taken.pictures) if beats_painted else frozenset()
    if missed and not error:  # something was changed between a beat's last play and its end
        again = record(scene_class, options=options, stills=missed, size=size)
        taken.pictures.update(again.stills)
    return Recording(timeline, taken.pictures, scene)


@contextmanager
def _audit_config(options: Mapping[str, Any]) -> Iterator[None]:
    """The one place where the auditor touches manim.config; undone when the run is over.

    The picture's size stays what it is: Manim sets text and units by it. Text gets a folder of
    its own, since Manim's way of writing it there can't bear two processes with the same words.
    """
    quiet = {
        "dry_run": True,
        "disable_caching": True,
        "progress_bar": "none",
        "renderer": mn.RendererType.CAIRO,
        "preview": False,
        "from_animation_number": 0,
        "upto_animation_number": -1,
        "verbosity": "ERROR",
        "log_to_file": False,
    }
    with (
        tempfile.TemporaryDirectory(prefix="chainviz-") as texts,
        configured({"text_dir": texts} | quiet | dict(options)),
    ):
        yield


@contextmanager
def _young_garbage() -> Iterator[None]:
    """What was there before the run is not searched for garbage again and again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def _renderer_for(taken: Taken, size: tuple[int, int] | None) -> Iterator[None]:
    """Scenes that build their own renderer build ours, with the camera they chose, but small."""

    def build(*args: Any, **kwargs: Any) -> AuditRenderer:
        width, height = mn.config.pixel_width, mn.config.pixel_height
        small = size or (64, 36)  # nothing is painted, and the frame's shape must not change
        if abs(width / height - 16 / 9) >= 0.01:
            small = (max(1, round(width * small[1] / height)), small[1])
        with configured({"pixel_width": small[0], "pixel_height": small[1]}):
            return AuditRenderer(*args, taken=taken, **kwargs)

    stock = scene_module.CairoRenderer
    scene_module.CairoRenderer = build  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        scene_module.CairoRenderer = stock  # type: ignore[misc]


def _timeline(
    scene_class: type[mn.Scene], scene: Any, taken: Taken, error: str, raised_at: int
) -> Timeline:
    end = taken.plays[-1].end if taken.plays else 0.0
    path, line = _source(scene_class)
    return Timeline(
        scene=scene_class.__name__,
        samples=_settled(taken.samples),
        plays=tuple(taken.plays),
        beats=_beats(taken, end),
        home=taken.home,
        path=path,
        line=line,
        solid=scene is not None and isinstance(scene.camera, mn.ThreeDCamera),
        flashes=tuple(taken.flashes),
        themes=_themes(taken),
        layouts=tuple(dict.fromkeys(filter(None, map(_layout, taken.boards)))),
        error=error,
        raised_at=raised_at,
        allowed=tuple(getattr(scene_class, "chainviz_allowed", ())),
    )


def _themes(taken: Taken) -> tuple[Theme, ...]:
    """The themes of the film's boards, or else the one in force when it began."""
    found: list[Theme] = []
    for board in taken.boards:
        if board.theme not in found:
            found.append(board.theme)
    return tuple(found) or (taken.theme,)


def _layout(board: Any) -> str:
    text = getattr(getattr(board, "layout", None), "text", None)
    return str(text()) if callable(text) else ""


def _source(scene_class: type[mn.Scene]) -> tuple[str, int]:
    try:
        path = inspect.getsourcefile(scene_class) or ""
        return path, inspect.findsource(scene_class)[1] + 1
    except (OSError, TypeError):
        return "", 0


def _beats(taken: Taken, end: float) -> tuple[Beat, ...]:
    names = dict(taken.beats)
    spans: dict[int, list[Play]] = {}
    for play, beat in zip(taken.plays, taken.play_beats, strict=True):
        spans.setdefault(beat, []).append(play)
    return tuple(
        Beat(index, names.get(index, ""), plays[0].start, plays[-1].end)
        for index, plays in sorted(spans.items())
    ) or (Beat(0, "", 0.0, end),)


def _settled(samples: list[Sample]) -> tuple[Sample, ...]:
    """Of what an animation is busy with, only what really changes counts as moving.

    While a camera in space is on its way, everything that changes does.
    """
    steps = [_changed(one, other) for one, other in pairwise(samples)]
    turns = [
        step if one.view != other.view else _NONE
        for step, (one, other) in zip(steps, pairwise(samples), strict=True)
    ]
    return tuple(
        replace(sample, moving=sample.moving & (before | after) | turn)
        if sample.moving or turn else sample
        for sample, before, after, turn in zip(
            samples, [_NONE, *steps], [*steps, _NONE], [*turns, _NONE], strict=False
        )
    )  # fmt: skip


_NONE: frozenset[int] = frozenset()


def _changed(one: Sample, other: Sample) -> frozenset[int]:
    """The keys of what is not the same in two samples of one play."""
    if one.play != other.play or one.items is other.items:
        return _NONE
    return frozenset(item.key for item in set(one.items) ^ set(other.items))
