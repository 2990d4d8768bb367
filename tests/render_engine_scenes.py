"""Scenes that are unkind to an incremental painter; each is played through both engines."""

# Manim types its own arguments more narrowly than it takes them.
# mypy: disable-error-code="arg-type, operator, func-returns-value"

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import manim as mn
import numpy as np
from PIL import Image

SCENES: dict[str, type[mn.Scene]] = {}
"""By name: what each of them is meant to catch."""

STOCK_PAINTS = {"background_image", "three_d", "point_cloud", "image", "zoomed", "float32_points"}
"""Those that hold something only Manim's own painter knows, and must say so."""


def unkind(
    base: type[mn.Scene] = mn.Scene, **attributes: Any
) -> Callable[[Callable[[Any], None]], None]:
    """Make a scene of a function and keep it under the function's name."""

    def keep(construct: Callable[[Any], None]) -> None:
        name = construct.__name__.strip("_")
        SCENES[name] = type(name, (base,), {"construct": construct, **attributes})

    return keep


@unkind()
def ordinary(self: Any) -> None:
    square, circle = mn.Square(), mn.Circle(fill_opacity=0.5).shift(mn.RIGHT)
    text = mn.Text("Hello World").shift(2 * mn.DOWN)
    self.play(mn.Create(square), mn.FadeIn(circle))
    self.wait(0.4)
    self.play(
        mn.Transform(square, mn.Triangle().shift(2 * mn.LEFT)),
        circle.animate.shift(mn.UP).set_color(mn.RED),
    )
    self.play(mn.Write(text))
    self.wait(0.3)
    self.play(mn.Rotate(square, mn.PI / 3), text.animate.scale(0.5), run_time=0.7)
    self.play(mn.FadeOut(text, shift=mn.UP))


@unkind()
def z_index(self: Any) -> None:
    red = mn.Square(fill_opacity=1, color=mn.RED).set_z_index(2)
    blue = mn.Circle(fill_opacity=1, color=mn.BLUE)
    self.add(red, blue)
    self.wait(0.3)
    self.play(blue.animate.shift(2 * mn.RIGHT))
    blue.set_z_index(5)
    self.play(blue.animate.shift(2 * mn.LEFT))
    red.add_updater(lambda m: setattr(m, "z_index", 9 if m.get_center()[0] > 0.5 else -1))
    self.play(red.animate(suspend_mobject_updating=False).shift(2 * mn.RIGHT))
    self.wait(0.5)


@unkind()
def foreground(self: Any) -> None:
    below, above = mn.Square(fill_opacity=0.8), mn.Circle(fill_opacity=0.8, color=mn.GREEN)
    self.add(below)
    self.add_foreground_mobject(above)
    self.play(below.animate.shift(mn.RIGHT))
    self.play(mn.FadeIn(mn.Star(fill_opacity=1)))
    self.bring_to_back(above)
    self.play(mn.Indicate(below))
    self.remove_foreground_mobject(above)
    self.bring_to_front(below)
    self.play(above.animate.shift(mn.LEFT))


@unkind()
def gradients(self: Any) -> None:
    square = (
        mn.Square().set_fill([mn.RED, mn.BLUE, mn.GREEN], 1).set_stroke([mn.YELLOW, mn.PURPLE], 8)
    )
    text = mn.Text("gradient").set_color_by_gradient(mn.RED, mn.BLUE).shift(2 * mn.UP)
    sheen = mn.Circle(fill_opacity=1).set_sheen(-0.3, mn.DR).shift(3 * mn.LEFT)
    self.add(mn.NumberPlane(), square, text, sheen)
    self.play(square.animate.shift(3 * mn.RIGHT).rotate(1), sheen.animate.rotate(2))
    self.play(text.animate.set_opacity(0.3), sheen.animate.set_sheen(0.5, mn.UP))


@unkind()
def background_stroke(self: Any) -> None:
    text = mn.Text("edge").set_stroke(mn.WHITE, 6, background=True).set_color(mn.BLACK)
    self.add(mn.NumberPlane(), text)
    self.play(text.animate.shift(3 * mn.LEFT))
    self.play(text.animate.set_stroke(mn.RED, 12, background=True))
    self.wait(0.2)


