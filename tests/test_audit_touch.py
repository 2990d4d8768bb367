"""What is not read again in a play has not changed: reading everything gives the same film."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import manim as mn
import pytest

from chainviz.audit import renderer
from chainviz.audit.record import record
from chainviz.audit.timeline import Timeline


def _others() -> tuple[mn.Text, mn.Square]:
    return mn.Text("Some words").to_edge(mn.UP), mn.Square().shift(2 * mn.LEFT)


class Plain(mn.Scene):
    def construct(self) -> None:
        words, square = _others()
        self.play(mn.Write(words), mn.Create(square))
        circle = mn.Circle(fill_opacity=1).shift(2 * mn.RIGHT)
        self.play(mn.LaggedStart(mn.FadeIn(circle, shift=mn.UP), mn.Indicate(square)))
        self.play(mn.Transform(square, mn.Triangle()), circle.animate.scale(2))
        self.wait(0.5)
        self.play(mn.FadeTransform(words, mn.Text("Other words")), mn.Uncreate(circle))


class InTurn(mn.Scene):
    def construct(self) -> None:
        words, square = _others()
        self.add(square)
        self.play(mn.Succession(mn.FadeIn(words), mn.Rotate(square), mn.FadeOut(words)))


class ByUpdater(mn.Scene):
    def construct(self) -> None:
        words, square = _others()
        self.add(words, square)
        words.add_updater(lambda text: text.next_to(square, mn.UP))
        self.play(square.animate.shift(3 * mn.DOWN))


class TargetWithUpdater(mn.Scene):
    def construct(self) -> None:
        words, square = _others()
        self.add(words)
        circle = mn.Circle()
        circle.add_updater(lambda _: words.shift(0.01 * mn.DOWN))
        self.play(mn.ReplacementTransform(square, circle))


class ByFunction(mn.Scene):
    def construct(self) -> None:
        words, square = _others()
        self.add(words, square)
        self.play(mn.UpdateFromAlphaFunc(square, lambda _, alpha: words.set_opacity(1 - alpha)))


class Sideways(mn.Animation):
    """Somebody's own animation, which moves something it was not given."""

    def __init__(self, mobject: mn.Mobject, other: mn.Mobject) -> None:
        super().__init__(mobject)
        self._other = other

    def interpolate_mobject(self, alpha: float) -> None:
        self._other.move_to(3 * alpha * mn.RIGHT)


class ByOwnAnimation(mn.Scene):
    def construct(self) -> None:
        words, square = _others()
        self.add(words, square)
        self.play(Sideways(square, words))


class Restless(mn.Square):
    """A mobject with a way of its own to pass the time."""

    def update(self, dt: float = 0, recursive: bool = True) -> Any:
        self.rotate(dt)
        return self


class ByOwnUpdate(mn.Scene):
    def construct(self) -> None:
        words, _ = _others()
        self.add(Restless())
        self.play(mn.FadeIn(words))


class Zoomed(mn.ZoomedScene):
    def construct(self) -> None:
        self.add(mn.Rectangle(width=12, height=6, fill_opacity=1))
        self.activate_zooming()
        self.play(self.zoomed_display.animate.stretch(0.5, 0))  # its camera's frame goes with it


SCENES = (
    Zoomed,
    Plain,
    InTurn,
    ByUpdater,
    TargetWithUpdater,
    ByFunction,
    ByOwnAnimation,
    ByOwnUpdate,
)


def seen(timeline: Timeline) -> list[Any]:
    """Everything a film showed."""
    return [
        (sample.time, sorted(sample.moving), item.key, item.words, item.box, item.fill,
         item.stroke, item.drawn, item.points.tobytes(), item.glyphs.tobytes())
        for sample in timeline.samples for item in sample.items
    ]  # fmt: skip


@pytest.mark.parametrize("scene", SCENES)
def test_reading_less_shows_the_same_film(
    scene: type[mn.Scene], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[bool] = []
    touched: Callable[[Any], Any] = renderer.touched

    def told(scene: Any) -> Any:
        known.append(touched(scene) is not None)
        return touched(scene)

    options = {"media_dir": str(tmp_path)}
    monkeypatch.setattr(renderer, "touched", told)
    quick = record(scene, options=options).timeline
    monkeypatch.setattr(renderer, "touched", lambda _: None)
    monkeypatch.setattr(renderer, "plain", lambda _: False)
    whole = record(scene, options=options).timeline
    assert not quick.error
    assert seen(quick) == seen(whole)
    assert len({str(each) for each in seen(whole)}) > 1
    assert all(known) == (scene in (Plain, Zoomed))


class _Counted(mn.FadeIn):
    """Counts how often a part of it is moved."""

    __module__ = "manim.animation.fading"  # it is trusted as that is
    done = 0

    def interpolate_submobject(self, *args: Any) -> Any:
        type(self).done += 1
        return super().interpolate_submobject(*args)


@pytest.mark.parametrize("together", [False, True])
def test_what_is_where_it_should_be_is_left_there(together: bool, tmp_path: Path) -> None:
    class Waits(mn.Scene):
        def construct(self) -> None:
            square = mn.Square()
            late = _Counted(square, rate_func=mn.squish_rate_func(mn.linear, 0.8, 1.0))
            others = [square.animate.shift(mn.UP)] if together else []
            self.play(late, *others, run_time=2)

    _Counted.done = 0
    assert not record(Waits, options={"media_dir": str(tmp_path)}).timeline.error
    assert _Counted.done == (18 if together else 6)  # begin, sixteen samples of which 4 differ, end
