"""media/index.html: everything rendered, on one page that needs nothing but the files beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

from chainviz.errors import ChainvizError
from chainviz.render.captions import chapters
from chainviz.render.manifest import Manifest, read_manifest
from chainviz.render.report import length, size
from chainviz.theme import DARK, LIGHT, Theme

__all__ = ["page", "write_gallery"]

_STILLS = (".png", ".gif")


def write_gallery(media: Path, *, title: str = "Films") -> Path:
    """Write the page beside the clips, in one step; returns its path."""
    manifest = read_manifest(media)
    if not manifest.clips:
        raise ChainvizError(f"nothing has been rendered into {media} yet: chainviz render")
    path = media / "index.html"
    aside = media / ".index.html.new"
    try:
        aside.write_text(page(manifest, media, title=title), encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise ChainvizError(f"{path} can't be written: {error.strerror}") from None
    return path


def page(manifest: Manifest, media: Path, *, title: str) -> str:
    """The page as text: a card for each clip that is really there."""
    present = {
        name: entry
        for name, entry in manifest.clips.items()
        if (media / entry["outputs"]["clip"]).exists()
    }
    ordered = sorted(present, key=lambda name: (present[name]["source"], present[name]["line"]))
    films = {name: _film(present[name]) for name in ordered if not name.endswith(_STILLS)}
    total = sum(entry["seconds"] for entry in present.values())
    template = Template(Path(__file__).with_name("gallery.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(title),
        count=f"{len(present)} {'film' if len(present) == 1 else 'films'}, {length(total)}",
        cards="\n".join(_card(name, present[name], media) for name in ordered),
        # inside a script element only its own end tag could do harm
        films=json.dumps(films, ensure_ascii=False).replace("</", "<\\/"),
        dark=_variables(DARK),
        light=_variables(LIGHT),
    )


def _variables(theme: Theme) -> str:
    return " ".join(f"--{role}: {colour};" for role, colour in theme.colours.items())


def _film(entry: Mapping[str, Any]) -> dict[str, Any]:
    poster = entry["outputs"]["poster"]
    beats = [(beat["name"], beat["start"], beat["end"]) for beat in entry["beats"]]
    return {
        "title": _title(entry["scene"]),
        "file": quote(entry["outputs"]["clip"]),
        "poster": quote(poster) if poster else None,
        "beats": [(name, start, end) for start, end, name in chapters(beats)],
        "captions": [(cue["start"], cue["end"], cue["text"]) for cue in entry["captions"]],
    }


def _title(name: str) -> str:
    """``ChainRuleBasic`` as words: ``Chain Rule Basic``."""
    words = ""
    for before, letter in zip(" " + name, name, strict=False):
        starts = letter.isupper() and (before.islower() or before.isdigit())
        words += (" " if starts else "") + (" " if letter == "_" else letter)
    return words


def _card(name: str, entry: Mapping[str, Any], media: Path) -> str:
    clip, poster = entry["outputs"]["clip"], entry["outputs"]["poster"]
    still = clip if clip.endswith(_STILLS) else poster
    picture = ""
    if still and (media / still).exists():
        picture = f'<img src="{quote(still)}" alt="" loading="lazy">'
    film = "" if clip.endswith(_STILLS) else f' data-film="{escape(name)}"'
    badge = length(entry["seconds"]) if entry["seconds"] else "still"
    told = (
        f"{entry['width']}×{entry['height']}, {size(entry['size'])}, {Path(entry['source']).name}"
    )
    return (
        f'<a class="card" href="{quote(clip)}"{film}>'
        f'<div class="still">{picture}<i></i><span>{escape(badge)}</span></div>'
        f"<h2>{escape(_title(entry['scene']))}</h2><p>{escape(told)}</p></a>"
    )
