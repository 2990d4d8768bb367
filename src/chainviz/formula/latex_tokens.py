"""A LaTeX label cut into tokens, and the error that points into it."""

from __future__ import annotations

import re
from typing import NamedTuple

from chainviz.errors import ChainvizError

__all__ = ["LatexError", "Token", "Tokens"]


class LatexError(ChainvizError):
    """A label with a piece that can't be drawn: the piece, its place, and what to write."""

    def __init__(self, what: str, text: str, at: int) -> None:
        super().__init__(f"{what}\n  {text}\n  {' ' * at}^ at position {at + 1}")
        self.what, self.text, self.at = what, text, at

    def __reduce__(self) -> tuple[type[LatexError], tuple[str, str, int]]:
        return LatexError, (self.what, self.text, self.at)


_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)


class Token(NamedTuple):
    """A command, a number or a sign, and where it stands in the label."""

    text: str
    at: int


class Tokens:
    """The tokens of a label, taken one by one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [Token(m.group(), m.start()) for m in _TOKEN.finditer(text)]
        self.tokens = [t for t in self.tokens if not t.text.isspace() and t.text != "$"]
        self.tokens.append(Token("", len(text)))
        self.next = 0

    @property
    def token(self) -> Token:
        """The one that comes next; empty at the end."""
        return self.tokens[self.next]

    @property
    def ahead(self) -> Token:
        """The one after that."""
        return self.tokens[min(self.next + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        """The next one, which is then behind us."""
        token = self.token
        self.next += bool(token.text)
        return token

    def wrong(self, what: str, at: int | None = None) -> LatexError:
        """The error that points at the next token, or at a place."""
        return LatexError(what, self.text, self.token.at if at is None else at)

    def expect(self, text: str, opened: Token) -> None:
        """Take what closes the thing that was opened."""
        if self.token.text != text:
            raise self.wrong(f"{opened.text} is never closed by {text}", opened.at)
        self.take()

    def raw(self, token: Token) -> str:
        """The characters between braces, as they stand."""
        opened = self.take()
        end = self.text.find("}", opened.at)
        if opened.text != "{" or end < 0:
            raise self.wrong(f"{token.text} wants its words in braces", token.at)
        while self.token.text and self.token.at <= end:
            self.take()
        return self.text[opened.at + 1 : end]

    def split_figures(self) -> None:
        """Part the first figure from a number: x^12 means x^1 2."""
        text, at = self.token
        if text.isdigit() and len(text) > 1:
            self.tokens[self.next : self.next + 1] = [Token(text[0], at), Token(text[1:], at + 1)]
