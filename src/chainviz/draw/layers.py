"""A fully connected network as a graph: neurons are gates, weights are parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.graph import Graph, Node
from chainviz.graph.fold import gate_of
from chainviz.ops import Op
from chainviz.parse import parse

__all__ = ["layered_graph", "named_weights"]


def layered_graph(layers: Sequence[int], *, activation: str = "sigmoid") -> Graph:
    """Inputs x1 ..., hidden neurons h1 ... (h1_2 in several layers), outputs y1 ...

    >>> graph = layered_graph([2, 1])
    >>> graph.inputs, graph.output
    (('x1', 'x2', 'w1_1', 'w1_2'), 'y')
    """
    if len(layers) < 2 or min(layers) < 1:
        raise ChainvizError("a network has at least two layers, and each at least one neuron")
    nodes = [Node(name) for name in _names(layers, 0)]
    for layer in range(1, len(layers)):
        before, gate = _names(layers, layer - 1), _neuron(layers[layer - 1], activation)
        for place, name in enumerate(_names(layers, layer)):
            weights = [_weight(layers, layer, place, i) for i in range(len(before))]
            nodes += [Node(weight, is_parameter=True) for weight in weights]
            pairs = zip(weights, before, strict=True)
            nodes.append(Node(name, gate, tuple(n for pair in pairs for n in pair)))
    return Graph(tuple(nodes), nodes[-1].name)


def named_weights(layers: Sequence[int], weights: Sequence[Any]) -> dict[str, float]:
    """The entries of one matrix a layer (targets by sources) under the weights' names."""
    if len(weights) != len(layers) - 1:
        raise ChainvizError(f"{len(layers)} layers have {len(layers) - 1} matrices of weights")
    found: dict[str, float] = {}
    for layer, given in enumerate(weights, 1):
        matrix = np.asarray(given, dtype=float)
        shape = (layers[layer], layers[layer - 1])
        if matrix.shape != shape:
            raise ChainvizError(
                f"the weights into layer {layer + 1} have shape {matrix.shape}; "
                f"a row for each of its {shape[0]} neurons with {shape[1]} entries is {shape}"
            )
        for (j, i), weight in np.ndenumerate(matrix):
            found[_weight(layers, layer, j, i)] = float(weight)
    return found


def _names(layers: Sequence[int], layer: int) -> list[str]:
    count = layers[layer]
    if 0 < layer < len(layers) - 1 and len(layers) > 3:
        return [f"h{layer}_{k + 1}" for k in range(count)]
    letter = "x" if layer == 0 else "y" if layer == len(layers) - 1 else "h"
    return [letter] if count == 1 else [f"{letter}{k + 1}" for k in range(count)]


def _weight(layers: Sequence[int], layer: int, target: int, source: int) -> str:
    letter = "w" if len(layers) < 4 and layer == 1 else "v" if len(layers) < 4 else f"w{layer}"
    return (
        f"{letter}{target + 1}_{source + 1}"
        if letter in "wv"
        else (f"{letter}_{target + 1}_{source + 1}")
    )


def _neuron(fan_in: int, activation: str) -> Op:
    total = " + ".join(f"w{i}*x{i}" for i in range(fan_in))
    return gate_of("neuron", parse(f"y = {activation}({total})"), symbol="σ")
