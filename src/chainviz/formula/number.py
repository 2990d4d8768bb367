"""The one way numbers become text, and the way back for whoever checks a screen."""

from __future__ import annotations

import math
import re
from typing import Any

__all__ = ["agrees", "mantissa_and_exponent", "parse_number", "show_number"]

DECIMALS = 4
"""Decimals of a number that isn't whole."""
MANTISSA_DECIMALS = 2
"""Decimals of the figure before the power of ten."""
TINY, HUGE = 1e-3, 1e7
"""From where on the power of ten is written (tiny only where four decimals would lose figures)."""
CELLS = 12
"""Arrays with more numbers than this are named by their shape."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FROM_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def show_number(x: Any) -> str:
    """A number as the viewer reads it.

    Whole numbers as such, others with at most four decimals; a power of ten for the tiny and
    the huge, so that nothing but 0 is ever shown as 0. Arrays as bracketed rows, large ones
    as their shape.

    >>> show_number(1248.0), show_number(0.99752737), show_number(-0.0)
    ('1248', '0.9975', '0')
    >>> show_number(28.7730), show_number(1.2e-5), show_number(float("inf"))
    ('28.773', '1.2·10⁻⁵', '∞')
    >>> show_number([[1, 2], [3, 4.5]])
    '[[1, 2], [3, 4.5]]'
    """
    nested = as_nested(x)
    if isinstance(nested, list):
        cells, shape = measure(nested)
        return _show_nested(nested) if cells <= CELLS else show_shape(shape)
    mantissa, exponent = mantissa_and_exponent(nested)
    if exponent is None:
        return mantissa
    return f"{mantissa}·10{str(exponent).translate(_SUPERSCRIPTS)}"


def as_nested(x: Any) -> Any:
    """A plain number, or nested lists of them, whatever array library it came from."""
    if hasattr(x, "tolist"):
        x = x.tolist()
    return list(x) if isinstance(x, (list, tuple)) else x


def show_shape(shape: tuple[int, ...]) -> str:
    """The shape of an array in words that fit in a formula.

    >>> show_shape((30, 2)), show_shape((784,))
    ('30×2 array', '784 numbers')
    """
    if len(shape) == 1:
        return f"{shape[0]} numbers"
    return "×".join(map(str, shape)) + " array"


def measure(nested: list[Any]) -> tuple[int, tuple[int, ...]]:
    """How many numbers, and the shape, of nested lists."""
    shape: list[int] = []
    level: Any = nested
    while isinstance(level, (list, tuple)):
        shape.append(len(level))
        level = level[0] if level else None
    return math.prod(shape), tuple(shape)


def _show_nested(x: Any) -> str:
    if isinstance(x, (list, tuple)):
        return f"[{', '.join(map(_show_nested, x))}]"
    return show_number(x)


def mantissa_and_exponent(x: Any) -> tuple[str, int | None]:
    """The figures of a number and its power of ten, if one is written.

    >>> mantissa_and_exponent(6.0), mantissa_and_exponent(-1.25e-9)
    (('6', None), ('-1.25', -9))
    """
    if isinstance(x, int):
        return (str(int(x)), None) if abs(x) < HUGE else _scientific(x)
    x = float(x)
    if math.isnan(x):
        return "nan", None
    if math.isinf(x):
        return ("∞" if x > 0 else "-∞"), None
    if abs(x) >= HUGE:
        return _scientific(x)
    fixed = _strip(f"{x:.{DECIMALS}f}")
    if abs(x) < TINY and not math.isclose(float(fixed), x, rel_tol=1e-9):
        return _scientific(x)
    return fixed, None


def _scientific(x: float) -> tuple[str, int]:
    figures, exponent = f"{x:.{MANTISSA_DECIMALS}e}".split("e")
    return _strip(figures), int(exponent)


def _strip(figures: str) -> str:
    if "." in figures:
        figures = figures.rstrip("0").rstrip(".")
    return "0" if figures == "-0" else figures


_FIGURES = r"[-−+]?(?:\d+(?:\.\d*)?|\.\d+)"
_SHOWN = re.compile(
    rf"(?P<figures>{_FIGURES})"
    r"(?:\s*[·⋅×*]\s*10(?:(?P<raised>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|\^[({]?(?P<power>[-−]?\d+)[)}]?)"
    r"|[eE](?P<e>[-+−]?\d+))?"
)
_WORDS = {"∞": math.inf, "+∞": math.inf, "-∞": -math.inf, "inf": math.inf, "-inf": -math.inf}


def parse_number(text: str) -> float:
    """The number that a shown text stands for.

    >>> parse_number("−0.0025"), parse_number("1.2·10⁻⁵"), parse_number("1248")
    (-0.0025, 1.2e-05, 1248.0)
    """
    return _parse(text)[0]


def _parse(text: str) -> tuple[float, float]:
    """The number, and half a unit of its last figure."""
    plain = text.strip().replace("−", "-")
    if plain in _WORDS:
        return _WORDS[plain], 0.0
    if plain == "nan":
        return math.nan, 0.0
    match = _SHOWN.fullmatch(plain)
    if match is None:
        raise ValueError(f"{text!r} is not a number as chainviz shows them")
    raised = (match["raised"] or "").translate(_FROM_SUPERSCRIPTS)
    exponent = int(raised or match["power"] or match["e"] or 0)
    figures = match["figures"]
    if figures.lstrip("+-") == "0":
        return 0.0, 0.0  # nothing but 0 is shown as 0
    decimals = len(figures.partition(".")[2])
    scientific = exponent != 0
    # stripped zeros count as shown: the writer keeps at least this many decimals
    decimals = max(decimals, MANTISSA_DECIMALS if scientific else DECIMALS)
    return float(f"{figures}e{exponent}"), 0.5 * 10.0 ** (exponent - decimals)


def agrees(text: str, value: float) -> bool:
    """Whether a shown number equals a value, at the precision it is shown with.

    >>> agrees("0.9975", 0.99752737), agrees("0.9974", 0.99752737), agrees("1248", 1248.0)
    (True, False, True)
    """
    shown, slack = _parse(text)
    value = float(value)
    if math.isnan(shown) or math.isnan(value):
        return math.isnan(shown) and math.isnan(value)
    if math.isinf(shown) or math.isinf(value):
        return shown == value
    return abs(shown - value) <= slack * (1 + 1e-9) + 1e-12 * abs(value)
