"""Frozen records of what a film shows and when: the material every rule reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from chainviz.draw.tag import Tag
    from chainviz.formula import Formula
    from chainviz.theme import Theme

__all__ = ["VISIBLE", "Array", "Beat", "Box", "Item", "Kind", "Play", "Sample", "Timeline", "Trait"]

VISIBLE = 0.35  # the opacity from which a thing counts as seen

Array = NDArray[np.float64]
Box = tuple[float, float, float, float]  # left, bottom, right, top, in frame units
RGBA = tuple[float, float, float, float]


class Kind(StrEnum):
    """What an item is to the eye."""

    TEXT = "text"
    SHAPE = "shape"
    IMAGE = "image"


class Trait(StrEnum):
    """What a rule must know of an item's class."""

    LINE = "line"
    TIP = "tip"
    CROSS = "cross"  # made to strike something out
    COORDINATES = "coordinates"  # part of an axis, a grid, a number line
    BACKDROP = "backdrop"  # made to lie behind
    FRAME = "frame"  # made to go round something
    SOLID = "solid"  # three-dimensional
    PIECE = "piece"  # glyphs that stand without the text they were set in


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One thing on screen in one state: a whole text, or a single shape.

    The same mobject keeps its ``key`` all film long, and an unchanged state is the
    same object in every sample. ``box``, ``glyphs`` and ``points`` are in frame units.
    """

    key: int
    kind: Kind
    words: str
    box: Box
    fill: RGBA
    stroke: RGBA
    stroke_width: float
    says: str = ""
    formula: bool = False
    maths: float = 0.0  # the share of it that is a formula, and read as slowly as one
    tree: Formula | None = None  # the formula it was set from
    glyphs: Array = field(default_factory=lambda: np.zeros((0, 4)))  # boxes, visible ones only
    inks: Array = field(default_factory=lambda: np.zeros((0, 4)))  # RGBA of each glyph
    outline: tuple[RGBA, float] = ((0.0, 0.0, 0.0, 0.0), 0.0)  # of the glyphs, and how broad
    drawn: float = 1.0  # share of the glyphs that are all there
    points: Array = field(default_factory=lambda: np.zeros((0, 2)))  # cubic curves, by fours
    picture: Any = None  # an image's RGBA pixels, where they are known and it stands upright
    group: str = ""  # the group it is a part of, in words: named by the film, or the outermost
    family: tuple[int, ...] = ()  # keys of the groups it stands in, outermost first
    traits: frozenset[Trait] = frozenset()
    tag: Tag | None = None
    groups: tuple[Tag, ...] = ()  # tags of the groups it stands in, outermost first
    alpha: float = field(init=False)  # opacity of the most opaque thing about it
    visible: bool = field(init=False)  # whether there is enough of it to be seen

    def __post_init__(self) -> None:
        """Work out once what every rule asks of every item."""
        alpha = max(self.fill[3], self.stroke[3] if self.stroke_width > 0 else 0.0)
        if self.kind is Kind.TEXT:
            alpha = float(self.inks[:, 3].max()) if len(self.inks) else 0.0
        size = max(self.box[2] - self.box[0], self.box[3] - self.box[1])
        object.__setattr__(self, "alpha", alpha)
        object.__setattr__(self, "visible", size > 1e-3 and alpha >= VISIBLE)

    @property
    def meaning(self) -> Tag | None:
        """The tag it wears, or the innermost one of the groups it stands in."""
        return self.tag or (self.groups[-1] if self.groups else None)

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    @property
    def em(self) -> float:
        """The height of the tallest glyph."""
        return float((self.glyphs[:, 3] - self.glyphs[:, 1]).max()) if len(self.glyphs) else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What is on screen at one time, in the order it is painted."""

    time: float
    play: int
    beat: int
    items: tuple[Item, ...]
    frame: Box
    background: tuple[float, float, float]
    moving: frozenset[int] = frozenset()  # keys of what an animation is busy with
    view: tuple[float, ...] | None = None  # where a three-dimensional camera stands


@dataclass(frozen=True, slots=True)
class Play:
    """One call of play or wait, and the line of the film's source that made it."""

    index: int
    start: float
    end: float
    animations: tuple[str, ...]
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing to notice: a section of the film, from its start to its end."""

    index: int
    name: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """A whole film as it was seen."""

    scene: str
    samples: tuple[Sample, ...]
    plays: tuple[Play, ...]
    beats: tuple[Beat, ...]
    home: Box  # the camera's frame before anything moved it
    path: str = ""
    line: int = 0
    solid: bool = False  # a three-dimensional camera
    flashes: tuple[tuple[float, Array], ...] = ()  # (time, coarse RGB grid) where areas jump
    themes: tuple[Theme, ...] = ()
    layouts: tuple[str, ...] = ()  # of the boards that were shown, as text
    error: str = ""  # why the film broke off, in a line
    raised_at: int = 0  # the line of its file where that happened
    allowed: tuple[tuple[str, str], ...] = ()  # (rule, reason) asked for by the scene

    @property
    def duration(self) -> float:
        """Seconds of film."""
        return self.plays[-1].end if self.plays else 0.0

    def ends(self) -> tuple[int, ...]:
        """The index of the last sample of every beat."""
        last: dict[int, int] = {}
        for index, sample in enumerate(self.samples):
            last[sample.beat] = index
        return tuple(last.values())

    def beat_at(self, index: int) -> str:
        """The name of the beat that a sample belongs to."""
        if not self.samples:
            return ""
        beat = self.samples[index].beat
        return next((found.name for found in self.beats if found.index == beat), "")

    def play_of(self, index: int) -> Play | None:
        """The play that a sample was taken in."""
        if not 0 <= index < len(self.samples):
            return None
        number = self.samples[index].play
        return next((play for play in self.plays if play.index == number), None)

    def play_at(self, time: float) -> Play | None:
        """The play that begins at a time, or is running then."""
        return next((play for play in self.plays if play.start <= time < play.end), None)
