"""The grammar of formula text: precedence climbing over tokens, nothing executed."""

from __future__ import annotations

from chainviz.parse.errors import ParseError
from chainviz.parse.tokens import Token, tokens
from chainviz.parse.tree import (
    Binary,
    Call,
    Expression,
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
IMPLICIT = (3, 4)  # 2x and 3(x + 1)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.next = 0
        self.depth = 0
        self.bars = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def wrong(self, what: str, at: int | None = None) -> ParseError:
        return ParseError(what, self.text, self.token.at if at is None else at)

    def take(self) -> Token:
        token = self.tokens[self.next]
        self.next += 1
        return token

    def is_sign(self, said: str) -> bool:
        return self.token.kind == "sign" and self.token.text == said

    def expect(self, said: str, opened: Token) -> None:
        if not self.is_sign(said):
            found = repr(self.token.text) if self.token.text else "the end of the text"
            raise self.wrong(f"{opened.text!r} is open: expected {said!r}, found {found}")
        self.take()

    def program(self) -> Program:
        statements = []
        while self.token.kind != "end":
            if self.is_sign(";"):
                self.take()
                continue
            statements.append(self.statement())
            if self.token.kind != "end" and not self.is_sign(";"):
                raise self.wrong(self.stray())
        if not statements:
            raise self.wrong("the text is empty; write a formula such as  y = w*x + b", 0)
        return Program(tuple(statements))

    def stray(self) -> str:
        token = self.token
        if token.text == "=":
            return "a second '='; on the left of '=' stands one name, and each statement has one"
        if token.kind in ("name", "number"):
            return f"{token.text!r} follows with no operator; write * for a product, ; between statements"
        return f"unexpected {token.text!r}; an operator or ; may stand here"

    def statement(self) -> Statement:
        at = self.token.at
        name = None
        after = self.tokens[min(self.next + 1, len(self.tokens) - 1)]
        if self.token.kind == "name" and after.kind == "sign" and after.text == "=":
            name = self.take().text
            self.take()
        return Statement(name, self.expression(0), at)

    def expression(self, least: int) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.wrong(
                f"nested deeper than {MAX_DEPTH} levels; give the inner parts names of their own"
            )
        left = self.operand()
        while True:
            token = self.token
            if token.kind == "sign" and token.text in BINDS:
                binds, right_binds = BINDS[token.text]
                implicit = False
            elif self.multiplies(left):
                binds, right_binds = IMPLICIT
                implicit = True
            else:
                break
            if binds < least:
                break
            if not implicit:
                self.take()
            right = self.expression(right_binds)
            left = Binary("*" if implicit else token.text, left, right, token.at)
        self.depth -= 1
        return left

    def multiplies(self, left: Expression) -> bool:
        """Whether a product begins without a sign: 2x, 3(x + 1), (a + b)(c + d)."""
        before = self.tokens[self.next - 1]
        if before.kind == "number":
            return self.token.kind == "name" or self.is_sign("(")
        return before.text == ")" and (self.is_sign("(") or self.token.kind == "name")

    def operand(self) -> Expression:
        token = self.take()
        if token.kind == "number":
            return Number(float(token.text), token.at)
        if token.kind == "name":
            if token.text == "sqrt" and self.text[token.at] == "√" and not self.is_sign("("):
                return Call("sqrt", (self.expression(SIGN_BINDS + 1),), token.at)
            return self.call(token) if self.is_sign("(") else Name(token.text, token.at)
        if token.kind == "sign":
            if token.text in "+-":
                operand = self.expression(SIGN_BINDS)
                return operand if token.text == "+" else Unary("-", operand, token.at)
            if token.text == "(":
                inside = self.expression(0)
                self.expect(")", token)
                return inside
            if token.text == "[":
                items = self.items(token, "]")
                return List(items, token.at)
            if token.text == "|":
                inside = self.expression(0)
                self.expect("|", token)
                return Call("abs", (inside,), token.at)
        found = "the text ends" if token.kind == "end" else f"{token.text!r} stands"
        raise self.wrong(f"{found} where a name, a number, a function or '(' is expected", token.at)

    def call(self, name: Token) -> Expression:
        return Call(name.text, self.items(self.take(), ")"), name.at)

    def items(self, opened: Token, closing: str) -> tuple[Expression, ...]:
        if self.is_sign(closing):
            raise self.wrong("expected at least one argument")
        found = [self.expression(0)]
        while self.is_sign(","):
            self.take()
            found.append(self.expression(0))
        self.expect(closing, opened)
        return tuple(found)


def program(text: str) -> Program:
    """The statements of a formula text."""
    return _Reader(text).program()


def syntax(text: str) -> Expression:
    """The tree of one expression.

    >>> syntax("y*(1 - y)")
    Binary(operator='*', left=Name(name='y', at=0), right=..., at=1)
    """
    reader = _Reader(text)
    found = reader.expression(0)
    if reader.token.kind != "end":
        raise reader.wrong(reader.stray())
    return found
