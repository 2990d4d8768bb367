"""A formula as the body of Typst's math mode, with a caller's mark around each keyed part."""

from __future__ import annotations

from collections.abc import Callable

from chainviz.formula.joints import glues
from chainviz.formula.levels import FUNCTIONS, RAISED_CALLS, SQUARED_BY_NAME
from chainviz.formula.notation import GREEK
from chainviz.formula.number import mantissa_and_exponent
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
from chainviz.part import Part

__all__ = ["Mark", "to_typst"]

Mark = Callable[[Part, str], str]

_GLUE = {"": "", "name": "", "thin": "thin", "deriv": "thin", "dot": "⋅", "times": "×", "odot": "⊙"}
_ACCENTS = {"hat": "hat", "bar": "macron", "tilde": "tilde", "vec": "arrow", "dot": "dot",
            "boldsymbol": "bold", "upright": "upright", "cal": "cal", "bb": "bb"}  # fmt: skip
_BIG = {"sum": "∑", "prod": "∏", "int": "∫"}
_SAFE = {",": r"\,", ";": r"\;", ":": r"\:", " ": "space", "\u2003": "quad", "\u2009": "thin"}
"""Signs that would mean something to Typst inside the brackets of a call."""


def to_typst(f: Formula, mark: Mark | None = None) -> str:
    """The formula for Typst's math mode, to be put between dollar signs.

    ``mark(part, text)`` may wrap the text of each keyed part, for instance in a coloured call;
    the text holds no bare comma or semicolon, so it can stand as one argument.

    >>> x = Keyed(Part(("node"), ("x",)), Sym("x"))
    >>> to_typst(Eq(Sym("u"), Frac(x, Num(2))))
    'u = frac(x, 2)'
    >>> to_typst(x, lambda part, text: f'part("#00000a", {text})')
    'part("#00000a", x)'
    """
    return _Printer(mark or (lambda part, text: text)).write(with_parens(f))


