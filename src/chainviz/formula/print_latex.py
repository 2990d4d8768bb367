"""A formula as LaTeX (amsmath), with a caller's mark around each keyed part."""

from __future__ import annotations

from functools import reduce

from chainviz.formula.joints import glues
from chainviz.formula.levels import FUNCTIONS, RAISED_CALLS, SQUARED_BY_NAME, is_tall
from chainviz.formula.notation import GREEK
from chainviz.formula.number import mantissa_and_exponent
from chainviz.formula.parens import with_parens
from chainviz.formula.pieces import bare
from chainviz.formula.print_typst import Mark
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

__all__ = ["coloured", "to_latex"]

_GLUE = {
    "": "",
    "name": "",
    "thin": r"\, ",
    "deriv": r"\, ",
    "dot": r" \cdot ",
    "times": r" \times ",
    "odot": r" \odot ",
}
_ACCENTS = {"hat": "hat", "bar": "bar", "tilde": "tilde", "vec": "vec", "dot": "dot",
            "bold": "mathbf", "boldsymbol": "boldsymbol", "upright": "mathrm",
            "cal": "mathcal", "bb": "mathbb"}  # fmt: skip
_KNOWN = {"sin", "cos", "tan", "sinh", "cosh", "tanh", "ln", "log", "max", "min", "det", "arg"}
_SPACES = {" ": r"\ ", "\u2003": r"\quad ", "\u2009": r"\, "}
_MATRICES = {"[]": "bmatrix", "()": "pmatrix", "||": "vmatrix", "{}": "Bmatrix"}
_SIGNS = {"≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "→": r"\to", "←": r"\gets",
          "∂": r"\partial", "…": r"\ldots", "∈": r"\in", "∇": r"\nabla", "∞": r"\infty",
          "·": r"\cdot", "∼": r"\sim", "≡": r"\equiv", "∝": r"\propto", "⇒": r"\Rightarrow",
          "↦": r"\mapsto", "≪": r"\ll", "≫": r"\gg", "×": r"\times", "⊙": r"\odot",
          "±": r"\pm", "∘": r"\circ"}  # fmt: skip
_ESCAPES = str.maketrans({"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_",
                          "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "#": r"\#",
                          "$": r"\$", "%": r"\%", "&": r"\&"})  # fmt: skip


def to_latex(f: Formula, mark: Mark | None = None) -> str:
    r"""The formula for LaTeX's math mode, needing amsmath and amssymb only.

    ``mark(part, text)`` may wrap the text of each keyed part (see :func:`coloured`).

    >>> print(to_latex(Eq(Deriv(Sym("L"), Sym("w")), Mul((Num(2), Sym("u"))))))
    \frac{\partial L}{\partial w} = 2u
    """
    return _Printer(mark or (lambda part, text: text)).write(with_parens(f))


def coloured(colours: dict[Part, str]) -> Mark:
    r"""A mark that gives parts colours (RGB in hexadecimal; needs the xcolor package).

    >>> x = Part("node", ("x",))
    >>> print(to_latex(Keyed(x, Sym("x")), coloured({x: "00000A"})))
    {\color[HTML]{00000A}x}
    """

    def mark(part: Part, text: str) -> str:
        colour = colours.get(part, "").lstrip("#").upper()
        return rf"{{\color[HTML]{{{colour}}}{text}}}" if colour else text

    return mark


