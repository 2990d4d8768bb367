"""Typst compiles many pieces of text and mathematics at once; out come glyph outlines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import typst

from chainviz.draw.svg import BASELINE, Page, colour_of, read_page
from chainviz.errors import ChainvizError

__all__ = ["compile_pages", "display", "marked", "marks_in", "words"]

EM = 100.0  # points: the size at which everything is set; scaled afterwards
FONTS = ("New Computer Modern", "New Computer Modern Math", "Libertinus Serif", "DejaVu Sans Mono")
MATH_FONT = "New Computer Modern Math"
_LOW = dict(zip(map(ord, "₀₁₂₃₄₅₆₇₈₉₊₋"), "0123456789+−", strict=True))
_HIGH = dict(zip(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"), "0123456789+−", strict=True))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_PREAMBLE = f"""#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(font: ({", ".join(map(_quoted, FONTS))}), fallback: false)
#set text(size: {EM}pt, fill: rgb("#000000"))
#show math.equation: set text(font: "{MATH_FONT}", fallback: false)
#let part(c, body) = {{ set text(fill: rgb(c)); body }}
#let baseline = box(width: 0pt, text(fill: rgb("{colour_of(BASELINE)}"))[.])
"""


def words(text: str) -> str:
    """Plain words as Typst markup, every special character escaped."""
    pieces = re.findall(r"[₀-₉₊₋]+|[⁰¹²³⁴-⁹⁺⁻]+|[^₀-₉₊₋⁰¹²³⁴-⁹⁺⁻]+", text)
    return "".join(f"#{_word(piece)};" for piece in pieces)


def _word(piece: str) -> str:
    """A piece of plain text; raised and lowered figures, which text fonts lack, are set as such."""
    if ord(piece[0]) in _LOW:
        return f"sub({_quoted(piece.translate(_LOW))})"
    if ord(piece[0]) in _HIGH:
        return f"super({_quoted(piece.translate(_HIGH))})"
    return _quoted(piece)


def display(body: str) -> str:
    """A formula in display style, on the line of the text."""
    return f"$display({body})$"


def marked(number: int, body: str) -> str:
    """A piece of a formula that carries a mark."""
    return f'part("{colour_of(number)}", {body})'


def marks_in(text: str) -> list[int]:
    """The marks that a piece of a formula holds already."""
    return [int(found, 16) for found in re.findall(r'part\("([0-9a-f]{6})"', text)]


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
        _PAGES.update(zip(missing, (read_page(sheet or b"", EM) for sheet in sheets), strict=True))
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
