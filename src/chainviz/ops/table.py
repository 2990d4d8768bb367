"""The table itself: every row by its name, by what formula text calls it, by its NumPy name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chainviz.ops import scalar
from chainviz.ops.row import Op, OpError

__all__ = ["op", "op_named", "ops_by_call", "ops_by_ufunc", "table"]

_BY_NAME: dict[str, Op] = {}
_BY_CALL: dict[str, Op] = {}
_BY_UFUNC: dict[str, Op] = {}

table: Mapping[str, Op] = MappingProxyType(_BY_NAME)
ops_by_call: Mapping[str, Op] = MappingProxyType(_BY_CALL)
ops_by_ufunc: Mapping[str, Op] = MappingProxyType(_BY_UFUNC)


def _enter(row: Op) -> None:
    _BY_NAME[row.name] = row
    _BY_CALL.update(dict.fromkeys(row.called, row))
    _BY_UFUNC.update(dict.fromkeys(row.ufuncs, row))


def op_named(name: str) -> Op:
    """The row of that name, such as ``mul`` or ``sigmoid``."""
    if name not in _BY_NAME:
        raise OpError(f"no operation {name!r}; there are: {', '.join(_BY_NAME)}")
    return _BY_NAME[name]


def op(row: Op) -> Op:
    """Add a row to the table."""
    if row.name in _BY_NAME:
        raise OpError(f"there is an operation {row.name!r} already; choose another name")
    _enter(row)
    return row


for _row in scalar.ROWS:
    _enter(_row)
