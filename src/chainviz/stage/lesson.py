"""The Lesson: a scene that plays a storyboard, a section and a caption a beat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import manim as mn

from chainviz.draw import FRAME, Board, GraphBoard, fold_to_fit, typeset
from chainviz.errors import ChainvizError
from chainviz.layout import Box, TooLarge
from chainviz.stage.enact import BEATS, enact
from chainviz.stage.moves import Hold, Move
from chainviz.stage.reading import reading_time
from chainviz.story import Beat, Note, Storyboard, Title, name_of, tell
from chainviz.tape import Tape
from chainviz.theme import THEMES, Role, Theme, current_theme

__all__ = ["Lesson"]

_HEADER = 3.25  # the height at which the heading stands once the film has begun


class Lesson(mn.Scene):
    """A film from a run: override ``tape`` (and ``story`` or ``make_board`` to tell it your way).

    In ``construct`` the beats of ``self.storyboard`` are told on ``self.board``; a lesson of your
    own can mix ``self.tell(beats)`` with any ``self.play``.
    """

    title: str | None = None
    theme: Theme | str | None = None  # None: the theme in force when the film is made
    area = Box(FRAME.x0, FRAME.y0, FRAME.x1, 2.75)  # what the heading leaves for the board

    def tape(self) -> Tape:
        """The run that the film is about."""
        raise ChainvizError(
            f"{type(self).__name__} does not say what it is about: give it a method "
            "tape(self) that returns a run, such as cv.run(cv.trace(f), x=2.0)"
        )

    def story(self, tape: Tape) -> Storyboard:
        """The beats, in order."""
        return tell(tape, title=self.title, folded=self.folded)

    def make_board(self, tape: Tape) -> Board:
        """The board that the story is told on."""
        return GraphBoard(tape, theme=self.look, frame=self.area)

    def setup(self) -> None:
        """Make the run, the story and the board."""
        camera: Any = self.camera
        camera.background_color = self.look[Role.BACKGROUND]
        tape = self.tape()
        self.folded: tuple[tuple[str, ...], ...] = ()  # what had to share a gate to fit
        try:
            self.board = self.make_board(tape)
        except TooLarge:
            tape, self.folded = fold_to_fit(tape, self.look, self.area)
            self.board = self.make_board(tape)
        self.storyboard = self.story(tape)

    @property
    def look(self) -> Theme:
        """The theme of this film."""
        chosen = self.theme or current_theme()
        if isinstance(chosen, Theme):
            return chosen
        if chosen not in THEMES:
            raise ChainvizError(f"no theme {chosen!r}; there are: {', '.join(THEMES)}")
        return THEMES[chosen]

    def construct(self) -> None:
        """Tell the whole story."""
        self.tell(self.storyboard)

    def tell(self, beats: Iterable[Beat]) -> None:
        """Play beats one after the other, each a section with its caption."""
        for beat in beats:
            self.next_section(name_of(beat))
            began = self.time
            self.play_beat(beat)
            spent = self.time - began
            if beat.caption and spent > 0:
                self.add_subcaption(beat.caption, duration=spent, offset=-spent)

    def turn_to(self, tape: Tape) -> None:
        """Leave what has been told for another run; its board takes the old one's place."""
        if self.board in self.mobjects:
            self.next_section("Turn")
            self.play(mn.FadeOut(self.board), run_time=0.6 * self.look.pace)
            self.wait(0.6 * self.look.pace)
        self.board = self.make_board(tape)

    def play_beat(self, beat: Beat) -> None:
        """Play one beat; override to play some kind of beat your way."""
        if type(beat) in self._own:
            self._own[type(beat)](self, beat)
            return
        if type(beat) in BEATS and self.board not in self.mobjects:
            self.add(self.board)
        for move in enact(self.board, beat):
            self.play_move(move)

    def play_move(self, move: Move | Hold) -> None:
        """Play a move, or hold the picture."""
        if isinstance(move, Hold):
            self.wait(move.seconds)
        else:
            self.play(move)

    def play_title(self, beat: Title) -> None:
        """The heading comes in the middle and goes up to stay."""
        sizes, pace = self.look.sizes, self.look.pace
        heading = self._words(beat.heading, sizes.title)
        self.play(mn.FadeIn(heading, shift=0.15 * mn.UP), run_time=0.8 * pace)
        self.wait(max(1.0, reading_time(beat.heading) - 0.8) * pace)
        goes = heading.animate.scale(sizes.heading / sizes.title).move_to(mn.UP * _HEADER)
        self.play(goes, run_time=0.8 * pace)
        self.wait(0.6 * pace)

    def play_note(self, beat: Note) -> None:
        """A sentence, alone on the screen for as long as it takes to read."""
        text = self._words(beat.text, self.look.sizes.heading)
        self.play(mn.FadeIn(text, shift=0.15 * mn.UP), run_time=0.8 * self.look.pace)
        self.wait(reading_time(beat.text) * self.look.pace)
        self.play(mn.FadeOut(text), run_time=0.5 * self.look.pace)

    def _words(self, text: str, size: float) -> mn.VMobject:
        """Words in the middle of the frame, no wider than the frame allows."""
        look = self.look
        made = typeset(text, size, look[Role.TEXT], setter=look.setter).move_to(mn.ORIGIN)
        share = (FRAME.x1 - FRAME.x0) / made.width
        if share < self.look.sizes.least:
            raise ChainvizError(f"{text!r} is too long for one line of the film; say it shorter")
        return made.scale(min(1.0, share))

    _own: Mapping[type, Callable[[Any, Any], None]] = MappingProxyType(
        {Title: play_title, Note: play_note}
    )
