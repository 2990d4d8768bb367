"""A renderer that paints nothing: it steps through each play and takes samples."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import manim as mn
import numpy as np
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter
from manim.utils.iterables import list_update
from numpy.typing import NDArray

from chainviz.audit.sampler import Sampler
from chainviz.audit.strobe import Strobe
from chainviz.audit.thrift import Thrift
from chainviz.audit.timeline import Array, Box, Play, Sample
from chainviz.audit.touch import apart, plain, step, touched
from chainviz.theme import Theme, current_theme

__all__ = ["AuditRenderer", "Taken"]

_RATE = 8.0  # samples a second
_FINE = 15.0  # steps a second where an updater counts seconds


@dataclass(slots=True)
class Taken:
    """What one run has gathered so far."""

    stills: frozenset[int] = frozenset()
    beats_painted: bool = False
    samples: list[Sample] = field(default_factory=list)
    plays: list[Play] = field(default_factory=list)
    play_beats: list[int] = field(default_factory=list)
    beats: list[tuple[int, str]] = field(default_factory=list)
    home: Box = (0.0, 0.0, 0.0, 0.0)
    pictures: dict[int, NDArray[np.uint8]] = field(default_factory=dict)
    flashes: list[tuple[float, Array]] = field(default_factory=list)
    theme: Theme = field(default_factory=current_theme)
    boards: list[Any] = field(default_factory=list)
    thrift: Thrift = field(default_factory=Thrift)


class _Writer(SceneFileWriter):
    """Keeps the sections of a film and writes nothing."""

    beat_ended: Callable[[str], None] | None = None

    def next_section(self, name: str, type_: str, skip_animations: bool) -> None:
        super().next_section(name, type_, skip_animations)
        if self.beat_ended is not None:
            self.beat_ended(name)

    def add_sound(self, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""


class AuditRenderer(CairoRenderer):
    """Stands in for Manim's Cairo renderer while a scene is audited."""

    def __init__(self, *args: Any, taken: Taken, **kwargs: Any) -> None:
        kwargs["file_writer_class"] = _Writer
        super().__init__(*args, **kwargs)
        self.taken = taken
        self.sampler = Sampler()
        taken.boards = self.sampler.boards
        self.strobe = Strobe(self.camera, taken.flashes)

    def init_scene(self, scene: Any, *args: Any) -> None:
        """Note what the film starts from."""
        super().init_scene(scene, *args)
        self.file_writer.beat_ended = partial(self._next_beat, scene)
        self.taken.beats.append((0, ""))
        self.taken.home = _frame_of(self.camera)
        self.taken.theme = current_theme()

    def play(self, scene: Any, *args: Any, **kwargs: Any) -> None:
        """Step through one play as Manim would, and take samples on the way."""
        self.skip_animations = self._original_skipping_status
        self.update_skipping_status()
        scene.compile_animation_data(*args, **kwargs)
        _begin(scene)
        if self.skip_animations:
            _finish(scene)
        else:
            start = self.time
            path, line = self._where(scene)
            names = tuple(type(animation).__name__ for animation in scene.animations)
            subjects = list(_subjects(scene.animations))
            wary = self.strobe.begin(scene, subjects)
            still: frozenset[int] | None = None
            if scene.is_current_animation_frozen_frame():
                self._take(scene, start, frozenset())
                self.time = start + scene.duration
                still = frozenset()
            else:
                self._run(scene, start, subjects, wary)
            self._take(scene, self.time, frozenset(), still)
            taken = self.taken
            taken.plays.append(Play(self.num_plays, start, self.time, names, path, line))
            taken.play_beats.append(taken.beats[-1][0])
        self.num_plays += 1

    def _run(self, scene: Any, start: float, subjects: list[Any], wary: bool) -> None:
        known = self.taken.samples[-1].items if self.taken.samples else ()
        before = {key for item in known for key in (item.key, *item.family)}

        def occupied() -> frozenset[int]:
            key = self.sampler.scribe.key
            new = [mobject for mobject in scene.mobjects if key(mobject) not in before]
            return frozenset(self.sampler.keys_within([*subjects, *new]))

        busy = occupied()
        grows = any(isinstance(animation, mn.Succession) for animation in scene.animations)
        scene.duration = scene.get_run_time(scene.animations)
        sample_at = _times(scene.duration)
        among: frozenset[int] | None = None
        moves = touched(scene)
        self.taken.thrift.begin(moves is not None and apart(scene.animations))
        for t, sampled in _steps(scene, sample_at, wary):
            step(scene, t, moves is not None)
            self.time = start + t
            if sampled:
                # what a succession brings in only when its turn comes is busy, too
                self._take(scene, self.time, occupied() if grows else busy, among)
                among = moves  # the first sample of a play reads everything
            else:
                self.strobe.look(scene, self.time)
            if scene.stop_condition is not None and scene.stop_condition():
                break
        else:
            self.time = start + scene.duration
        targets = list(_targets(scene.animations))
        self.taken.thrift.alone = False
        _finish(scene)
        scene.update_mobjects(0)
        for mobject, target in targets:
            self._stand(mobject, target)

    def _stand(self, mobject: Any, target: Any) -> None:
        """After a transformation a mobject is what it was turned into."""
        for old, new in zip(mobject.get_family(), target.get_family(), strict=False):
            self.sampler.stand(old, new)

    def _take(
        self, scene: Any, time: float, busy: frozenset[int], among: frozenset[int] | None = None
    ) -> None:
        taken = self.taken
        mobjects = list_update(scene.mobjects, scene.foreground_mobjects)
        if len(taken.samples) in taken.stills:
            taken.pictures[len(taken.samples)] = self._paint(mobjects)
        self.strobe.look(scene, time)
        red, green, blue = mn.ManimColor(self.camera.background_color).to_rgb().tolist()
        taken.samples.append(
            Sample(
                time=time,
                play=self.num_plays,
                beat=taken.beats[-1][0],
                items=self.sampler.items(
                    mobjects, self.camera, among if plain(self.camera) else None
                ),
                frame=_frame_of(self.camera),
                background=(red, green, blue),
                moving=busy,
                view=self.sampler.view,
            )
        )

    def _paint(self, mobjects: Iterable[Any]) -> NDArray[np.uint8]:
        self.camera.reset()
        self.camera.capture_mobjects(mobjects)
        return np.array(self.camera.pixel_array[:, :, :3], dtype=np.uint8)

    def _next_beat(self, scene: Any, name: str) -> None:
        self._paint_beat(scene)
        self.taken.beats.append((len(self.taken.beats), name))

    def _paint_beat(self, scene: Any) -> None:
        """Paint the beat that ends here, if the picture still is that of its last sample."""
        taken = self.taken
        if not taken.beats_painted or not taken.samples:
            return
        mobjects = list_update(scene.mobjects, scene.foreground_mobjects)
        if self.sampler.items(mobjects, self.camera) is taken.samples[-1].items:
            taken.pictures.setdefault(len(taken.samples) - 1, self._paint(mobjects))

    def _where(self, scene: Any) -> tuple[str, int]:
        """The line of the film's own file that asked for this play; its names are learned."""
        module = sys.modules.get(type(scene).__module__)
        path = getattr(module, "__file__", None)
        learn = self.sampler.scribe.learn
        learn(vars(scene))
        frame, line = sys._getframe(1), 0
        while frame is not None:
            if path is not None and frame.f_code.co_filename == path:
                line = line or frame.f_lineno
                learn(frame.f_locals)
            frame = frame.f_back  # type: ignore[assignment]
        return (path or "", line)

    def update_frame(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is painted."""

    def scene_finished(self, scene: Any) -> None:
        """A film without plays still shows what it added."""
        self._paint_beat(scene)
        if not self.taken.plays:
            self._take(scene, 0.0, frozenset())


def _begin(scene: Any) -> None:
    """What ``Scene.begin_animations`` does, but for parting what moves from what doesn't."""
    if type(scene).begin_animations is not mn.Scene.begin_animations:
        scene.begin_animations()
        return
    for animation in scene.animations:
        animation._setup_scene(scene)
        animation.begin()


def _finish(scene: Any) -> None:
    for animation in scene.animations:
        animation.finish()
        animation.clean_up_from_scene(scene)


def _times(duration: float) -> set[float]:
    count = int(np.ceil(duration * _RATE - 1e-9))
    return {index / _RATE for index in range(count)} | {duration / 2}


def _steps(scene: Any, wanted: set[float], wary: bool) -> Iterator[tuple[float, bool]]:
    """The times to step to, and whether a sample is taken there."""
    fine = wary or bool(scene.updaters) or scene.stop_condition is not None or any(
        member.has_time_based_updater() for mobject in scene.mobjects
        for member in mobject.get_family() if member.updaters
    )  # fmt: skip
    rate = 30.0 if wary else _FINE
    extra = (
        {index / rate for index in range(int(np.ceil(scene.duration * rate)))} if fine else set()
    )
    for t in sorted(wanted | extra):
        yield t, t in wanted


def _subjects(animations: Iterable[Any]) -> Iterator[Any]:
    for animation in animations:
        if isinstance(animation, mn.Wait):
            continue
        if isinstance(animation, mn.AnimationGroup):
            yield from _subjects(animation.animations)
        if isinstance(animation.mobject, mn.Mobject):
            yield animation.mobject
        target = getattr(animation, "target_mobject", None)
        if isinstance(target, mn.Mobject):
            yield target


def _targets(animations: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """What stays on screen under its old identity but stands for something else afterwards."""
    for animation in animations:
        if isinstance(animation, mn.AnimationGroup):
            yield from _targets(animation.animations)
        elif (
            isinstance(animation, mn.Transform)
            and not isinstance(animation, (mn.ApplyMethod, mn.MoveToTarget))
            and not animation.replace_mobject_with_target_in_scene
            and not animation.remover
            and isinstance(getattr(animation, "target_copy", None), mn.Mobject)
        ):
            yield animation.mobject, animation.target_copy


def _frame_of(camera: Any) -> Box:
    x, y = float(camera.frame_center[0]), float(camera.frame_center[1])
    width, height = float(camera.frame_width), float(camera.frame_height)
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
