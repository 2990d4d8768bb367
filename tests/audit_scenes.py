"""Small films for the auditor: those that must trip a rule, and those that must not."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np

# what each film must be found guilty of, and nothing else of warning level or above
GUILTY: dict[str, set[str]] = {}
CLEAN: list[str] = []


def guilty(*rules: str):  # type: ignore[no-untyped-def]
    def mark(scene: type[mn.Scene]) -> type[mn.Scene]:
        GUILTY[scene.__name__] = set(rules)
        return scene

    return mark


def clean(scene: type[mn.Scene]) -> type[mn.Scene]:
    CLEAN.append(scene.__name__)
    return scene


# --- 001 to 003 ---------------------------------------------------------------------------


@guilty("001")
class Raises(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Text("before"))
        self.wait(2)
        raise ValueError("halfway\nthrough")


@guilty("002")
class PlaysNothing(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Circle())


# --- 101 text-overlap ---------------------------------------------------------------------


@guilty("101")
class TwoTexts(mn.Scene):
    def construct(self) -> None:
        first = mn.Text("The first text")
        self.play(mn.Write(first))
        self.play(mn.FadeIn(mn.Text("Another one").shift(0.4 * mn.RIGHT)))
        self.wait(2)


@guilty("101")
class LastLetterOnly(mn.Scene):
    def construct(self) -> None:
        first = mn.Text("A rather long line")
        second = mn.Text("begins too early").next_to(first, mn.RIGHT, buff=-0.25)
        mn.VGroup(first, second).center().scale(0.8)
        self.add(first, second)
        self.wait(3)


@guilty("101")
class FollowsByUpdater(mn.Scene):
    def construct(self) -> None:
        dot = mn.Dot()
        label = mn.Text("moving").add_updater(lambda m: m.move_to(dot))
        self.add(dot.shift(2 * mn.LEFT), label, mn.Text("standing").shift(2 * mn.RIGHT))
        self.play(dot.animate.shift(4 * mn.RIGHT + 0.1 * mn.UP))
        self.remove(dot)
        self.wait(3)


@clean
class CrossFades(mn.Scene):
    def construct(self) -> None:
        a, b, c = (mn.Text(word) for word in ("One thing", "Another thing", "A third thing"))
        self.play(mn.Write(a))
        self.wait(1)
        self.play(mn.ReplacementTransform(a, b))
        self.wait(1)
        self.play(mn.FadeTransform(b, c))
        self.wait(1)
        self.play(mn.FadeOut(c), mn.FadeIn(mn.Text("The last one")))
        self.wait(2)


@clean
class CopyLiesOnItsOriginal(mn.Scene):
    def construct(self) -> None:
        text = mn.Text("Twice the same")
        self.add(text)
        self.wait(2)
        twin = text.copy().set_color(mn.YELLOW)
        self.play(mn.FadeIn(twin))
        self.wait(1)
        self.play(twin.animate.shift(2 * mn.UP))
        self.wait(1)


@clean
class PartFliesOut(mn.Scene):
    def construct(self) -> None:
        text = mn.Text("letters")
        self.add(text)
        self.wait(1)
        letter = text[0].copy()
        self.add(letter)
        self.wait(1)
        self.play(letter.animate.shift(2 * mn.DOWN))
        self.wait(1)


@clean
class WideGroupsInterlock(mn.Scene):
    """Boxes of groups overlap; glyphs don't."""

    def construct(self) -> None:
        corners = mn.Paragraph("one two three", "four", alignment="left")
        inner = mn.Text("here", font_size=36).next_to(corners[1], mn.RIGHT, buff=0.6)
        inner.align_to(corners, mn.DOWN)
        self.add(corners, inner)
        self.wait(3)


# --- 102 text-struck ----------------------------------------------------------------------


@guilty("102")
class ArrowThroughText(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Text("struck out"))
        self.play(mn.Create(mn.Arrow(3 * mn.LEFT, 3 * mn.RIGHT + 0.1 * mn.UP)))
        self.wait(2)


