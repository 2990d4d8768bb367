"""Functions in a row: two stages, three, and then as many as you like."""

import chainviz as cv

CHAINS = (
    ("u = 2*x; y = u^2", ("g", "f"), 3.0),
    ("u = x + 1; v = u^2; y = 3*v", ("h", "g", "f"), 2.0),
    ("u1 = 2*x; u2 = u1 + 3; u3 = u2^2; y = 2*u3", ("f1", "f2", "f3", "f4"), 1.0),
)
RULE = r"\frac{dy}{dx} = f_n'(u_{n-1}) \cdots f_2'(u_1) \cdot f_1'(x)"


def stages(text, names, x):
    """The run, and what its stages are called."""
    graph = cv.parse(text)
    made = [node.name for node in graph if not node.is_input]
    return cv.run(graph, x=x), dict(zip(made, names, strict=True))


class Pipeline(cv.Lesson):
    """Each stage knows only its own input; the derivative is the product of all their factors."""

    title = "Functions in a row"

    def tape(self):
        """Two stages to begin with."""
        tape, self.names = stages(*CHAINS[0])
        return tape

    def make_board(self, tape):
        """Boxes in a row, however many."""
        return cv.PipelineBoard(tape, names=self.names, frame=self.area, theme=self.look)

    def construct(self):
        self.tell([cv.Title(self.title, caption=f"{self.title}.")])
        for chain in CHAINS:
            tape, self.names = stages(*chain)
            self.turn_to(tape)
            self.tell(cv.tell_stages(tape, self.names) + cv.tell_forward(tape))
            self.tell(cv.tell_paths(tape, "x"))
        self.tell([cv.Conclude((cv.from_latex(RULE),), "And so on, for n stages.")])
