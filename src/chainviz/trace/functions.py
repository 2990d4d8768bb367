"""Our own functions: nodes in a function that is traced, plain numbers elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainviz.ops import op_named
from chainviz.trace.condition import Condition, choose
from chainviz.trace.expr import Expr, constant_of
from chainviz.trace.session import ACTIVE

__all__ = [
    "constant",
    "cross_entropy",
    "dot",
    "log_softmax",
    "mse",
    "norm_squared",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "stack",
    "where",
]


def sigmoid(x: Any) -> Any:
    """1/(1 + exp(-x)), entry by entry.

    >>> sigmoid(0.0)
    0.5
    """
    return op_named("sigmoid")(x)


def relu(x: Any) -> Any:
    """max(0, x), entry by entry; its slope at 0 is taken to be 0.

    >>> relu([-1.0, 2.0])
    array([0., 2.])
    """
    return op_named("relu")(x)


def softplus(x: Any) -> Any:
    """ln(1 + exp(x)), entry by entry.

    >>> round(softplus(0.0), 4)
    0.6931
    """
    return op_named("softplus")(x)


def softmax(x: Any, axis: int = -1) -> Any:
    """exp(x), scaled so that the entries along an axis add up to 1.

    >>> softmax([1.0, 1.0])
    array([0.5, 0.5])
    """
    return op_named("softmax")(x, axis=axis)


def log_softmax(x: Any, axis: int = -1) -> Any:
    """The logarithm of softmax, without overflow.

    >>> log_softmax([1000.0, 0.0])
    array([    0., -1000.])
    """
    return op_named("log_softmax")(x, axis=axis)


def cross_entropy(scores: Any, target: Any) -> Any:
    """-sum(target * log_softmax(scores)): a number; the mean over all axes but the last.

    Both have one shape; ``target`` holds probabilities, such as [0, 1, 0] for the second class.

    >>> round(cross_entropy([2.0, 0.0], [1.0, 0.0]), 4)
    0.1269
    """
    return op_named("cross_entropy")(scores, target)


def mse(prediction: Any, target: Any) -> Any:
    """The mean of the squared differences of two arrays of one shape: a number.

    >>> mse([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    return op_named("mse")(prediction, target)


def norm_squared(x: Any) -> Any:
    """The sum of the squares of all entries: a number.

    >>> norm_squared([3.0, 4.0])
    25.0
    """
    return op_named("norm_squared")(x)


def dot(a: Any, b: Any) -> Any:
    """The sum of the products of two vectors of one length: a number.

    >>> dot([1.0, 2.0], [3.0, 4.0])
    11.0
    """
    return op_named("dot")(a, b)


def stack(items: Sequence[Any]) -> Any:
    """Put numbers (or arrays of one shape) into one array, along a new first axis.

    >>> stack([1.0, 2.0])
    array([1., 2.])
    """
    return op_named("stack")(*items)


def where(condition: Any, a: Any, b: Any) -> Any:
    """``a`` where the condition holds and ``b`` elsewhere, entry by entry.

    The condition may compare traced values: ``cv.where(x > 0, x, 0.1*x)``. The gradient goes
    to the side that was chosen.

    >>> import chainviz as cv
    >>> print(cv.trace(lambda x: cv.where(x > 0, x, 0.1 * x)))
    input x
    v1 = 0.1*x
    y = where(x, x, v1)
    output y
    """
    if any(isinstance(one, Expr | Condition) for one in (condition, a, b)):
        return choose(condition, a, b)
    return np.where(condition, a, b)


def constant(value: Any, name: str | None = None) -> Any:
    """A constant that is a node of its own; other constants are part of the op they go into.

    >>> import chainviz as cv
    >>> def area(r):
    ...     pi = cv.constant(3.14)
    ...     a = pi * r**2
    ...     return a
    >>> print(cv.trace(area))
    input r
    pi = 3.14
    v1 = r^2
    a = pi*v1
    output a
    """
    session = ACTIVE.get()
    if session is None:
        return value
    op = op_named("constant")
    number = session.add(op, (session.growth.add_constant(constant_of(value, op)),))
    if name is not None:
        session.given[number] = name
    return Expr(session, number)
