"""The derivative of sin(x^2), link by link."""

import numpy as np

import chainviz as cv


def wave(x):
    """A function of a function."""
    u = x**2
    y = np.sin(u)
    return y


class SineOfSquare(cv.Lesson):
    """At x = 2 the derivative is 2x cos(x^2) = -2.6146."""

    title = "The sine of a square"

    def tape(self):
        """One input, two links."""
        return cv.run(cv.trace(wave), x=2.0)
