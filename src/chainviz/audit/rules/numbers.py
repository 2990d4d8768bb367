"""Numbers as they stand in a text, and whether they are what a run says."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from chainviz.audit.rules.parts import edge_of
from chainviz.formula import agrees
from chainviz.part import Kind, Part
from chainviz.tape import Tape

__all__ = ["expected", "fits", "numbers_in"]

_NUMBER = re.compile(
    r"(?<![\w.])[-−]?(?:\d+(?:\.\d+)?|\.\d+)(?:\s?·\s?10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|[eE][-+]?\d+)?|[-−]?∞|nan"
)


def numbers_in(text: str) -> list[str]:
    """The numbers after the last equals sign, in the order they are read.

    >>> numbers_in("∂L/∂v₂ = -8"), numbers_in("[1, -0.5; 2.25·10⁻⁵, 3]")
    (['-8'], ['1', '-0.5', '2.25·10⁻⁵', '3'])
    """
    return _NUMBER.findall(re.split("[=≈]", text)[-1])


def expected(tape: Tape, part: Part) -> Any:
    """What the run has for a part: a number, an array, or None where it has nothing."""
    name, edge = str(part.key[0]) if part.key else "", edge_of(part)
    if edge is not None and edge not in tape.graph.edges:
        return None
    if edge is None and not any(node.name == name for node in tape.graph):
        return None
    if part.kind is Kind.VALUE:
        return tape.value(name)
    if part.kind is Kind.GRAD and tape.mode != "values":
        return tape.grad(name) if tape.mode == "reverse" else tape.tangent(name)
    if part.kind is Kind.PARTIAL and edge is not None:
        return tape.partial_of(edge)
    if part.kind is Kind.CONTRIBUTION and edge is not None and tape.mode != "values":
        return tape.contribution_of(edge)
    return None


def fits(told: list[str], value: Any) -> bool:
    """Whether shown numbers agree with a value; arrays are compared number by number.

    What is shown in part (a large matrix with dots in it) is not judged.
    """
    wanted = np.ravel(np.asarray(value, dtype=float))
    if wanted.size == 1:
        return agrees(told[-1], float(wanted[0]))
    if len(told) != wanted.size:
        return True
    return all(agrees(text, number) for text, number in zip(told, wanted.tolist(), strict=True))
