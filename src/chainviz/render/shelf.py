"""Typeset formulas kept from one render to the next: LaTeX takes half a second for each.

Manim names them by their source, so that many scenes can share them. They lie in a folder
that the versions of all the programs involved name, and get there and back as links.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path

from chainviz.render.fingerprints import hash_bytes, version_of
from chainviz.render.fonts import fonts, stat_of

__all__ = ["PROGRAMS", "SHELF", "fetch", "included_files", "keep", "place_on"]

SHELF = ".formulas"
"""Its name in a media folder. Not Manim's own ``Tex``: Manim clears that one away file by file,
and a folder in it would be its end."""
PROGRAMS = ("latex", "pdflatex", "luatex", "lualatex", "xelatex", "dvisvgm")
# what a source reads besides itself, which its name knows nothing of
_INCLUDES = re.compile(r"\\(?:input|include\w*|import|subfile)\b(?:\[[^]]*\])?\s*\{?([^}\s]+)")
_ENDINGS = ("", ".tex", ".png", ".jpg", ".pdf", ".eps")
# what LaTeX takes from the folder it works in without being told where it lies
_STYLES = ("*.sty", "*.cls", "*.def", "*.cfg", "*.clo", "*.ltx")
_WHERE = ("TEXINPUTS", "TEXMFHOME", "TEXMFLOCAL", "TEXFONTS")


def place_on(shelf: Path) -> Path:
    """The folder for what this machine's programs make with its fonts and the styles in here."""
    programs = [found for name in PROGRAMS if (found := shutil.which(name))]
    parts = [version_of("manim"), fonts(), *map(stat_of, programs)]
    parts += [f"{name}={os.environ.get(name)}" for name in _WHERE]
    parts += [f"{path} {stat_of(path)}" for path in _styles(Path.cwd())]
    return shelf / hash_bytes("\n".join(parts).encode())


def _styles(place: Path) -> list[str]:
    return sorted(str(path) for ending in _STYLES for path in place.glob(ending))


def fetch(shelf: Path, folder: Path) -> None:
    """Put what is on the shelf into a job's folder, where Manim looks for it."""
    place = place_on(shelf)
    if not place.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for path in place.glob("*.svg"):
        with contextlib.suppress(OSError):
            _link(path, folder / path.name)


def keep(folder: Path, shelf: Path) -> None:
    """Put what a finished job has typeset on the shelf; a full disk is no reason to fail."""
    made = [path for path in folder.glob("*.svg") if path.stat().st_nlink == 1]
    new = [path for path in made if _stands_alone(path)]
    if not new:
        return
    with contextlib.suppress(OSError):
        place = place_on(shelf)
        place.mkdir(parents=True, exist_ok=True)
        for path in new:
            with contextlib.suppress(FileExistsError):
                _link(path, place / path.name)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a disk that has no links
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.copyfile(source, aside)
        aside.replace(target)


def _stands_alone(svg: Path) -> bool:
    """Whether its name stands for all it was made from: not where a source reads files.

    Of what Typst sets it doesn't: the folders of fonts are no part of the name.
    """
    try:
        return not _INCLUDES.search(svg.with_suffix(".tex").read_text(encoding="utf-8"))
    except OSError:
        return False


def included_files(folder: Path, place: Path) -> set[str]:
    """The user's files that the sources in a job's folder read, as far as they exist.

    Of the styles in the working folder that is any: who knows which of them reads another.
    """
    found = set(_styles(place))
    for path in folder.glob("*.tex"):
        for match in _INCLUDES.finditer(path.read_text(encoding="utf-8", errors="replace")):
            for ending in _ENDINGS:
                candidate = place / (match[1] + ending)
                if candidate.is_file():
                    found.add(str(candidate))
    return found
