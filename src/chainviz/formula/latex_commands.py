"""The commands of LaTeX labels: what each of them makes of the pieces that follow it."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TYPE_CHECKING

from chainviz.formula import latex_words as words
from chainviz.formula.latex_tokens import Token
from chainviz.formula.tree import (
    Abs,
    Accent,
    Call,
    Deriv,
    Formula,
    Frac,
    Matrix,
    Norm,
    Paren,
    Root,
    Row,
    Sym,
    Text,
)

if TYPE_CHECKING:
    from chainviz.formula.latex_in import Reader

__all__ = ["bracket", "command"]


def bracket(opened: str, body: Formula) -> Formula:
    """What stands between brackets, by the one that opened them."""
    if opened in ("|", r"\lvert"):
        return Abs(body)
    if opened in (r"\|", r"\lVert"):
        return Norm(body)
    return Paren(body, {"(": "()", "[": "[]"}.get(opened, "{}"))


def command(reader: Reader, token: Token) -> Formula:
    """The piece that a command stands for, with all that belongs to it."""
    word = token.text[1:]
    for table, read in _TABLES:
        if word in table:
            return read(reader, token, word)
    raise reader.tokens.wrong(
        f"{token.text} can't be drawn in a label; write it with the usual words of formulas "
        r"(\frac, \sqrt, \hat, \mathbf, \text, \partial, \cdot, \sum, \sin, \alpha, ...)",
        token.at,
    )


def _accent(reader: Reader, token: Token, word: str) -> Formula:
    return Accent(words.ACCENTS[word], reader.argument(token))


def _words(reader: Reader, token: Token, word: str) -> Formula:
    text = reader.tokens.raw(token)
    if len(text) == 1 and text.isalpha():
        return Accent("upright", Sym(text))
    return Call(text, ()) if word == "operatorname" else Text(text)


def _fraction(reader: Reader, token: Token, word: str) -> Formula:
    above, below = reader.argument(token), reader.argument(token)
    match above, below:
        case Row((d, of)), Row((e, wrt)) if d == e and d in (Sym("d"), Text("∂")):
            return Deriv(of, wrt, total=d == Sym("d"))
    return Frac(above, below)


def _root(reader: Reader, token: Token, word: str) -> Formula:
    index = None
    if reader.tokens.token.text == "[":
        opened = reader.tokens.take()
        index = reader.row(("]",))
        reader.tokens.expect("]", opened)
    return Root(reader.argument(token), index)


def _left(reader: Reader, token: Token, word: str) -> Formula:
    opened = reader.tokens.take()
    if opened.text not in words.BRACKETS:
        raise reader.tokens.wrong(
            rf"\left{opened.text} opens no bracket that can be drawn", token.at
        )
    body = reader.row(())
    reader.tokens.expect(r"\right", token)
    reader.tokens.expect(words.BRACKETS[opened.text], opened)
    return bracket(opened.text, body)


def _environment(reader: Reader, token: Token, word: str) -> Formula:
    name = reader.tokens.raw(token)
    if name not in words.MATRICES:
        known = ", ".join(words.MATRICES)
        raise reader.tokens.wrong(rf"\begin{{{name}}} can't be drawn; there are {known}", token.at)
    rows: list[tuple[Formula, ...]] = []
    cells: list[Formula] = []
    while True:
        cells.append(reader.row(("&", r"\\")))
        if reader.tokens.token.text == "&":
            reader.tokens.take()
            continue
        rows.append(tuple(cells))
        cells = []
        if reader.tokens.token.text != r"\\":
            break
        reader.tokens.take()
    ending = reader.tokens.token
    reader.tokens.expect(r"\end", token)
    if reader.tokens.raw(ending) != name:
        raise reader.tokens.wrong(rf"\begin{{{name}}} is closed by another name", ending.at)
    return Matrix(tuple(rows), words.MATRICES[name])


_Read = Callable[["Reader", Token, str], Formula]
_TABLES: tuple[tuple[Container[str], _Read], ...] = (
    (words.LETTERS, lambda reader, token, word: Sym(words.LETTERS[word])),
    (words.SIGNS, lambda reader, token, word: Text(words.SIGNS[word])),
    (words.ACCENTS, _accent),
    (words.TEXTS, _words),
    (words.FRACTIONS, _fraction),
    (words.FUNCTIONS, lambda reader, token, word: Call(word, ())),
    (("sqrt",), _root),
    (("left",), _left),
    (("begin",), _environment),
    (("top",), lambda reader, token, word: Text("⊤")),
    (("prime",), lambda reader, token, word: Text("'")),
    (("%", "#", "&", "$", "_"), lambda reader, token, word: Text(word)),
)
