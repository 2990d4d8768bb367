"""Films as other people make them: what an audit once told wrongly of such, or missed."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np

from audit_scenes import clean, guilty


@clean
class LineAboveUprightWords(mn.ThreeDScene):
    """Seen from the side, a line runs over the words; only seen from above they'd be one."""

    def construct(self) -> None:
        words = mn.Text("upright words").rotate(90 * mn.DEGREES, axis=mn.RIGHT)
        line = mn.Line(3 * mn.LEFT, 3 * mn.RIGHT, color=mn.YELLOW).shift(mn.OUT)
        self.add(words, line)
        self.move_camera(phi=80 * mn.DEGREES, theta=-90 * mn.DEGREES)
        self.wait(3)


@clean
class TextTurnedAway(mn.ThreeDScene):
    """Seen from above, what stands upright is an edge: nobody is meant to read it now."""

    def construct(self) -> None:
        self.add(mn.Text("upright words").rotate(90 * mn.DEGREES, axis=mn.RIGHT))
        self.add(mn.Text("flat words").shift(2 * mn.UP))
        self.wait(3)


@guilty("002")
class EmptyFilm(mn.Scene):
    def construct(self) -> None:
        pass


@clean
class LowLettersOfAFormula(mn.Scene):
    """At the stock size: a small letter, and one with an exponent, are no small text."""

    def construct(self) -> None:
        signs = (mn.MathTypst(says) for says in ("alpha", "x^2", "a_i", "cos"))
        self.add(mn.VGroup(*signs).arrange(mn.DOWN))
        self.wait(3)


@clean
class BoxBetweenTwoSigns(mn.Scene):
    """A box about one factor, whose side comes close between two signs."""

    def construct(self) -> None:
        formula = mn.MathTypst("f(x)g(x)")
        glyphs: Any = [member for member in formula.get_family() if len(member.points)]
        self.add(formula, mn.SurroundingRectangle(mn.VGroup(*glyphs[4:]), buff=0.02))
        self.wait(3)


@clean
class WordsOnAThickLine(mn.Scene):
    def construct(self) -> None:
        bar = mn.Line(3 * mn.LEFT, 3 * mn.RIGHT, stroke_width=100, color=mn.WHITE)
        self.add(bar, mn.Text("on a bar", color=mn.BLACK))
        self.wait(3)


@guilty("106")
class PaleWordsOnAThickLine(mn.Scene):
    def construct(self) -> None:
        bar = mn.Line(3 * mn.LEFT, 3 * mn.RIGHT, stroke_width=100, color=mn.YELLOW)
        self.add(bar, mn.Text("on a bar"))
        self.wait(3)


@clean
class CameraOnItsWay(mn.MovingCameraScene):
    """What the camera passes by is cut only for as long as it moves."""

    def construct(self) -> None:
        camera: Any = self.camera
        frames = mn.VGroup(*(mn.Square(3).shift(10 * k * mn.RIGHT) for k in range(3)))
        self.add(frames)
        self.wait(1)
        self.play(camera.frame.animate.move_to(frames[2]), run_time=6, rate_func=mn.linear)
        self.wait(1)


@clean
class GoesOnTurning(mn.Scene):
    """What an updater moves all through the last wait isn't on its way to anything."""

    def construct(self) -> None:
        wheel = mn.Square(color=mn.YELLOW)
        wheel.add_updater(lambda m, dt: m.rotate(dt))
        self.add(wheel)
        self.wait(2)


@clean
class ProseInTex(mn.Scene):
    """Words are read as fast as words, whoever has set them."""

    def construct(self) -> None:
        prose = mn.Typst("These are words and no formula")
        self.add(prose)
        self.wait(2.2)
        self.play(mn.FadeOut(prose))


@clean
class OneLineIsIndicated(mn.Scene):
    """A part of a text swells over the margin for a moment, and with it the text is in motion."""

    def construct(self) -> None:
        lines = mn.Paragraph("the first line", "the second line", font_size=40)
        self.add(lines.to_edge(mn.LEFT, buff=0.42))
        self.wait(3)
        self.play(mn.Indicate(lines[1], scale_factor=1.4))
        self.wait(1)


@clean
class SpaceTurnsPast(mn.ThreeDScene):
    """What the turning view takes over the edge and back is nothing to mend."""

    def construct(self) -> None:
        self.set_camera_orientation(phi=0, theta=-90 * mn.DEGREES)
        self.add(mn.Text("far right").shift(3 * mn.RIGHT))
        self.wait(2)
        self.move_camera(gamma=89 * mn.DEGREES, zoom=2.5, run_time=2)
        self.move_camera(gamma=0, zoom=1, run_time=2)
        self.wait(1)


@guilty("106")
class TitleBeforeABrightBlock(mn.ThreeDScene):
    def construct(self) -> None:
        title = mn.Text("White upon white").to_edge(mn.UP)
        self.add_fixed_in_frame_mobjects(title)
        self.add(mn.Square(8, color=mn.WHITE, fill_opacity=1))
        self.wait(3)


