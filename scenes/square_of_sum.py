"""L = (ab + c)^2, gate by gate."""

import chainviz as cv


def square(a, b, c):
    """Multiply, add, square."""
    t1 = a * b
    t2 = t1 + c
    L = t2**2
    return L


class SquareOfSum(cv.Lesson):
    """Multiply swaps its inputs, add hands the gradient on, square doubles what it got."""

    title = "The square of a sum"

    def tape(self):
        """At a = 2, b = 3, c = 4."""
        return cv.run(cv.trace(square), a=2.0, b=3.0, c=4.0)
