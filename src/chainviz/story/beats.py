"""Beats: one thing to notice each; a storyboard is the tuple of them, and prints as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chainviz.formula import Formula, to_plain
from chainviz.graph import Edge
from chainviz.story.path_beats import Along, Local, Nudge

__all__ = [
    "Beat",
    "Conclude",
    "Differentiate",
    "Evaluate",
    "Given",
    "Note",
    "Reveal",
    "SeedOutput",
    "Storyboard",
    "Title",
]


@dataclass(frozen=True, slots=True)
class Title:
    """The film's name, and the formula it is about."""

    heading: str
    formula: Formula | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Reveal:
    """The graph is drawn, node by node, beside the formula it stands for."""

    formula: Formula
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """The inputs get their numbers."""

    nodes: tuple[str, ...]
    formula: Formula
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Values flow into a node and its own value appears."""

    node: str
    formula: Formula
    caption: str = ""


@dataclass(frozen=True, slots=True)
class SeedOutput:
    """The backward pass starts with the output's gradient, 1."""

    node: str
    formula: Formula
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Differentiate:
    """Contributions arrive at a node, edge by edge, and add up to its gradient."""

    node: str
    edges: tuple[Edge, ...]
    formula: Formula
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Conclude:
    """What the film has shown, in a line or a few."""

    formulas: tuple[Formula, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence on the screen."""

    text: str
    caption: str = ""


Beat = (
    Title
    | Reveal
    | Given
    | Evaluate
    | Local
    | Nudge
    | SeedOutput
    | Differentiate
    | Along
    | Conclude
    | Note
)


@dataclass(frozen=True, slots=True)
class Storyboard:
    """The beats of a film, in order."""

    beats: tuple[Beat, ...]

    def __iter__(self) -> Iterator[Beat]:
        return iter(self.beats)

    def __len__(self) -> int:
        return len(self.beats)

    def __add__(self, other: Storyboard) -> Storyboard:
        """One story after the other."""
        return Storyboard(self.beats + other.beats)

    def __str__(self) -> str:
        """A line a beat: number, kind, subject, what is shown, what is said."""
        return "\n".join(f"{i:2d}  {describe(beat)}" for i, beat in enumerate(self.beats, 1))


def name_of(beat: Beat) -> str:
    """A short name for sections and chapters: ``Evaluate u``."""
    subject = getattr(beat, "node", "")
    return f"{type(beat).__name__} {subject}".strip()


def describe(beat: Beat) -> str:
    """One line of text that says all of a beat."""
    words = [name_of(beat)]
    for field in ("heading", "text"):
        if said := getattr(beat, field, ""):
            words.append(f'"{said}"')
    shown = getattr(beat, "formulas", ()) or (getattr(beat, "formula", None),)
    words += [to_plain(formula) for formula in shown if formula is not None]
    if beat.caption:
        words.append(f"({beat.caption})")
    return " | ".join(words)
