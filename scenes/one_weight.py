"""One weight, one input, one loss: numbers that can be checked by hand."""

import chainviz as cv


def loss(x, w, target):
    """The squared error of (w x)^2."""
    a = w * x
    out = a**2
    e = out - target
    L = e**2
    return L


class OneWeight(cv.Lesson):
    """Forward 6, 36, 676; backward 52, 12, 624; dL/dw = 1248 and dL/dx = 1872."""

    title = "One weight"

    def tape(self):
        """At x = 2, w = 3, target = 10; the error and its square are one gate."""
        graph = cv.trace(loss, parameters=("w",))
        graph = graph.fold("loss", ("e", "L"), symbol="squared error", spelled=True)
        return cv.run(graph, x=2.0, w=3.0, target=10.0)
