"""Formulas as frozen trees: what the printers print and the derivations build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

from chainviz.part import Part

__all__ = [
    "Abs",
    "Accent",
    "Add",
    "Big",
    "Call",
    "Deriv",
    "Eq",
    "Formula",
    "Frac",
    "Indicator",
    "Keyed",
    "Matrix",
    "Mul",
    "Neg",
    "Norm",
    "Num",
    "Paren",
    "Pow",
    "Root",
    "Row",
    "Sub",
    "Sym",
    "Text",
    "Transpose",
    "Under",
]

Joint = Literal["juxtapose", "dot", "times", "matrix", "hadamard"]


class Formula:
    """Any piece of a formula; every kind of piece is one of the classes below."""

    __slots__ = ()

    def __deepcopy__(self, memo: Any) -> Self:
        """Frozen: copies of what is drawn share their formula."""
        return self


def _frozen(value: Any) -> Any:
    """Plain numbers in nested tuples, whatever library the array came from."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value


@dataclass(frozen=True, slots=True)
class Sym(Formula):
    """One italic letter: ``Sym("x")``; Greek by its name: ``Sym("alpha")``."""

    name: str


@dataclass(frozen=True, slots=True)
class Num(Formula):
    """A number or an array; printed by :func:`chainviz.formula.show_number`'s rule.

    Arrays are kept as nested tuples, so that formulas can be compared.
    """

    value: Any

    def __post_init__(self) -> None:
        if hasattr(self.value, "tolist") or isinstance(self.value, list):
            object.__setattr__(self, "value", _frozen(self.value))


@dataclass(frozen=True, slots=True)
class Text(Formula):
    """Upright words: a long name such as ``target``, or a remark."""

    text: str


@dataclass(frozen=True, slots=True)
class Accent(Formula):
    """A mark on a letter: hat, bar, tilde, vec, dot, prime.

    Or a face of it: bold, boldsymbol (bold and slanted), upright, cal, bb.
    """

    mark: str
    body: Formula


@dataclass(frozen=True, slots=True)
class Sub(Formula):
    """A subscript: ``Sub(Sym("w"), Num(1))``."""

    body: Formula
    index: Formula


@dataclass(frozen=True, slots=True)
class Neg(Formula):
    """Minus something."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Add(Formula):
    """A sum; a :class:`Neg` among the terms is printed as a subtraction."""

    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Mul(Formula):
    """A product; ``juxtapose`` writes a dot only where figures would run together."""

    factors: tuple[Formula, ...]
    sign: Joint = "juxtapose"


@dataclass(frozen=True, slots=True)
class Frac(Formula):
    """A fraction; ``above / below`` where there is one line only."""

    above: Formula
    below: Formula


@dataclass(frozen=True, slots=True)
class Pow(Formula):
    """A power."""

    base: Formula
    exponent: Formula


@dataclass(frozen=True, slots=True)
class Root(Formula):
    """A root; the square root when no index is given."""

    body: Formula
    index: Formula | None = None


@dataclass(frozen=True, slots=True)
class Abs(Formula):
    """Absolute value."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Norm(Formula):
    """Length of a vector."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Call(Formula):
    """A function of arguments; ``fn`` is a known name (``sin``, ``sigma``) or a formula (g, f').

    Without arguments it is the function's name alone.
    """

    fn: str | Formula
    args: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Eq(Formula):
    """A relation; an Eq on the right continues the chain: ``a = b = c``."""

    left: Formula
    right: Formula
    sign: str = "="


@dataclass(frozen=True, slots=True)
class Deriv(Formula):
    """The derivative of one thing by another, with d when ``total``, else with the curly one."""

    of: Formula
    wrt: Formula
    total: bool = False


@dataclass(frozen=True, slots=True)
class Paren(Formula):
    """Brackets that shall be there (``()``, ``[]``, ``{}``); needed ones come by themselves."""

    body: Formula
    shape: str = "()"


@dataclass(frozen=True, slots=True)
class Matrix(Formula):
    """Rows of cells in brackets; a vector is rows of one cell."""

    rows: tuple[tuple[Formula, ...], ...]
    shape: str = "[]"


@dataclass(frozen=True, slots=True)
class Transpose(Formula):
    """The transpose of a matrix."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Indicator(Formula):
    """1 where a condition holds, else 0: ``1[h > 0]``."""

    condition: Formula


@dataclass(frozen=True, slots=True)
class Under(Formula):
    """A piece with a small note beneath it, such as a shape."""

    body: Formula
    note: Formula


@dataclass(frozen=True, slots=True)
class Big(Formula):
    """A large operator over what follows: ``sum``, ``prod`` or ``int``, with limits."""

    op: str
    body: Formula
    lower: Formula | None = None
    upper: Formula | None = None


@dataclass(frozen=True, slots=True)
class Row(Formula):
    """Pieces one after the other, which mean nothing more: ``a, b``; signs are :class:`Text`."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Keyed(Formula):
    """A piece that can be addressed: lit up, moved, checked."""

    part: Part
    body: Formula