@guilty("102")
class LabelWiderThanItsCircle(mn.Scene):
    def construct(self) -> None:
        circle = mn.Circle(radius=0.8)
        self.add(circle, mn.Text("much too wide").move_to(circle))
        self.wait(2)


@guilty("102")
class DashedLineUnderText(mn.Scene):
    def construct(self) -> None:
        self.add(mn.DashedLine(3 * mn.LEFT, 3 * mn.RIGHT), mn.Text("dashes"))
        self.wait(2)


@clean
class LinesThatAreMeant(mn.Scene):
    def construct(self) -> None:
        title = mn.Text("Title").to_edge(mn.UP)
        crossed = mn.Text("wrong idea").shift(2 * mn.LEFT)
        line = mn.Line(2 * mn.DOWN + 3 * mn.LEFT, 2 * mn.DOWN + 3 * mn.RIGHT)
        on_line = mn.Text("on a patch", font_size=30).move_to(line)
        patch = mn.BackgroundRectangle(on_line, fill_opacity=1, buff=0.1)
        self.add(title, mn.Underline(title), crossed, mn.Cross(crossed), line, patch, on_line)
        self.wait(3)


@clean
class LabelsOfThings(mn.Scene):
    def construct(self) -> None:
        circle = mn.Circle(radius=0.8, fill_opacity=0.5).shift(3 * mn.LEFT)
        inside = mn.Text("f", font_size=40).move_to(circle)
        arrow = mn.Arrow(circle.get_right(), 2 * mn.RIGHT)
        over = mn.Text("weight", font_size=30).next_to(arrow, mn.UP, buff=0.1)
        brace = mn.Brace(circle, mn.DOWN)
        under = mn.Text("machine", font_size=30).next_to(brace, mn.DOWN)
        boxed = mn.Text("boxed", font_size=36).shift(4 * mn.RIGHT)
        self.add(circle, inside, arrow, over, brace, under)
        self.add(boxed, mn.SurroundingRectangle(boxed))
        self.wait(3)


@clean
class NumbersOnAxes(mn.Scene):
    def construct(self) -> None:
        axes = mn.Axes(x_range=[-2, 3], y_range=[-2, 3], x_length=8, y_length=6)
        labels = mn.VGroup(
            *(mn.Text(str(k), font_size=28).next_to(axes.c2p(k, 0), mn.DOWN) for k in (1, 2)),
            *(mn.Text(str(k), font_size=28).next_to(axes.c2p(0, k), mn.LEFT) for k in (1, 2)),
        )
        self.add(axes.add(labels), axes.plot(lambda x: 0.2 * x * x, color=mn.YELLOW))
        self.wait(2)


@clean
class TextOnGrid(mn.Scene):
    def construct(self) -> None:
        self.add(mn.NumberPlane(), mn.Text("on a plane").shift(0.4 * mn.UP))
        self.wait(2)


# --- 103 occluded -------------------------------------------------------------------------


@guilty("103")
class FillOverText(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Text("half of it hidden"))
        self.wait(2)
        self.play(mn.FadeIn(mn.Circle(radius=0.9, fill_opacity=1, stroke_width=0)))
        self.wait(1)


@guilty("103")
class WrongZIndex(mn.Scene):
    def construct(self) -> None:
        disc = mn.Circle(radius=1.2, fill_opacity=1, color=mn.BLUE).set_z_index(2)
        self.add(disc, mn.Text("inside").scale(0.8))
        self.wait(2)


@clean
class Covers(mn.Scene):
    def construct(self) -> None:
        below = mn.Text("below", color=mn.BLACK)
        carrier = mn.Rectangle(width=4, height=2, fill_opacity=1, color=mn.YELLOW)
        glass = mn.Rectangle(width=5, height=3, fill_opacity=0.2, color=mn.WHITE)
        ring = mn.Annulus(inner_radius=2.2, outer_radius=2.4, fill_opacity=1)
        raised = mn.Text("raised", font_size=30).shift(3 * mn.DOWN).set_z_index(3)
        plate = mn.Rectangle(width=3, height=0.8, fill_opacity=1, color="#20502A")
        self.add(carrier, below, glass, ring, raised, plate.move_to(raised))
        self.wait(2)
        self.remove(raised, plate, ring, glass)
        eraser = mn.Rectangle(width=6, height=4, fill_opacity=1, stroke_width=0)
        self.play(mn.FadeIn(eraser.set_fill(mn.BLACK)))
        self.wait(1)
        curtain = mn.FullScreenRectangle(fill_opacity=1, fill_color=mn.BLUE_E)
        self.add(mn.Text("under the curtain").shift(3 * mn.UP))
        self.wait(2)
        self.play(mn.FadeIn(curtain, run_time=2))
        self.wait(1)


