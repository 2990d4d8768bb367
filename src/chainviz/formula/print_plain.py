"""A formula as one line of Unicode: what the viewer reads, for captions, audits and goldens."""

from __future__ import annotations

import re

from chainviz.formula.joints import glues
from chainviz.formula.levels import FUNCTIONS, RAISED_CALLS, SQUARED_BY_NAME
from chainviz.formula.notation import GREEK
from chainviz.formula.number import show_number
from chainviz.formula.parens import with_parens
from chainviz.formula.pieces import bare
from chainviz.formula.tree import (
    Abs,
    Accent,
    Add,
    Big,
    Call,
    Deriv,
    Eq,
    Formula,
    Frac,
    Indicator,
    Keyed,
    Matrix,
    Mul,
    Neg,
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
    Under,
)

__all__ = ["to_plain"]

_RAISED = str.maketrans("-0123456789nTijkl()", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵀⁱʲᵏˡ⁽⁾")
_LOWERED = str.maketrans("0123456789ijklnmt=+-", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₗₙₘₜ₌₊₋")
_MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "vec": "\u20d7",
          "dot": "\u0307", "prime": "′"}  # fmt: skip
_GLUE = {
    "": "",
    "thin": "·",
    "name": "·",
    "deriv": " · ",
    "dot": " · ",
    "times": " × ",
    "odot": " ⊙ ",
}
_BIG = {"sum": "Σ", "prod": "Π", "int": "∫"}
_SMALL = re.compile(r"-?\d+|[nTijkl]|\([nijkl]\)")
_ROOMY_SIGNS = frozenset("+-=<>≤≥≠≈→←↦∈·×⊙∘∝∼≡⇒≪≫")
_SPACES = {"\u2003": " ", "\u2009": " "}


def to_plain(f: Formula) -> str:
    """The formula on one line.

    >>> w1, x = Sub(Sym("w"), Num(1)), Sym("x")
    >>> to_plain(Eq(Sym("u"), Mul((w1, x)))), to_plain(Pow(Add((Mul((Num(3), x)), Num(1))), Num(2)))
    ('u = w₁·x', '(3x + 1)²')
    >>> to_plain(Eq(Deriv(Sym("L"), w1), Num(1248.0))), to_plain(Call("sigma", (Root(x),)))
    ('∂L/∂w₁ = 1248', 'σ(√x)')
    """
    return _line(with_parens(f, line=True))


def _line(f: Formula) -> str:
    match f:
        case Keyed(_, body):
            return _line(body)
        case Sym(name):
            return GREEK.get(name, name)
        case Num(value):
            return show_number(value)
        case Text(text):
            return _SPACES.get(text, text)
        case Accent(mark, body):
            return _accent(mark, _line(body))
        case Sub(body, index):
            return _line(body) + _moved(_line(index), _LOWERED, "_")
        case Neg(body):
            return f"-{_line(body)}"
        case Add(terms):
            return _sum(terms)
        case Mul(_, sign):
            return _product(f, sign)
        case Frac(Num(1), Num(2)):
            return "½"
        case Frac(above, below):
            return f"{_line(above)}/{_line(below)}"
        case Pow(base, exponent):
            return _power(base, exponent)
        case Root(body, None):
            return f"√{_line(body)}"
        case Root(body, index):
            return f"{_moved(_line(index), _RAISED, '')}√{_line(body)}"  # type: ignore[arg-type]
        case Abs(body):
            return f"|{_line(body)}|"
        case Norm(body):
            return f"‖{_line(body)}‖"
        case Call(fn, args):
            return _call(fn, args)
        case Eq(left, right, sign):
            return f"{_line(left)} {sign} {_line(right)}"
        case Deriv(of, wrt, total):
            d = "d" if total else "∂"
            return f"{d}{_line(of)}/{d}{_line(wrt)}"
        case Paren(body, shape):
            return f"{shape[0]}{_line(body)}{shape[1]}"
        case Matrix(rows):
            return "[" + ", ".join(_cells(row) for row in rows) + "]"
        case Transpose(body):
            return f"{_line(body)}ᵀ"
        case Under(body, note):
            return f"{_line(body)} ({_line(note)})"
        case Indicator(condition):
            return f"1[{_line(condition)}]"
        case Big(op, body, lower, upper):
            return f"{_BIG[op]}{_limits(lower, upper)} {_line(body)}"
        case Row(items):
            return _row(items)
    raise TypeError(f"not a piece of a formula: {f!r}")


def _cells(row: tuple[Formula, ...]) -> str:
    return _line(row[0]) if len(row) == 1 else "[" + ", ".join(map(_line, row)) + "]"


def _accent(mark: str, body: str) -> str:
    if mark not in _MARKS:
        return body
    if mark == "hat" and body == "y":
        return "ŷ"
    if mark == "bold" and body == "1":
        return "𝟏"
    return body + _MARKS[mark]


def _moved(text: str, table: dict[int, int], sign: str) -> str:
    """Raised or lowered figures where Unicode has them, else behind a sign."""
    if text and all(ord(letter) in table for letter in text):
        return text.translate(table)
    if text.startswith("[") and text.endswith("]"):
        return sign + text
    single = text.isdigit() or (text.isalnum() and not text[0].isdigit())
    return f"{sign}{text}" if single else f"{sign}({text})"


def _sum(terms: tuple[Formula, ...]) -> str:
    if not terms:
        return "0"
    out = _line(terms[0])
    for term in terms[1:]:
        out += f" - {_line(term.body)}" if isinstance(term, Neg) else f" + {_line(term)}"
    return out


def _product(mul: Mul, sign: str) -> str:
    if not mul.factors:
        return "1"
    out = _line(mul.factors[0])
    for glue, factor in zip(glues(mul), mul.factors[1:], strict=True):
        if sign == "matrix":
            between = " "
        elif glue == "" and out.endswith(")") and not _line(factor).startswith("("):
            between = "·"
        else:
            between = _GLUE[glue]
        out += between + _line(factor)
    return out


def _row(items: tuple[Formula, ...]) -> str:
    """Pieces side by side, with room around signs, after commas and after a function's name."""
    out = ""
    for item in items:
        text = _line(item)
        if isinstance(item, Text) and text in _ROOMY_SIGNS:
            out = f"{out.rstrip(' ')} {text} " if out else f"{text} "
        elif text in (",", ";", ":") or _is_name(item):
            out += f"{text} "
        else:
            out += text
    return out.rstrip(" ") or out


def _is_name(f: Formula) -> bool:
    f = bare(f)
    inner = bare(f.base) if isinstance(f, Pow) else f
    return isinstance(inner, Call) and not inner.args


def _raised(text: str) -> str:
    """An exponent: figures and a few letters have small forms, all else goes behind a sign."""
    return _moved(text, _RAISED if _SMALL.fullmatch(text) else {}, "^")


def _power(base: Formula, exponent: Formula) -> str:
    raised = _raised(_line(exponent))
    match bare(base):
        case Call(fn, (_, *_) as args) if fn in SQUARED_BY_NAME and raised.strip("²³⁴⁵⁶⁷⁸⁹") == "":
            return f"{fn}{raised}({', '.join(map(_line, args))})"
    return _line(base) + raised


def _call(fn: str | Formula, args: tuple[Formula, ...]) -> str:
    inside = ", ".join(map(_line, args))
    if args and fn in RAISED_CALLS:
        return "e" + _raised(inside)
    name = FUNCTIONS.get(fn, fn) if isinstance(fn, str) else _line(fn)
    return f"{name}({inside})" if args else name


def _limits(lower: Formula | None, upper: Formula | None) -> str:
    out = "" if lower is None else _moved(_line(lower).replace(" ", ""), _LOWERED, "_")
    return out if upper is None else out + _moved(_line(upper), _RAISED, "^")
