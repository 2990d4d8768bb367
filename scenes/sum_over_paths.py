"""One input on two paths: the contributions arrive one by one, and add."""

import numpy as np

import chainviz as cv


def meet(x):
    """Both f and g depend on x, and L on both."""
    f = x**2
    g = np.sin(x)
    L = f * g
    return L


class SumOverPaths(cv.Lesson):
    """dL/dx = dL/df df/dx + dL/dg dg/dx."""

    title = "Where paths meet, contributions add"

    def tape(self):
        """At x = 1.5."""
        return cv.run(cv.trace(meet), x=1.5)