# --- 104 off-frame ------------------------------------------------------------------------


@guilty("104")
class CutByTheEdge(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Text("runs off the frame").shift(5.5 * mn.RIGHT))
        self.wait(2)


@guilty("104")
class NeverInside(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Circle())
        self.play(mn.Write(mn.Text("nobody reads this").shift(9 * mn.UP)))
        self.wait(2)


@guilty("104")
class SquareCut(mn.Scene):
    def construct(self) -> None:
        self.play(mn.Create(mn.Square().shift(3.5 * mn.UP)))
        self.wait(1)


@guilty("104")
class TouchesTheMargin(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Text("close to the edge").to_edge(mn.DOWN, buff=0.1))
        self.wait(2)


@clean
class MayLeaveTheFrame(mn.Scene):
    def construct(self) -> None:
        slides = mn.Text("slides in").shift(10 * mn.LEFT)
        self.add(mn.NumberPlane(), mn.Line(20 * mn.LEFT, 20 * mn.RIGHT + mn.UP).shift(2 * mn.UP))
        self.add(slides, mn.Text("at the edge", font_size=36).to_corner(mn.DL))
        self.wait(0.5)
        self.play(slides.animate.move_to(mn.DOWN))
        self.wait(2)
        self.play(slides.animate.shift(12 * mn.RIGHT))
        self.wait(1)


@clean
class CameraMoves(mn.MovingCameraScene):
    def construct(self) -> None:
        camera: Any = self.camera
        words = mn.Text("look closer")
        tiny = mn.Text("a small note", font_size=16).shift(2 * mn.DOWN)
        aside = mn.Text("aside").shift(3 * mn.LEFT + 2 * mn.UP)
        camera.frame.save_state()
        self.add(words, aside)
        self.wait(2)
        self.add(tiny)
        self.play(camera.frame.animate.scale(0.4).move_to(tiny))
        self.wait(2)
        self.remove(tiny)
        self.play(mn.Restore(camera.frame))
        self.wait(1)


# --- 105 small-text -----------------------------------------------------------------------


@guilty("105")
class Tiny(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Text("Who can read this?", font_size=12))
        self.wait(3)


@guilty("105")
class RatherSmall(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Text("Hard to read", font_size=19))
        self.wait(3)


@clean
class LowLettersAndSigns(mn.Scene):
    def construct(self) -> None:
        words = [mn.Text(word, font_size=26) for word in ("xuv", "−", "…", "= +")]
        self.play(mn.GrowFromCenter(mn.VGroup(*words).arrange(mn.DOWN)))
        self.wait(2)


# --- 106 contrast -------------------------------------------------------------------------


@guilty("106")
class PaleOnPale(mn.Scene):
    def construct(self) -> None:
        plate = mn.Rectangle(width=6, height=2, fill_opacity=1, color=mn.YELLOW)
        self.add(plate, mn.Text("white on yellow"))
        self.wait(2)


@guilty("106")
class DarkOnDark(mn.Scene):
    def construct(self) -> None:
        self.play(mn.FadeIn(mn.Text("can you see me", color="#3A3A3A")))
        self.wait(2)


@guilty("106")
class FaintArrow(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Arrow(2 * mn.LEFT, 2 * mn.RIGHT, color="#2A2A2A"))
        self.wait(2)


@clean
class FaintOnPurpose(mn.Scene):
    def construct(self) -> None:
        panel = mn.Rectangle(width=8, height=4, fill_color="#151515", fill_opacity=1)
        panel.set_stroke(width=0)
        text = mn.Text("dimmed later")
        self.add(panel, text)
        self.wait(2)
        self.play(text.animate.set_opacity(0.4))
        self.wait(2)
        self.play(mn.FadeOut(text))
        self.wait(1)