class _Printer:
    """One printing, holding the caller's mark."""

    def __init__(self, mark: Mark) -> None:
        self.mark = mark

    def write(self, f: Formula) -> str:
        match f:
            case Keyed(part, body):
                return self.mark(part, self.write(body))
            case Sym(name):
                return _letter(name)
            case Num(value):
                return _number(value)
            case Text(text):
                return _words(text)
            case Accent("prime", body):
                return f"{self.write(body)}'"
            case Accent(mark, body):
                return rf"\{_ACCENTS[mark]}{{{self.write(body)}}}"
            case Sub(body, index):
                return f"{self.write(body)}_{{{self.write(index)}}}"
            case Neg(body):
                return f"-{self.write(body)}"
            case Add(terms):
                return self._sum(terms)
            case Mul(factors):
                return self._product(f, factors)
            case Frac(above, below):
                return rf"\frac{{{self.write(above)}}}{{{self.write(below)}}}"
            case Pow(base, exponent):
                return self._power(base, exponent)
            case Root(body, index):
                at = "" if index is None else f"[{self.write(index)}]"
                return rf"\sqrt{at}{{{self.write(body)}}}"
            case Abs(body):
                return rf"\left|{self.write(body)}\right|"
            case Norm(body):
                return rf"\left\|{self.write(body)}\right\|"
            case Call(fn, args):
                return self._call(fn, args)
            case Eq(left, right, sign):
                return f"{self.write(left)} {_SIGNS.get(sign, sign)} {self.write(right)}"
            case Deriv(of, wrt, total):
                d = "d" if total else r"\partial "
                return rf"\frac{{{d}{self.write(of)}}}{{{d}{self.write(wrt)}}}"
            case Paren(body, shape):
                return _bracketed(self.write(body), is_tall(body), shape)
            case Matrix(rows, shape):
                name = _MATRICES[shape]
                cells = r" \\ ".join(" & ".join(map(self.write, row)) for row in rows)
                return rf"\begin{{{name}}}{cells}\end{{{name}}}"
            case Transpose(body):
                return rf"{self.write(body)}^{{\top}}"
            case Under(body, note):
                return rf"\underset{{{self.write(note)}}}{{{self.write(body)}}}"
            case Indicator(condition):
                return rf"\mathbf{{1}}\left[{self.write(condition)}\right]"
            case Big(op, body, lower, upper):
                return rf"\{op}{self._limits(lower, upper)} {self.write(body)}"
            case Row(items):
                return reduce(_joined, map(self.write, items), "")
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
            out = _joined(out + _GLUE[glue], self.write(factor))
        return out

    def _power(self, base: Formula, exponent: Formula) -> str:
        raised = self.write(exponent)
        match bare(base), bare(exponent):
            case Call(str(fn), (_, *_) as args), Num(int(n)) if fn in SQUARED_BY_NAME and n > 0:
                power = rf"\{fn}^{{{raised}}}{self._args(args)}"
                return self.mark(base.part, power) if isinstance(base, Keyed) else power
        body = self.write(base)
        return f"{{{body}}}^{{{raised}}}" if body.endswith("'") else f"{body}^{{{raised}}}"

    def _call(self, fn: str | Formula, args: tuple[Formula, ...]) -> str:
        if args and fn in RAISED_CALLS:
            return f"e^{{{', '.join(map(self.write, args))}}}"
        head = _function(fn) if isinstance(fn, str) else self.write(fn)
        return head + self._args(args) if args else head

    def _args(self, args: tuple[Formula, ...]) -> str:
        return _bracketed(", ".join(map(self.write, args)), any(map(is_tall, args)))

    def _limits(self, lower: Formula | None, upper: Formula | None) -> str:
        out = "" if lower is None else f"_{{{self.write(lower)}}}"
        return out if upper is None else f"{out}^{{{self.write(upper)}}}"


def _bracketed(body: str, tall: bool, shape: str = "()") -> str:
    left, right = (rf"\{side}" if side in "{}" else side for side in shape)
    return rf"\left{left}{body}\right{right}" if tall else f"{left}{body}{right}"


def _letter(name: str) -> str:
    if name in GREEK:
        return rf"\{name}"
    if name == "ℓ":
        return r"\ell"
    return name if len(name) == 1 and name.isalpha() else _words(name)


def _function(fn: str) -> str:
    name = FUNCTIONS.get(fn, fn)
    if name in _KNOWN:
        return rf"\{name}"
    if len(name) == 1:
        return _letter(fn if fn in GREEK else "sigma" if name == "σ" else name)
    return rf"\operatorname{{{name.translate(_ESCAPES)}}}"


def _words(text: str) -> str:
    if text in _SIGNS:
        return _SIGNS[text]
    if text in (",", ";"):
        return f"{text} "
    if text in _SPACES:
        return _SPACES[text]
    if len(text) == 1 and text in "+-=<>!?.:/*":
        return text
    return rf"\text{{{text.translate(_ESCAPES)}}}"


def _number(value: object) -> str:
    mantissa, exponent = mantissa_and_exponent(value)
    mantissa = {"nan": r"\text{nan}", "∞": r"\infty", "-∞": r"-\infty"}.get(mantissa, mantissa)
    return mantissa if exponent is None else rf"{mantissa} \cdot 10^{{{exponent}}}"


def _joined(left: str, right: str) -> str:
    r"""Two pieces side by side; a space keeps ``\pi x`` from becoming ``\pix``."""
    command = left.rpartition("\\")[2]
    return (
        f"{left} {right}"
        if "\\" in left and command.isalpha() and right[:1].isalpha()
        else left + right
    )
