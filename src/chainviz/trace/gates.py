"""gate: a helper function that is traced as one node."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from chainviz.graph import gate_of
from chainviz.trace.errors import TraceError
from chainviz.trace.expr import Expr
from chainviz.trace.tracer import trace

__all__ = ["gate"]


def gate(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a helper function one named gate: a node with a partial derived from what it folds.

    ``graph.open(name)`` opens it again. Plain numbers pass through the function as ever.

    >>> import chainviz as cv
    >>> @cv.gate
    ... def neuron(w, x, b):
    ...     z = w * x + b
    ...     return cv.sigmoid(z)
    >>> graph = cv.trace(lambda w, x, b: neuron(w, x, b) ** 2)
    >>> print(graph)
    input w
    input x
    input b
    v1 = neuron(w, x, b)
    y = v1^2
    output y
    """

    @functools.wraps(function)
    def folded(*arguments: Any, **named: Any) -> Any:
        bound = inspect.signature(function).bind(*arguments, **named)
        bound.apply_defaults()
        traced = {key: value for key, value in bound.arguments.items() if isinstance(value, Expr)}
        for value in bound.arguments.values():
            if isinstance(value, tuple | list) and any(isinstance(one, Expr) for one in value):
                raise TraceError(
                    f"gate {function.__name__!r} takes traced values one by one, not in a list: "
                    "each is a slot of its own. Give them names, or cv.stack them"
                )
        if not traced:
            return function(*arguments, **named)
        rest = {key: value for key, value in bound.arguments.items() if key not in traced}
        inner = trace(_without_defaults(function, tuple(traced), rest))
        return gate_of(function.__name__, inner)(*traced.values())

    return folded


def _without_defaults(
    function: Callable[..., Any], names: tuple[str, ...], rest: dict[str, Any]
) -> Callable[..., Any]:
    """The function of the traced arguments alone."""
    whole = functools.partial(function, **rest)

    def inner(*given: Any) -> Any:
        return whole(**dict(zip(names, given, strict=True)))

    inner.__name__ = function.__name__
    inner.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    )
    return inner
