"""Animations, passes and the Lesson scene."""

from chainviz.stage.enact import BEATS, enact
from chainviz.stage.film import film
from chainviz.stage.lesson import Lesson
from chainviz.stage.moves import Fly, Hold, Move, Pulse
from chainviz.stage.passes import BackwardPass, ForwardPass, Step, Telling
from chainviz.stage.wiggle import Wiggle

__all__ = [
    "BEATS",
    "BackwardPass",
    "Fly",
    "ForwardPass",
    "Hold",
    "Lesson",
    "Move",
    "Pulse",
    "Step",
    "Telling",
    "Wiggle",
    "enact",
    "film",
]
