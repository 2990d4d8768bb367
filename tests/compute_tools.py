"""What the tests of the computation share: formulas worked out, and oracles of other makers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from chainviz.graph import Constant, Graph
from chainviz.ops import op_named
from chainviz.parse import Binary, Call, Expression, Index, List, Name, Number, Unary

OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    "@": lambda a, b: a @ b,
}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": np.exp,
    "ln": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "sigma": lambda a: 1.0 / (1.0 + np.exp(-a)),
    "sign": np.sign,
    "step": lambda a: np.where(a > 0, 1.0, 0.0),
    "sum": np.sum,
    "size": np.size,
    "ones": np.ones_like,
    "dot": np.dot,
    "transpose": np.transpose,
    "softmax": lambda a: np.exp(a) / np.exp(a).sum(),
    "log_softmax": lambda a: a - np.log(np.exp(a).sum()),
}


def worked_out(tree: Expression, names: Mapping[str, Any]) -> Any:
    """The number of a formula, by nothing but its tree."""
    match tree:
        case Number(value):
            return value
        case Name(name):
            return names[name]
        case Unary(_, operand):
            return -worked_out(operand, names)
        case Binary(operator, left, right):
            return OPERATORS[operator](worked_out(left, names), worked_out(right, names))
        case Call(function, arguments):
            return FUNCTIONS[function](*(worked_out(one, names) for one in arguments))
        case List(items):
            return np.stack([worked_out(one, names) for one in items])
        case Index(of, index):
            return worked_out(of, names)[index]
    raise AssertionError(tree)


def semantics(xp: Any) -> Mapping[str, Callable[..., Any]]:
    """What each op means, written anew over another maker's NumPy: autograd's or JAX's."""

    def log_softmax(a: Any, axis: int = -1) -> Any:
        top = xp.max(a, axis=axis, keepdims=True)
        return a - top - xp.log(xp.sum(xp.exp(a - top), axis=axis, keepdims=True))

    def cross_entropy(a: Any, b: Any) -> Any:
        return xp.mean(-xp.sum(b * log_softmax(a), axis=-1))

    def item(a: Any, index: Any) -> Any:
        return a[tuple(slice(*part) if isinstance(part, tuple) else part for part in index)]

    def stack(*args: Any) -> Any:
        shape = np.broadcast_shapes(*(np.shape(a) for a in args))
        return xp.stack([a * xp.ones(shape) for a in args])

    return {
        "constant": lambda a: a * 1.0,
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "pow": lambda a, b: a**b,
        "neg": lambda a: -a,
        "abs": xp.abs,
        "exp": xp.exp,
        "log": xp.log,
        "sin": xp.sin,
        "cos": xp.cos,
        "tan": xp.tan,
        "tanh": xp.tanh,
        "sqrt": xp.sqrt,
        "sigmoid": lambda a: 0.5 * (xp.tanh(a / 2) + 1),
        "relu": lambda a: xp.where(a > 0, a, 0.0 * a),
        "softplus": lambda a: xp.logaddexp(0.0, a),
        "max": xp.maximum,
        "min": xp.minimum,
        "where": lambda a, b, c: (a > 0) * b + (a <= 0) * c,
        "matmul": xp.matmul,
        "dot": lambda a, b: xp.sum(a * b),
        "norm_squared": lambda a: xp.sum(a**2),
        "transpose": lambda a, axes=None: xp.transpose(a, axes),
        "reshape": lambda a, shape: xp.reshape(a, shape),
        "getitem": item,
        "stack": stack,
        "sum": lambda a, axis=None, keepdims=False: xp.sum(a, axis=axis, keepdims=keepdims),
        "mean": lambda a, axis=None, keepdims=False: xp.mean(a, axis=axis, keepdims=keepdims),
        "softmax": lambda a, axis=-1: xp.exp(log_softmax(a, axis)),
        "log_softmax": log_softmax,
        "cross_entropy": cross_entropy,
        "mse": lambda a, b: xp.mean((a - b) ** 2),
    }


