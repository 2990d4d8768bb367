"""JAX and PyTorch as oracles; skipped where they aren't installed (the extra ``oracle``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import chainviz as cv
from compute_tools import as_function, close, one_op, samples, semantics


def label(case: Any) -> str:
    name, params, arguments = case
    return f"{name}{params or ''}{[np.shape(a) for a in arguments]}"


def inputs_of(arguments: tuple[Any, ...]) -> dict[str, Any]:
    return {f"x{slot}": value for slot, value in enumerate(arguments)}


def test_jax_agrees() -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    for case in samples():
        agrees_with_jax(jax, case)


def agrees_with_jax(jax: Any, case: Any) -> None:
    graph = one_op(*case)
    function = as_function(graph, semantics(jax.numpy))
    given = [jax.numpy.asarray(a, dtype=jax.numpy.float64) for a in case[2]]
    value, grads = jax.value_and_grad(function, tuple(range(len(given))))(*given)
    tape = cv.run(graph, inputs_of(case[2]))
    assert close(tape.value(graph.output), value), label(case)
    for name, grad in zip(graph.inputs, grads, strict=True):
        assert close(tape.grad(name), grad), (label(case), name)


def torch_meaning(torch: Any) -> Mapping[str, Callable[..., Any]]:
    """What each op means in PyTorch, with its own losses and activations."""
    F = torch.nn.functional

    def reduced(function: Any) -> Callable[..., Any]:
        def reduce(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
            if axis is None:
                return function(a)
            return function(a, dim=axis, keepdim=keepdims)

        return reduce

    def item(a: Any, index: Any) -> Any:
        return a[tuple(slice(*part) if isinstance(part, tuple) else part for part in index)]

    def transpose(a: Any, axes: Any = None) -> Any:
        return a.permute(*(axes or reversed(range(a.ndim))))

    def stack(*args: Any) -> Any:
        return torch.stack(torch.broadcast_tensors(*args))

    def cross_entropy(a: Any, b: Any) -> Any:
        return F.cross_entropy(a, b)

    return {
        **semantics(torch),
        "sigmoid": torch.sigmoid,
        "relu": torch.relu,
        "softplus": F.softplus,
        "where": lambda a, b, c: torch.where(a > 0, b, c),
        "max": torch.maximum,
        "min": torch.minimum,
        "dot": torch.dot,
        "transpose": transpose,
        "getitem": item,
        "stack": stack,
        "sum": reduced(torch.sum),
        "mean": reduced(torch.mean),
        "softmax": lambda a, axis=-1: F.softmax(a, dim=axis),
        "log_softmax": lambda a, axis=-1: F.log_softmax(a, dim=axis),
        "cross_entropy": cross_entropy,
        "mse": F.mse_loss,
    }


def test_torch_agrees() -> None:
    torch = pytest.importorskip("torch")
    for case in samples():
        agrees_with_torch(torch, case)


def agrees_with_torch(torch: Any, case: Any) -> None:
    graph = one_op(*case)
    given = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in case[2]]
    meaning = torch_meaning(torch)

    def tensors(function: Callable[..., Any]) -> Callable[..., Any]:
        def on_tensors(*arguments: Any, **params: Any) -> Any:
            return function(
                *(a if torch.is_tensor(a) else torch.tensor(a) for a in arguments), **params
            )

        return on_tensors

    output = as_function(graph, {name: tensors(one) for name, one in meaning.items()})(*given)
    output.backward()
    tape = cv.run(graph, inputs_of(case[2]))
    assert close(tape.value(graph.output), output.detach().numpy()), label(case)
    for name, tensor in zip(graph.inputs, given, strict=True):
        found = np.zeros(tensor.shape) if tensor.grad is None else tensor.grad.numpy()
        assert close(tape.grad(name), found), (label(case), name)
