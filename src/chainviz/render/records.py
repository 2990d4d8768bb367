"""What a batch is asked for and what it hands back: plain data, free of Manim."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

__all__ = [
    "FORMATS",
    "QUALITIES",
    "Clip",
    "Failure",
    "Job",
    "Request",
    "SceneRef",
    "Sources",
]

FORMATS = ("mp4", "webm", "gif", "mov", "png")

# the letters of -q, as Manim has them: width, height, frames per second
QUALITIES = MappingProxyType(
    {
        "l": (854, 480, 15.0),
        "m": (1280, 720, 30.0),
        "h": (1920, 1080, 60.0),
        "p": (2560, 1440, 60.0),
        "k": (3840, 2160, 60.0),
    }
)


@dataclass(frozen=True, slots=True)
class Request:
    """How clips are wanted; None leaves the choice to manim.cfg and to the scene file."""

    width: int | None = None
    height: int | None = None
    fps: float | None = None
    format: str | None = None
    transparent: bool = False
    theme: str | None = None
    pace: float | None = None
    engine: str = "fast"

    def as_json(self) -> dict[str, Any]:
        """The same as plain JSON data: what the manifest keeps and compares."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SceneRef:
    """One scene class: its name, the file it stands in and the line it starts at."""

    name: str
    path: Path
    line: int = 0
    module: str | None = None
    """The dotted name it was asked for by; None where the file was named."""

    def __str__(self) -> str:
        """``scenes/basic.py:12 ChainRuleBasic``: for messages."""
        return f"{self.path}:{self.line} {self.name}"


@dataclass(frozen=True, slots=True)
class Job:
    """One scene to render, for one worker; ``stem`` is what its files will be called."""

    scene: SceneRef
    stem: str
    request: Request
    folder: Path
    home: Path
    """The folder that the paths in the manifest are relative to."""
    shelf: Path
    """Where typeset formulas are kept from one render to the next."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that reached a picture, in the shape in which a later run checks it."""

    files: dict[str, str | None]
    """Path -> hash of the content; None for a file that was looked for in vain."""
    library: dict[str, str | None]
    """The same for this package's own modules."""
    versions: dict[str, str]
    """Distribution -> version, for Python and everything installed that was imported."""
    stats: dict[str, str]
    """Machine files too large to hash (shared libraries, fonts, programs) -> size and time."""
    environment: dict[str, str | None]
    """Environment variables that the user's own code read -> hash of what they held."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished scene: its files lie in the job's folder until they are published."""

    clip: Path
    poster: Path | None
    sidecars: tuple[Path, ...]
    seconds: float
    frames: int
    width: int
    height: int
    fps: float
    engine: str
    why_stock: str | None
    beats: tuple[tuple[str, float, float], ...]
    captions: tuple[tuple[float, float, str], ...]
    sources: Sources


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a scene has no clip: in one line, with the place and the user's own traceback."""

    cause: str
    place: str = ""
    """``file:line`` in the user's code, as near as it is known."""
    traceback: str = ""
    whole: str = ""
    """The traceback with every frame, for -v."""
    log: str = ""
    """The end of what the scene printed."""
