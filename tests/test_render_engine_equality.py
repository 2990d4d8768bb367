from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import manim as mn
import numpy as np
import pytest

from chainviz.render.engine import Settings, canvas, screen
from chainviz.render.engine.equality import compare
from render_engine_scenes import SCENES, STOCK_PAINTS

SMALL = Settings(width=426, height=240, fps=10)


@pytest.mark.parametrize("name", SCENES)
def test_every_frame_is_stocks_to_the_byte(name: str) -> None:
    compared = compare(SCENES[name], SMALL)
    assert compared.frames == compared.frames_of_stock > 0
    assert compared.differing == ()
    assert bool(compared.why_stock) == (name in STOCK_PAINTS | {"far_and_broken"})


@pytest.mark.parametrize("name", [name for name in SCENES if name not in STOCK_PAINTS])
def test_memory_that_is_given_back_changes_no_frame(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "_NOW_AND_THEN", 1)
    compared = compare(SCENES[name], SMALL)
    assert compared.frames > 0 and compared.same


@pytest.mark.parametrize("name", [name for name in SCENES if name not in STOCK_PAINTS])
def test_all_that_changed_is_said_to_have_where_that_is_looked_at_closely(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canvas, "_SPARED", 64)
    monkeypatch.setattr(canvas, "_STRIP", 16)
    compared = compare(SCENES[name], SMALL)
    assert compared.frames > 0 and compared.same


def test_what_was_painted_and_looks_the_same_has_not_changed() -> None:
    numbers = np.random.default_rng(5)
    before = numbers.integers(0, 9, (500, 700), np.uint32)
    rect = (100, 30, 800, 530)
    assert canvas.narrowed(before, before.copy(), rect) == []
    after = before.copy()
    after[40:60, 10:600] += 1
    after[300:310, 650:655] += 1
    found = canvas.narrowed(before, after, rect)
    assert found == [(110, 70, 700, 90), (750, 330, 755, 340)]
    for _ in range(50):
        after = before.copy()
        for _ in range(numbers.integers(1, 6)):
            x, y = numbers.integers(0, 700), numbers.integers(0, 500)
            after[y : y + numbers.integers(1, 200), x : x + numbers.integers(1, 200)] += 1
        left = after != before
        for x0, y0, x1, y1 in canvas.narrowed(before, after, rect):
            assert 100 <= x0 < x1 <= 800 and 30 <= y0 < y1 <= 530
            left[y0 - 30 : y1 - 30, x0 - 100 : x1 - 100] = False
        assert not left.any()


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"  # pydub leaves a file to the collector
)
def test_a_scene_with_sound_can_be_compared(tmp_path: Path) -> None:
    sound = tmp_path / "silence.wav"
    with wave.open(str(sound), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(44100)
        out.writeframes(bytes(4410))

    class Loud(mn.Scene):
        def construct(self) -> None:
            self.add_sound(str(sound))
            self.play(mn.Create(mn.Circle()), run_time=0.3)

    assert compare(Loud, SMALL).same


def test_a_whole_frame_at_full_size() -> None:
    large = Settings(width=1920, height=1080, fps=4)
    assert compare(SCENES["ordinary"], large).same


@pytest.mark.parametrize("kept", [False, True])
def test_pixels_that_a_scene_keeps_stay_the_cameras(kept: bool) -> None:
    """The camera's array is replaced by a leaner one only where nobody else has it."""
    was: list[int] = []

    class Looks(mn.Scene):
        def construct(self) -> None:
            camera: Any = self.camera
            mine = camera.pixel_array if kept else None
            was.append(id(camera.pixel_array))
            self.play(mn.Create(mn.Square()), run_time=0.3)
            if mine is not None:
                assert mine is camera.pixel_array
                assert mine[..., :3].any()
            was.append(id(camera.pixel_array))

    assert compare(Looks, SMALL).same
    ours = was[:2]
    assert (ours[0] == ours[1]) is kept


def test_a_difference_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison itself can fail: paint with a wrong line width and it must."""
    from chainviz.render.engine import stroke

    monkeypatch.setattr(stroke.View, "__init__", _wider(stroke.View.__init__))
    assert compare(SCENES["dashes"], SMALL).differing


def _wider(original):  # type: ignore[no-untyped-def]
    def init(self, matrix, size, line_width):  # type: ignore[no-untyped-def]
        original(self, matrix, size, 1.01 * line_width)

    return init


def test_manims_configuration_is_left_alone() -> None:
    before = dict(mn.config)
    compare(SCENES["nothing_but_waiting"], SMALL)
    assert dict(mn.config) == before
