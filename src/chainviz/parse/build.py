"""Formula text becomes a Graph: names are looked up, unnamed steps get nodes of their own."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from chainviz.graph.grow import freeze
from chainviz.graph.record import Constant, Graph
from chainviz.ops import Op, op_named, ops_by_call
from chainviz.parse.errors import ParseError
from chainviz.parse.grammar import program
from chainviz.parse.tree import Binary, Call, Expression, List, Name, Number, Program, Unary

__all__ = ["parse"]

OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow", "@": "matmul"}

Operand = int | Constant  # the number of a row, or a fixed value


def parse(text: str, *, parameters: Sequence[str] = ()) -> Graph:
    """The graph of a formula text; the last statement is the output.

    >>> parse("u = w*x; y = u^2; L = (y - t)^2").output
    'L'
    """
    return _Builder(text, program(text)).graph(tuple(parameters))


class _Builder:
    def __init__(self, text: str, read: Program) -> None:
        self.text = text
        self.read = read
        self.rows: list[Any] = []
        self.names: list[str | None] = []
        self.known: dict[str, Operand] = {}

    def graph(self, parameters: tuple[str, ...]) -> Graph:
        assigned = {s.name: s.at for s in self.read.statements if s.name}
        for name, at in _names_in(self.read):
            if name not in assigned and name not in self.known:
                self.known[name] = self.add(None, (), name)
        result: Operand = Constant(0.0)
        for statement in self.read.statements:
            if statement.name in self.known:
                raise ParseError(f"{statement.name!r} has a value already", self.text, statement.at)
            result = self.operand(statement.expression)
            if statement.name is not None:
                if isinstance(result, Constant):
                    result = self.add(op_named("constant"), (result,), statement.name)
                elif self.names[result] is None:
                    self.names[result] = statement.name
                self.known[statement.name] = result
        if isinstance(result, Constant) or self.rows[result][0] is None:
            raise ParseError(
                "the output depends on nothing", self.text, self.read.statements[-1].at
            )
        if self.names[result] is None:
            self.names[result] = "y" if "y" not in self.known else None
        return freeze(self.rows, self.names, result, parameters)

    def add(self, row: Op | None, arguments: tuple[Operand, ...], name: str | None = None) -> int:
        self.rows.append((row, arguments, ()))
        self.names.append(name)
        return len(self.rows) - 1

    def operand(self, tree: Expression) -> Operand:
        if isinstance(tree, Number):
            return Constant(tree.value)
        if isinstance(tree, Name):
            if tree.name not in self.known:
                raise ParseError(
                    f"{tree.name!r} is used before it is given a value", self.text, tree.at
                )
            return self.known[tree.name]
        if isinstance(tree, Unary):
            inside = self.operand(tree.operand)
            if isinstance(inside, Constant):
                return Constant(-inside.value)
            return self.add(op_named("neg"), (inside,))
        if isinstance(tree, Binary):
            row = op_named(OPERATORS[tree.operator])
            return self.apply(row, (tree.left, tree.right))
        if isinstance(tree, List):
            return self.apply(op_named("stack"), tree.items)
        return self.call(tree)

    def apply(self, row: Op, trees: tuple[Expression, ...]) -> Operand:
        operands = tuple(self.operand(tree) for tree in trees)
        if all(isinstance(operand, Constant) for operand in operands):
            return Constant.of(row.value(*(o.value for o in operands if isinstance(o, Constant))))
        return self.add(row, operands)

    def call(self, tree: Call) -> Operand:
        row = ops_by_call.get(tree.function)
        if row is None:
            near = difflib.get_close_matches(tree.function, ops_by_call, n=2)
            hint = f"did you mean {' or '.join(near)}?" if near else ", ".join(ops_by_call)
            raise ParseError(f"no function {tree.function!r}; {hint}", self.text, tree.at)
        if row.arity is not None and len(tree.arguments) != row.arity:
            raise ParseError(
                f"{tree.function} takes {row.arity} argument(s), not {len(tree.arguments)}",
                self.text,
                tree.at,
            )
        return self.apply(row, tree.arguments)


def _names_in(read: Program) -> list[tuple[str, int]]:
    """Every name that stands in an expression, in the order of the text."""
    found: list[tuple[str, int]] = []
    waiting: list[Expression] = [s.expression for s in reversed(read.statements)]
    while waiting:
        tree = waiting.pop()
        match tree:
            case Name(name, at):
                found.append((name, at))
            case Unary(_, operand):
                waiting.append(operand)
            case Binary(_, left, right):
                waiting += [right, left]
            case Call(_, arguments) | List(arguments):
                waiting += reversed(arguments)
    return found
