"""A plain Python/NumPy function becomes a Graph."""

from __future__ import annotations

from chainviz.trace.errors import TraceError
from chainviz.trace.expr import Expr
from chainviz.trace.functions import (
    constant,
    cross_entropy,
    dot,
    log_softmax,
    mse,
    norm_squared,
    relu,
    sigmoid,
    softmax,
    softplus,
    stack,
    where,
)
from chainviz.trace.gates import gate
from chainviz.trace.tracer import trace

__all__ = [
    "Expr",
    "TraceError",
    "constant",
    "cross_entropy",
    "dot",
    "gate",
    "log_softmax",
    "mse",
    "norm_squared",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "stack",
    "trace",
    "where",
]
