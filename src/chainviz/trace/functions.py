"""Our own functions, for use in functions that are traced or with plain numbers."""

from __future__ import annotations

from typing import Any

from chainviz.ops import op_named
from chainviz.trace.expr import apply

__all__ = ["relu", "sigmoid", "softplus"]


def sigmoid(x: Any) -> Any:
    """1/(1 + exp(-x)), entry by entry."""
    return apply(op_named("sigmoid"), x)


def relu(x: Any) -> Any:
    """max(0, x), entry by entry; its slope at 0 is 0."""
    return apply(op_named("relu"), x)


def softplus(x: Any) -> Any:
    """ln(1 + exp(x)), entry by entry."""
    return apply(op_named("softplus"), x)
