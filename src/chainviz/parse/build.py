"""Formula text becomes a Graph: names are looked up, unnamed steps get nodes of their own."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from chainviz.graph import Constant, Graph, Growth
from chainviz.graph.program import Params
from chainviz.ops import Op, op_named, ops_by_call
from chainviz.parse.errors import ParseError
from chainviz.parse.grammar import program
from chainviz.parse.tree import (
    Binary,
    Call,
    Expression,
    Index,
    List,
    Name,
    Number,
    Statement,
    Unary,
)

__all__ = ["parse"]

OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow", "@": "matmul"}
NUMBERS = {"pi": np.pi, "π": np.pi}

Operand = int | Constant  # the number of a row, or a fixed value


def parse(
    text: str,
    *,
    inputs: Collection[str] = (),
    parameters: Collection[str] = (),
    labels: Mapping[str, str] | None = None,
) -> Graph:
    """Read formula text into a Graph; nothing in it is executed.

    Statements ``name = expression`` stand on lines of their own or between semicolons; the
    last one is the output, and may be a bare expression. Names that are nowhere given a value
    are inputs, in the order in which they appear; ``inputs`` puts some of them first.
    ``#`` begins a comment.

    Accepted are ``+ - * / @``, powers as ``^``, ``**`` or ``x²``, ``· × ÷ − √ σ |x|``, numbers
    such as 2, .5 and 1e-3, pi, vectors ``[a, b]``, entries ``x[0]``, and the functions of the
    table of operations: exp, ln (or log), sin, sigma (or sigmoid), relu, max, sum, ...
    A product needs no sign behind a number or a bracket: ``2x``, ``3(x + 1)``, ``(a + b)c``;
    behind a name it does, since ``f(x)`` is a call. ``-x^2`` is -(x^2), and ``a^b^c`` is a^(b^c).

    >>> print(parse("u = w*x; L = (u - 1)^2", parameters=["w"]))
    parameter w
    input x
    u = w*x
    v1 = u - 1
    L = v1^2
    output L
    """
    if not isinstance(text, str):
        raise ParseError(f"formula text is a str, not {type(text).__name__}", "", 0)
    return _Builder(text).graph(inputs, parameters, labels)


class _Builder:
    def __init__(self, text: str) -> None:
        self.text = text
        self.statements = program(text).statements
        self.growth = Growth()
        self.names: list[str | None] = []
        self.known: dict[str, Operand] = {}

    def wrong(self, what: str, at: int) -> ParseError:
        return ParseError(what, self.text, at)

    def graph(
        self,
        inputs: Collection[str],
        parameters: Collection[str],
        labels: Mapping[str, str] | None,
    ) -> Graph:
        assigned = {s.name for s in self.statements if s.name}
        for name in (*inputs, *_names_in(self.statements)):
            if name not in assigned and name not in self.known and name not in NUMBERS:
                self.known[name] = self.add(None, (), name)
        result: Operand = Constant(0.0)
        for statement in self.statements:
            result = self.state(statement)
        last = self.statements[-1]
        if isinstance(result, Constant) or not self.growth.has_input(result):
            raise self.wrong(
                "the output is a constant; it must depend on a name, such as x", last.expression.at
            )
        if self.growth.rows[result][0] is None:
            raise self.wrong(
                f"the output is the input {self.names[result]!r} as it is: there is nothing to "
                "differentiate; write an operation, such as y = x^2",
                last.expression.at,
            )
        return self.growth.graph(self.names, result, parameters=parameters, labels=labels)

    def state(self, statement: Statement) -> Operand:
        name = statement.name
        if name is None:
            if statement is not self.statements[-1]:
                raise self.wrong(
                    "only the last statement may go without a name; write name = ... here",
                    statement.at,
                )
            return self.operand(statement.expression)
        if name in NUMBERS:
            raise self.wrong(f"{name!r} is a number; choose another name", statement.at)
        if name in self.known:
            raise self.wrong(
                f"{name!r} has a value already; each name is given one once: choose another",
                statement.at,
            )
        result = self.operand(statement.expression)
        if isinstance(result, Constant):  # a constant with a name is a node of its own
            result = self.add(op_named("constant"), (result,), name)
        elif self.names[result] is None:
            self.names[result] = name
        self.known[name] = result
        return result

    def add(
        self,
        row: Op | None,
        operands: tuple[Operand, ...],
        name: str | None = None,
        params: Params = (),
    ) -> int:
        keep = self.growth.add_constant
        sources = [keep(one.value) if isinstance(one, Constant) else one for one in operands]
        number = self.growth.add(row, tuple(sources), params)
        if number == len(self.names):
            self.names.append(name)
        return number

    def operand(self, tree: Expression) -> Operand:
        """Add the steps of an expression; its parts come first, from left to right."""
        done: list[Operand] = []
        waiting: list[tuple[Expression, bool]] = [(tree, False)]
        while waiting:  # no recursion: a + b + c + ... is as deep as it is long
            tree, ready = waiting.pop()
            parts = _parts(tree)
            if parts and not ready:
                waiting.append((tree, True))
                waiting += [(part, False) for part in reversed(parts)]
                continue
            count = len(done) - len(parts)
            found = self.step(tree, tuple(done[count:]))
            del done[count:]
            done.append(found)
        return done[0]

    def step(self, tree: Expression, parts: tuple[Operand, ...]) -> Operand:
        match tree:
            case Number(value):
                return Constant(value)
            case Name(name, at):
                return self.named(name, at)
            case Unary():
                return self.apply(op_named("neg"), parts, tree.at)
            case Binary(operator):
                return self.apply(op_named(OPERATORS[operator]), parts, tree.at)
            case List():
                return self.apply(op_named("stack"), parts, tree.at)
            case Index(_, index):
                return self.apply(op_named("getitem"), parts, tree.at, (("index", index),))
            case Call():
                return self.apply(self.called(tree), parts, tree.at)

    def named(self, name: str, at: int) -> Operand:
        if name in self.known:
            return self.known[name]
        if name in NUMBERS:
            return Constant(NUMBERS[name])
        for statement in self.statements:
            if statement.name == name and statement.at <= at <= _end(statement):
                raise self.wrong(f"{name!r} is used in its own definition", at)
        raise self.wrong(f"{name!r} is used before it is given a value; move its statement up", at)

    def apply(
        self, row: Op, operands: tuple[Operand, ...], at: int, params: Params = ()
    ) -> Operand:
        if not all(isinstance(operand, Constant) for operand in operands):
            return self.add(row, operands, params=params)
        try:  # what is constant is worked out, as Python would
            with np.errstate(all="ignore"):
                values = [o.value for o in operands if isinstance(o, Constant)]
                value = row(*values, **dict(params))
            if np.isfinite(value).all():
                return Constant.of(value)
            why = row.domain or "it is too large a number"
        except ArithmeticError:
            why = row.domain or "it is too large a number"
        except (ValueError, IndexError, TypeError) as cause:
            why = row.domain or str(cause)
        raise self.wrong(f"this has no value: {why}", at)

    def called(self, tree: Call) -> Op:
        row = ops_by_call.get(tree.function)
        if row is None or tree.function in self.known:
            raise self.wrong(_unknown(tree.function, tree.function in self.known), tree.at)
        count = len(tree.arguments)
        if row.arity is not None and count != row.arity:
            raise self.wrong(
                f"{tree.function} takes {row.arity} argument{'s' if row.arity > 1 else ''}, "
                f"and here {'is' if count == 1 else 'are'} {count}",
                tree.at,
            )
        return row


def _unknown(name: str, is_variable: bool) -> str:
    if is_variable:
        return f"{name!r} is a variable here, not a function; for a product write {name}*( ... )"
    near = difflib.get_close_matches(name, ops_by_call, n=2, cutoff=0.5)
    if near:
        return f"no function {name!r}; did you mean {' or '.join(near)}?"
    return f"no function {name!r}; there are: {', '.join(sorted(ops_by_call))}"


def _names_in(statements: tuple[Statement, ...]) -> Iterator[str]:
    """Every name that stands in an expression, in the order of the text."""
    waiting: list[Expression] = [statement.expression for statement in reversed(statements)]
    while waiting:
        tree = waiting.pop()
        if isinstance(tree, Name):
            yield tree.name
        else:
            waiting += reversed(_parts(tree))


def _parts(tree: Expression) -> tuple[Expression, ...]:
    match tree:
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Call(_, arguments):
            return arguments
        case List(items):
            return items
        case Index(of):
            return (of,)
    return ()


def _end(statement: Statement) -> int:
    """The last place in the text where a part of a statement stands."""
    last = statement.at
    waiting: list[Expression] = [statement.expression]
    while waiting:
        tree = waiting.pop()
        last = max(last, tree.at)
        waiting += _parts(tree)
    return last
