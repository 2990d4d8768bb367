"""trace(function): a plain Python function becomes a Graph."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from chainviz.graph import Graph
from chainviz.trace.errors import TraceError
from chainviz.trace.expr import Expr
from chainviz.trace.naming import names_of
from chainviz.trace.session import ACTIVE, Session

__all__ = ["trace"]

_SINGLE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def trace(
    function: Callable[..., Any],
    *,
    parameters: Collection[str] = (),
    labels: Mapping[str, str] | None = None,
    sizes: Mapping[str, Any] | None = None,
    fixed: Mapping[str, Any] | None = None,
) -> Graph:
    """Trace a function of operators, NumPy functions and ours into a Graph.

    Its arguments become inputs, its local variables name the nodes, what it returns is the
    output. Arguments with a default, and those in ``fixed``, keep their plain value, so that
    they may decide loops and branches. ``sizes={"ws": 3}`` makes an argument a list of three
    inputs (ws_1, ws_2, ws_3; or ``("a", "b", "c")`` to name them), as ``*args`` need it.
    ``parameters`` are the inputs that training changes; ``labels`` are notations in LaTeX.

    >>> def loss(x, w, t):
    ...     y = w * x
    ...     L = (y - t) ** 2
    ...     return L
    >>> print(trace(loss, parameters=["w"]))
    input x
    parameter w
    input t
    y = w*x
    v1 = y - t
    L = v1^2
    output L
    """
    if not callable(function):
        raise TraceError(f"trace takes a function, not {function!r}; formula text goes to parse")
    session = Session()
    token = ACTIVE.set(session)
    try:
        given, named = _arguments(session, function, sizes or {}, fixed or {})
        result = function(*given, **named)
        output = _output(session, function, result)
        return session.growth.graph(
            names_of(session, output), output, parameters=parameters, labels=labels
        )
    finally:
        ACTIVE.reset(token)
        session.close()


def _arguments(
    session: Session,
    function: Callable[..., Any],
    sizes: Mapping[str, Any],
    fixed: Mapping[str, Any],
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments to call the function with: positional, and by keyword."""
    try:
        signature = inspect.signature(function).parameters
    except ValueError:
        raise TraceError(
            f"{function!r} doesn't say what its arguments are; wrap it: lambda x: f(x)"
        ) from None
    for what, said in (("sizes", sizes), ("fixed", fixed)):
        for name in said:
            if name not in signature:
                raise TraceError(
                    f"{what}: the function has no argument {name!r}; it has {', '.join(signature)}"
                )
    given: list[Any] = []
    named: dict[str, Any] = {}
    several = [n for n, p in signature.items() if p.kind is p.VAR_POSITIONAL]
    if several and list(signature) == several and not {*sizes, *fixed}:
        raise TraceError(
            f"the function takes any number of inputs; say how many: sizes={{{several[0]!r}: 3}}"
        )
    for name, parameter in signature.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            continue  # no names are known to give
        if parameter.kind is parameter.VAR_POSITIONAL:
            if name in fixed:
                given += fixed[name]
            elif name in sizes:
                given += _inputs(session, name, sizes[name])
            continue
        if name in fixed:
            value = fixed[name]
        elif name in sizes:
            value = _inputs(session, name, sizes[name])
        elif parameter.default is not parameter.empty:
            if parameter.kind not in _SINGLE:
                continue
            value = parameter.default
        else:
            value = Expr(session, session.add_input(name))
        if parameter.kind in _SINGLE:
            given.append(value)
        else:
            named[name] = value
    return given, named


def _inputs(session: Session, name: str, size: Any) -> list[Any]:
    """A list of inputs: so many, or of these names, or lists of lists for several sizes."""
    if isinstance(size, int):
        size = (size,)
    if isinstance(size, str) or not isinstance(size, Sequence) or not size:
        raise TraceError(f"sizes: {name!r} needs a whole number, names, or whole numbers")
    if all(isinstance(one, str) for one in size):
        return [Expr(session, session.add_input(one)) for one in size]
    inner = size[1:]
    found = [f"{name}_{count}" for count in range(1, int(size[0]) + 1)]
    if inner:
        return [_inputs(session, one, inner) for one in found]
    return [Expr(session, session.add_input(one)) for one in found]


def _output(session: Session, function: Callable[..., Any], result: Any) -> int:
    name = getattr(function, "__name__", repr(function))
    if isinstance(result, Expr) and result.session is session:
        if session.growth.rows[result.number][0] is None:
            raise TraceError(
                f"{name} returns its input {session.given[result.number]!r} as it is: there is "
                "nothing to differentiate"
            )
        if not session.growth.has_input(result.number):
            raise TraceError(f"{name} returns a constant, which depends on none of its inputs")
        return result.number
    if isinstance(result, list | tuple) and any(isinstance(one, Expr) for one in result):
        raise TraceError(
            f"{name} returns {len(result)} values, and a graph has one output; "
            "return cv.stack([...]) for a vector, or one of them"
        )
    if result is None:
        raise TraceError(f"{name} returns nothing; let it end with: return L")
    raise TraceError(
        f"{name} returns {result!r}, which doesn't depend on its inputs; was it computed "
        "with traced values?"
    )
