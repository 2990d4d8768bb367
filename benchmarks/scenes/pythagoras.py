"""An ordinary film about a right triangle: shapes, formulas, transforms, text."""

from __future__ import annotations

import manim as mn


class Pythagoras(mn.Scene):
    """About 11 seconds: a title, a triangle, its three squares, and the formula."""

    def construct(self) -> None:
        """Play it."""
        title = mn.Text("The theorem of Pythagoras", font_size=44).to_edge(mn.UP)
        self.play(mn.Write(title))

        a, b, c = mn.ORIGIN, 2.4 * mn.RIGHT, 1.8 * mn.UP
        triangle = mn.Polygon(a, b, c, color=mn.WHITE).shift(4 * mn.LEFT + 0.8 * mn.DOWN)
        self.play(mn.Create(triangle))
        corner = mn.Square(0.25).move_to(triangle.get_vertices()[0], aligned_edge=mn.DL)
        self.add(corner)
        self.wait(0.5)

        squares = mn.VGroup(
            *(
                _square_on(triangle.get_vertices(), i, colour)
                for i, colour in enumerate((mn.BLUE, mn.RED, mn.GREEN))
            )
        )
        self.play(mn.LaggedStart(*(mn.FadeIn(s, scale=0.6) for s in squares), lag_ratio=0.4))

        formula = mn.MathTypst("a^2 + b^2 = c^2", font_size=72).shift(2.8 * mn.RIGHT + mn.UP)
        self.play(mn.Write(formula))
        self.wait(1)

        numbers = mn.MathTypst("3^2 + 4^2 = 5^2", font_size=72).move_to(formula)
        sums = mn.MathTypst("9 + 16 = 25", font_size=72).next_to(numbers, mn.DOWN, buff=0.6)
        self.play(mn.TransformMatchingShapes(formula, numbers))
        self.play(mn.FadeIn(sums, shift=0.4 * mn.DOWN))
        self.play(mn.Indicate(squares[1]), mn.Circumscribe(sums))
        self.wait(1.5)
        self.play(mn.FadeOut(mn.Group(*self.mobjects)))


def _square_on(corners: list, i: int, colour: mn.ManimColor) -> mn.Polygon:
    """The square that stands outside on one side of a polygon."""
    start, end = corners[i], corners[(i + 1) % 3]
    out = mn.rotate_vector(end - start, -mn.PI / 2)
    return mn.Polygon(start, end, end + out, start + out, color=colour, fill_opacity=0.5)
