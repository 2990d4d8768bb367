"""One row of the table of operations: an Op, and how its derivatives are taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chainviz.errors import ChainvizError

__all__ = ["ARGUMENTS", "Op", "OpError"]

ARGUMENTS = "abcdefgh"  # what the slots are called in notation and formulas

Numeric = Callable[..., Any]


class OpError(ChainvizError):
    """A row of the table that can't be made, or an operation that isn't in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """An operation: its name, its symbol, its value, its partials and its notation.

    ``partials`` holds one function a slot, called with the output and the arguments:
    ``partial(y, a, b)``. For an elementwise op it gives the partial entry by entry. Any other
    op has ``vjps`` (``vjp(g, y, a, b)``: the upstream gradient pulled back to the slot) and
    ``jvps`` (``jvp(t, y, a, b)``: a tangent of the slot pushed forward) instead.

    ``formulas`` says the same in the parser's grammar, over the argument names a, b, c, the
    output y and, where the op is not elementwise, the upstream gradient g.
    """

    name: str
    symbol: str
    value: Numeric
    partials: tuple[Numeric, ...] = ()
    formulas: tuple[str, ...] = ()
    notation: str = ""
    arity: int | None = 1  # None: any number of arguments
    vjps: tuple[Numeric, ...] = ()
    jvps: tuple[Numeric, ...] = ()
    scalar: Numeric | None = None  # a faster value for Python floats
    called: tuple[str, ...] = ()  # what formula text calls it: sin(x), ln(x)
    ufuncs: tuple[str, ...] = ()  # the NumPy functions that mean it
    params: Mapping[str, Any] = field(default_factory=dict)  # options, with their defaults
    domain: str = ""  # said in the error when the value is not a number
    work: Callable[..., int] | None = None  # multiplications of one vjp or jvp
    inner: Any = None  # the Graph that a folded gate stands for

    @property
    def elementwise(self) -> bool:
        """Whether the op works entry by entry (with NumPy's broadcasting)."""
        return not self.vjps

    def __repr__(self) -> str:
        return f"<Op {self.name}>"

    def __deepcopy__(self, memo: Any) -> Op:
        return self
