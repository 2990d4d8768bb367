"""Formula text becomes a Graph, without executing anything."""

from __future__ import annotations

from chainviz.parse.build import parse
from chainviz.parse.errors import ParseError
from chainviz.parse.grammar import MAX_DEPTH, program, syntax
from chainviz.parse.tokens import MAX_LENGTH
from chainviz.parse.tree import (
    Binary,
    Call,
    Expression,
    Index,
    List,
    Name,
    Number,
    Program,
    Statement,
    Unary,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "Binary",
    "Call",
    "Expression",
    "Index",
    "List",
    "Name",
    "Number",
    "ParseError",
    "Program",
    "Statement",
    "Unary",
    "parse",
    "program",
    "syntax",
]