@guilty("106")
class HalfOnABrightPlate(mn.Scene):
    """The middle of the text is easy to read; what lies on the plate isn't."""

    def construct(self) -> None:
        plate = mn.Square(3, color=mn.WHITE, fill_opacity=1).shift(2.2 * mn.RIGHT)
        self.add(plate, mn.Text("A title that runs on"))
        self.wait(3)


@guilty("106")
class WhiteOnAWhitePicture(mn.Scene):
    def construct(self) -> None:
        pixels = np.full((40, 80, 3), 250, dtype=np.uint8)
        pixels[:, 40:] = 10
        self.add(mn.ImageMobject(pixels).scale_to_fit_width(8), mn.Text("lost").shift(2 * mn.LEFT))
        self.wait(3)


@clean
class WhiteOnTheDarkSideOfAPicture(mn.Scene):
    def construct(self) -> None:
        pixels = np.full((40, 80, 3), 250, dtype=np.uint8)
        pixels[:, 40:] = 10
        words = mn.Text("found").shift(2 * mn.RIGHT)
        self.add(mn.ImageMobject(pixels).scale_to_fit_width(8), words)
        self.wait(3)


@clean
class OutlinedWords(mn.Scene):
    """White on white, but read by a broad outline in another colour."""

    def construct(self) -> None:
        plate = mn.Square(7, color=mn.WHITE, fill_opacity=1)
        words = mn.Text("edges", font_size=90)
        words.set_stroke(mn.BLACK, 6, background=True)
        self.add(plate, words)
        self.wait(3)


@clean
class BracketsOfAMatrix(mn.Scene):
    """Nobody reads a bracket."""

    def construct(self) -> None:
        tall = mn.MathTypst("(")
        self.play(mn.Write(tall), run_time=0.5)
        self.play(mn.FadeOut(tall), run_time=0.3)
        self.wait(0.5)


# --- words that are enough ---


@guilty("104")
class HangsOver(mn.Scene):
    way_in: Any = mn.ORIGIN

    def construct(self) -> None:
        self.add(mn.Text("a bit too far").move_to(6 * mn.RIGHT).shift(self.way_in))
        self.wait(3)


@guilty("104")
class TooWide(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Text("one line too long for one frame however you turn it, so there"))
        self.wait(5)


@guilty("105")
class TinyPrint(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Text("tiny print", font_size=12))
        self.wait(3)


# --- told once -------------------------------------------------------------------------------


@guilty("106")
class DimDotsOneByOne(mn.Scene):
    """They come one after the other, and there is one cause."""

    def construct(self) -> None:
        dots = mn.VGroup(*(mn.Dot(radius=0.3, color="#333333") for _ in range(9)))
        self.play(mn.LaggedStartMap(mn.FadeIn, dots.arrange()), run_time=3)
        self.wait(1)


@guilty("106")
class DimSquaresApart(mn.Scene):
    def construct(self) -> None:
        self.add(*(mn.Square(1, color="#333333").shift(2 * k * mn.RIGHT) for k in range(-2, 3)))
        self.wait(1)


@guilty("102")
class CurveThroughLabels(mn.Scene):
    def construct(self) -> None:
        labels = mn.VGroup(*(mn.Text(str(k)).shift(k * mn.RIGHT) for k in range(-3, 4)))
        labels += mn.Text("far off").shift(3 * mn.UP)
        curve = mn.FunctionGraph(lambda x: 0.1 * np.sin(x), color=mn.YELLOW)
        self.add(labels, curve)
        self.wait(3)


@guilty("102")
class TooWideForTheirBoxes(mn.Scene):
    def construct(self) -> None:
        words = ("Gathering", "Cleaning", "Fitting")
        boxes = [mn.VGroup(mn.Square(1.5), mn.Text(word)) for word in words]
        self.add(*mn.VGroup(*boxes).arrange(mn.RIGHT, buff=1.2))
        self.wait(3)


@guilty("101")
class OneTextOverMany(mn.Scene):
    def construct(self) -> None:
        names = mn.VGroup(*map(mn.Text, ("mama", "papa", "nana"))).arrange(mn.RIGHT, buff=1)
        self.add(*names, mn.Text("OVER AND OVER", font_size=100))
        self.wait(3)


@guilty("109")
class GoTogetherTooSoon(mn.Scene):
    def construct(self) -> None:
        lines = [mn.Text(f"a line of some length, no. {k}", font_size=36) for k in range(4)]
        self.add(*mn.VGroup(*lines).arrange(mn.DOWN))
        self.wait(1)
        self.play(*map(mn.FadeOut, lines), run_time=0.2)
        self.wait(1)


@guilty("109")
class EndsAsTheWordsArrive(mn.Scene):
    """One cause: it is enough to be told that the words need time."""

    def construct(self) -> None:
        self.play(mn.Write(mn.Text("Hello, who can read this?")))


@guilty("001")
class RaisesInMotion(mn.Scene):
    """It broke off: that it doesn't come to rest is no news."""

    def construct(self) -> None:
        self.play(mn.Circle().animate.shift(mn.RIGHT))
        raise AssertionError
