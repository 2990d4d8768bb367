"""The syntax tree of a formula text: what was written, with nothing worked out."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "Binary",
    "Call",
    "Expression",
    "Index",
    "List",
    "Name",
    "Number",
    "Program",
    "Statement",
    "Unary",
]


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    at: int = field(default=0, compare=False)  # where it stands in the text


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign: the operator is always ``-``."""

    operator: str
    operand: Expression
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and one of ``+ - * / ^ @``."""

    operator: str
    left: Expression
    right: Expression
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments; ``|x|`` is a call of abs."""

    function: str
    arguments: tuple[Expression, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class List:
    """A vector written out: ``[a, b, c]``."""

    items: tuple[Expression, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """Some entries of a vector or a matrix, by whole numbers: ``x[0]``, ``W[0, 1]``."""

    of: Expression
    index: tuple[int, ...]
    at: int = field(default=0, compare=False)


Expression = Name | Number | Unary | Binary | Call | List | Index


@dataclass(frozen=True, slots=True)
class Statement:
    """``name = expression``; the name is None where a bare expression stands."""

    name: str | None
    expression: Expression
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Program:
    """Statements in the order in which they were written."""

    statements: tuple[Statement, ...]
