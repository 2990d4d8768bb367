"""Formula text cut into tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from chainviz.parse.errors import ParseError

__all__ = ["MAX_LENGTH", "Token", "tokens"]

MAX_LENGTH = 20_000  # characters of one text

# other ways to write an operator or a name
SAME = {
    "**": "^",
    "·": "*",
    "⋅": "*",
    "×": "*",
    "∗": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "√": "sqrt",
    "σ": "sigma",
    "\n": ";",
}
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\f\v\u00a0\u2009]+|\#[^\n]*)
      | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
      | (?P<name>[^\W\d⁰¹²³⁴-⁹][^\W⁰¹²³⁴-⁹]*'*)
      | (?P<sign>\*\*|[-+*/^@()\[\],=;|·⋅×∗÷−–√\n])
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of the text: its kind (number, raised, name, sign, end), what it says, and where."""

    kind: str
    text: str
    at: int


def _is_odd(match: re.Match[str]) -> bool:
    """Whether a word is none that Python would take for a name, as ½."""
    return match.lastgroup == "name" and not match.group().rstrip("'").isidentifier()


def tokens(text: str) -> list[Token]:
    """Cut a formula text into tokens, closed by an ``end``."""
    if len(text) > MAX_LENGTH:
        raise ParseError(
            f"the text has {len(text):,} characters; at most {MAX_LENGTH:,} are read "
            "(build a larger graph by tracing a function)",
            text,
            MAX_LENGTH,
        )
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or _is_odd(match):
            raise ParseError(
                f"{text[at]!r} has no meaning here; accepted are names, numbers, "
                "+ - * / ^ @ ( ) [ ] | , = and ; between statements",
                text,
                at,
            )
        kind = str(match.lastgroup)
        said = match.group()
        if kind == "raised":
            found.append(Token("sign", "^", at))
            found.append(Token("number", said.translate(RAISED), at))
        elif kind != "space":
            said = SAME.get(said, said)
            found.append(Token("name" if said.isidentifier() else kind, said, at))
        at = match.end()
    found.append(Token("end", "", len(text)))
    return found