@unkind()
def dashes(self: Any) -> None:
    line = mn.DashedLine(4 * mn.LEFT, 4 * mn.RIGHT + mn.UP)
    ring = mn.DashedVMobject(mn.Circle(radius=2))
    self.play(mn.Create(line), mn.Create(ring))
    self.play(mn.LaggedStart(mn.FadeOut(line), mn.FadeOut(ring), lag_ratio=0.4))


@unkind()
def joints_and_caps(self: Any) -> None:
    corners = [mn.LEFT, 0.05 * mn.UP, mn.LEFT + 0.1 * mn.DOWN, mn.RIGHT]
    for joint in mn.LineJointType:
        line = mn.VMobject(stroke_width=30, joint_type=joint).set_points_as_corners(corners)
        line.set_cap_style(mn.CapStyleType.SQUARE)
        self.play(mn.Create(line), run_time=0.5)
        self.play(line.animate.rotate(2).shift(mn.UP), run_time=0.6)
        line.set_cap_style(mn.CapStyleType.ROUND)
        self.play(line.animate.set_stroke(width=3, opacity=0.5), run_time=0.4)


@unkind()
def trackers(self: Any) -> None:
    axes = mn.Axes(x_range=[-3, 3], y_range=[-2, 2])
    x, dot = mn.ValueTracker(0), mn.Dot()
    dot.add_updater(lambda m: m.move_to(axes.c2p(x.get_value(), np.sin(x.get_value()))))
    label = mn.always_redraw(
        lambda: mn.DecimalNumber(x.get_value(), mob_class=mn.Text).next_to(dot, mn.UP)
    )
    drop = mn.always_redraw(lambda: mn.DashedLine(axes.c2p(x.get_value(), 0), dot.get_center()))
    trail = mn.TracedPath(dot.get_center, stroke_color=mn.YELLOW, dissipating_time=0.5)
    self.add(axes)
    self.play(mn.Create(axes.plot(np.sin)))
    self.add(x, dot, label, drop, trail)
    self.play(x.animate.set_value(2.5))
    self.wait(0.4)
    self.play(x.animate.set_value(-2))


@unkind()
def time_updaters(self: Any) -> None:
    square = mn.Square().to_corner(mn.UL)
    square.add_updater(lambda m, dt: m.rotate(dt))
    self.add(square)
    self.wait(0.6)
    self.wait(0.3, frozen_frame=True)
    square.suspend_updating()
    self.wait(0.3)
    square.resume_updating()
    self.play(mn.FadeIn(mn.Circle()))
    square.clear_updaters()
    self.wait(0.2)
    self.play(mn.FadeTransform(square, mn.Circle().to_corner(mn.UR)))


@unkind()
def changes_in_mid_play(self: Any) -> None:
    group = mn.VGroup(
        *(mn.Circle(radius=0.3, fill_opacity=0.6).shift((i - 3) * mn.RIGHT) for i in range(7))
    )
    extra = mn.Star(color=mn.YELLOW, fill_opacity=1)
    self.add(group)
    self.wait(0.2)
    acts = {
        5: lambda: self.add(extra),
        8: lambda: self.remove(extra),
        10: group.submobjects.reverse,
        12: lambda: np.add(group[2].points, 0.5 * mn.UP, out=group[2].points),
        14: lambda: group.add(mn.Square()),
        16: lambda: group[3].fill_rgbas.__setitem__((0, 0), 0.1),
        17: lambda: group[4].set_stroke(width=9),
        18: lambda: group[5].clear_points(),
    }
    ticks = iter(range(1, 99))
    self.add_updater(lambda dt: acts.get(next(ticks), lambda: None)())
    self.play(group[0].animate.shift(mn.UP), run_time=2)


