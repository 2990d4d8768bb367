"""A plain Python/NumPy function becomes a Graph."""

from __future__ import annotations

from chainviz.trace.expr import Expr, TraceError, apply
from chainviz.trace.functions import relu, sigmoid, softplus
from chainviz.trace.tracer import trace

__all__ = ["Expr", "TraceError", "apply", "relu", "sigmoid", "softplus", "trace"]
