from __future__ import annotations

import math
import wave
from pathlib import Path
from typing import Any

import av
import manim as mn
import numpy as np
import pytest
from PIL import Image

from chainviz.errors import ChainvizError
from chainviz.render.engine import Engine, Format, Settings, render_scene
from chainviz.render.engine.equality import play
from render_engine_scenes import SCENES

SMALL: dict[str, Any] = {"width": 640, "height": 360, "fps": 15.0}


def film(construct: Any, base: type[mn.Scene] = mn.Scene) -> type[mn.Scene]:
    return type("Film", (base,), {"construct": construct})


def brief(self: Any) -> None:
    self.play(mn.FadeIn(mn.Square()), run_time=0.4)


class Keep:
    """A sink that keeps every frame."""

    def __init__(self) -> None:
        self.frames: list[Any] = []

    def picture(self, pixels: Any, rects: Any) -> None:
        self.frames.append(pixels.copy())

    def hold(self, frames: int) -> None:
        self.frames += self.frames[-1:] * frames

    def close(self, chapters: Any = ()) -> None: ...

    def finish(self) -> None: ...

    def abort(self) -> None: ...


def decoded(path: Path) -> list[Any]:
    with av.open(path) as clip:
        return [frame.to_ndarray(format="yuv420p") for frame in clip.decode(video=0)]


def psnr(raw: list[Any], path: Path) -> float:
    total = 0.0
    shown = decoded(path)
    assert len(shown) == len(raw)
    for pixels, picture in zip(raw, shown, strict=True):
        frame = av.VideoFrame.from_ndarray(pixels, format="rgba").reformat(format="yuv420p")
        total += float(((frame.to_ndarray().astype(float) - picture) ** 2).mean())
    return 10 * math.log10(255**2 * len(raw) / max(total, 1e-9))


@pytest.mark.parametrize("name", ["ordinary", "trackers", "gradients", "dashes"])
def test_the_clip_is_no_worse_than_stocks_and_not_much_larger(name: str, tmp_path: Path) -> None:
    keep = Keep()
    play(SCENES[name], Settings(**SMALL), keep, fast=True)
    ours = render_scene(SCENES[name], Settings(**SMALL), tmp_path / "ours")
    theirs = render_scene(SCENES[name], Settings(**SMALL, engine=Engine.MANIM), tmp_path / "theirs")
    assert ours.engine_used is Engine.FAST and theirs.engine_used is Engine.MANIM
    assert ours.frames == theirs.frames == len(keep.frames)
    assert psnr(keep.frames, ours.path) >= psnr(keep.frames, theirs.path)
    assert ours.size <= 1.3 * theirs.size


def test_the_clip_plays_anywhere(tmp_path: Path) -> None:
    clip = render_scene(SCENES["ordinary"], Settings(**SMALL), tmp_path)
    data = clip.path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(clip.path) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == 15 and stream.frames == clip.frames
        times = sorted(p.pts for p in container.demux(stream) if p.pts is not None)
    assert len(set(np.diff(times))) == 1
    assert clip.size == len(data)
    assert clip.seconds == pytest.approx(clip.frames / 15)


def test_beats_captions_and_progress(tmp_path: Path) -> None:
    def construct(self: Any) -> None:
        self.next_section("first")
        self.play(mn.FadeIn(mn.Square()), subcaption="a square")
        self.next_section("second")
        self.wait(0.6)
        self.add_subcaption("waited", duration=0.4, offset=-0.4)

    told: list[tuple[int, float]] = []
    clip = render_scene(
        film(construct), Settings(**SMALL), tmp_path, progress=lambda n, s: told.append((n, s))
    )
    assert [beat.name for beat in clip.beats] == ["first", "second"]
    assert clip.beats[0].start == 0
    assert clip.beats[0].end == clip.beats[1].start == pytest.approx(1)
    assert clip.beats[1].end == pytest.approx(clip.seconds)
    assert [caption.text for caption in clip.captions] == ["a square", "waited"]
    assert told[-1][0] == clip.frames
    assert told[-1][1] == pytest.approx(clip.seconds)


