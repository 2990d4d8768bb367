"""Typst compiles many pieces of text and mathematics at once; out come glyph outlines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

import numpy as np
import svgelements
import typst

from chainviz.errors import ChainvizError

__all__ = ["EM", "Glyph", "Page", "compile_pages", "mark_colour", "words"]

EM = 100.0  # points: the size at which everything is set; scaled afterwards
FONT = "New Computer Modern"
MATH_FONT = "New Computer Modern Math"

_BASELINE = "#fefefe"  # the colour of the full stop that marks each page's baseline
_PREAMBLE = f"""#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(font: "{FONT}", size: {EM}pt, fill: rgb("#000000"), fallback: false)
#show math.equation: set text(font: "{MATH_FONT}", fallback: false)
#let part(c, body) = {{ set text(fill: rgb(c)); body }}
#let baseline = box(width: 0pt, text(fill: rgb("{_BASELINE}"))[.])
"""


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """One outline: cubic Bezier points in em, y upwards from the baseline, and its mark."""

    points: np.ndarray  # (4 k, 2)
    mark: int  # the number its colour stood for; 0 = unmarked
    stroke: float = 0.0  # line width in em, for bars that are strokes; 0 = a filled outline


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """The glyphs of one piece, in writing order."""

    glyphs: tuple[Glyph, ...]


def mark_colour(mark: int) -> str:
    """The colour that carries a mark through the compiler."""
    return f"#{mark:06x}"


def words(text: str) -> str:
    """Plain words as Typst markup, every special character escaped."""
    return f"#{_quoted(text)}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def compile_pages(bodies: Sequence[str]) -> tuple[Page, ...]:
    """Set each body (Typst markup; formulas as ``$...$``) on a page of its own, in one compile."""
    missing = [body for body in dict.fromkeys(bodies) if body not in _PAGES]
    if missing:
        source = _PREAMBLE + "\n#pagebreak()\n".join(f"#baseline{body}" for body in missing)
        try:
            found = _compiler().compile(source.encode(), format="svg")
        except typst.TypstError as error:
            raise ChainvizError(_complaint(missing, error)) from error
        sheets = found if isinstance(found, list) else [found]
        _PAGES.update(zip(missing, (_read(sheet or b"") for sheet in sheets), strict=True))
    return tuple(_PAGES[body] for body in bodies)


def _complaint(bodies: Sequence[str], error: typst.TypstError) -> str:
    for body in bodies:
        try:
            _compiler().compile(f"{_PREAMBLE}{body}".encode(), format="svg")
        except typst.TypstError as own:
            return f"Typst cannot set {body!r}: {own.message}"
    return f"Typst cannot set the text: {error.message}"


_PAGES: dict[str, Page] = {}  # a cache of pure results, never of state


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(ignore_system_fonts=True)


# -- reading Typst's SVG ---------------------------------------------------------------------

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"


def _read(sheet: bytes) -> Page:
    root = ElementTree.fromstring(sheet)
    outlines = {
        symbol.get("id", ""): _outline(path.get("d", ""))
        for symbol in root.iter(f"{_SVG}symbol")
        for path in symbol.iter(f"{_SVG}path")
    }
    glyphs = list(_walk(root, np.eye(3), outlines))
    base = next(g for g in glyphs if g.mark == int(_BASELINE[1:], 16))
    level = base.points[:, 1].max()  # y points down here; the full stop rests on the baseline
    flip = np.array([1.0, -1.0])
    return Page(
        tuple(
            Glyph((g.points - [0.0, level]) * flip / EM, g.mark, g.stroke / EM)
            for g in glyphs
            if g is not base
        )
    )


def _walk(
    element: ElementTree.Element, matrix: np.ndarray, outlines: dict[str, np.ndarray]
) -> Iterable[Glyph]:
    for child in element:
        if child.tag == f"{_SVG}defs":
            continue
        here = matrix @ _matrix(child.get("transform", ""))
        if child.tag == f"{_SVG}use":
            points = outlines[child.get(_HREF, "")[1:]]
            shift = np.array([float(child.get("x", 0)), float(child.get("y", 0))])
            if len(points):
                yield Glyph(_apply(here, points + shift), _mark(child.get("fill")))
        elif child.tag == f"{_SVG}path":
            yield _bar(child, here)
        else:
            yield from _walk(child, here, outlines)


def _bar(path: ElementTree.Element, matrix: np.ndarray) -> Glyph:
    points = _apply(matrix, _outline(path.get("d", "")))
    if path.get("stroke", "none") == "none":
        return Glyph(points, _mark(path.get("fill")))
    width = float(path.get("stroke-width", 1))
    if np.ptp(points[:, 1]) < 1e-6:  # a fraction bar: a filled box scales as glyphs do
        left, right = points[:, 0].min(), points[:, 0].max()
        low, high = points[0, 1] - width / 2, points[0, 1] + width / 2
        box = f"M{left} {low}L{right} {low}L{right} {high}L{left} {high}Z"
        return Glyph(_outline(box), _mark(path.get("stroke")))
    return Glyph(points, _mark(path.get("stroke")), width)


def _mark(colour: str | None) -> int:
    return int(colour[1:7], 16) if colour and colour.startswith("#") else 0


def _apply(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    result: np.ndarray = points @ matrix[:2, :2].T + matrix[:2, 2]
    return result


def _matrix(text: str) -> np.ndarray:
    result = np.eye(3)
    for name, arguments in re.findall(r"(\w+)\(([^)]*)\)", text):
        numbers = [float(word) for word in arguments.replace(",", " ").split()]
        step = np.eye(3)
        if name == "matrix":
            step[:2] = np.array(numbers).reshape(3, 2).T
        elif name == "translate":
            step[:2, 2] = (*numbers, 0.0)[:2]
        elif name == "scale":
            step[0, 0], step[1, 1] = numbers[0], numbers[-1]
        result = result @ step
    return result


@cache
def _outline(d: str) -> np.ndarray:
    """A path's segments, each raised to a cubic: (4 k, 2) points, subpaths closed."""
    curves: list[list[complex]] = []
    for segment in svgelements.Path(d):
        if isinstance(segment, svgelements.Move) or segment.start is None:
            continue
        a, b = complex(segment.start), complex(segment.end)
        if isinstance(segment, svgelements.CubicBezier):
            curves.append([a, complex(segment.control1), complex(segment.control2), b])
        elif isinstance(segment, svgelements.QuadraticBezier):
            c = complex(segment.control)
            curves.append([a, a + (c - a) * 2 / 3, b + (c - b) * 2 / 3, b])
        elif a != b:
            curves.append([a, a + (b - a) / 3, a + (b - a) * 2 / 3, b])
    flat = np.array(curves, dtype=complex).reshape(-1)
    return np.column_stack([flat.real, flat.imag])
