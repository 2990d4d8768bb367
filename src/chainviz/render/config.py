"""Settings in layers: the command line beats pyproject.toml, which beats manim.cfg."""

from __future__ import annotations

import configparser
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainviz.errors import ChainvizError
from chainviz.pyproject import nearest_table
from chainviz.render.records import FORMATS, QUALITIES, Request

__all__ = [
    "Defaults",
    "media_folder",
    "read_defaults",
    "resolution",
    "to_request",
    "usual_paths",
]

_ENGINES = ("fast", "manim")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What [tool.chainviz] says, and where relative paths in it start from."""

    values: Mapping[str, Any]
    root: Path


# key of [tool.chainviz] -> the type its value must have
_KEYS: Mapping[str, tuple[type, ...]] = {
    "quality": (str,),
    "jobs": (int,),
    "format": (str,),
    "transparent": (bool,),
    "fps": (int, float),
    "resolution": (str,),
    "theme": (str,),
    "pace": (int, float),
    "media": (str,),
    "timeout": (int, float),
    "engine": (str,),
    "paths": (list,),
}


def read_defaults(here: Path) -> Defaults:
    """[tool.chainviz] of the nearest pyproject.toml that has it, from here upwards."""
    path, table = nearest_table(here)
    values = {key: value for key, value in table.items() if key != "check"}  # the auditor's own
    for key, value in values.items():
        _check(path, key, value)
    return Defaults(values, path.parent)


def usual_paths(here: Path) -> list[str]:
    """What is meant where no path is given, as far as pyproject.toml says so."""
    defaults = read_defaults(here)
    return [str(defaults.root / path) for path in defaults.values.get("paths", ())]


def _check(path: Path, key: str, value: Any) -> None:
    if key not in _KEYS:
        near = difflib.get_close_matches(key, _KEYS, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(_KEYS)}"
        raise ChainvizError(f"{path}: [tool.chainviz] has no key {key!r}{hint}")
    if not isinstance(value, _KEYS[key]) or (isinstance(value, bool) and bool not in _KEYS[key]):
        wanted = " or ".join(kind.__name__ for kind in _KEYS[key])
        raise ChainvizError(f"{path}: [tool.chainviz] {key} must be {wanted}, not {value!r}")


def media_folder(asked: str | None, here: Path) -> Path:
    """Where files go: by --media, else by pyproject.toml, else by manim.cfg, else ./media."""
    defaults = read_defaults(here)
    if asked is not None:
        media = here / asked
    elif "media" in defaults.values:
        media = defaults.root / str(defaults.values["media"])
    else:
        media = here / (_manim_media(here) or "media")
    return media.resolve()


def _manim_media(here: Path) -> str | None:
    """The media folder that manim.cfg in this folder names, if it does."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(here / "manim.cfg", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ChainvizError(f"{here / 'manim.cfg'}: {error}") from None
    return parser.get("CLI", "media_dir", fallback=None)


def resolution(text: str) -> tuple[int, int]:
    """``1280x720``, or Manim's ``1280,720``."""
    width, _, height = text.lower().replace(",", "x").partition("x")
    if not (width.strip().isdigit() and height.strip().isdigit()):
        raise ChainvizError(f"a resolution is written like 1280x720, not {text!r}")
    pair = int(width), int(height)
    if min(pair) < 2 or any(side % 2 for side in pair):
        raise ChainvizError(f"{text}: video needs even numbers of pixels, such as 1280x720")
    return pair


def to_request(values: Mapping[str, Any]) -> Request:
    """Turn settings from any layer into a request; what isn't there stays open."""
    width, height, fps = None, None, None
    if values.get("quality"):
        quality = values["quality"]
        if quality not in QUALITIES:
            raise ChainvizError(f"no quality {quality!r}; there are: {', '.join(QUALITIES)}")
        width, height, fps = QUALITIES[quality]
    if values.get("resolution"):
        width, height = resolution(values["resolution"])
    if values.get("fps") is not None:
        fps = float(values["fps"])
        if not 0 < fps <= 1000:
            raise ChainvizError(f"--fps {fps:g}: say a number of frames a second, such as 30")
    theme = values.get("theme")
    if theme is not None:
        from chainviz.theme import THEMES

        _one_of("theme", theme, tuple(THEMES))
    pace = values.get("pace")
    if pace is not None and not pace > 0:
        raise ChainvizError(f"--pace {pace:g}: say a number above 0; 1 is the normal pace")
    kind = values.get("format")
    if kind is not None:
        _one_of("format", kind, FORMATS)
    transparent = bool(values.get("transparent"))
    if transparent and kind == "mp4":
        raise ChainvizError("an mp4 has no transparency; use --format mov or --format webm")
    engine = values.get("engine") or "fast"
    _one_of("engine", engine, _ENGINES)
    return Request(width, height, fps, kind, transparent, theme, pace, engine)


def _one_of(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ChainvizError(f"no {what} {value!r}; there are: {', '.join(known)}")
