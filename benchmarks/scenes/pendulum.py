"""An ordinary film with axes, graphs and updaters: a swing and its curve."""

from __future__ import annotations

import manim as mn
import numpy as np


class Pendulum(mn.Scene):
    """About 10 seconds: a pendulum swings while its angle is drawn, then the energies."""

    def construct(self) -> None:
        """Play it."""
        time = mn.ValueTracker(0)

        def angle() -> float:
            return 0.6 * float(np.cos(2.2 * time.get_value()))

        pivot = 4 * mn.LEFT + 2.5 * mn.UP

        def rod() -> mn.VGroup:
            end = pivot + 3 * np.array([np.sin(angle()), -np.cos(angle()), 0])
            return mn.VGroup(
                mn.Line(pivot, end, stroke_width=3),
                mn.Dot(end, radius=0.22, color=mn.YELLOW),
            )

        swing = mn.always_redraw(rod)
        axes = mn.Axes(x_range=[0, 6, 1], y_range=[-1, 1, 0.5], x_length=6, y_length=3)
        axes.shift(3 * mn.RIGHT)
        names = mn.VGroup(
            mn.MathTypst("t", font_size=36).next_to(axes.x_axis, mn.RIGHT),
            mn.MathTypst("theta", font_size=36).next_to(axes.y_axis, mn.UP),
        )
        self.play(mn.Create(axes), mn.FadeIn(names), mn.FadeIn(swing))
        law = mn.MathTypst("theta(t) = theta_0 cos(omega t)", font_size=48).to_edge(mn.DOWN)
        self.play(mn.Write(law))

        curve = axes.plot(lambda t: 0.6 * np.cos(2.2 * t), x_range=[0, 6], color=mn.BLUE)
        dot = mn.Dot(color=mn.RED)
        dot.add_updater(lambda d: d.move_to(axes.c2p(time.get_value(), angle())))
        self.add(dot)
        self.play(
            mn.Create(curve, rate_func=mn.linear),
            time.animate(rate_func=mn.linear).set_value(6),
            run_time=5,
        )
        dot.clear_updaters()
        self.wait(1)
        area = axes.get_area(curve, x_range=(0, 1.5), color=(mn.BLUE, mn.GREEN), opacity=0.5)
        self.play(mn.FadeIn(area), mn.Circumscribe(law))
        self.wait(1)
