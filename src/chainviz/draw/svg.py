"""Outlines out of SVG: the little of it that Typst and dvisvgm write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

import numpy as np
import svgelements

__all__ = ["BASELINE", "Glyph", "Page", "colour_of", "read_page"]

BASELINE = 0xFEFEFE  # the colour of the full stop that marks where the baseline is


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """One outline: cubic Bezier points in em, y upwards from the baseline, and its mark."""

    points: np.ndarray  # (4 k, 2)
    mark: int  # the number its colour stood for; 0 = unmarked
    stroke: float = 0.0  # line width in em, for lines that aren't bars; 0 = a filled outline


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """The glyphs of one piece, in writing order."""

    glyphs: tuple[Glyph, ...]


def colour_of(mark: int) -> str:
    """The colour that carries a mark through a compiler, without the #."""
    return f"{mark:06x}"


_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"


def read_page(sheet: bytes, em: float) -> Page:
    """The glyphs of an SVG page whose full stop in the baseline's colour says where y is 0."""
    root = ElementTree.fromstring(sheet)
    outlines = {path.get("id", ""): path.get("d", "") for path in root.iter(f"{_SVG}path")}
    for symbol in root.iter(f"{_SVG}symbol"):
        for path in symbol.iter(f"{_SVG}path"):
            outlines[symbol.get("id", "")] = path.get("d", "")
    glyphs = list(_walk(root, np.eye(3), "", outlines))
    base = next(g for g in glyphs if g.mark == BASELINE)
    level = base.points[:, 1].max()  # y points down here; the full stop rests on the baseline
    flip = np.array([1.0, -1.0])
    return Page(
        tuple(
            Glyph((g.points - [0.0, level]) * flip / em, g.mark, g.stroke / em)
            for g in glyphs
            if g is not base
        )
    )


def _walk(
    element: ElementTree.Element, matrix: np.ndarray, fill: str, outlines: dict[str, str]
) -> Iterable[Glyph]:
    for child in element:
        if child.tag == f"{_SVG}defs":
            continue
        here = matrix @ _matrix(child.get("transform", ""))
        own = child.get("fill", fill)
        if child.tag == f"{_SVG}use":
            points = _outline(outlines[child.get(_HREF, "")[1:]])
            shift = np.array([float(child.get("x", 0)), float(child.get("y", 0))])
            if len(points):
                yield Glyph(_apply(here, points + shift), _mark(own))
        elif child.tag == f"{_SVG}rect":
            x, y, w, h = (float(child.get(name, 0)) for name in ("x", "y", "width", "height"))
            yield Glyph(_apply(here, _outline(_box(x, y, x + w, y + h))), _mark(own))
        elif child.tag == f"{_SVG}path":
            yield _path(child, here, own)
        else:
            yield from _walk(child, here, own, outlines)


def _path(path: ElementTree.Element, matrix: np.ndarray, fill: str) -> Glyph:
    points = _apply(matrix, _outline(path.get("d", "")))
    if path.get("stroke", "none") == "none":
        return Glyph(points, _mark(fill))
    width = float(path.get("stroke-width", 1))
    if np.ptp(points[:, 1]) < 1e-6:  # a fraction bar: a filled box scales as glyphs do
        left, right = points[:, 0].min(), points[:, 0].max()
        low, high = points[0, 1] - width / 2, points[0, 1] + width / 2
        return Glyph(_outline(_box(left, low, right, high)), _mark(path.get("stroke")))
    return Glyph(points, _mark(path.get("stroke")), width)


def _box(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"M{x0} {y0}L{x1} {y0}L{x1} {y1}L{x0} {y1}Z"


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
