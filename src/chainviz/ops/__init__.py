"""The table of operations: one row holds name, symbol, value, partials and notation."""

from __future__ import annotations

from chainviz.ops.row import ARGUMENTS, Op, OpError
from chainviz.ops.table import op, op_named, ops_by_call, ops_by_ufunc, table

__all__ = ["ARGUMENTS", "Op", "OpError", "op", "op_named", "ops_by_call", "ops_by_ufunc", "table"]
