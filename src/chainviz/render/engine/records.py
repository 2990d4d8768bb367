"""What a render is asked for, and what it gave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from chainviz.errors import ChainvizError

__all__ = ["Beat", "Caption", "Engine", "Format", "Progress", "Rendered", "Settings"]

Progress = Callable[[int, float], None]
"""Told now and then: frames so far, seconds of film so far."""


class Engine(StrEnum):
    """Who paints and encodes."""

    FAST = "fast"
    MANIM = "manim"


class Format(StrEnum):
    """The kinds of file a scene can become."""

    MP4 = "mp4"
    WEBM = "webm"
    GIF = "gif"
    MOV = "mov"
    PNG = "png"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to render; a field left at None keeps what manim.config says at that moment.

    That matters because a scene file may set ``config.pixel_width`` and the like when it is
    imported, after the command line was read, and Manim lets the file win.
    """

    width: int | None = None
    height: int | None = None
    fps: float | None = None
    format: Format = Format.MP4
    transparent: bool = False
    engine: Engine = Engine.FAST
    theme: str | None = None
    pace: float | None = None
    background: str | None = None
    seed: int | None = None
    poster: bool = True
    """Also keep the last frame, as a PNG beside the clip."""

    def __post_init__(self) -> None:
        """Refuse what no encoder could deliver."""
        if self.transparent and self.format is Format.MP4:
            raise ChainvizError("an mp4 has no transparency; use --format mov or --format webm")


@dataclass(frozen=True, slots=True)
class Beat:
    """A section of the scene, in seconds of the delivered film."""

    name: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Caption:
    """A subcaption, in seconds of the delivered film."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished render; every path lies inside the working folder it was given."""

    path: Path
    seconds: float
    frames: int
    size: int
    width: int
    height: int
    fps: float
    engine_used: Engine
    why_stock: str | None
    """Why part or all of the scene ran on Manim's own path; None when nothing did."""
    beats: tuple[Beat, ...]
    captions: tuple[Caption, ...]
    poster: Path | None
    poster_shows: bool
    """Whether there is anything to be seen on the poster."""