def test_captions_follow_the_delivered_film(tmp_path: Path) -> None:
    """Manim counts the seconds of skipped sections; a viewer doesn't."""

    def construct(self: Any) -> None:
        self.next_section("unseen", skip_animations=True)
        self.wait(5)
        self.next_section("seen")
        self.play(mn.FadeIn(mn.Square()), subcaption="now")

    clip = render_scene(film(construct), Settings(**SMALL), tmp_path)
    assert (clip.captions[0].start, clip.captions[0].end) == pytest.approx((0, 1))
    assert clip.seconds == pytest.approx(1)


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"  # pydub leaves a file to the collector
)
def test_sounds_are_in_the_clip(tmp_path: Path) -> None:
    sound = tmp_path / "beep.wav"
    with wave.open(str(sound), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(44100)
        tone = np.sin(np.arange(22050) * 0.06) * 20000
        out.writeframes(tone.astype("<i2").tobytes())

    def construct(self: Any) -> None:
        self.next_section("a beep")
        self.add_sound(str(sound))
        brief(self)

    clip = render_scene(film(construct), Settings(**SMALL), tmp_path / "out")
    with av.open(clip.path) as container:
        assert len(container.streams.audio) == 1
        assert [chapter["metadata"]["title"] for chapter in container.chapters()] == ["a beep"]
        samples = np.concatenate(
            [np.abs(f.to_ndarray()).ravel() for f in container.decode(audio=0)]
        )
    assert samples.max() > 0.1
    assert len(decoded(clip.path)) == clip.frames


def test_a_scene_without_plays_is_a_picture(tmp_path: Path) -> None:
    clip = render_scene(film(lambda self: self.add(mn.Circle())), Settings(**SMALL), tmp_path)
    assert clip.path.suffix == ".png" and clip.frames == 0
    assert clip.poster == clip.path


def test_what_a_scene_raises_comes_out_and_leaves_no_clip(tmp_path: Path) -> None:
    def construct(self: Any) -> None:
        brief(self)
        raise ZeroDivisionError("in the scene")

    with pytest.raises(ZeroDivisionError, match="in the scene"):
        render_scene(film(construct), Settings(**SMALL), tmp_path)
    assert not list(tmp_path.rglob("*.mp4"))


def test_what_breaks_the_encoder_comes_out(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"(?i)width|dimension|argument|external|open"):
        render_scene(film(brief), Settings(width=427, height=240, fps=15), tmp_path)
    assert not list(tmp_path.rglob("*.mp4"))


@pytest.mark.parametrize(
    ("kind", "transparent", "pixels"),
    [
        (Format.MOV, True, "argb"),
        (Format.WEBM, True, "yuv"),
        (Format.WEBM, False, "yuv420p"),
        (Format.GIF, False, "bgra"),
    ],
)
def test_other_formats(kind: Format, transparent: bool, pixels: str, tmp_path: Path) -> None:
    settings = Settings(width=160, height=90, fps=10, format=kind, transparent=transparent)
    clip = render_scene(film(brief), settings, tmp_path)
    assert clip.path.suffix == f".{kind}"
    assert clip.frames == 4
    with av.open(clip.path) as container:
        assert str(container.streams.video[0].pix_fmt).startswith(pixels)


def test_a_png_is_the_last_frame(tmp_path: Path) -> None:
    clip = render_scene(film(brief), Settings(**SMALL, format=Format.PNG), tmp_path)
    assert clip.path.suffix == ".png"
    assert clip.size == clip.path.stat().st_size


def test_an_mp4_has_no_transparency() -> None:
    with pytest.raises(ChainvizError, match="--format mov"):
        Settings(transparent=True)


def test_the_same_scene_gives_the_same_file(tmp_path: Path) -> None:
    first = render_scene(SCENES["random_numbers"], Settings(**SMALL), tmp_path / "1")
    render_scene(SCENES["gradients"], Settings(**SMALL), tmp_path / "other")
    again = render_scene(SCENES["random_numbers"], Settings(**SMALL), tmp_path / "2")
    assert first.path.read_bytes() == again.path.read_bytes()


def test_a_film_that_ends_blank_has_the_fullest_picture_beside_it(tmp_path: Path) -> None:
    def construct(self: Any) -> None:
        circle, squares = mn.Circle(), mn.VGroup(mn.Square(), mn.Square(fill_opacity=1)).arrange()
        self.play(mn.FadeIn(circle), run_time=0.2)
        self.play(mn.FadeIn(squares), run_time=0.2)
        self.play(mn.FadeOut(circle), run_time=0.2)
        self.play(mn.FadeOut(squares, rate_func=mn.linear), run_time=2)

    keep = Keep()
    play(film(construct), Settings(**SMALL), keep, fast=True)
    clip = render_scene(film(construct), Settings(**SMALL), tmp_path)
    assert clip.poster_shows and clip.poster is not None
    with Image.open(clip.poster) as image:
        poster = np.asarray(image)
    assert any(np.array_equal(poster, frame) for frame in keep.frames[5:9])


def test_a_film_of_nothing_says_that_its_poster_is_blank(tmp_path: Path) -> None:
    def construct(self: Any) -> None:
        self.wait(0.2)

    clip = render_scene(film(construct), Settings(**SMALL), tmp_path)
    assert clip.poster is not None and not clip.poster_shows
