"""Names become notation by rule: w1, y_hat, sigma, W1, dL, target."""

from __future__ import annotations

import unicodedata

from chainviz.formula.tree import Accent, Formula, Num, Row, Sub, Sym, Text

__all__ = ["ACCENTS", "GREEK", "symbol"]

GREEK: dict[str, str] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
"""Greek letters by name."""

_LETTERS = {letter: name for name, letter in GREEK.items()}
_COMBINING = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0307": "dot", "\u20d7": "vec"}
_SPOKEN = {"lam": "lambda", "lamda": "lambda", "eps": "epsilon"}

ACCENTS: dict[str, str] = {"hat": "hat", "bar": "bar", "tilde": "tilde", "vec": "vec",
                           "dot": "dot", "prime": "prime"}  # fmt: skip
"""Endings of a name that mark its letter."""


def symbol(name: str) -> Formula:
    """The notation of a name.

    >>> symbol("w1") == symbol("w_1") == Sub(Sym("w"), Num(1))
    True
    >>> symbol("yhat") == symbol("y_hat") == Accent("hat", Sym("y"))
    True
    >>> symbol("target"), symbol("dL"), symbol("h_pre")
    (Text(text='target'), Row(items=(Sym(name='d'), Sym(name='L'))), \
Sub(body=Sym(name='h'), index=Text(text='pre')))
    """
    pieces = [piece for piece in name.split("_") if piece]
    if not pieces:
        return Text(name)
    primes = len(pieces[-1]) - len(pieces[-1].rstrip("'′"))
    pieces[-1] = pieces[-1].rstrip("'′") or pieces[-1]
    head, index = _head(pieces[0])
    indices = [index] if index is not None else []
    for piece in pieces[1:]:
        accent, digits = _split_digits(piece)
        if accent in ACCENTS and not indices:
            head = Accent(ACCENTS[accent], head)
            if digits:
                indices.append(Num(int(digits)))
        else:
            indices.append(_index(piece))
    if indices and isinstance(head, Row):  # dW1: the index belongs to the letter
        d, letter = head.items
        return Row((d, Sub(letter, indices[0] if len(indices) == 1 else _listed(indices))))
    if indices:
        head = Sub(head, indices[0] if len(indices) == 1 else _listed(indices))
    for _ in range(primes):
        head = Accent("prime", head)
    return head


def _listed(indices: list[Formula]) -> Formula:
    items: list[Formula] = [indices[0]]
    for index in indices[1:]:
        items += [Text(","), index]
    return Row(tuple(items))


def _split_digits(piece: str) -> tuple[str, str]:
    stem = piece.rstrip("0123456789")
    return stem, piece[len(stem) :]


def _head(piece: str) -> tuple[Formula, Formula | None]:
    """The letter of a name, and the index that its digits make."""
    stem, digits = _split_digits(piece)
    index = _digits(digits) if digits else None
    if not stem:
        return Num(int(digits)), None
    return _stem(stem), index


def _digits(digits: str) -> Formula:
    return Num(int(digits)) if digits == str(int(digits)) else Text(digits)


def _stem(stem: str) -> Formula:
    letter = _letter(stem)
    if letter is not None:
        return letter
    if stem[0] in "d∂" and (rest := _letter_or_accent(stem[1:])) is not None:
        return Row((Sym("d") if stem[0] == "d" else Text("∂"), rest))
    return _letter_or_accent(stem) or Text(stem)


def _letter_or_accent(stem: str) -> Formula | None:
    if (letter := _letter(stem)) is not None:
        return letter
    for ending, mark in ACCENTS.items():
        inner = _letter(stem.removesuffix(ending)) if stem.endswith(ending) else None
        if inner is not None:
            return Accent(mark, inner)
    return None


def _letter(stem: str) -> Formula | None:
    if not stem:
        return None
    apart = unicodedata.normalize("NFD", stem)
    if len(apart) == 2 and apart[1] in _COMBINING:  # ŷ and x̄, as they can be typed
        return Accent(_COMBINING[apart[1]], Sym(_LETTERS.get(apart[0], apart[0])))
    if len(stem) == 1:
        return Sym(_LETTERS.get(stem, stem))
    stem = _SPOKEN.get(stem, stem)
    return Sym(stem) if stem in GREEK else None


def _index(piece: str) -> Formula:
    """What stands below: a figure, a letter, or upright words."""
    if piece.isdigit():
        return _digits(piece)
    if len(piece) <= 3 and set(piece) <= set("ijklmn"):
        return Row(tuple(map(Sym, piece))) if len(piece) > 1 else Sym(piece)
    return _letter(piece) or Text(piece)
