"""The way to SymPy and back: formula text becomes its expressions, they become formula trees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chainviz.errors import ChainvizError
from chainviz.formula.read import number, stepped
from chainviz.formula.tree import Abs, Add, Call, Formula, Frac, Mul, Neg, Num, Pow, Root
from chainviz.graph import Constant, Graph, Node
from chainviz.ops import ARGUMENTS
from chainviz.parse import Binary, Expression, Name, Number, Unary, syntax
from chainviz.parse import Call as Calling

__all__ = ["AlgebraError", "from_sympy", "gradient", "values"]


class AlgebraError(ChainvizError):
    """A derivative without a closed form: which node stands in the way, and what helps."""


# -- to SymPy ------------------------------------------------------------------------------------


def values(graph: Graph) -> dict[str, Any]:
    """Every node as a SymPy expression in the inputs; symbols bear the inputs' names."""
    import sympy

    found: dict[str, Any] = {}
    for node in graph:
        if node.op is None:
            found[node.name] = sympy.Symbol(node.name, real=True)
            continue
        if not node.op.elementwise:
            raise AlgebraError(
                f"node {node.name!r} ({node.op.name}) works on whole arrays, which closed forms "
                "don't cover; ask for step() or chain() instead"
            )
        found[node.name] = _expression(node.op.notation, node, found)
    return found


def gradient(graph: Graph, name: str, expressions: Mapping[str, Any]) -> Any:
    """The derivative of the output by a node, through the table's own partials."""
    import sympy

    grads: dict[str, Any] = {node.name: sympy.Integer(0) for node in graph}
    grads[graph.output] = sympy.Integer(1)
    wanted = _below(graph, name)
    for node in reversed(graph.nodes):
        if node.op is None or node.name == name or grads[node.name] == 0:
            continue
        for edge in graph.edges_into(node.name):
            if edge.source in wanted:
                text = node.op.formulas[edge.slot] if node.op.formulas else ""
                if not text:
                    raise AlgebraError(
                        f"node {node.name!r}: operation {node.op.name!r} has no formula for its "
                        "partial; give cv.op(...) formulas=[...]"
                    )
                local = _expression(text, node, expressions)
                grads[edge.source] += _times(grads[node.name], local)
    return grads[name]


def _below(graph: Graph, name: str) -> set[str]:
    """The node and everything that depends on it."""
    found = {name}
    for node in graph:
        if any(edge.source in found for edge in graph.edges_into(node.name)):
            found.add(node.name)
    return found


def _times(a: Any, b: Any) -> Any:
    """A product in which 6(3x + 1) stays so: SymPy would write 18x + 6."""
    import sympy

    number, rest = a.as_coeff_Mul()
    other, last = b.as_coeff_Mul()
    if number * other == 1:
        return rest * last
    return sympy.Mul(number * other, rest * last, evaluate=not (rest * last).is_Add)


def _expression(text: str, node: Node, known: Mapping[str, Any]) -> Any:
    names = {
        letter: _exact(argument.value) if isinstance(argument, Constant) else known[argument]
        for letter, argument in zip(ARGUMENTS, node.arguments, strict=False)
    }
    if node.name in known:
        names["y"] = known[node.name]
    return _read(syntax(text), names)


def _exact(value: Any) -> Any:
    import sympy

    try:
        simple = number(float(value))
        if isinstance(simple, Neg):
            return -_exact(-value)
        if isinstance(simple, Frac):
            return sympy.Rational(simple.above.value, simple.below.value)  # type: ignore[attr-defined]
        return sympy.Rational(str(float(value)))
    except (TypeError, ValueError):
        raise AlgebraError("an array among the constants has no closed form") from None


def _read(piece: Expression, names: Mapping[str, Any]) -> Any:
    match piece:
        case Name(name):
            return names[name]
        case Number(value):
            return _exact(value)
        case Unary(_, operand):
            return -_read(operand, names)
        case Binary(operator, left, right) if operator in _BINARY:
            return _BINARY[operator](_read(left, names), _read(right, names))
        case Calling(function, arguments):
            return _call(function, [_read(argument, names) for argument in arguments])
    raise AlgebraError(f"{piece!r} has no closed form")


_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
}
_KNOWN = {"abs": "Abs", "ln": "log", "log": "log"}
_SAME = ("sin", "cos", "tan", "tanh", "sinh", "cosh", "exp", "sqrt", "sign")


