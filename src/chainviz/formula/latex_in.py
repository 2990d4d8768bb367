"""Labels in LaTeX, read into formula trees: the usual words of formulas, no macros."""

from __future__ import annotations

from functools import reduce

from chainviz.formula import latex_words as words
from chainviz.formula.latex_commands import bracket, command
from chainviz.formula.latex_rows import Piece, assemble
from chainviz.formula.latex_tokens import LatexError, Token, Tokens
from chainviz.formula.notation import symbol
from chainviz.formula.tree import (
    Accent,
    Big,
    Call,
    Formula,
    Mul,
    Num,
    Pow,
    Row,
    Sub,
    Sym,
    Text,
    Transpose,
)

__all__ = ["LatexError", "from_latex"]


def from_latex(text: str) -> Formula:
    r"""The tree of a label in LaTeX's math mode (dollar signs around it may stay).

    >>> from chainviz.formula.print_plain import to_plain
    >>> to_plain(from_latex(r"\frac{\partial L}{\partial w_1}"))
    '∂L/∂w₁'
    >>> to_plain(from_latex(r"\hat{y} = \sigma(\mathbf{W} x + b)"))
    'ŷ = σ(W·x + b)'
    >>> from_latex(r"\foo x")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    chainviz.formula.latex_tokens.LatexError: \foo can't be drawn ...
    """
    reader = Reader(text)
    found = reader.row(())
    if reader.tokens.token.text:
        raise reader.tokens.wrong(f"{reader.tokens.token.text} closes nothing")
    return found


MAX_DEPTH = 40
_BIG_ENDS = ("+", "-", "−", "=", ",", ")", "]", "}", "&", r"\\", r"\right", r"\end")


def _raised(base: Formula, upper: Formula) -> Formula:
    match upper:
        case Text("⊤"):
            return Transpose(base)
        case Text("'"):
            return Accent("prime", base)
    return Pow(base, upper)


