"""The error of a formula text: it shows the line and points at the place."""

from __future__ import annotations

from chainviz.errors import ChainvizError

__all__ = ["ParseError"]


class ParseError(ChainvizError):
    """A text that isn't a formula: what is wrong, where, and what is accepted."""

    def __init__(self, what: str, text: str, at: int) -> None:
        self.what = what
        self.at = at
        before = text[:at]
        self.line = before.count("\n") + 1
        self.column = at - (before.rfind("\n") + 1) + 1
        row = text.split("\n")[self.line - 1]
        start = max(0, self.column - 61)  # a long line is shown around the place
        shown = row[start : start + 120].replace("\t", " ")
        caret = " " * (self.column - 1 - start) + "^"
        super().__init__(f"line {self.line}, column {self.column}: {what}\n  {shown}\n  {caret}")
