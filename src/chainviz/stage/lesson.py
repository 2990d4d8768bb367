"""The Lesson: a scene that plays a storyboard, a section and a caption a beat."""

from __future__ import annotations

import manim as mn

from chainviz.draw import GraphBoard, typeset
from chainviz.errors import ChainvizError
from chainviz.layout import Box
from chainviz.stage.enact import BEATS, enact
from chainviz.stage.moves import Hold, Move, appear
from chainviz.stage.reading import reading_time
from chainviz.story import Beat, Conclude, Note, Storyboard, Title, name_of, tell
from chainviz.tape import Tape
from chainviz.theme import Role, Theme, current_theme

__all__ = ["Lesson"]

_HEADER = 3.35  # the height at which the heading stands once the film has begun


class Lesson(mn.Scene):
    """Give it a tape (or override ``storyboard``): it tells the whole film."""

    title: str | None = None
    look: Theme | str | None = None

    def tape(self) -> Tape:
        """The run that the film is about."""
        raise ChainvizError(f"{type(self).__name__} needs a method tape() that returns a run")

    def story(self) -> Storyboard:
        """The beats, in order."""
        return tell(self.run, title=self.title)

    def setup(self) -> None:
        """Make the run, the story and the board."""
        self.theme = current_theme()
        self.camera.background_color = self.theme[Role.BACKGROUND]
        self.run = self.tape()
        self.storyboard = self.story()
        self.board = GraphBoard(self.run, theme=self.theme, frame=Box(-6.75, -3.7, 6.75, 2.8))
        self.heading: mn.VMobject | None = None

    def construct(self) -> None:
        """Play the beats one after the other."""
        for beat in self.storyboard:
            self.play_beat(beat)

    def play_beat(self, beat: Beat) -> None:
        """Play one beat: a section, a caption, its moves."""
        self.next_section(name_of(beat))
        began = self.time
        if type(beat) in BEATS:
            if self.board not in self.mobjects:
                self.add(self.board)
            for move in enact(self.board, beat):
                self.play_move(move)
        else:
            self._plays[type(beat)](self, beat)
        if beat.caption:
            spent = self.time - began
            self.add_subcaption(beat.caption, duration=spent, offset=-spent)

    def play_move(self, move: Move | Hold) -> None:
        """Play a move, or hold the picture."""
        if isinstance(move, Hold):
            self.wait(move.seconds)
        else:
            self.play(move)

    def play_title(self, beat: Title) -> None:
        """The heading comes in the middle and goes up to stay."""
        sizes = self.theme.sizes
        heading = typeset(beat.heading, sizes.title, self.theme[Role.TEXT])
        self.play(appear_in(heading))
        self.wait(reading_time(beat.heading))
        self.play(heading.animate.scale(sizes.heading / sizes.title).move_to(mn.UP * _HEADER))
        self.heading = heading

    def play_conclude(self, beat: Conclude) -> None:
        """The result is written where the equations stood."""
        for formula in beat.formulas:
            equation = self.board.write(formula)
            self.play(appear(equation))
            self.wait(reading_time(formula))

    def play_note(self, beat: Note) -> None:
        """A sentence."""
        text = typeset(beat.text, self.theme.sizes.heading, self.theme[Role.TEXT])
        self.play(appear_in(text))
        self.wait(reading_time(beat.text))
        self.play(mn.FadeOut(text))

    _plays = {Title: play_title, Conclude: play_conclude, Note: play_note}


def appear_in(mobject: mn.Mobject) -> mn.Animation:
    """Fade in as a thing of the scene's own."""
    return mn.FadeIn(mobject, shift=0.15 * mn.UP)