class Reader:
    """One reading of a label; the commands take their pieces from it."""

    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text)
        self.depth = 0

    # -- rows of pieces ---------------------------------------------------------------------

    def row(self, ends: tuple[str, ...]) -> Formula:
        """Everything up to one of the ends, which stays."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.tokens.wrong(f"nested deeper than {MAX_DEPTH} levels")
        found = assemble(self.pieces(ends))
        self.depth -= 1
        return found

    def pieces(self, ends: tuple[str, ...]) -> list[Piece]:
        found: list[Piece] = []
        while self.tokens.token.text and self.tokens.token.text not in (
            *ends,
            "}",
            r"\right",
            r"\end",
        ):
            if self.tokens.token.text in (")", "]") and not ends:
                break
            found += self.piece(ends)
        return found

    def piece(self, ends: tuple[str, ...]) -> list[Piece]:
        token = self.tokens.token
        word = token.text.removeprefix("\\")
        is_command = word != token.text
        if token.text in ("+", "-", "−"):
            self.tokens.take()
            return [Piece("sign", Text("+" if token.text == "+" else "-"))]
        if token.text in (",", ";", ":", ".", "!", "?"):
            self.tokens.take()
            return [Piece("mark", Text(token.text))]
        if is_command and word in words.UNSEEN:
            self.tokens.take()
            return []
        if (is_command or token.text == "~") and word in words.SPACES:
            self.tokens.take()
            return [Piece("space", Text(words.SPACES[word]))]
        if word in words.PRODUCTS and (is_command or not word.isalpha()):
            self.tokens.take()
            return [Piece("product", Text(words.PRODUCTS[word]))]
        if word in words.RELATIONS and (is_command or not word.isalpha()):
            self.tokens.take()
            return [Piece("relation", Text(words.RELATIONS[word]))]
        if is_command and word in words.BIG:
            return [Piece("atom", self.big(words.BIG[self.tokens.take().text[1:]], ends))]
        return [Piece("atom", self.scripted())]

    def big(self, op: str, ends: tuple[str, ...]) -> Formula:
        lower, upper = self.scripts()
        rest: list[Piece] = []
        while self.tokens.token.text and self.tokens.token.text not in (*ends, *_BIG_ENDS):
            if self.tokens.token.text.removeprefix("\\") in words.RELATIONS:
                break
            rest += self.piece(ends)
        return Big(op, assemble(rest), lower, upper)

    # -- atoms and what stands above and below them -----------------------------------------

    def scripts(self) -> tuple[Formula | None, Formula | None]:
        """What stands below and above, in either order."""
        lower = upper = None
        while self.tokens.token.text in ("_", "^"):
            sign = self.tokens.take()
            inner = self.argument(sign)
            if sign.text == "_" and isinstance(inner, Mul):
                inner = Row(inner.factors)  # w_{ij} is no product
            if (lower if sign.text == "_" else upper) is not None:
                raise self.tokens.wrong(f"a second {sign.text} on one letter; use braces", sign.at)
            lower, upper = (inner, upper) if sign.text == "_" else (lower, inner)
        return lower, upper

    def scripted(self) -> Formula:
        base = self.atom()
        primes = 0
        while self.tokens.token.text in ("'", "′"):
            self.tokens.take()
            primes += 1
        lower, upper = self.scripts()
        if lower is not None:
            base = Sub(base, lower)
        while self.tokens.token.text in ("'", "′"):
            self.tokens.take()
            primes += 1
        base = reduce(lambda inner, _: Accent("prime", inner), range(primes), base)
        if self.opens_arguments():
            if isinstance(base, Call):
                base = Call(base.fn, self.arguments())
            elif upper is None and isinstance(base, (Sym, Sub, Accent, Text)):
                base = Call(base, self.arguments())
            if upper is None and self.tokens.token.text == "^":
                upper = self.scripts()[1]
        return base if upper is None else _raised(base, upper)

    def opens_arguments(self) -> bool:
        """Whether round brackets follow directly."""
        opener = self.tokens.ahead if self.tokens.token.text == r"\left" else self.tokens.token
        return opener.text == "("

    def arguments(self) -> tuple[Formula, ...]:
        """What stands in round brackets, parted at commas."""
        if self.tokens.token.text == r"\left":
            self.tokens.take()
        opened = self.tokens.take()
        found = [self.row((")", ","))]
        while self.tokens.token.text == ",":
            self.tokens.take()
            found.append(self.row((")", ",")))
        if self.tokens.token.text == r"\right":
            self.tokens.take()
        self.tokens.expect(")", opened)
        return tuple(found)

    def argument(self, before: Token) -> Formula:
        """What a command or a script applies to: braces, or the next single thing."""
        if not self.tokens.token.text:
            raise self.tokens.wrong(f"nothing follows {before.text}", before.at)
        if self.tokens.token.text == "{":
            opened = self.tokens.take()
            found = self.row(())
            self.tokens.expect("}", opened)
            return found
        self.tokens.split_figures()
        if self.tokens.token.text in ("'", "*", "-", "+"):
            return Text(self.tokens.take().text)
        return self.atom()

    def atom(self) -> Formula:
        token = self.tokens.token
        if token.text[0].isdigit():
            self.tokens.take()
            return Num(float(token.text)) if "." in token.text else Num(int(token.text))
        if not token.text.startswith("\\") and token.text in words.SIGNS:
            self.tokens.take()
            return Text(token.text)
        if token.text == "{":
            return self.argument(token)
        if token.text in words.BRACKETS:
            self.tokens.take()
            return self.bracketed(token, words.BRACKETS[token.text])
        if token.text.isalpha():
            self.tokens.take()
            return symbol(token.text)
        if token.text.startswith("\\"):
            self.tokens.take()
            return command(self, token)
        raise self.tokens.wrong(f"{token.text} has no meaning in a label")

    def bracketed(self, opened: Token, closing: str) -> Formula:
        body = self.row((closing,))
        self.tokens.expect(closing, opened)
        return bracket(opened.text, body)