class _Printer:
    """One printing, holding the caller's mark."""

    def __init__(self, mark: Mark) -> None:
        self.mark = mark

    def write(self, f: Formula) -> str:
        match f:
            case Keyed(part, body):
                return self.mark(part, self.write(body))
            case Sym(name):
                return _letter(GREEK.get(name, name))
            case Num(value):
                return _number(value)
            case Text(text):
                return _words(text)
            case Accent("prime", Sub(body, index)):  # f_(1)' would show the brackets
                return f"{self._base(body)}'_({self.write(index)})"
            case Accent("prime", body):
                return f"{self._base(body)}'"
            case Accent("bold", body):
                return f"bold(upright({self.write(body)}))"
            case Accent(mark, body):
                return f"{_ACCENTS[mark]}({self.write(body)})"
            case Sub(body, index):
                return f"{self._base(body)}_({self.write(index)})"
            case Neg(body):
                return f"-{self.write(body)}"
            case Add(terms):
                return self._sum(terms)
            case Mul(factors):
                return self._product(f, factors)
            case Frac(above, below):
                return f"frac({self.write(above)}, {self.write(below)})"
            case Pow(base, exponent):
                return self._power(base, exponent)
            case Root(body, None):
                return f"sqrt({self.write(body)})"
            case Root(body, index):
                return f"root({self.write(index)}, {self.write(body)})"  # type: ignore[arg-type]
            case Abs(body):
                return f"abs({self.write(body)})"
            case Norm(body):
                return f"norm({self.write(body)})"
            case Call(fn, args):
                return self._call(fn, args)
            case Eq(left, right, sign):
                return f"{self.write(left)} {sign} {self.write(right)}"
            case Deriv(of, wrt, total):
                d = "d" if total else "∂"
                return f"frac({d} {self.write(of)}, {d} {self.write(wrt)})"
            case Paren(body, shape):
                return f"{shape[0]}{self.write(body)}{shape[1]}"
            case Matrix(rows, shape):
                cells = "; ".join(", ".join(map(self.write, row)) for row in rows)
                return f'mat(delim: "{shape[0]}", {cells})'
            case Transpose(body):
                return f"{self._base(body)}^(⊤)"
            case Under(body, note):
                return f"limits({self.write(body)})_({self.write(note)})"
            case Indicator(condition):
                return f"bb(1)[{self.write(condition)}]"
            case Big(op, body, lower, upper):
                return f"{_BIG[op]}{self._limits(lower, upper)} {self.write(body)}"
            case Row(items):
                return self._row(items)
        raise TypeError(f"not a piece of a formula: {f!r}")

    def _sum(self, terms: tuple[Formula, ...]) -> str:
        if not terms:
            return "0"
        out = self.write(terms[0])
        for term in terms[1:]:
            minus = isinstance(term, Neg)
            out += f" - {self.write(term.body)}" if minus else f" + {self.write(term)}"  # type: ignore[attr-defined]
        return out

    def _product(self, mul: Mul, factors: tuple[Formula, ...]) -> str:
        if not factors:
            return "1"
        out = self.write(factors[0])
        for glue, factor in zip(glues(mul), factors[1:], strict=True):
            out += f" {_GLUE[glue]} {self.write(factor)}" if glue else f" {self.write(factor)}"
        return out

    def _row(self, items: tuple[Formula, ...]) -> str:
        out = ""
        spaced = False  # beside words Typst would set a blank in the source as a space
        for item in items:
            inner = bare(item)
            words = isinstance(inner, Text) and len(inner.text) > 1
            out += (
                ('""' if spaced or words else " ") + self.write(item) if out else self.write(item)
            )
            spaced = words
        return out

    def _power(self, base: Formula, exponent: Formula) -> str:
        raised = self.write(exponent)
        match bare(base), bare(exponent):
            case Call(str(fn), (_, *_) as args), Num(int(n)) if fn in SQUARED_BY_NAME and n > 0:
                power = f'op("{fn}")^({raised}) ({self._args(args)})'
                return self.mark(base.part, power) if isinstance(base, Keyed) else power
        return f"{self._base(base)}^({raised})"

    def _base(self, f: Formula) -> str:
        """What carries a mark above: its keys go around its two halves, letter and index apart.

        Typst sets the mark where it belongs only if nothing is wrapped around both.
        """
        parts: list[Part] = []
        inner = f
        while isinstance(inner, Keyed):
            parts.append(inner.part)
            inner = inner.body
        match inner:
            case Sub(body, index):
                halves, join = [self._base(body), self.write(index)], "{}_({})"
            case Call(fn, (_, *_) as args) if fn not in RAISED_CALLS:
                halves, join = [self._head(fn), f"({self._args(args)})"], "{} {}"
            case _:
                return self.write(f)
        for part in reversed(parts):
            halves = [self.mark(part, half) for half in halves]
        return join.format(*halves)

    def _call(self, fn: str | Formula, args: tuple[Formula, ...]) -> str:
        if not args:
            return self._head(fn)
        if fn in RAISED_CALLS:
            return f"upright(e)^({self._args(args)})"
        return f"{self._head(fn)} ({self._args(args)})"

    def _head(self, fn: str | Formula) -> str:
        if isinstance(fn, Text):
            return f"op({_quoted(fn.text)})"
        if isinstance(fn, Formula):
            return self.write(fn)
        name = FUNCTIONS.get(fn, fn)
        return _letter(name) if len(name) == 1 else f"op({_quoted(name)})"

    def _args(self, args: tuple[Formula, ...]) -> str:
        return r"\, ".join(map(self.write, args))

    def _limits(self, lower: Formula | None, upper: Formula | None) -> str:
        out = "" if lower is None else f"_({self.write(lower)})"
        return out if upper is None else f"{out}^({self.write(upper)})"


def _letter(letter: str) -> str:
    return letter if len(letter) == 1 and letter.isalpha() else _quoted(letter)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _words(text: str) -> str:
    if text in ("/", "√", "∛", "∜"):  # signs that would take what follows as their argument
        return f"\\{text}"
    if text in _SAFE:
        return _SAFE[text]
    if len(text) == 1 and not text.isalnum() and text not in "#$\"\\_^&/'~`()[]{}|":
        return text
    return f"upright({_quoted(text)})"


def _number(value: object) -> str:
    mantissa, exponent = mantissa_and_exponent(value)
    if mantissa == "nan":
        return 'upright("nan")'
    return mantissa if exponent is None else f"{mantissa} ⋅ 10^({exponent})"
