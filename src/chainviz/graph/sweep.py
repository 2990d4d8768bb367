"""The sweeps over a graph: values forward, gradients backward, tangents forward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from chainviz.graph.failure import no_partial, no_sum, no_value, wrong_shapes
from chainviz.graph.record import Graph
from chainviz.ops import as_number

__all__ = ["Sweep", "local_partial", "pull", "push", "values_of"]

MISFIT = (ValueError, IndexError, TypeError)  # what NumPy raises when shapes don't fit


class Sweep(NamedTuple):
    """What one sweep found; None where nothing came.

    ``nodes`` holds the grads or tangents by place, ``contributions`` for each place what moved
    through its slots.
    """

    nodes: list[Any]
    contributions: list[Sequence[Any]]


def _empty(graph: Graph, nodes: list[Any]) -> Sweep:
    count = len(graph)
    nodes += [None] * (count - len(nodes))
    return Sweep(nodes, [()] * count)


def values_of(graph: Graph, inputs: Sequence[Any]) -> list[Any]:
    """Every value, by place: the rows in order, then the constants, the last one first."""
    program = graph.program
    values: list[Any] = [None] * len(program.rows)
    values += program.constants[::-1]
    for place, value in zip(program.inputs, inputs, strict=True):
        values[place] = value
    with np.errstate(all="ignore"):  # every value is checked instead
        if program.is_scalar and all(type(value) is float for value in inputs):
            _scalar_values(graph, values)
        else:
            _array_values(graph, values)
    return values


def _scalar_values(graph: Graph, values: list[Any]) -> None:
    for place, (op, sources, _) in enumerate(graph.program.rows):
        if op is None:
            continue
        try:
            if len(sources) == 2:
                found = op.value(values[sources[0]], values[sources[1]])
            else:
                found = op.value(*[values[s] for s in sources])
        except ArithmeticError as cause:  # division by 0, or an overflow
            wrong = np.inf if isinstance(cause, OverflowError) else np.nan
            raise no_value(graph, place, [values[s] for s in sources], wrong) from None
        except ValueError:  # outside the domain of a function of math
            raise no_value(graph, place, [values[s] for s in sources]) from None
        if type(found) is not float:
            found = as_number(found)
        if found - found != 0.0:  # so it is for inf and nan alone
            raise no_value(graph, place, [values[s] for s in sources], found)
        values[place] = found


def _array_values(graph: Graph, values: list[Any]) -> None:
    for place, (op, sources, _) in enumerate(graph.program.rows):
        if op is not None:
            values[place] = _value(graph, place, [values[s] for s in sources])


def _value(graph: Graph, place: int, arguments: list[Any]) -> Any:
    op, _, params = graph.program.rows[place]
    assert op is not None
    try:
        found = as_number(op.value(*arguments, **dict(params)))
    except ArithmeticError as cause:
        wrong = np.inf if isinstance(cause, OverflowError) else np.nan
        raise no_value(graph, place, arguments, wrong) from None
    except MISFIT as cause:
        if op.elementwise and all(type(argument) is float for argument in arguments):
            raise no_value(graph, place, arguments) from None
        raise wrong_shapes(graph, place, arguments, cause) from None
    if not np.isfinite(found).all():
        raise no_value(graph, place, arguments, found)
    return _frozen(found)


def pull(graph: Graph, values: list[Any], seed: Any) -> Sweep:
    """The reverse sweep: gradients of the output, from the seed back to the inputs."""
    program = graph.program
    sweep = _empty(graph, [])
    sweep.nodes[program.output] = seed
    with np.errstate(all="ignore"):
        if program.is_scalar and all(type(value) is float for value in values):
            _scalar_pull(graph, values, sweep)
        else:
            _array_pull(graph, values, sweep)
    return sweep


def _scalar_pull(graph: Graph, values: list[Any], sweep: Sweep) -> None:
    grads, contributions = sweep
    rows = graph.program.rows
    for place in range(graph.program.output, -1, -1):
        op, sources, _ = rows[place]
        g = grads[place]
        if op is None or g is None:  # None: the output doesn't depend on this node
            continue
        y = values[place]
        if len(sources) == 2:
            arguments = [values[sources[0]], values[sources[1]]]
        else:
            arguments = [values[s] for s in sources]
        arrived: list[Any] = []
        for slot, source in enumerate(sources):
            if source < 0:
                arrived.append(None)
                continue
            try:
                partial = op.partials[slot](y, *arguments)
            except (ArithmeticError, ValueError):
                raise no_partial(graph, place, slot, arguments, np.nan, g) from None
            if type(partial) is not float:
                partial = as_number(partial)
            arriving = g * partial
            known = grads[source]
            total = arriving if known is None else known + arriving
            if total - total != 0.0:
                if arriving - arriving == 0.0:
                    raise no_sum(graph, source)
                raise no_partial(graph, place, slot, arguments, partial, g)
            arrived.append(arriving)
            grads[source] = total
        contributions[place] = arrived


def _array_pull(graph: Graph, values: list[Any], sweep: Sweep) -> None:
    grads = sweep.nodes
    for place in range(graph.program.output, -1, -1):
        op, sources, _ = graph.program.rows[place]
        if op is None or grads[place] is None:
            continue
        arguments = [values[s] for s in sources]
        arrived: list[Any] = [None] * len(sources)
        for slot, source in enumerate(sources):
            if source >= 0:
                moved = _moved(graph, place, slot, grads[place], values[place], arguments)
                arrived[slot] = moved
                grads[source] = _sum(graph, source, grads[source], moved)
        sweep.contributions[place] = arrived


def push(graph: Graph, values: list[Any], tangents: list[Any]) -> Sweep:
    """The forward sweep: tangents from the inputs (None: they stand still) to the output."""
    sweep = _empty(graph, tangents)
    with np.errstate(all="ignore"):
        for place, (op, sources, _) in enumerate(graph.program.rows):
            if op is None:
                continue
            arguments = [values[s] for s in sources]
            arrived: list[Any] = [None] * len(sources)
            for slot, source in enumerate(sources):
                t = tangents[source] if source >= 0 else None
                if t is not None:
                    moved = _moved(graph, place, slot, t, values[place], arguments, "push")
                    arrived[slot] = moved
                    tangents[place] = _sum(graph, place, tangents[place], moved)
            sweep.contributions[place] = arrived
    return sweep


def _moved(
    graph: Graph,
    place: int,
    slot: int,
    moved: Any,
    value: Any,
    arguments: list[Any],
    way: str = "pull",
) -> Any:
    """A gradient pulled back, or a tangent pushed on, through one slot."""
    op, _, params = graph.program.rows[place]
    assert op is not None
    try:
        found = getattr(op, way)(slot, moved, value, arguments, dict(params))
    except (ArithmeticError, ValueError):
        raise no_partial(graph, place, slot, arguments, np.nan, moved) from None
    if not np.isfinite(found).all():
        partial = np.nan
        if op.elementwise:
            partial = op.partials[slot](value, *arguments, **dict(params))
        raise no_partial(graph, place, slot, arguments, partial, moved)
    return _frozen(found)


def _sum(graph: Graph, place: int, known: Any, arriving: Any) -> Any:
    if known is None:
        return arriving
    total = known + arriving
    if not np.isfinite(total).all():
        raise no_sum(graph, place)
    return _frozen(as_number(total))


def _frozen(value: Any) -> Any:
    if type(value) is not float and value.flags.writeable:
        value.setflags(write=False)
    return value


def local_partial(graph: Graph, place: int, slot: int, values: list[Any]) -> Any:
    """The partial by one slot: entry by entry, or the Jacobian of an op on whole arrays.

    A Jacobian has the shape of the output followed by the shape of the argument.
    """
    op, sources, params = graph.program.rows[place]
    assert op is not None
    value, arguments = values[place], [values[s] for s in sources]
    options = dict(params)
    with np.errstate(all="ignore"):
        if op.elementwise:
            partial = op.partials[slot](value, *arguments, **options)
            return _frozen(as_number(np.broadcast_to(partial, np.shape(value))))
        shape = np.shape(value)
        rows = np.empty((int(np.prod(shape)), *np.shape(arguments[slot])))
        for number in range(len(rows)):
            seed = np.zeros(len(rows))
            seed[number] = 1.0
            g = as_number(seed.reshape(shape))
            rows[number] = op.pull(slot, g, value, arguments, options)
        return _frozen(as_number(rows.reshape(shape + np.shape(arguments[slot]))))
