"""The sweeps over a plan: values forward, gradients backward, tangents forward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from chainviz.graph.failure import RunError, no_partial, no_value, wrong_shapes
from chainviz.graph.plan import Plan, Stage
from chainviz.ops import as_number

__all__ = ["Sweep", "jacobian", "local_partial", "pull", "push", "values_of"]

MISFIT = (ValueError, IndexError, TypeError)  # what NumPy raises when shapes don't fit


class Sweep(NamedTuple):
    """What one sweep found: by node (grads or tangents) and by edge; None where nothing came."""

    nodes: list[Any]
    contributions: list[Any]
    partials: list[Any]


def values_of(plan: Plan, inputs: Sequence[Any]) -> list[Any]:
    """Every value, by place: the nodes in order, then the constants."""
    values: list[Any] = [None] * len(plan.places)
    values += plan.constants
    for place, value in zip(plan.inputs, inputs, strict=True):
        values[place] = value
    if plan.scalar and all(type(value) is float for value in inputs):
        _scalar_values(plan, values)
    else:
        with np.errstate(all="ignore"):  # every value is checked instead
            for stage in plan.stages:
                values[stage.place] = _value(stage, [values[s] for s in stage.sources])
    return values


def _scalar_values(plan: Plan, values: list[Any]) -> None:
    for place, value, sources, _, _, node, _ in plan.stages:
        try:
            if len(sources) == 2:
                found = value(values[sources[0]], values[sources[1]])
            else:
                found = value(*[values[s] for s in sources])
        except ArithmeticError as cause:  # division by 0, or an overflow
            wrong = np.inf if isinstance(cause, OverflowError) else np.nan
            raise no_value(node, [values[s] for s in sources], wrong) from None
        except ValueError:  # outside the domain of a function of math
            raise no_value(node, [values[s] for s in sources]) from None
        if type(found) is not float:
            found = as_number(found)
        if found - found != 0.0:  # only inf and nan differ from themselves so
            raise no_value(node, [values[s] for s in sources], found)
        values[place] = found


def _value(stage: Stage, arguments: list[Any]) -> Any:
    try:
        found = stage.value(*arguments, **stage.params)
    except ArithmeticError as cause:
        wrong = np.inf if isinstance(cause, OverflowError) else np.nan
        raise no_value(stage.node, arguments, wrong) from None
    except MISFIT as cause:
        if all(type(argument) is float for argument in arguments) and stage.partials:
            raise no_value(stage.node, arguments) from None
        raise wrong_shapes(stage.node, arguments, cause) from None
    found = as_number(found)
    if not np.isfinite(found).all():
        raise no_value(stage.node, arguments, found)
    if type(found) is not float:
        found.setflags(write=False)
    return found


def pull(plan: Plan, values: list[Any], seed: Any) -> Sweep:
    """The reverse sweep: gradients of the output, from the seed back to the inputs."""
    grads: list[Any] = [None] * len(plan.places)
    grads[plan.output] = seed
    sweep = Sweep(grads, [None] * plan.edges, [None] * plan.edges)
    if plan.scalar and all(type(values[place]) is float for place in plan.inputs):
        _scalar_pull(plan, values, sweep)
    else:
        with np.errstate(all="ignore"):
            _array_pull(plan, values, sweep)
    return sweep


def _scalar_pull(plan: Plan, values: list[Any], sweep: Sweep) -> None:
    grads, contributions, partials = sweep
    for place, _, sources, links, derivatives, node, _ in reversed(plan.stages):
        g = grads[place]
        if g is None:  # the output doesn't depend on this node
            continue
        y = values[place]
        arguments = [values[s] for s in sources]
        for slot, source, edge in links:
            try:
                partial = derivatives[slot](y, *arguments)
            except (ArithmeticError, ValueError):
                raise no_partial(node, slot, arguments, np.nan, g) from None
            if type(partial) is not float:
                partial = as_number(partial)
            arriving = g * partial
            known = grads[source]
            total = arriving if known is None else known + arriving
            if total - total != 0.0:
                raise no_partial(node, slot, arguments, partial, g)
            partials[edge] = partial
            contributions[edge] = arriving
            grads[source] = total


def _array_pull(plan: Plan, values: list[Any], sweep: Sweep) -> None:
    grads, contributions, _ = sweep
    for stage in reversed(plan.stages):
        g = grads[stage.place]
        if g is None:
            continue
        arguments = [values[s] for s in stage.sources]
        for slot, source, edge in stage.links:
            arriving = _moved(stage, "pull", slot, g, values[stage.place], arguments)
            known = grads[source]
            grads[source] = _sum(stage, slot, known, arriving)
            contributions[edge] = arriving


def _moved(stage: Stage, way: str, slot: int, moved: Any, value: Any, arguments: list[Any]) -> Any:
    """A gradient pulled back, or a tangent pushed on, through one slot."""
    op = stage.node.op
    assert op is not None
    try:
        found = getattr(op, way)(slot, moved, value, arguments, stage.params)
    except (ArithmeticError, ValueError):
        raise no_partial(stage.node, slot, arguments, np.nan, moved) from None
    if not np.isfinite(found).all():
        partial = local_partial(stage, slot, value, arguments) if op.elementwise else np.nan
        raise no_partial(stage.node, slot, arguments, partial, moved)
    return _frozen(found)


def _sum(stage: Stage, slot: int, known: Any, arriving: Any) -> Any:
    if known is None:
        return arriving
    total = known + arriving
    if not np.isfinite(total).all():
        raise RunError(
            f"node {stage.node.name!r}: the gradients that meet at {stage.node.arguments[slot]!r} "
            "add up to more than a float64 holds. Give smaller numbers."
        )
    return _frozen(as_number(total))


def _frozen(value: Any) -> Any:
    if type(value) is not float and value.flags.writeable:
        value.setflags(write=False)
    return value


def push(plan: Plan, values: list[Any], tangents: list[Any]) -> Sweep:
    """The forward sweep: tangents from the inputs (None: they stand still) to the output."""
    tangents = tangents + [None] * (len(values) - len(tangents))
    sweep = Sweep(tangents, [None] * plan.edges, [None] * plan.edges)
    with np.errstate(all="ignore"):
        for stage in plan.stages:
            arguments = [values[s] for s in stage.sources]
            for slot, source, edge in stage.links:
                t = tangents[source]
                if t is None:
                    continue
                arriving = _moved(stage, "push", slot, t, values[stage.place], arguments)
                tangents[stage.place] = _sum(stage, slot, tangents[stage.place], arriving)
                sweep.contributions[edge] = arriving
    return sweep


def local_partial(stage: Stage, slot: int, value: Any, arguments: list[Any]) -> Any:
    """The partial by one slot: entry by entry, or the Jacobian of an op on whole arrays.

    A Jacobian has the shape of the output followed by the shape of the argument.
    """
    op = stage.node.op
    assert op is not None
    with np.errstate(all="ignore"):
        if op.elementwise:
            partial = op.partials[slot](value, *arguments, **stage.params)
            return _frozen(as_number(np.broadcast_to(partial, np.shape(value))))
        return _frozen(jacobian(op.pull, slot, value, arguments, stage.params))


def jacobian(pulled: Any, slot: int, value: Any, arguments: list[Any], params: Any) -> Any:
    """The Jacobian of an op by one slot, a row for each entry of the output."""
    shape = np.shape(value)
    rows = np.empty((int(np.prod(shape)), *np.shape(arguments[slot])))
    for number in range(len(rows)):
        seed = np.zeros(len(rows))
        seed[number] = 1.0
        g = float(seed[0]) if shape == () else seed.reshape(shape)
        rows[number] = pulled(slot, g, value, arguments, params)
    return as_number(rows.reshape(shape + np.shape(arguments[slot])))
