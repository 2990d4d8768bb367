"""Nudge the input a little, and watch the nudge grow from stage to stage."""

import chainviz as cv

STAGES = {"u": "g", "y": "f"}


class Wiggle(cv.Lesson):
    """G doubles, f triples: together they make it six times as large, like gears."""

    title = "A nudge, and what becomes of it"

    def tape(self):
        """At x = 1."""
        return cv.run(cv.parse("u = 2*x; y = 3*u"), x=1.0)

    def make_board(self, tape):
        """Boxes in a row."""
        return cv.PipelineBoard(tape, names=STAGES, frame=self.area, theme=self.look)

    def construct(self):
        self.tell([cv.Title(self.title, caption=f"{self.title}.")])
        curved = cv.run(cv.parse("u = 2*x; y = u^2"), x=3.0)
        for tape, steps in ((self.board.tape, (0.1,)), (curved, (0.1, 0.01, 0.001))):
            self.turn_to(tape)
            self.tell(cv.tell_stages(tape, STAGES))
            self.tell(cv.tell_forward(tape))
            self.tell(cv.tell_nudge(tape, "x", by=steps))
