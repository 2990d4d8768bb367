"""A computational graph, forward and backward: L = -ln(sigma(w x))."""

import numpy as np

import chainviz as cv


def loss(x, w):
    """The loss of one example whose right answer is 1."""
    u = w * x
    sigma = cv.sigmoid(u)
    L = -np.log(sigma)
    return L


class ComputationalGraph(cv.Lesson):
    """Values flow forward; gradients flow back, one at a time, and each is used again."""

    title = "A computational graph"

    def tape(self):
        """At x = 2, w = 3; the logarithm and its sign are one gate, by choice."""
        graph = cv.trace(loss, parameters=("w",))
        graph = graph.fold("neglog", ("v1", "L"), symbol="−ln", spelled=True)
        return cv.run(graph, x=2.0, w=3.0)
