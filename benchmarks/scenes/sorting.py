"""An ordinary film of many moving parts: bars that sort themselves."""

from __future__ import annotations

import manim as mn


class Sorting(mn.Scene):
    """About 9 seconds: bars with numbers, swapped until they are in order."""

    def construct(self) -> None:
        """Play it."""
        values = [5, 2, 8, 1, 9, 4, 7, 3]
        bars = mn.VGroup(*(_bar(value) for value in values))
        bars.arrange(mn.RIGHT, buff=0.25, aligned_edge=mn.DOWN).shift(0.5 * mn.DOWN)
        title = mn.Text("Selection sort", font_size=40).to_corner(mn.UL)
        self.play(mn.FadeIn(title))
        self.play(mn.LaggedStart(*(mn.GrowFromEdge(b, mn.DOWN) for b in bars), lag_ratio=0.1))
        self.wait(0.3)

        order = list(range(len(values)))
        for place in range(4):
            least = min(range(place, len(order)), key=lambda i: values[order[i]])
            frame = mn.SurroundingRectangle(bars[order[least]], color=mn.YELLOW)
            self.play(mn.Create(frame), run_time=0.4)
            if least != place:
                one, other = bars[order[place]], bars[order[least]]
                there, here = other.get_center()[0], one.get_center()[0]
                self.play(
                    one.animate(path_arc=mn.PI / 3).set_x(there),
                    other.animate(path_arc=mn.PI / 3).set_x(here),
                    run_time=0.8,
                )
                order[place], order[least] = order[least], order[place]
            self.play(
                bars[order[place]][0].animate.set_fill(mn.GREEN, 0.9),
                mn.FadeOut(frame),
                run_time=0.4,
            )
        note = mn.MathTypst("n (n - 1) / 2", font_size=56).to_corner(mn.UR)
        self.play(mn.Write(note))
        self.wait(1)


def _bar(value: int) -> mn.VGroup:
    body = mn.Rectangle(width=0.9, height=0.45 * value, fill_color=mn.BLUE, fill_opacity=0.7)
    label = mn.Text(str(value), font_size=32).next_to(body, mn.UP, buff=0.12)
    return mn.VGroup(body, label)
