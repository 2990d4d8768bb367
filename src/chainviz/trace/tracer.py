"""A plain Python function becomes a Graph."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from chainviz.graph.grow import freeze, unique
from chainviz.graph.record import Graph
from chainviz.trace.expr import Expr, Session, TraceError

__all__ = ["trace"]


def trace(function: Callable[..., Any], *, parameters: Sequence[str] = ()) -> Graph:
    """The graph of a function of operators, NumPy functions and ours."""
    session = Session()
    arguments = {}
    names: list[str | None] = []
    for name in inspect.signature(function).parameters:
        arguments[name] = session.add(None, ())
        names.append(name)
    result = function(**arguments)
    if not isinstance(result, Expr):
        raise TraceError("the function gives back no traced value")
    taken = {name for name in names if name}
    for frame in session.frames[len(names) :]:
        name = None
        if frame is not None:
            name = _stored(frame[0].f_code, frame[1])
            if name is not None:
                name = unique(name, taken)
                taken.add(name)
        names.append(name)
    if names[result.number] is None:
        names[result.number] = unique("y", taken)
    return freeze(session.rows, names, result.number, tuple(parameters))


def _stored(code: Any, at: int) -> str | None:
    following = [i for i in dis.get_instructions(code) if i.offset > at][:1]
    return following[0].argval if following and following[0].opname.startswith("STORE_") else None
