"""What LaTeX's words mean in a label: tables, so that a word more is a row more."""

from __future__ import annotations

from chainviz.formula.notation import GREEK

__all__ = [
    "ACCENTS",
    "BIG",
    "BRACKETS",
    "FRACTIONS",
    "FUNCTIONS",
    "LETTERS",
    "MATRICES",
    "PRODUCTS",
    "RELATIONS",
    "SIGNS",
    "SPACES",
    "TEXTS",
    "UNSEEN",
]

LETTERS: dict[str, str] = {
    **{name: name for name in GREEK},
    **{"varepsilon": "epsilon", "varphi": "phi", "vartheta": "theta", "ell": "ℓ"},
}
"""Commands that are one letter."""

ACCENTS: dict[str, str] = {
    **{"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde"},
    **{"widetilde": "tilde", "vec": "vec", "dot": "dot"},
    **{
        "mathbf": "bold",
        "boldsymbol": "boldsymbol",
        "bm": "boldsymbol",
        "mathcal": "cal",
        "mathbb": "bb",
    },
}
"""Commands that mark or dress what follows in braces."""

TEXTS = ("text", "mathrm", "textrm", "operatorname", "mathit", "mbox", "textbf", "mathsf")
"""Commands whose braces hold words."""

FRACTIONS = ("frac", "dfrac", "tfrac")

FUNCTIONS: tuple[str, ...] = (
    *("sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan"),
    *("ln", "log", "exp", "max", "min", "det", "arg", "lim", "sup", "inf"),
)
"""Functions written upright."""

BIG: dict[str, str] = {"sum": "sum", "prod": "prod", "int": "int"}

PRODUCTS: dict[str, str] = {
    **{"cdot": "dot", "times": "times", "odot": "hadamard", "circ": "circ"},
    **{"/": "slash", "·": "dot", "⋅": "dot", "×": "times", "⊙": "hadamard", "*": "dot"},
}

RELATIONS: dict[str, str] = {
    **{"le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈"},
    **{"to": "→", "rightarrow": "→", "gets": "←", "leftarrow": "←", "mapsto": "↦", "in": "∈"},
    **{"propto": "∝", "sim": "∼", "equiv": "≡", "Rightarrow": "⇒", "ll": "≪", "gg": "≫"},
    **{sign: sign for sign in "=<>≤≥≠≈→←∈"},
}

SIGNS: dict[str, str] = {
    **{"partial": "∂", "nabla": "∇", "infty": "∞", "ldots": "…", "dots": "…", "cdots": "…"},
    **{sign: sign for sign in "∂∇∞…"},
}

SPACES: dict[str, str] = {" ": " ", "quad": "\u2003", "qquad": "\u2003", "~": " "}
UNSEEN = (",", ";", ":", "!", "displaystyle", "textstyle", "limits", "nolimits")
"""Fine spacing and hints, which our own setting of formulas takes care of."""

BRACKETS: dict[str, str] = {"(": ")", "[": "]", r"\{": r"\}", "|": "|", r"\|": r"\|",
                            r"\lvert": r"\rvert", r"\lVert": r"\rVert"}  # fmt: skip
"""Opening brackets and what closes them."""

MATRICES: dict[str, str] = {"pmatrix": "()", "bmatrix": "[]", "vmatrix": "||", "Bmatrix": "{}"}
