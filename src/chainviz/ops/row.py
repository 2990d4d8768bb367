"""One row of the table of operations: an Op, and how its derivatives are taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainviz.errors import ChainvizError

__all__ = ["ARGUMENTS", "Op", "OpError", "as_number", "unbroadcast"]

ARGUMENTS = "abcdefghijklmnopqrstuvwxz"  # what slots are called in notation; y is the output

Numeric = Callable[..., Any]


class OpError(ChainvizError):
    """A row of the table that can't be made, or an operation that isn't in it."""


def as_number(value: Any) -> Any:
    """A Python float, or a float64 array of at least one dimension."""
    if type(value) is float:
        return value
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else array


def unbroadcast(value: Any, shape: tuple[int, ...]) -> Any:
    """Sum out what broadcasting added, and spread out what it left: the array of that shape."""
    value = np.asarray(value)
    extra = value.ndim - len(shape)
    if extra > 0:
        value = value.sum(axis=tuple(range(extra)))
    if extra >= 0:
        stretched = tuple(i for i, n in enumerate(shape) if n == 1 < value.shape[i])
        value = value.sum(axis=stretched, keepdims=True)
    return value if value.shape == shape else np.broadcast_to(value, shape)


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """An operation: its name, its symbol, its value, its partials and its notation.

    Numbers are Python floats or float64 arrays. ``partials`` holds one function a slot, called
    with the output and the arguments: ``partial(y, a, b)``. For an elementwise op it gives the
    partial entry by entry. Any other op has ``vjps`` (``vjp(g, y, a, b)``: the upstream gradient
    pulled back to the slot) and ``jvps`` (``jvp(t, y, a, b)``: a tangent of the slot pushed
    forward) instead; with any number of arguments there is one of each, called with the slot
    first.

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
    called: tuple[str, ...] = ()  # what formula text calls it: sin(x), ln(x)
    numpy: tuple[str, ...] = ()  # the NumPy functions that mean it
    params: tuple[tuple[str, Any], ...] = ()  # options, with their defaults
    domain: str = ""  # said in the error when there is no value
    shapes: str = ""  # the rule of shapes, for ops on whole arrays
    work: Callable[..., int] | None = None  # multiplications of one vjp or jvp: work(y, a, b)
    inner: Any = None  # the Graph that a folded gate stands for
    made_by: tuple[Numeric, tuple[Any, ...]] | None = None  # how a gate is made again (pickling)

    @property
    def elementwise(self) -> bool:
        """Whether the op works entry by entry (with NumPy's broadcasting)."""
        return not self.vjps

    def __call__(self, *operands: Any, **params: Any) -> Any:
        """A new node while a function is traced, a plain number or array otherwise."""
        for operand in operands:
            if hasattr(operand, "_apply_op"):  # an Expr: this room doesn't know that class
                return operand._apply_op(self, operands, params)
        if self.arity is not None and len(operands) != self.arity:
            raise OpError(f"{self.name} takes {self.arity} argument(s), not {len(operands)}")
        return as_number(self.value(*map(as_number, operands), **params))

    def pull(self, slot: int, g: Any, y: Any, args: Any, params: Any) -> Any:
        """The vector-Jacobian product: the upstream gradient g, pulled back to a slot."""
        if not self.vjps:
            pulled = g * self.partials[slot](y, *args, **params)
        elif self.arity is None:
            pulled = self.vjps[0](slot, g, y, *args, **params)
        else:
            pulled = self.vjps[slot](g, y, *args, **params)
        return as_number(unbroadcast(pulled, np.shape(args[slot])))

    def push(self, slot: int, t: Any, y: Any, args: Any, params: Any) -> Any:
        """The Jacobian-vector product: a tangent t of a slot, pushed to the output."""
        if not self.vjps:
            pushed = t * self.partials[slot](y, *args, **params)
        elif self.arity is None:
            pushed = self.jvps[0](slot, t, y, *args, **params)
        else:
            pushed = self.jvps[slot](t, y, *args, **params)
        return as_number(np.broadcast_to(pushed, np.shape(y)))

    def multiplications(self, y: Any, args: Any) -> int:
        """How many numbers are multiplied when a gradient or a tangent passes one slot."""
        return int(np.size(y) if self.work is None else self.work(y, *args))

    def __eq__(self, other: object) -> bool:
        # gates are made anew by each fold: two are the same when they fold the same
        if self is other:
            return True
        return (
            isinstance(other, Op)
            and self.inner is not None
            and (self.name, self.symbol, self.inner) == (other.name, other.symbol, other.inner)
        )

    def __hash__(self) -> int:
        return hash((self.name, self.symbol))

    def __repr__(self) -> str:
        return f"<Op {self.name}>"

    def __reduce__(self) -> Any:
        if self.made_by is not None:
            return self.made_by
        from chainviz.ops.table import op_named  # a row is the table's, wherever it is unpickled

        return op_named, (self.name,)

    def __copy__(self) -> Op:
        return self

    def __deepcopy__(self, memo: Any) -> Op:
        return self
