"""The chain rule along a network: x -w1-> h -w2-> y -> L, with a target t."""

import chainviz as cv


def loss(x, t, w1, w2):
    """Two neurons, one after the other, and how far the answer is from the target."""
    h = cv.sigmoid(w1 * x)
    y = cv.sigmoid(w2 * h)
    L = (y - t) ** 2
    return L


class NeuralNetworkChainRule(cv.Lesson):
    """Each weight's gradient is the product of the factors on its path back from the loss."""

    title = "The chain rule in a network"

    def tape(self):
        """A neuron is one gate, and so is the loss, by choice."""
        graph = cv.trace(loss, parameters=("w1", "w2"))
        graph = graph.fold("neuron 1", ("v1", "h"), symbol="σ", spelled=True)
        graph = graph.fold("neuron 2", ("v2", "y"), symbol="σ", spelled=True)
        graph = graph.fold("loss", ("v3", "L"), spelled=True)
        return cv.run(graph, x=2.0, t=1.0, w1=0.5, w2=-1.0)

    def make_board(self, tape):
        """Neurons in layers, weights on the edges."""
        return cv.NetworkBoard(tape, wrt=("w1", "w2"), frame=self.area, theme=self.look)

    def story(self, tape):
        """Forward with numbers; then back, path by path."""
        return cv.tell_network(tape, "w2", "w1", title=self.title)