def as_function(graph: Graph, meaning: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    """The graph as a function of its inputs, worked out by another maker's operations."""

    def function(*inputs: Any) -> Any:
        values = dict(zip(graph.inputs, inputs, strict=True))
        for node in graph:
            if node.op is not None:
                given = [a.value if isinstance(a, Constant) else values[a] for a in node.arguments]
                values[node.name] = meaning[node.op.name](*given, **dict(node.params))
        return values[graph.output]

    return function


def autograd_gradients(graph: Graph, inputs: Sequence[Any]) -> tuple[float, list[Any]]:
    """The output and its gradients by HIPS autograd."""
    import autograd
    import autograd.numpy as xp

    function = as_function(graph, semantics(xp))
    grads = autograd.grad(function, tuple(range(len(inputs))))(*inputs)
    return float(function(*inputs)), list(grads)


def close(found: Any, expected: Any, *, rel: float = 1e-10, scale: float = 1.0) -> bool:
    """Equal shapes, and equal numbers: relative, or to the scale of what was added up."""
    found, expected = np.asarray(found), np.asarray(expected)
    return found.shape == expected.shape and np.allclose(
        found, expected, rtol=rel, atol=rel * scale
    )


_RANDOM = np.random.default_rng(7)


def _array(*shape: int, low: float = -2.0, high: float = 2.0) -> Any:
    return _RANDOM.uniform(low, high, shape)


def _one_hot(rows: int, columns: int) -> Any:
    return np.eye(columns)[np.arange(rows) % columns]


# op -> arguments that every oracle can take: scalars, arrays, and shapes that broadcast
SAMPLES: Mapping[str, Sequence[tuple[Any, ...]]] = {
    "constant": [(1.5,)],
    "add": [(1.5, -0.5), (_array(3), 2.0), (_array(2, 3), _array(3)), (_array(2, 1), _array(1, 3))],
    "sub": [(1.5, -0.5), (_array(3), 2.0), (2.0, _array(2, 2)), (_array(2, 1), _array(1, 3))],
    "mul": [(1.5, -0.5), (_array(3), 2.0), (_array(2, 3), _array(3)), (_array(2, 1), _array(4))],
    "div": [(1.5, -0.5), (_array(3), 2.0), (_array(2, 3), _array(3, low=0.5)), (1.0, -3.0)],
    "pow": [(1.5, 2.0), (0.7, -1.3), (_array(3, low=0.2), _array(2, 3)), (2.0, _array(3))],
    "neg": [(1.5,), (_array(2, 3),)],
    "abs": [(1.5,), (-0.5,), (_array(2, 3),)],
    "exp": [(1.5,), (-3.0,), (_array(2, 3),)],
    "log": [(1.5,), (0.01,), (_array(2, 3, low=0.1),)],
    "sin": [(1.5,), (_array(2, 3),)],
    "cos": [(1.5,), (_array(2, 3),)],
    "tan": [(1.2,), (_array(2, 3, low=-1.4, high=1.4),)],
    "tanh": [(1.5,), (_array(2, 3),)],
    "sqrt": [(1.5,), (_array(2, 3, low=0.1),)],
    "sigmoid": [(1.5,), (-4.0,), (_array(2, 3),)],
    "relu": [(1.5,), (-1.5,), (_array(2, 3),)],
    "softplus": [(1.5,), (-4.0,), (_array(2, 3),)],
    "max": [(1.5, 2.5), (1.5, -2.5), (_array(2, 3), _array(3)), (_array(3), 0.1)],
    "min": [(1.5, 2.5), (1.5, -2.5), (_array(2, 3), _array(3)), (_array(3), 0.1)],
    "where": [(1.0, 2.0, 3.0), (-1.0, 2.0, 3.0), (_array(3), _array(2, 3), 0.5)],
    "matmul": [
        (_array(2, 3), _array(3, 4)),
        (_array(2, 3), _array(3)),
        (_array(3), _array(3, 4)),
        (_array(3), _array(3)),
        (_array(5, 2, 3), _array(3, 4)),
        (_array(3), _array(5, 3, 4)),
        (_array(5, 2, 3), _array(3)),
        (_array(5, 1, 2, 3), _array(4, 3, 2)),
    ],
    "dot": [(_array(3), _array(3))],
    "norm_squared": [(1.5,), (_array(3),), (_array(2, 3),)],
    "transpose": [(_array(2, 3),), (_array(3),), (_array(2, 3, 4),)],
    "sum": [(1.5,), (_array(3),), (_array(2, 3),)],
    "mean": [(1.5,), (_array(3),), (_array(2, 3),)],
    "softmax": [(_array(3),), (_array(2, 3),)],
    "log_softmax": [(_array(3),), (_array(2, 3),)],
    "cross_entropy": [(_array(3), _one_hot(1, 3)[0]), (_array(2, 3), _one_hot(2, 3)),
                      (_array(2, 3), _array(2, 3, low=0.1))],
    "mse": [(_array(3), _array(3)), (_array(2, 3), _array(2, 3)), (1.0, 3.0)],
    "stack": [(1.0, 2.0, 3.0), (_array(2, 3), _array(2, 3)), (_array(3), 1.0)],
}  # fmt: skip
# (op, options) -> the same, for ops with options
OPTIONS: Sequence[tuple[str, dict[str, Any], tuple[Any, ...]]] = [
    ("transpose", {"axes": (2, 0, 1)}, (_array(2, 3, 4),)),
    ("reshape", {"shape": (3, 2)}, (_array(2, 3),)),
    ("reshape", {"shape": (-1,)}, (_array(2, 3),)),
    ("getitem", {"index": (1,)}, (_array(3),)),
    ("getitem", {"index": (-1,)}, (_array(3),)),
    ("getitem", {"index": (0, 2)}, (_array(2, 3),)),
    ("getitem", {"index": ((0, 3, 2),)}, (_array(5, 2),)),
    ("getitem", {"index": ((None, None, None), 1)}, (_array(2, 3),)),
    ("sum", {"axis": 0}, (_array(2, 3),)),
    ("sum", {"axis": 1, "keepdims": True}, (_array(2, 3),)),
    ("sum", {"axis": (0, 2)}, (_array(2, 3, 4),)),
    ("mean", {"axis": -1}, (_array(2, 3),)),
    ("mean", {"axis": 0, "keepdims": True}, (_array(2, 3),)),
    ("softmax", {"axis": 0}, (_array(2, 3),)),
    ("log_softmax", {"axis": 0}, (_array(2, 3),)),
]


def samples() -> list[tuple[str, dict[str, Any], tuple[Any, ...]]]:
    """Every op of the table with arguments, and with options where it has them."""
    found: list[tuple[str, dict[str, Any], tuple[Any, ...]]] = list(OPTIONS)
    found += [(name, {}, arguments) for name, rows in SAMPLES.items() for arguments in rows]
    return found


def one_op(name: str, params: dict[str, Any], arguments: Sequence[Any]) -> Graph:
    """A graph with one op, summed with uneven weights so that every entry counts differently."""
    from chainviz.graph import Node

    names = [f"x{slot}" for slot in range(len(arguments))]
    y = op_named(name)
    nodes = [Node(one) for one in names]
    nodes.append(Node("y", y, tuple(names), tuple(params.items())))
    shape = np.shape(y(*arguments, **params))
    if shape:
        weights = np.cos(np.arange(math.prod(shape))).reshape(shape) + 1.5
        nodes.append(Node("weighted", op_named("mul"), ("y", Constant(weights))))
        nodes.append(Node("L", op_named("sum"), ("weighted",)))
    return Graph(tuple(nodes), nodes[-1].name)
