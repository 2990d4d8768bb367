"""The numbers that a user hands to a run: checked, and made float64."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from chainviz.graph import Graph, RunError

__all__ = ["input_values", "real_number"]


def input_values(graph: Graph, given: Mapping[str, Any]) -> list[Any]:
    """A value for each input of the graph, in order."""
    unknown = [name for name in given if name not in graph.inputs]
    if unknown:
        name = unknown[0]
        if name in graph:
            raise RunError(
                f"{name!r} is not an input: it is computed; inputs are {', '.join(graph.inputs)}"
            )
        raise RunError(f"no input {name!r}{graph.suggest(name, graph.inputs)}")
    missing = [name for name in graph.inputs if name not in given]
    if missing:
        raise RunError(
            f"no value for {', '.join(map(repr, missing))}; the inputs are "
            f"{', '.join(graph.inputs)}: give each, as in run(graph, {missing[0]}=2.0)"
        )
    return [real_number(name, given[name]) for name in graph.inputs]


def real_number(name: str, value: Any) -> Any:
    """A Python float, or a read-only float64 array of the user's own, that is finite."""
    if type(value) is float and math.isfinite(value):
        return value
    try:
        array = np.array(value)
    except ValueError as cause:  # rows of different lengths
        raise RunError(f"{name} is not an array: {cause}") from None
    if array.dtype.kind not in "iuf":
        raise RunError(
            f"{name} must be a real number or an array of them, not "
            f"{_what(value, array)}; write 1.0 or 0.0 for yes and no"
        )
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        place = "" if array.ndim == 0 else f" at entry {list(map(int, _first(array)))}"
        raise RunError(f"{name} is {array[tuple(_first(array))]}{place}; give finite numbers")
    if array.ndim == 0:
        return float(array)
    array.setflags(write=False)
    return array


def _first(array: Any) -> Any:
    return np.argwhere(~np.isfinite(array))[0]


def _what(value: Any, array: Any) -> str:
    if isinstance(value, np.ndarray | list | tuple):
        return f"an array of {array.dtype}"
    return f"{value!r} ({type(value).__name__})"
