"""The handle that stands for a quantity while a function is traced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from chainviz.graph import Constant
from chainviz.ops import Op, OpError, op_named, ops_by_numpy
from chainviz.trace.condition import Condition
from chainviz.trace.errors import NoSuchAttribute, TraceError
from chainviz.trace.session import Session

__all__ = ["Expr", "constant_of"]


def constant_of(value: Any, op: Op) -> Any:
    """The float or read-only array that an operand is; refuses all that isn't real numbers."""
    if (type(value) is float or type(value) is int) and abs(value) < 1e300:
        return float(value)
    try:
        array = np.asarray(value)
    except ValueError as cause:
        raise TraceError(f"an operand of {op.name} is not an array: {cause}") from None
    if array.dtype == object and any(isinstance(one, Expr) for one in array.flat):
        raise TraceError(
            f"an operand of {op.name} is an array with traced values inside; "
            "write it with cv.stack([a, b, ...])"
        )
    if array.dtype.kind not in "biuf":
        raise TraceError(f"{value!r} ({type(value).__name__}) can't be an operand of {op.name}")
    if not np.isfinite(array).all():
        raise TraceError(f"a constant operand of {op.name} is {value}; constants must be finite")
    return Constant.of(array).value


def _operator(name: str) -> tuple[Callable[..., Expr], Callable[..., Expr]]:
    """The two methods of an operator: ``a + b``, and ``b + a`` where b is no Expr."""
    op = op_named(name)

    def method(self: Expr, other: Any) -> Expr:
        session = self.session
        quick = type(other) is Expr and other.session is session
        right = other.number if quick else _argument(session, other, op)
        return Expr(session, session.add(op, (self.number, right)))

    def mirrored(self: Expr, other: Any) -> Expr:
        session = self.session
        left = _argument(session, other, op)
        return Expr(session, session.add(op, (left, self.number)))

    return method, mirrored


def _comparison(sign: str) -> Callable[[Expr, Any], Condition]:
    return lambda self, other: Condition(self, sign, other)


