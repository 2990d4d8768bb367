"""The derivative of (3x + 1)^2: outer and inner."""

import chainviz as cv


def power(x):
    """The inner is 3x + 1, the outer a square."""
    v = 3 * x
    u = v + 1
    h = u**2
    return h


class PowerOfLinear(cv.Lesson):
    """Name the outer and the inner, differentiate each, multiply: 6(3x + 1) = 42 at x = 2."""

    title = "A power of something linear"

    def tape(self):
        """The inner, 3x + 1, is one gate."""
        graph = cv.trace(power).fold("inner", ("v", "u"), symbol="3x + 1", spelled=True)
        return cv.run(graph, x=2.0)
