"""The grammar of formula text: precedence climbing over tokens, nothing executed."""

from __future__ import annotations

import math

from chainviz.ops import ops_by_call
from chainviz.parse.errors import ParseError
from chainviz.parse.tokens import Token, tokens
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

__all__ = ["MAX_DEPTH", "program", "syntax"]

MAX_DEPTH = 100  # levels of nesting

# operator -> (how tightly it binds, how tightly its right side must bind)
BINDS = {"+": (1, 2), "-": (1, 2), "*": (3, 4), "/": (3, 4), "@": (3, 4), "^": (7, 6)}
SIGN_BINDS = 5  # -x^2 is -(x^2), and -a*b is (-a)*b
PRODUCT = BINDS["*"]


def program(text: str) -> Program:
    """Read the statements of a formula text."""
    return _Reader(text).program()


def syntax(text: str) -> Expression:
    """Read one expression.

    >>> from chainviz.parse import Binary, Name
    >>> syntax("a*b") == Binary("*", Name("a"), Name("b"))
    True
    """
    reader = _Reader(text)
    found = reader.expression()
    reader.finish()
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.next = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def wrong(self, what: str, at: int | None = None) -> ParseError:
        return ParseError(what, self.text, self.token.at if at is None else at)

    def take(self) -> Token:
        token = self.tokens[self.next]
        self.next += token.kind != "end"
        return token

    def is_sign(self, said: str) -> bool:
        return self.token.kind == "sign" and self.token.text == said

    def close(self, closing: str, opened: Token) -> None:
        if not self.is_sign(closing):
            raise self.wrong(
                f"{_said(self.token)} where {closing!r} is expected, to close the {opened.text!r} "
                f"of column {ParseError('', self.text, opened.at).column}"
            )
        self.take()

    def finish(self) -> None:
        """Refuse what follows a whole expression."""
        token = self.token
        if token.kind == "end":
            return
        before = self.tokens[self.next - 1]
        if before.text in ops_by_call and token.kind in ("name", "number"):
            called = f"{before.text}({token.text})"
            what = f"{before.text} is a function, and its argument stands in brackets: {called}"
        elif token.text == "=" and before.text == ")":
            what = "on the left of '=' stands a name alone: f = x^2, not f(x) = x^2"
        elif token.text == "=":
            what = "'=' stands behind one new name, once in a statement: name = expression"
        elif token.kind in ("name", "number") or token.text in ("[", "("):
            what = f"no operator before {token.text!r}; write * for a product, ; between statements"
        else:
            what = f"{_said(token)} where an operator, ';' or the end is expected"
        raise self.wrong(what)

    def program(self) -> Program:
        statements = []
        while True:
            while self.is_sign(";"):
                self.take()
            if self.token.kind == "end":
                break
            statements.append(self.statement())
            if not self.is_sign(";"):
                self.finish()
        if not statements:
            raise self.wrong("there is no formula here; write one, such as y = w*x + b", 0)
        return Program(tuple(statements))

    def statement(self) -> Statement:
        at = self.token.at
        name = None
        if self.token.kind == "name" and self.tokens[self.next + 1].text == "=":
            name = self.take().text
            self.take()
        return Statement(name, self.expression(), at)

    def expression(self, least: int = 0) -> Expression:
        """Read operands and the operators that bind at least so tightly."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.wrong(
                f"nested deeper than {MAX_DEPTH} levels; give inner parts names of their own"
            )
        left = self.operand()
        while True:
            token = self.token
            written = token.kind == "sign" and token.text in BINDS
            if not written and not self.is_product():
                break
            binds, right_binds = BINDS[token.text] if written else PRODUCT
            if binds < least:
                break
            if written:
                self.take()
            right = self.expression(right_binds)
            left = Binary(token.text if written else "*", left, right, token.at)
        self.depth -= 1
        return left

    def is_product(self) -> bool:
        """Whether a product begins without a sign: 2x, 3(x + 1), (a + b)(c + d), (a + b)c."""
        before = self.tokens[self.next - 1]
        follows = self.token.kind == "name" or self.is_sign("(")
        return follows and (before.kind == "number" or before.text == ")")

    def operand(self) -> Expression:
        token = self.take()
        found: Expression
        if token.kind == "number":
            return self.number(token)
        if token.kind == "name":
            if self.is_sign("("):
                found = Call(token.text, self.items(self.take(), ")"), token.at)
            elif self.text[token.at] == "√":  # √x binds as a sign does, √2x is √2 x
                return Call("sqrt", (self.expression(SIGN_BINDS + 1),), token.at)
            else:
                found = Name(token.text, token.at)
            return self.entries(found)
        match token.text:
            case "-":
                return Unary("-", self.expression(SIGN_BINDS), token.at)
            case "+":
                return self.expression(SIGN_BINDS)
            case "(":
                found = self.expression()
                self.close(")", token)
                return self.entries(found)
            case "[":
                return self.entries(List(self.items(token, "]"), token.at))
            case "|":
                found = self.expression()
                self.close("|", token)
                return Call("abs", (found,), token.at)
        raise self.wrong(
            f"{_said(token)} where a name, a number, a function or '(' is expected", token.at
        )

    def number(self, token: Token) -> Number:
        value = float(token.text)
        if not math.isfinite(value):
            raise self.wrong("this number is too large for a float64", token.at)
        return Number(value, token.at)

    def entries(self, of: Expression) -> Expression:
        """Read x[0] or W[0, 1] behind what has entries."""
        if not self.is_sign("["):
            return of
        opened = self.take()
        index: list[int] = []
        while not index or self.is_sign(","):
            if index:
                self.take()
            sign = -1 if self.is_sign("-") else 1
            self.next += sign < 0
            token = self.take()
            if token.kind != "number" or not token.text.isdigit():
                raise self.wrong(f"{_said(token)} where a whole number is expected: x[0]", token.at)
            index.append(sign * int(token.text))
        self.close("]", opened)
        return self.entries(Index(of, tuple(index), opened.at))

    def items(self, opened: Token, closing: str) -> tuple[Expression, ...]:
        found = [self.expression()]
        while self.is_sign(","):
            self.take()
            found.append(self.expression())
        self.close(closing, opened)
        return tuple(found)


def _said(token: Token) -> str:
    if token.kind == "end":
        return "the text ends"
    return "the statement ends" if token.text == ";" else f"{token.text!r} stands"
