"""The table of operations: one row holds name, symbol, value, partials and notation."""

from __future__ import annotations

from chainviz.ops.row import ARGUMENTS, Op, OpError, as_number, unbroadcast
from chainviz.ops.table import op, op_named, ops_by_call, ops_by_numpy, table

__all__ = [
    "ARGUMENTS",
    "Op",
    "OpError",
    "as_number",
    "op",
    "op_named",
    "ops_by_call",
    "ops_by_numpy",
    "table",
    "unbroadcast",
]
