"""The chain rule on two stages: y = f(g(x)), with g doubling and f squaring."""

import chainviz as cv

STAGES = {"u": "g", "y": "f"}


def stages(x):
    """One stage after the other."""
    u = 2 * x
    y = u**2
    return y


class ChainRuleBasic(cv.Lesson):
    """Each stage has a factor of its own, taken at what flows into it; the factors multiply."""

    title = "The chain rule"

    def tape(self):
        """At x = 3."""
        return cv.run(cv.trace(stages), x=3.0)

    def make_board(self, tape):
        """Boxes in a row."""
        return cv.PipelineBoard(tape, names=STAGES, frame=self.area, theme=self.look)

    def story(self, tape):
        """Stages, values, factors, and their product."""
        return cv.tell_pipeline(tape, STAGES, title=self.title)