def _call(function: str, arguments: list[Any]) -> Any:
    import sympy

    name = _KNOWN.get(function, function if function in _SAME else "")
    made = getattr(sympy, name) if name else sympy.Function(function, real=True)
    return made(*arguments)


# -- and back ------------------------------------------------------------------------------------


def from_sympy(expression: Any, known: Mapping[Any, Formula]) -> Formula:
    """The tree of a SymPy expression in textbook order.

    ``known`` says how expressions are written that need no order of ours: the symbols, and
    the steps of the computation, which keep the user's own shape.
    """

    def tree(e: Any) -> Formula:
        if e in known:
            return known[e]
        if e.is_Number or e.is_NumberSymbol:
            return _number(e)
        if e.is_Add:
            return Add(tuple(tree(term) for term in _ordered(e)))
        if e.is_Mul:
            return _product(e, tree)
        if e.is_Pow:
            return _power(e, tree)
        return _function(e, tree)

    return tree(expression)


def _number(e: Any) -> Formula:
    if e < 0:
        return Neg(_number(-e))
    if e.is_Integer:
        return Num(int(e))
    if e.is_Rational and not _is_decimal(e):
        return Frac(Num(int(e.p)), Num(int(e.q)))
    return Num(float(e))


def _is_decimal(e: Any) -> bool:
    """Whether 0.2 is the better way to write it, not 1/5."""
    return bool(e.q == 5 or (e.q > 9 and 10**6 % int(e.q) == 0))


def _ordered(e: Any) -> list[Any]:
    """Terms by falling degree, and not with a minus in front if another can stand there."""
    terms = list(e.as_ordered_terms())
    positive = [t for t in terms if not t.could_extract_minus_sign()]
    if positive and terms[0].could_extract_minus_sign():
        terms.remove(positive[0])
        terms.insert(0, positive[0])
    return terms


def _product(e: Any, tree: Callable[[Any], Formula]) -> Formula:
    import sympy

    number, rest = e.as_coeff_Mul()
    above: list[Any] = []
    below: list[Any] = []
    for factor in sympy.Mul.make_args(rest):
        base, exponent = (factor.base, factor.exp) if factor.is_Pow else (factor, 1)
        under = getattr(exponent, "is_Rational", False) and exponent < 0
        (below if under else above).append(base**-exponent if under else factor)
    size = abs(number)
    if (
        size.is_Rational
        and size.q != 1
        and not _is_decimal(size)
        and (below or size.p != 1 or not above)
    ):
        above, below = [sympy.Integer(size.p), *above], [sympy.Integer(size.q), *below]
    elif size != 1:
        above = [size, *above]
    done = _factors(above, tree)
    if below:
        done = Frac(done, _factors(below, tree))
    return Neg(done) if number < 0 else done


def _factors(factors: list[Any], tree: Callable[[Any], Formula]) -> Formula:
    kept = sorted((f for f in factors if f != 1), key=_place)
    if not kept:
        return Num(1)
    return tree(kept[0]) if len(kept) == 1 else Mul(tuple(map(tree, kept)))


def _place(factor: Any) -> tuple[int, str]:
    """Figures, letters, sums, functions: the order in which a product is read."""
    base = factor.base if factor.is_Pow and not factor.exp.free_symbols else factor
    kinds = (base.is_Number, base.is_Symbol, base.is_Add and base is factor, base.is_Add)
    word = _ORDER.get(base.func.__name__, "") + str(factor)
    return next((at for at, kind in enumerate(kinds) if kind), len(kinds)), word


_ORDER = {"sin": "1", "cos": "2"}  # 2 sin t cos t


def _power(e: Any, tree: Callable[[Any], Formula]) -> Formula:
    base, exponent = e.base, e.exp
    if exponent.is_Rational and exponent < 0:
        return Frac(Num(1), tree(base**-exponent))
    if exponent.is_Rational and exponent.p == 1 and exponent.q in (2, 3):
        return Root(tree(base), None if exponent.q == 2 else Num(int(exponent.q)))
    return Pow(tree(base), tree(exponent))


def _function(e: Any, tree: Callable[[Any], Formula]) -> Formula:
    name = e.func.__name__
    args = tuple(map(tree, e.args))
    if name == "Abs":
        return Abs(args[0])
    if name == "step":
        return stepped(args[0])
    return Call({"log": "ln"}.get(name, name), args)
