"""A row of a LaTeX label's pieces put together: relations, sums, products, and what is neither."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from chainviz.formula.tree import Add, Call, Eq, Formula, Mul, Neg, Pow, Row, Sym, Text

__all__ = ["Piece", "assemble"]

PieceKind = Literal["atom", "sign", "product", "relation", "mark", "space"]


@dataclass(frozen=True, slots=True)
class Piece:
    """An atom, or a sign between atoms."""

    kind: PieceKind
    formula: Formula

    @property
    def text(self) -> str:
        """What a sign says."""
        return self.formula.text if isinstance(self.formula, Text) else ""


def assemble(pieces: list[Piece]) -> Formula:
    """One formula of the pieces of a row: what reads as mathematics becomes its tree.

    >>> x, plus = Piece("atom", Sym("x")), Piece("sign", Text("+"))
    >>> assemble([x, plus, x]) == Add((Sym("x"), Sym("x")))
    True
    """
    if any(piece.kind in ("mark", "space") for piece in pieces):
        return Row(tuple(_listed(pieces)))
    for at, piece in enumerate(pieces):
        if piece.kind == "relation":
            left, right = pieces[:at], pieces[at + 1 :]
            if not left or not right:
                return Row(tuple(_loose(pieces)))
            return Eq(_sum(left), assemble(right), piece.text)
    return _sum(pieces)


def _listed(pieces: list[Piece]) -> Iterator[Formula]:
    """What stands between commas and spaces, put together each for itself."""
    run: list[Piece] = []
    for piece in pieces:
        if piece.kind in ("mark", "space"):
            if run:
                yield assemble(run)
            run = []
            yield piece.formula
        else:
            run.append(piece)
    if run:
        yield assemble(run)


def _loose(pieces: list[Piece]) -> Iterator[Formula]:
    """Pieces that are no whole formula, such as ``= x`` or ``x +``, one after the other."""
    for piece in pieces:
        shown = Text(_SHOWN.get(piece.text, piece.text))
        yield piece.formula if piece.kind == "atom" else shown


_SHOWN = {"dot": "·", "times": "×", "hadamard": "⊙", "circ": "∘", "slash": "/"}


def _sum(pieces: list[Piece]) -> Formula:
    terms: list[tuple[str, list[Piece]]] = [("", [])]
    for piece in pieces:
        if piece.kind == "sign":
            terms.append((piece.text, []))
        else:
            terms[-1][1].append(piece)
    if not terms[0][1] and len(terms) > 1:
        terms = terms[1:]
    if any(not run for _, run in terms) or terms[0][0] == "+":
        return Row(tuple(_loose(pieces)))
    done = [Neg(_product(run)) if sign == "-" else _product(run) for sign, run in terms]
    return done[0] if len(done) == 1 else Add(tuple(done))


def _product(pieces: list[Piece]) -> Formula:
    """Factors joined by their signs; side by side binds tightest."""
    runs: list[tuple[str, list[Formula]]] = [("", [])]
    for piece in pieces:
        if piece.kind == "product":
            runs.append((piece.text, []))
        else:
            runs[-1][1].append(piece.formula)
    if any(not run for _, run in runs) or any(sign == "circ" for sign, _ in runs):
        return Row(tuple(_loose(pieces)))
    done = _side_by_side(runs[0][1])
    for sign, run in runs[1:]:
        factor = _side_by_side(run)
        if sign == "slash":
            done = Row((done, Text("/"), factor))
            continue
        same = isinstance(done, Mul) and done.sign == sign
        done = Mul((*(done.factors if same else (done,)), factor), sign)  # type: ignore[attr-defined, arg-type]
    return done


def _side_by_side(atoms: list[Formula]) -> Formula:
    joined = list(_with_differentials(atoms))
    for at, atom in enumerate(joined[:-1]):
        if _is_name(atom):  # sin x: the name, and all that stands beside it
            rest = _side_by_side(joined[at + 1 :])
            return _row_or_product([*joined[:at], Row((atom, rest))])
    return _row_or_product(joined)


def _row_or_product(atoms: list[Formula]) -> Formula:
    if len(atoms) == 1:
        return atoms[0]
    if any(isinstance(atom, Text) for atom in atoms):
        return Row(tuple(atoms))
    return Mul(tuple(atoms))


def _is_name(atom: Formula) -> bool:
    """A function's name without brackets after it, with or without a power."""
    inner = atom.base if isinstance(atom, Pow) else atom
    return isinstance(inner, Call) and not inner.args


def _with_differentials(atoms: Iterable[Formula]) -> Iterator[Formula]:
    """The d of dL and the ∂ of ∂w belong to the letter that follows."""
    waiting: Formula | None = None
    for atom in atoms:
        if waiting is not None:
            yield Row((waiting, atom))
            waiting = None
        elif _is_differential(atom):
            waiting = atom
        else:
            yield atom
    if waiting is not None:
        yield waiting


def _is_differential(atom: Formula) -> bool:
    inner = atom.base if isinstance(atom, Pow) else atom
    return inner in (Sym("d"), Text("∂"), Text("∇"))