# --- 108 flash ----------------------------------------------------------------------------


@guilty("108")
class Strobes(mn.Scene):
    def construct(self) -> None:
        sheet = mn.FullScreenRectangle(fill_opacity=1, fill_color=mn.WHITE)
        for _ in range(8):
            self.add(sheet)
            self.wait(1 / 15)
            self.remove(sheet)
            self.wait(1 / 15)
        self.wait(1)


@guilty("108")
class BlinksByUpdater(mn.Scene):
    def construct(self) -> None:
        clock = [0.0]
        sheet = mn.Rectangle(width=12, height=7, fill_opacity=1)

        def blink(mobject: mn.Mobject, dt: float) -> None:
            clock[0] += dt
            mobject.set_fill(mn.WHITE if int(clock[0] * 10) % 2 else mn.RED)

        sheet.add_updater(blink)
        self.add(sheet)
        self.wait(2)
        sheet.clear_updaters()
        self.wait(1)


@clean
class FadesToWhiteAndBack(mn.Scene):
    def construct(self) -> None:
        sheet = mn.FullScreenRectangle(fill_opacity=1, fill_color=mn.WHITE)
        for _ in range(2):
            self.play(mn.FadeIn(sheet, run_time=0.5))
            self.play(mn.FadeOut(sheet, run_time=0.5))
        self.wait(1)


# --- 109 reading, 110 settle --------------------------------------------------------------


@guilty("109")
class TooQuick(mn.Scene):
    def construct(self) -> None:
        text = mn.Text("Here is a long sentence that nobody can read so fast", font_size=32)
        self.play(mn.FadeIn(text, run_time=0.5))
        self.wait(1)
        self.play(mn.FadeOut(text, run_time=0.3))
        self.wait(1)


@guilty("110")
class EndsOnTheMove(mn.Scene):
    def construct(self) -> None:
        self.play(mn.Create(mn.Square()))


@clean
class CountsUp(mn.Scene):
    def construct(self) -> None:
        clock = mn.ValueTracker(0)
        number = mn.always_redraw(lambda: mn.Text(f"{clock.get_value():.1f}"))
        self.add(number)
        self.play(clock.animate.set_value(3), run_time=2)
        self.wait(1)


# --- scenes of every kind -----------------------------------------------------------------


@clean
class ThreeDimensions(mn.ThreeDScene):
    def construct(self) -> None:
        self.set_camera_orientation(phi=1.1, theta=0.7)
        note = mn.Text("a cube", font_size=36).to_corner(mn.UL)
        self.add_fixed_in_frame_mobjects(note)
        self.play(mn.Create(mn.Cube()), mn.Create(mn.Sphere(radius=0.5).shift(2 * mn.RIGHT)))
        self.begin_ambient_camera_rotation(rate=0.4)
        self.wait(2)
        self.stop_ambient_camera_rotation()
        self.wait(1)


@clean
class Oddities(mn.Scene):
    def construct(self) -> None:
        self.next_section("first")
        self.add(mn.ImageMobject(np.full((8, 8), 200, dtype=np.uint8)).shift(3 * mn.LEFT))
        self.add(mn.Dot().set_opacity(0), mn.VGroup(), mn.VMobject())
        self.add(mn.Text("unseen").set_opacity(0), mn.Text("seen"))
        self.wait_until(lambda: self.time > 1, max_time=3)
        self.play(mn.Succession(mn.FadeIn(mn.Dot(2 * mn.UP)), mn.Indicate(mn.Dot(2 * mn.DOWN))))
        self.wait(1)
        self.next_section("skipped", skip_animations=True)
        self.play(mn.Write(mn.Text("never shown")))


# --- seen in scenes that others wrote -------------------------------------------------------


@guilty("001")
class RaisesBeforeItsFirstPlay(mn.Scene):
    def construct(self) -> None:
        raise NameError("name 'ShowCreation' is not defined")


