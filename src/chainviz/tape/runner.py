"""run(graph, ...): one numeric run, in reverse or in forward mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from chainviz.graph import Graph, RunError
from chainviz.graph.sweep import Sweep, pull, push, values_of
from chainviz.tape.inputs import input_values, real_number
from chainviz.tape.record import Mode, Tape

__all__ = ["run"]

MODES = ("reverse", "forward", "values")


def run(
    graph: Graph,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    mode: Mode = "reverse",
    wrt: str | None = None,
    seed: Any = None,
    **named: Any,
) -> Tape:
    """Run a graph on numbers: every value, and every derivative with all that leads to it.

    Inputs are given by name (or as a mapping, for those that are called like an option):
    numbers, or arrays of any shape that broadcast as NumPy's do; all is float64.

    * ``mode="reverse"``: the gradient of the output by every node. The output must be a
      scalar, unless a ``seed`` of the output's shape says in which proportion its entries count.
    * ``mode="forward", wrt="x"``: the tangent of every node by one input. For an array, the
      ``seed`` is the direction in which it moves.
    * ``mode="values"``: the forward pass alone.

    >>> from chainviz import parse
    >>> graph = parse("u = w*x; y = u^2; L = (y - t)^2")
    >>> run(graph, x=2.0, w=3.0, t=10.0).grad("w")
    1248.0
    >>> run(graph, x=2.0, w=3.0, t=10.0, mode="forward", wrt="x").tangent("L")
    1872.0
    """
    if mode not in MODES:
        raise RunError(f"no mode {mode!r}; there are: {', '.join(MODES)}")
    if (mode == "forward") != (wrt is not None):
        raise RunError("mode='forward' and wrt='...' (the name of one input) belong together")
    values = values_of(graph, input_values(graph, {**(inputs or {}), **named}))
    if mode == "reverse":
        output = values[graph.program.output]
        sweep = pull(graph, values, _reverse_seed(graph, output, seed))
    elif wrt is not None:
        place = _input_place(graph, wrt)
        tangents: list[Any] = [None] * len(graph)
        tangents[place] = _forward_seed(wrt, values[place], seed)
        sweep = push(graph, values, tangents)
    else:
        sweep = Sweep([None] * len(graph), [()] * len(graph))
    return Tape(graph, mode, wrt, values, sweep)


def _reverse_seed(graph: Graph, output: Any, seed: Any) -> Any:
    if seed is not None:
        return _shaped(f"the seed of {graph.output!r}", seed, output)
    if type(output) is float:
        return 1.0
    name = graph.output
    raise RunError(
        f"the output {name!r} has shape {np.shape(output)}, and a gradient needs one number; "
        f"sum or mean it ({name}.sum()), take one entry ({name}[0]), give a seed of its shape, "
        "or run with mode='forward'"
    )


def _input_place(graph: Graph, wrt: str) -> int:
    if wrt not in graph.inputs:
        raise RunError(f"wrt must be an input, not {wrt!r}{graph.suggest(wrt, graph.inputs)}")
    return graph.places[wrt]


def _forward_seed(wrt: str, value: Any, seed: Any) -> Any:
    if seed is not None:
        return _shaped(f"the seed of {wrt!r}", seed, value)
    if type(value) is float:
        return 1.0
    raise RunError(
        f"{wrt!r} has shape {np.shape(value)}; give the direction in which it moves as a seed "
        "of that shape, such as seed=[1, 0, ...] for its first entry"
    )


def _shaped(what: str, seed: Any, value: Any) -> Any:
    found = real_number(what, seed)
    if np.shape(found) != np.shape(value):
        raise RunError(f"{what} must have shape {np.shape(value)}, not {np.shape(found)}")
    return found