@unkind()
def come_and_go(self: Any) -> None:
    group = mn.VGroup(*(mn.Square(0.5, fill_opacity=0.4) for _ in range(5))).arrange()
    self.add(group)
    group.save_state()
    self.play(group.animate.arrange(mn.DOWN).scale(0.5))
    self.play(mn.Restore(group))
    self.remove(group[1])
    self.wait(0.3)
    self.play(mn.Swap(group[0], group[2]))
    self.play(mn.ReplacementTransform(group, mn.Text("abc")))
    self.clear()
    self.wait(0.2)
    self.add(group)
    self.wait(0.2)


@unkind(mn.MovingCameraScene)
def moving_camera(self: Any) -> None:
    square, text = mn.Square(fill_opacity=0.4), mn.Text("x").shift(mn.UP)
    self.add(mn.NumberPlane(), square, text)
    self.wait(0.2)
    self.play(self.camera.frame.animate.scale(0.5).shift(mn.RIGHT))
    self.play(square.animate.shift(mn.RIGHT))
    self.wait(0.2)
    self.play(self.camera.frame.animate.scale(2).move_to(mn.ORIGIN), square.animate.rotate(1))
    self.play(self.camera.auto_zoom([text], margin=1))
    self.wait(0.2)


@unkind()
def backgrounds(self: Any) -> None:
    square = mn.Square()
    self.play(mn.Create(square))
    self.camera.background_color = mn.BLUE_E
    self.wait(0.3)
    self.play(square.animate.shift(mn.UP))
    self.camera.background_color = mn.WHITE
    self.play(square.animate.set_color(mn.RED))
    self.camera.background[40:80, 40:80] = 99
    self.wait(0.2)
    self.play(square.animate.shift(mn.DOWN))


@unkind()
def sections_and_stops(self: Any) -> None:
    square, seen = mn.Square(), []
    self.next_section("seen")
    self.play(mn.Create(square))
    self.next_section("skipped", skip_animations=True)
    self.play(square.animate.shift(mn.RIGHT))
    self.wait(1)
    self.next_section("seen again")
    self.play(square.animate.shift(mn.UP))
    self.wait(0.3, frozen_frame=False)
    self.pause(0.3)
    self.wait(2, stop_condition=lambda: seen.append(0) or len(seen) > 5)
    self.wait_until(lambda: len(seen) > 2)


@unkind()
def attention(self: Any) -> None:
    text = mn.Text("Look")
    self.add(text)
    for act in (mn.ApplyWave, mn.Wiggle, mn.Circumscribe, mn.Flash, mn.FocusOn, mn.Indicate):
        self.play(act(text), run_time=0.7)
    self.play(mn.ShowPassingFlash(mn.Underline(text)))
    self.play(mn.Unwrite(text))


@unkind()
def arrows(self: Any) -> None:
    arrow = mn.Arrow(mn.LEFT, mn.RIGHT)
    brace = mn.Brace(arrow, mn.DOWN)
    self.play(mn.GrowArrow(arrow), mn.GrowFromCenter(brace))
    self.play(arrow.animate.put_start_and_end_on(mn.UP, mn.DOWN + mn.RIGHT))
    self.play(mn.MoveAlongPath(mn.Dot(), mn.Circle()))
    self.play(mn.SpiralIn(mn.Star()), mn.ShrinkToCenter(brace), mn.FadeToColor(arrow, mn.RED))
    self.play(mn.CyclicReplace(arrow, mn.Dot(), mn.Square()))


@unkind()
def far_and_broken(self: Any) -> None:
    line, square = mn.Line(1e5 * mn.LEFT, 1e5 * mn.RIGHT + mn.UP), mn.Square().scale(20)
    self.add(line)
    self.play(line.animate.shift(mn.UP))
    self.play(square.animate.scale(0.1))
    square.points[2] = np.nan
    self.wait(0.2)
    self.play(square.animate.shift(mn.RIGHT))
    self.play(mn.Create(mn.Line(1e6 * mn.LEFT, 3 * mn.RIGHT)))


@unkind()
def many(self: Any) -> None:
    dots = mn.VGroup(*(mn.Dot([x, y, 0]) for x in range(-6, 7) for y in range(-3, 4)))
    self.play(mn.LaggedStart(*(mn.FadeIn(dot, scale=0.5) for dot in dots), lag_ratio=0.02))
    self.play(dots.animate.apply_function(lambda p: p + 0.3 * np.sin(p[[1, 0, 2]])))
    self.play(mn.Homotopy(lambda x, y, z, t: (x, y + t * np.cos(x), z), dots))