@guilty("002")
class StillWithText(mn.Scene):
    def construct(self) -> None:
        self.add(mn.Text("a still is looked at for as long as one likes", font_size=40))


@guilty("104")
class PannedUntilCut(mn.MovingCameraScene):
    def construct(self) -> None:
        camera: Any = self.camera
        text = mn.Text("cut in half")
        self.add(text)
        self.wait(2)
        self.play(camera.frame.animate.move_to(text.get_right() + 7.1 * mn.RIGHT))
        self.wait(2)


@clean
class EndsOnABlankScreen(mn.Scene):
    def construct(self) -> None:
        square = mn.Square()
        self.play(mn.Create(square))
        self.wait(1)
        self.play(mn.FadeOut(square))


@clean
class Blinks(mn.Scene):
    def construct(self) -> None:
        text = mn.Text("a word that blinks")
        self.add(text)
        self.play(mn.Blink(text, blinks=3))
        self.wait(1)


@clean
class LettersTakeOffOneByOne(mn.Scene):
    def construct(self) -> None:
        formula = mn.MathTypst("sum_(n=1)^oo 1/n^2 = pi^2/6")
        self.play(mn.Write(formula))
        self.wait(2)
        glyphs = [member for member in formula.get_family() if len(member.points)]
        self.play(mn.LaggedStart(*(mn.FadeOut(glyph, shift=mn.DOWN) for glyph in glyphs)))
        self.wait(1)


@clean
class TextOnItsOwnPatch(mn.Scene):
    def construct(self) -> None:
        words = mn.Text("white on black").add_background_rectangle(opacity=1)
        grid = mn.NumberPlane()
        self.add(grid, words)
        self.wait(1)
        self.play(words.animate.shift(mn.UR))
        self.wait(1)


@clean
class GraphicsThatTouch(mn.Scene):
    def construct(self) -> None:
        corner = mn.Dot(color=mn.YELLOW)
        arms = (mn.Line(corner.get_center(), 3 * way, color=mn.YELLOW) for way in (mn.UP, mn.RIGHT))
        plate = mn.Square(2, color=mn.WHITE, fill_opacity=1).shift(4 * mn.LEFT)
        ring = mn.Circle(1.2, color=mn.RED).move_to(plate.get_corner(mn.UL))
        self.add(corner, *arms, plate, ring)
        self.wait(1)


@guilty("106")
class DarkRingOnDarkPlate(mn.Scene):
    def construct(self) -> None:
        plate = mn.Square(5, color=mn.BLUE_E, fill_opacity=1)
        self.add(plate, mn.Circle(0.8, color=mn.BLUE_D, stroke_width=3))
        self.wait(1)


@clean
class LabelsOfAPlane(mn.Scene):
    def construct(self) -> None:
        plane = mn.NumberPlane()
        numbers = mn.VGroup(
            *(mn.Text(str(k), font_size=28).next_to(plane.c2p(k, 0), mn.DL, buff=0.1)
              for k in range(-7, 8, 2))
        )  # fmt: skip
        self.add(plane.add(numbers))
        self.wait(1)


@guilty("105")
class ManySmallLabels(mn.Scene):
    def construct(self) -> None:
        labels = mn.VGroup(*(mn.Text(f"no. {k}", font_size=11) for k in range(12)))
        self.add(labels.arrange_in_grid(3, 4, buff=0.5))
        self.wait(5)


@clean
class RunningNumberStops(mn.Scene):
    def construct(self) -> None:
        square = mn.Square().to_edge(mn.UP)
        plain: Any = mn.Text
        number = mn.DecimalNumber(0, num_decimal_places=3, mob_class=plain)
        number.add_updater(lambda m: m.set_value(square.get_center()[1]).next_to(square))
        self.add(square, number)
        self.play(square.animate.to_edge(mn.DOWN), run_time=3)
        self.wait(0.6)


@guilty("103")
class UnderTheZoomedView(mn.ZoomedScene):
    def construct(self) -> None:
        self.add(mn.Text("words").to_corner(mn.UR), mn.Dot())
        self.activate_zooming(animate=False)
        self.wait(3)
