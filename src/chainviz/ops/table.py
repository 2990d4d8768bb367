"""The table itself: every row by its name, by what formula text calls it, by its NumPy name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from chainviz.ops import array, network, scalar
from chainviz.ops.row import ARGUMENTS, Op, OpError

__all__ = ["op", "op_named", "ops_by_call", "ops_by_numpy", "table"]

_BY_NAME: dict[str, Op] = {}
_BY_CALL: dict[str, Op] = {}
_BY_NUMPY: dict[str, Op] = {}

table: Mapping[str, Op] = MappingProxyType(_BY_NAME)
ops_by_call: Mapping[str, Op] = MappingProxyType(_BY_CALL)
ops_by_numpy: Mapping[str, Op] = MappingProxyType(_BY_NUMPY)


def _enter(row: Op) -> None:
    _BY_NAME[row.name] = row
    _BY_CALL.update(dict.fromkeys(row.called, row))
    _BY_NUMPY.update(dict.fromkeys(row.numpy, row))


for _row in scalar.ROWS + array.ROWS + network.ROWS:
    _enter(_row)


def op_named(name: str) -> Op:
    """The row of that name, such as ``mul`` or ``sigmoid``.

    >>> op_named("mul").symbol
    '×'
    """
    if name not in _BY_NAME:
        near = difflib.get_close_matches(name, _BY_NAME, n=2)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(_BY_NAME)}"
        raise OpError(f"no operation {name!r}; {hint}")
    return _BY_NAME[name]


def op(
    name: str,
    value: Callable[..., Any],
    partials: Sequence[Callable[..., Any]] = (),
    *,
    formulas: Sequence[str] = (),
    symbol: str = "",
    notation: str = "",
    vjps: Sequence[Callable[..., Any]] = (),
    jvps: Sequence[Callable[..., Any]] = (),
    domain: str = "",
    shapes: str = "",
    replace: bool = False,
) -> Op:
    """Add a row to the table: an operation of your own, for traced functions and formula text.

    An elementwise op gives ``partials``, one function of (y, a, b, ...) for each argument; an
    op on whole arrays gives ``vjps`` and ``jvps``. ``formulas`` are the same partials as text.

    >>> import chainviz as cv
    >>> swish = cv.op(
    ...     "swish",
    ...     lambda a: a * cv.sigmoid(a),
    ...     [lambda y, a: y + cv.sigmoid(a) * (1 - y)],
    ...     formulas=["y + sigma(a)*(1 - y)"],
    ...     replace=True,
    ... )
    >>> graph = cv.parse("y = swish(2*x)")
    >>> round(cv.run(graph, x=0.5).grad("x"), 6)
    1.855341
    >>> graph == cv.trace(lambda x: swish(2 * x))
    True
    """
    arity = len(partials or vjps)
    if not name.isidentifier():
        raise OpError(f"{name!r} can't name an operation: letters, digits and _ are accepted")
    if bool(partials) == bool(vjps) or len(vjps) != len(jvps):
        raise OpError(
            f"operation {name!r} needs either partials (entry by entry) or both vjps and jvps "
            "(whole arrays), one for each argument"
        )
    if len(formulas) not in (0, arity):
        raise OpError(f"operation {name!r} has {arity} partial(s) and {len(formulas)} formula(s)")
    if not replace and (name in _BY_NAME or name in _BY_CALL):
        raise OpError(
            f"there is an operation {name!r} already; choose another name, or say replace=True"
        )
    row = Op(
        name,
        symbol or name,
        value,
        tuple(partials),
        tuple(formulas),
        notation or f"{name}({', '.join(ARGUMENTS[:arity])})",
        arity,
        vjps=tuple(vjps),
        jvps=tuple(jvps),
        called=(name,),
        domain=domain,
        shapes=shapes,
    )
    _enter(row)
    return row