class Expr:
    """A quantity of the function that is being traced: it does sums as a number does.

    Each operation on it becomes a node. It has no value: what asks for one (a branch, float(),
    a function of math) gets a TraceError that says what to write instead.
    """

    __slots__ = ("number", "session")
    __array_priority__ = 1000.0

    def __init__(self, session: Session, number: int) -> None:
        self.session = session
        self.number = number

    def _apply_op(self, op: Op, operands: tuple[Any, ...], params: dict[str, Any]) -> Expr:
        if op.arity is not None and len(operands) != op.arity:
            raise OpError(f"{op.name} takes {op.arity} argument(s), not {len(operands)}")
        session = self.session
        arguments = tuple([_argument(session, operand, op) for operand in operands])
        return Expr(session, session.add(op, arguments, _said(op, params)))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        row = ops_by_numpy.get(ufunc.__name__)
        if row is not None and method == "__call__" and not options:
            return self._apply_op(row, inputs, {})
        from chainviz.trace.arrays import apply_ufunc

        return apply_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        from chainviz.trace.arrays import apply_function

        return apply_function(function, args, options)

    __add__, __radd__ = _operator("add")
    __sub__, __rsub__ = _operator("sub")
    __mul__, __rmul__ = _operator("mul")
    __truediv__, __rtruediv__ = _operator("div")
    __pow__, __rpow__ = _operator("pow")
    __matmul__, __rmatmul__ = _operator("matmul")
    __lt__, __le__ = _comparison("<"), _comparison("<=")
    __gt__, __ge__ = _comparison(">"), _comparison(">=")

    def __neg__(self) -> Expr:
        return self._apply_op(_NEG, (self,), {})

    def __pos__(self) -> Expr:
        return self

    def __abs__(self) -> Expr:
        return self._apply_op(_ABS, (self,), {})

    @property
    def T(self) -> Expr:
        """The transpose."""
        return self._apply_op(_TRANSPOSE, (self,), {})

    def transpose(self, *axes: int) -> Expr:
        """Permute the axes; without any, reverse them."""
        order = axes[0] if len(axes) == 1 and isinstance(axes[0], tuple | list) else axes
        return self._apply_op(_TRANSPOSE, (self,), {"axes": tuple(order) or None})

    def sum(self, axis: Any = None, keepdims: bool = False) -> Expr:
        """Sum the entries, all of them or along an axis."""
        return self._apply_op(_SUM, (self,), {"axis": axis, "keepdims": keepdims})

    def mean(self, axis: Any = None, keepdims: bool = False) -> Expr:
        """Average the entries, all of them or along an axis."""
        return self._apply_op(_MEAN, (self,), {"axis": axis, "keepdims": keepdims})

    def reshape(self, *shape: Any) -> Expr:
        """Give the same entries another shape."""
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        return self._apply_op(_RESHAPE, (self,), {"shape": tuple(sizes)})

    def dot(self, other: Any) -> Expr:
        """Multiply as vectors or matrices: the same as ``@``."""
        return self._apply_op(_MATMUL, (self, other), {})

    def __getitem__(self, index: Any) -> Expr:
        parts = index if isinstance(index, tuple) else (index,)
        return self._apply_op(_GETITEM, (self,), {"index": tuple(map(_index, parts))})

    def __eq__(self, other: object) -> Any:
        return Condition(self, "==", other)

    def __ne__(self, other: object) -> Any:
        return Condition(self, "!=", other)

    __hash__ = object.__hash__

    def _refuse(self, what: str, instead: str) -> NoReturn:
        raise TraceError(
            f"{what} needs a number, and {self.session.describe(self.number)!r} has none while "
            f"the function is traced; {instead}"
        )

    def __bool__(self) -> bool:
        self._refuse("a branch (if, while, and, or, not)", "use cv.where, np.maximum or cv.relu")

    def __float__(self) -> float:
        self._refuse("float(), or a function of math,", "use NumPy's: np.sin for math.sin")

    def __int__(self) -> int:
        self._refuse("int()", "take whole numbers from constants")

    def __index__(self) -> int:
        self._refuse("an index or range()", "take whole numbers from constants")

    def __format__(self, how: str) -> str:
        return self._refuse(f"the format {how!r}", "print it as it is") if how else repr(self)

    def __complex__(self) -> complex:
        self._refuse("complex()", "only real numbers are traced")

    def __mod__(self, other: Any) -> NoReturn:
        self._refuse("%", "it jumps, and has no slope there")

    def __floordiv__(self, other: Any) -> NoReturn:
        self._refuse("//", "it is flat between its jumps; divide with /")

    def __round__(self, digits: int = 0) -> int:
        self._refuse("round()", "leave the rounding to where the number is shown")

    def __len__(self) -> int:
        self._refuse("len()", "write the length as a constant")

    def __iter__(self) -> Iterator[Expr]:
        self._refuse(
            "a loop over it (or unpacking)",
            "index it, x[0], x[1], or give sizes={'x': 3} to trace for a list of inputs",
        )

    def __contains__(self, other: object) -> bool:
        self._refuse("'in'", "decide it before tracing")

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TraceError("a traced value can't be changed in place; build a new one: cv.stack(...)")

    def __array__(self, *args: Any, **options: Any) -> Any:
        self._refuse("np.array()", "write cv.stack([a, b, ...])")

    def __getattr__(self, name: str) -> Any:
        if name in ("shape", "size", "ndim"):
            self._refuse(f".{name}", "write it as a constant")
        raise NoSuchAttribute(
            f"a traced value has no .{name}; it has T, sum, mean, dot, reshape, transpose"
        )

    def __repr__(self) -> str:
        if not self.session.open:
            return "<Expr of a finished trace>"
        return f"<Expr {self.session.describe(self.number)}>"


def _index(part: Any) -> Any:
    if isinstance(part, slice):
        return tuple(None if n is None else int(n) for n in (part.start, part.stop, part.step))
    if isinstance(part, int | np.integer) and not isinstance(part, bool):
        return int(part)
    raise TraceError(f"x[{part!r}] can't be traced; whole numbers and slices can: x[0], x[1:3]")


def _argument(session: Session, operand: Any, op: Op) -> int:
    """The source that an operand is: the number of a row, or a constant below 0."""
    if type(operand) is not Expr:
        if isinstance(operand, Condition):
            raise TraceError(f"{operand} is a comparison, not a number; use it in cv.where")
        return session.growth.add_constant(constant_of(operand, op))
    if operand.session is not session:
        raise TraceError(
            f"an operand of {op.name} belongs to another trace; hand it over as an argument"
        )
    return operand.number


def _said(op: Op, params: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """The options that differ from the op's own, in its order."""
    if not params:
        return ()
    defaults = dict(op.params)
    for name in params:
        if name not in defaults:
            raise TraceError(
                f"{op.name} takes no option {name!r}; it takes: {', '.join(defaults) or 'none'}"
            )
    found = {name: params[name] for name in defaults if name in params}
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in found.items()
        if value != defaults[name]
    )


_NEG, _ABS, _TRANSPOSE = op_named("neg"), op_named("abs"), op_named("transpose")
_SUM, _MEAN, _RESHAPE = op_named("sum"), op_named("mean"), op_named("reshape")
_MATMUL, _GETITEM = op_named("matmul"), op_named("getitem")
