"""A failed comparison as one self-contained page: expected, actual and difference side by side."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

import numpy as np
from PIL import Image

from chainviz.golden.film import Film
from chainviz.golden.stills import Pixels, Stills

__all__ = ["Comparison", "write_page"]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What a page shows."""

    film: Film
    changes: tuple[str, ...]
    golden: Stills | None
    frames: tuple[Pixels, ...]
    off: tuple[int, ...]  # numbers of the stills that differ


def write_page(held: Comparison, folder: Path) -> Path:
    """Write the page and return where it is."""
    template = Template(files("chainviz.golden").joinpath("page.html").read_text("utf-8"))
    listed = "".join(f"<li>{escape(change)}</li>" for change in held.changes)
    rows = "".join(_row(held, number) for number in held.off)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{held.film.scene}.html"
    told = template.substitute(scene=escape(held.film.scene), changes=listed, rows=rows)
    target.write_text(told, "utf-8")
    return target


def _row(held: Comparison, number: int) -> str:
    old = held.golden.frames[number] if held.golden and number < len(held.golden.frames) else None
    new = held.frames[number] if number < len(held.frames) else None
    beat = held.film.moments[number].beat if number < len(held.film.moments) else ""
    off = _difference(old, new)
    cells = "".join(f"<td>{_image(pixels)}</td>" for pixels in (old, new, off))
    return f"<tr><th colspan=3>beat {number + 1} {escape(beat)}</th></tr><tr>{cells}</tr>"


def _difference(old: Pixels | None, new: Pixels | None) -> Pixels | None:
    """Where they differ, bright on black; small differences are made visible."""
    if old is None or new is None or old.shape != new.shape:
        return None
    off = np.abs(old.astype(int) - new.astype(int))
    return np.where(off > 0, 64 + np.minimum(off, 191), 0).astype(np.uint8)


def _image(pixels: Pixels | None) -> str:
    if pixels is None:
        return "(none)"
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return f'<img src="data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}">'