@unkind()
def functions(self: Any) -> None:
    plane = mn.NumberPlane()
    self.add(plane)
    self.play(mn.ApplyMatrix([[1, 1], [0, 1]], plane), run_time=0.6)
    curve = mn.FunctionGraph(np.cos, color=mn.YELLOW)
    self.play(mn.Create(curve))
    shrink: Any = lambda p: p * 0.7  # noqa: E731
    self.play(mn.ApplyPointwiseFunction(shrink, curve), mn.Uncreate(plane))
    self.play(mn.ApplyComplexFunction(np.exp, mn.NumberPlane(x_range=[-1, 1], y_range=[-1, 1])))


@unkind()
def boolean_shapes(self: Any) -> None:
    one, two = mn.Square(fill_opacity=1), mn.Circle(fill_opacity=1).shift(mn.RIGHT)
    self.play(mn.FadeIn(mn.Union(one, two).shift(3 * mn.LEFT), mn.Exclusion(one, two)))
    hole = mn.Cutout(mn.Square(4), mn.Circle(), fill_opacity=0.7, color=mn.BLUE)
    self.play(mn.DrawBorderThenFill(hole), mn.Rotating(one, run_time=0.5))


@unkind()
def only_invisible(self: Any) -> None:
    ghost = mn.Square(stroke_opacity=0)
    self.play(mn.FadeIn(ghost))
    self.play(ghost.animate.set_stroke(opacity=1))
    self.play(ghost.animate.set_opacity(0))
    self.wait(0.3)


@unkind()
def nothing_but_waiting(self: Any) -> None:
    self.wait(0.5)
    self.add(mn.Circle(fill_opacity=0.5))
    self.wait(0.5)
    self.wait(0.5)


@unkind()
def random_numbers(self: Any) -> None:
    self.play(mn.FadeIn(mn.Dot(np.append(np.random.uniform(-3, 3, 2), 0))))


@unkind()
def background_image(self: Any) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (90, 160, 4), dtype=np.uint8)
    square = mn.Square(fill_opacity=1).color_using_background_image(Image.fromarray(noise))
    self.add(mn.Circle(), square)
    self.play(square.animate.shift(mn.RIGHT))
    self.remove(square)
    self.play(mn.FadeIn(mn.Dot()))


@unkind()
def point_cloud(self: Any) -> None:
    cloud, square = mn.PointCloudDot(radius=1), mn.Square()
    self.add(cloud)
    self.play(mn.Create(square))
    self.play(cloud.animate.shift(mn.LEFT))
    self.remove(cloud)
    self.play(square.animate.shift(mn.RIGHT))


@unkind()
def float32_points(self: Any) -> None:
    square = mn.Square()
    square.points = square.points.astype(np.float32)
    self.add(square)
    self.play(mn.FadeIn(mn.Circle()))


@unkind(mn.ThreeDScene)
def three_d(self: Any) -> None:
    self.set_camera_orientation(phi=1, theta=0.3)
    cube = mn.Cube()
    self.add(mn.ThreeDAxes())
    self.play(mn.Create(cube))
    self.begin_ambient_camera_rotation(0.5)
    self.wait(0.5)


@unkind()
def image(self: Any) -> None:
    picture = mn.ImageMobject(np.uint8([[0, 100, 30, 200], [255, 0, 5, 33]]))
    picture.height = 3
    square = mn.Square()
    self.add(picture)
    self.play(mn.Create(square))
    self.play(picture.animate.shift(mn.RIGHT))
    self.play(mn.FadeOut(picture))
    self.play(square.animate.shift(mn.LEFT))


@unkind(mn.ZoomedScene)
def zoomed(self: Any) -> None:
    dot = mn.Dot()
    self.add(dot, mn.Text("a").shift(mn.UP))
    self.activate_zooming(animate=False)
    self.play(dot.animate.shift(mn.RIGHT))
