"""What the machine's fonts are right now, and what decides which of them is taken."""

# Hundreds of files are looked at: no Path for each.
# ruff: noqa: PTH111, PTH116, PTH118, PTH123
from __future__ import annotations

import hashlib
import locale
import os
import re
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["FONTS", "fonts", "stat_of"]

FONTS = "fonts"
"""The key under which all the fonts of the machine count as one thing."""

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/etc/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "~/.config/fontconfig",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "~/Library/Fonts",
)
_CONFIGURATIONS = (
    "/etc/fonts/fonts.conf",
    "/etc/fonts/local.conf",
    "~/.config/fontconfig/fonts.conf",
)
_NAMED = re.compile(r"<dir[^>]*>\s*([^<]+?)\s*</dir>")
# what tells fontconfig where to look, and Pango which language's letters to take
_VARIABLES = (
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "FONTCONFIG_SYSROOT",
    "LANGUAGE",
    "PANGO_LANGUAGE",
    "PANGOCAIRO_BACKEND",
)


def stat_of(path: str) -> str:
    """Size and time of a machine file, or that it is missing."""
    try:
        found = os.stat(path)
    except OSError:
        return "missing"
    return f"{found.st_size} {found.st_mtime_ns}"


@lru_cache(maxsize=1)
def fonts() -> str:
    """One hash over names, sizes and times of all font files, and over the settings of fonts."""
    digest = hashlib.blake2b(digest_size=16)
    settings = [f"{name}={os.environ.get(name)}" for name in _VARIABLES]
    digest.update("\n".join([*settings, locale.setlocale(locale.LC_CTYPE)]).encode())
    for folder in dict.fromkeys(map(os.path.expanduser, _folders())):
        digest.update(f"{folder}\0{stat_of(folder)}\n".encode())
        for root, folders, names in os.walk(folder, followlinks=True):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(root, name)
                digest.update(f"{path}\0{stat_of(path)}\n".encode())
    return digest.hexdigest()


def _folders() -> Iterator[str]:
    """Where fonts and their settings lie; some of it are single files."""
    yield from _FOLDERS
    named = [os.environ.get("FONTCONFIG_FILE", ""), os.environ.get("FONTCONFIG_PATH", "")]
    for variable, inside in (
        ("WINDIR", "Fonts"),
        ("XDG_DATA_HOME", "fonts"),
        ("XDG_CONFIG_HOME", "fontconfig"),
    ):
        if os.environ.get(variable):
            named.append(os.path.join(os.environ[variable], inside))
    yield from filter(None, named)
    for path in filter(None, (named[0], *_CONFIGURATIONS)):
        try:
            with open(os.path.expanduser(path), encoding="utf-8", errors="replace") as file:
                yield from (found for found in _NAMED.findall(file.read()) if found != "fonts")
        except OSError:
            continue
