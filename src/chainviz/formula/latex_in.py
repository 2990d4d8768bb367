"""Labels in LaTeX, read into formula trees: the usual words of formulas, no macros."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from functools import reduce
from typing import NamedTuple

from chainviz.errors import ChainvizError
from chainviz.formula import latex_words as words
from chainviz.formula.latex_rows import Piece, assemble
from chainviz.formula.notation import symbol
from chainviz.formula.tree import (
    Abs,
    Accent,
    Big,
    Call,
    Deriv,
    Formula,
    Frac,
    Matrix,
    Mul,
    Norm,
    Num,
    Paren,
    Pow,
    Root,
    Row,
    Sub,
    Sym,
    Text,
    Transpose,
)

__all__ = ["LatexError", "from_latex"]


class LatexError(ChainvizError):
    """A label with a piece that can't be drawn: the piece, its place, and what to write."""

    def __init__(self, what: str, text: str, at: int) -> None:
        super().__init__(f"{what}\n  {text}\n  {' ' * at}^ at position {at + 1}")
        self.at = at


_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)


class _Token(NamedTuple):
    text: str
    at: int


def from_latex(text: str) -> Formula:
    r"""The tree of a label in LaTeX's math mode (dollar signs around it may stay).

    >>> from chainviz.formula.print_plain import to_plain
    >>> to_plain(from_latex(r"\frac{\partial L}{\partial w_1}"))
    '∂L/∂w₁'
    >>> to_plain(from_latex(r"\hat{y} = \sigma(\mathbf{W} x + b)"))
    'ŷ = σ(W·x + b)'
    >>> from_latex(r"\foo x")
    Traceback (most recent call last):
    chainviz.formula.latex_in.LatexError: \foo can't be drawn ...
    """
    reader = _Reader(text)
    found = reader.row(())
    if reader.token.text:
        raise reader.wrong(f"{reader.token.text} closes nothing")
    return found


_BIG_ENDS = ("+", "-", "−", "=", ",", ")", "]", "}", "&", r"\\", r"\right", r"\end")


def _bracket(opened: str, body: Formula) -> Formula:
    if opened in ("|", r"\lvert"):
        return Abs(body)
    if opened in (r"\|", r"\lVert"):
        return Norm(body)
    return Paren(body, {"(": "()", "[": "[]"}.get(opened, "{}"))


def _raised(base: Formula, upper: Formula) -> Formula:
    match upper:
        case Text("⊤"):
            return Transpose(base)
        case Text("'"):
            return Accent("prime", base)
    return Pow(base, upper)


