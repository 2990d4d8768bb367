"""The handle that stands for a quantity while a function is traced."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import numpy as np

from chainviz.errors import ChainvizError
from chainviz.graph.record import Constant
from chainviz.ops import Op, op_named, ops_by_ufunc

__all__ = ["Expr", "Session", "TraceError"]


class TraceError(ChainvizError):
    """A function that can't be traced: which step, why, and what to write instead."""


class Session:
    """One tracing: the rows so far, and the frame in which each was made."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self.frames: list[tuple[FrameType, int] | None] = []

    def add(self, row: Op | None, arguments: tuple[Any, ...], params: Any = ()) -> Expr:
        """A new row, and the handle for it."""
        number = len(self.rows)
        self.rows.append((row, arguments, params))
        frame: FrameType | None = None
        if row is not None:
            frame = sys._getframe(1)
            while frame is not None and frame.f_globals.get("__name__", "").startswith("chainviz."):
                frame = frame.f_back
        self.frames.append(None if frame is None else (frame, frame.f_lasti))
        return Expr(self, number)


def _apply(row: Op, operands: tuple[Any, ...], params: Any = ()) -> Expr:
    session = next(o.session for o in operands if isinstance(o, Expr))
    return session.add(
        row,
        tuple(o.number if isinstance(o, Expr) else Constant.of(o) for o in operands),
        params,
    )


def apply(row: Op, *operands: Any) -> Any:
    """The op on its operands: a new row while tracing, a plain value otherwise."""
    if any(isinstance(operand, Expr) for operand in operands):
        return _apply(row, operands)
    return row.value(*operands)


class Expr:
    """A quantity of the function that is being traced."""

    __array_priority__ = 1000.0
    __slots__ = ("number", "session")

    def __init__(self, session: Session, number: int) -> None:
        self.session = session
        self.number = number

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        row = ops_by_ufunc.get(ufunc.__name__)
        if row is None or method != "__call__" or options:
            raise TraceError(f"np.{ufunc.__name__} can't be traced")
        return _apply(row, inputs)

    def __bool__(self) -> bool:
        raise TraceError("a branch on a traced value; use cv.where or np.maximum")


def _operator(name: str, row: Op, mirrored: bool) -> Any:
    if mirrored:

        def method(self: Expr, other: Any) -> Expr:
            return _apply(row, (other, self))
    else:

        def method(self: Expr, other: Any) -> Expr:
            return _apply(row, (self, other))

    method.__name__ = name
    return method


for _name, _row in {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "truediv": "div",
    "pow": "pow",
}.items():
    setattr(Expr, f"__{_name}__", _operator(f"__{_name}__", op_named(_row), False))
    setattr(Expr, f"__r{_name}__", _operator(f"__r{_name}__", op_named(_row), True))
Expr.__neg__ = lambda self: _apply(op_named("neg"), (self,))  # type: ignore[attr-defined]
Expr.__pos__ = lambda self: self  # type: ignore[attr-defined]
Expr.__abs__ = lambda self: _apply(op_named("abs"), (self,))  # type: ignore[attr-defined]
_ = np
