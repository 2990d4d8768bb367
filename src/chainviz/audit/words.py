"""What a mobject is, in words and in kind, judged by its class and by the film's own names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import manim as mn

from chainviz.audit.timeline import Trait
from chainviz.draw.equation import Equation
from chainviz.draw.tag import tag_of
from chainviz.draw.typeset import Typeset
from chainviz.part import Kind, Part

__all__ = [
    "FORMULAS",
    "TEXTS",
    "group_of",
    "is_text",
    "maths_of",
    "name_of",
    "says_of",
    "traits_of",
]

_BOARD = Part(Kind.SHAPE, ("board",))
FORMULAS: tuple[type, ...] = (mn.SingleStringMathTex, mn.Typst)
TEXTS: tuple[type, ...] = (
    *FORMULAS, Typeset, Equation, mn.Text, mn.MarkupText, mn.Paragraph, mn.DecimalNumber,
)  # fmt: skip

_MATHS = re.compile(r"\$\$?(.+?)\$\$?|\\\((.+?)\\\)|\\\[(.+?)\\\]|(\\begin\{(?:align|eq).*)")
_ROWS = r"\\begin\{array\}\{c\}(?:\\quad *\\\\ *)*\\end\{array\}"  # how a Matrix makes them tall
_BRACKET = re.compile(rf"^\\left(\\?[^.]){_ROWS}\\right\.$|^\\left\.{_ROWS}\\right(\\?[^.])$")
_PROPS = re.compile(r" pA\d+$", re.MULTILINE)  # what Code adds to its lines and takes away again
_MARKUP = re.compile(r"</?\w+[^>]*>")
_PROSE = re.compile(r"\\(?:text(?:bf|it|rm|tt)?|mbox)\s*(\{[^{}]*\})")

# class -> what it tells the rules about itself and about everything inside it
_TRAITS: tuple[tuple[tuple[type, ...], Trait], ...] = (
    ((mn.Cross,), Trait.CROSS),
    ((mn.CoordinateSystem, mn.NumberLine), Trait.COORDINATES),
    (
        (mn.NumberPlane, mn.PolarPlane, mn.BackgroundRectangle, mn.FullScreenRectangle),
        Trait.BACKDROP,
    ),
    ((mn.SurroundingRectangle, mn.Underline), Trait.FRAME),
    ((mn.ArrowTip,), Trait.TIP),
    ((mn.Line, mn.DashedVMobject, mn.Arc, mn.CubicBezier), Trait.LINE),
    ((mn.ThreeDVMobject,), Trait.SOLID),
)


def is_text(mobject: Any) -> bool:
    """Whether the whole mobject is one text to the reader."""
    return _is_text(type(mobject))  # type: ignore[arg-type]


@cache
def _is_text(kind: type) -> bool:
    return issubclass(kind, TEXTS)


def traits_of(mobject: Any) -> frozenset[Trait]:
    """The traits that the mobject's class gives to it and to its parts."""
    return _traits(type(mobject))  # type: ignore[arg-type]


@cache
def _traits(kind: type) -> frozenset[Trait]:
    return frozenset(trait for kinds, trait in _TRAITS if issubclass(kind, kinds))


def says_of(mobject: Any) -> str:
    """What a text mobject says, as one line."""
    says = mobject.says if hasattr(type(mobject), "says") else vars(mobject).get("says")
    if isinstance(says, str):
        return says
    if isinstance(mobject, mn.DecimalNumber):
        return f"{mobject.number:.{mobject.num_decimal_places}f}"
    if isinstance(mobject, mn.Paragraph):
        lines: Any = mobject.lines_text
        return " ".join(_PROPS.sub("", lines.original_text).split())
    if isinstance(mobject, mn.MarkupText):
        return " ".join(_MARKUP.sub("", mobject.original_text).split())
    for attribute in ("original_text", "tex_string", "typst_code", "text"):
        found = getattr(mobject, attribute, None)
        if isinstance(found, str) and found.strip():
            return _BRACKET.sub(lambda tall: tall[1] or tall[2], " ".join(found.split()))
    return ""


def maths_of(mobject: Any, says: str) -> float:
    """The share of a text that is mathematics: between dollars in Tex, all but words in MathTex."""
    if getattr(mobject, "formula", None) is not None:
        return 1.0
    if not isinstance(mobject, FORMULAS):
        return 0.0
    prose = isinstance(mobject, mn.Tex) and mobject.tex_environment in {"center", None}
    prose |= isinstance(mobject, mn.Typst) and not isinstance(mobject, mn.MathTypst)
    return _maths_in(says, prose)


@cache
def _maths_in(says: str, prose: bool) -> float:
    marked = "".join("".join(found) for found in (_MATHS if prose else _PROSE).findall(says))
    share = len(marked.replace(" ", "")) / max(1, len(says.replace(" ", "")))
    return min(1.0, share) if prose else 1.0 - min(1.0, share)


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def name_of(
    mobject: Any, stand: Any, says: str, parents: tuple[Any, ...], names: Mapping[int, str]
) -> str:
    """The mobject in words: its class, what it says, and the film's own name for it."""
    tags = (tag_of(each) for each in (stand, mobject, *reversed(parents)))
    tag = next((tag for tag in tags if tag is not None and tag.part != _BOARD), None)
    if tag is not None:
        part = "equation" if tag.part.kind is Kind.EQUATION else str(tag.part)
        return f"{part} '{_short(says)}'" if says else part
    kind = type(stand).__name__
    if kind in {"VMobjectFromSVGPath", "MathTexPart"} and says:
        kind = "glyphs of"
    words = f"{kind} '{_short(says)}'" if says else kind
    if id(mobject) in names:
        return f"{names[id(mobject)]} ({words})"
    for parent in reversed(parents):
        if id(parent) in names:
            return f"{words} of {names[id(parent)]}"
    return words


def group_of(parents: tuple[Any, ...], names: Mapping[int, str]) -> str:
    """The group in words: the innermost that the film has a name for, or else the outermost."""
    for parent in reversed(parents):
        if id(parent) in names:
            return f"{names[id(parent)]} ({type(parent).__name__})"
    return type(parents[0]).__name__ if parents else ""