class _Reader:
    """One reading of a label."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [_Token(m.group(), m.start()) for m in _TOKEN.finditer(text)]
        self.tokens = [t for t in self.tokens if not t.text.isspace() and t.text != "$"]
        self.tokens.append(_Token("", len(text)))
        self.next = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self) -> _Token:
        token = self.token
        self.next += bool(token.text)
        return token

    def wrong(self, what: str, at: int | None = None) -> LatexError:
        return LatexError(what, self.text, self.token.at if at is None else at)

    def expect(self, text: str, opened: _Token) -> None:
        if self.token.text != text:
            raise self.wrong(f"{opened.text} is never closed by {text}", opened.at)
        self.take()

    # -- rows of pieces ---------------------------------------------------------------------

    def row(self, ends: tuple[str, ...]) -> Formula:
        """Everything up to one of the ends, which stays."""
        return assemble(self.pieces(ends))

    def pieces(self, ends: tuple[str, ...]) -> list[Piece]:
        found: list[Piece] = []
        while self.token.text and self.token.text not in (*ends, "}", r"\right", r"\end"):
            if self.token.text in (")", "]") and not ends:
                break
            found += self.piece(ends)
        return found

    def piece(self, ends: tuple[str, ...]) -> list[Piece]:
        token = self.token
        word = token.text.removeprefix("\\")
        is_command = word != token.text
        if token.text in ("+", "-", "−"):
            self.take()
            return [Piece("sign", Text("+" if token.text == "+" else "-"))]
        if token.text in (",", ";", ":", ".", "/", "!", "?"):
            self.take()
            return [Piece("mark", Text(token.text))]
        if is_command and word in words.UNSEEN:
            self.take()
            return []
        if (is_command or token.text == "~") and word in words.SPACES:
            self.take()
            return [Piece("space", Text(words.SPACES[word]))]
        if word in words.PRODUCTS and (is_command or not word.isalpha()):
            self.take()
            return [Piece("product", Text(words.PRODUCTS[word]))]
        if word in words.RELATIONS and (is_command or not word.isalpha()):
            self.take()
            return [Piece("relation", Text(words.RELATIONS[word]))]
        if is_command and word in words.BIG:
            return [Piece("atom", self.big(words.BIG[self.take().text[1:]], ends))]
        return [Piece("atom", self.scripted())]

    def big(self, op: str, ends: tuple[str, ...]) -> Formula:
        lower, upper = self.scripts()
        rest: list[Piece] = []
        while self.token.text and self.token.text not in (*ends, *_BIG_ENDS):
            if self.token.text.removeprefix("\\") in words.RELATIONS:
                break
            rest += self.piece(ends)
        return Big(op, assemble(rest), lower, upper)

    # -- atoms and what stands above and below them -----------------------------------------

    def scripts(self) -> tuple[Formula | None, Formula | None]:
        """What stands below and above, in either order."""
        lower = upper = None
        while self.token.text in ("_", "^"):
            sign = self.take()
            inner = self.argument(sign)
            if sign.text == "_" and isinstance(inner, Mul):
                inner = Row(inner.factors)  # w_{ij} is no product
            if (lower if sign.text == "_" else upper) is not None:
                raise self.wrong(f"a second {sign.text} on one letter; use braces", sign.at)
            lower, upper = (inner, upper) if sign.text == "_" else (lower, inner)
        return lower, upper

    def scripted(self) -> Formula:
        base = self.atom()
        primes = 0
        while self.token.text in ("'", "′"):
            self.take()
            primes += 1
        lower, upper = self.scripts()
        if lower is not None:
            base = Sub(base, lower)
        while self.token.text in ("'", "′"):
            self.take()
            primes += 1
        base = reduce(lambda inner, _: Accent("prime", inner), range(primes), base)
        if self.opens_arguments():
            if isinstance(base, Call):
                base = Call(base.fn, self.arguments())
            elif upper is None and isinstance(base, (Sym, Sub, Accent, Text)):
                base = Call(base, self.arguments())
            if upper is None and self.token.text == "^":
                upper = self.scripts()[1]
        return base if upper is None else _raised(base, upper)

    def opens_arguments(self) -> bool:
        """Whether round brackets follow directly."""
        opener = self.tokens[self.next + 1] if self.token.text == r"\left" else self.token
        return opener.text == "("

    def arguments(self) -> tuple[Formula, ...]:
        """What stands in round brackets, parted at commas."""
        if self.token.text == r"\left":
            self.take()
        opened = self.take()
        found = [self.row((")", ","))]
        while self.token.text == ",":
            self.take()
            found.append(self.row((")", ",")))
        if self.token.text == r"\right":
            self.take()
        self.expect(")", opened)
        return tuple(found)

    def argument(self, before: _Token) -> Formula:
        """What a command or a script applies to: braces, or the next single thing."""
        if not self.token.text:
            raise self.wrong(f"nothing follows {before.text}", before.at)
        if self.token.text == "{":
            opened = self.take()
            found = self.row(())
            self.expect("}", opened)
            return found
        if self.token.text.isdigit() and len(self.token.text) > 1:
            token = self.token  # only one figure belongs to it: x^12 is x^1 2
            rest = _Token(token.text[1:], token.at + 1)
            self.tokens[self.next : self.next + 1] = [_Token(token.text[0], token.at), rest]
        if self.token.text in ("'", "*", "-", "+"):
            return Text(self.take().text)
        return self.atom()

    def atom(self) -> Formula:
        token = self.token
        if token.text[0].isdigit():
            self.take()
            return Num(float(token.text)) if "." in token.text else Num(int(token.text))
        if not token.text.startswith("\\") and token.text in words.SIGNS:
            self.take()
            return Text(token.text)
        if token.text == "{":
            return self.argument(token)
        if token.text in words.BRACKETS:
            self.take()
            return self.bracketed(token, words.BRACKETS[token.text])
        if token.text.isalpha():
            self.take()
            return symbol(token.text)
        if token.text.startswith("\\"):
            self.take()
            return self.command(token)
        raise self.wrong(f"{token.text} has no meaning in a label")

    def bracketed(self, opened: _Token, closing: str) -> Formula:
        body = self.row((closing,))
        self.expect(closing, opened)
        return _bracket(opened.text, body)

    # -- commands ---------------------------------------------------------------------------

    def command(self, token: _Token) -> Formula:
        word = token.text[1:]
        for table, read in self.tables:
            if word in table:
                return read(token, word)
        raise self.wrong(
            f"{token.text} can't be drawn in a label; write it with the usual words of formulas "
            r"(\frac, \sqrt, \hat, \mathbf, \text, \partial, \cdot, \sum, \sin, \alpha, ...)",
            token.at,
        )

    def accent(self, token: _Token, word: str) -> Formula:
        return Accent(words.ACCENTS[word], self.argument(token))

    def words(self, token: _Token, word: str) -> Formula:
        text = self.raw(token)
        if len(text) == 1 and text.isalpha():
            return Accent("upright", Sym(text))
        return Call(text, ()) if word == "operatorname" else Text(text)

    def raw(self, token: _Token) -> str:
        """The characters between braces, as they stand."""
        opened = self.take()
        end = self.text.find("}", opened.at)
        if opened.text != "{" or end < 0:
            raise self.wrong(f"{token.text} wants its words in braces", token.at)
        while self.token.text and self.token.at <= end:
            self.take()
        return self.text[opened.at + 1 : end]

    def fraction(self, token: _Token, word: str) -> Formula:
        above, below = self.argument(token), self.argument(token)
        match above, below:
            case Row((d, of)), Row((e, wrt)) if d == e and d in (Sym("d"), Text("∂")):
                return Deriv(of, wrt, total=d == Sym("d"))
        return Frac(above, below)

    def root(self, token: _Token, word: str) -> Formula:
        index = None
        if self.token.text == "[":
            opened = self.take()
            index = self.row(("]",))
            self.expect("]", opened)
        return Root(self.argument(token), index)

    def left(self, token: _Token, word: str) -> Formula:
        opened = self.take()
        if opened.text not in words.BRACKETS:
            raise self.wrong(rf"\left{opened.text} opens no bracket that can be drawn", token.at)
        body = self.row(())
        self.expect(r"\right", token)
        self.expect(words.BRACKETS[opened.text], opened)
        return _bracket(opened.text, body)

    def environment(self, token: _Token, word: str) -> Formula:
        name = self.raw(token)
        if name not in words.MATRICES:
            known = ", ".join(words.MATRICES)
            raise self.wrong(rf"\begin{{{name}}} can't be drawn; there are {known}", token.at)
        rows: list[tuple[Formula, ...]] = []
        cells: list[Formula] = []
        while True:
            cells.append(self.row(("&", r"\\")))
            if self.token.text == "&":
                self.take()
                continue
            rows.append(tuple(cells))
            cells = []
            if self.token.text != r"\\":
                break
            self.take()
        ending = self.token
        self.expect(r"\end", token)
        if self.raw(ending) != name:
            raise self.wrong(rf"\begin{{{name}}} is closed by another name", ending.at)
        return Matrix(tuple(rows), words.MATRICES[name])

    @property
    def tables(self) -> tuple[tuple[Container[str], Callable[[_Token, str], Formula]], ...]:
        return (
            (words.LETTERS, lambda token, word: Sym(words.LETTERS[word])),
            (words.SIGNS, lambda token, word: Text(words.SIGNS[word])),
            (words.ACCENTS, self.accent),
            (words.TEXTS, self.words),
            (words.FRACTIONS, self.fraction),
            (words.FUNCTIONS, lambda token, word: Call(word, ())),
            (("sqrt",), self.root),
            (("left",), self.left),
            (("begin",), self.environment),
            (("top",), lambda token, word: Text("⊤")),
            (("prime",), lambda token, word: Text("'")),
            (("%", "#", "&", "$", "_"), lambda token, word: Text(word)),
        )
