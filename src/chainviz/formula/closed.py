"""The closed form of a derivative, in the shape in which a textbook would print it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from chainviz.formula.algebra import from_sympy, gradient, values
from chainviz.formula.local import spelled_out, spellings
from chainviz.formula.names import grad_name, keyed_node
from chainviz.formula.pieces import bare, keys, walk
from chainviz.formula.tree import Add, Call, Eq, Formula, Frac, Neg
from chainviz.graph import Graph
from chainviz.part import Kind, Part

__all__ = ["closed_form", "closed_value"]

LARGE = 50
"""Operations in an expression from which on the slow ways of simplifying are left out."""


def closed_form(graph: Graph, wrt: str, *, expanded: bool = False) -> Formula:
    """The derivative of the output by a node, in the inputs alone and simplified.

    Of the shapes that algebra offers, the short one that keeps the parts of the computation
    visible is chosen; ``expanded`` multiplies everything out instead.

    >>> from chainviz.formula.print_plain import to_plain
    >>> from chainviz.parse import parse
    >>> graph = parse("u = 3*x + 1; h = u^2")
    >>> to_plain(closed_form(graph, "x")), to_plain(closed_form(graph, "x", expanded=True))
    ('dh/dx = 6(3x + 1)', 'dh/dx = 18x + 6')
    """
    expressions = values(graph)
    raw = gradient(graph, graph.node(wrt).name, expressions)
    return Eq(grad_name(graph, wrt), _written(graph, raw, expressions, expanded))


def closed_value(graph: Graph, name: str | None = None, *, expanded: bool = False) -> Formula:
    """A node (by default the output) in the inputs alone: h = (3x + 1)².

    >>> from chainviz.formula.print_plain import to_plain
    >>> from chainviz.parse import parse
    >>> to_plain(closed_value(parse("u = 3*x + 1; h = u^2")))
    'h = (3x + 1)²'
    """
    name = graph.output if name is None else graph.node(name).name
    if not expanded:
        return spelled_out(graph, name)
    expressions = values(graph)
    return Eq(keyed_node(graph, name), _written(graph, expressions[name], expressions, True))


def _written(graph: Graph, raw: Any, expressions: dict[str, Any], expanded: bool) -> Formula:
    import sympy

    shapes = {expressions[name]: keyed_node(graph, name) for name in graph.inputs}
    if expanded:
        return from_sympy(sympy.expand(raw, power_exp=False, log=False), shapes)
    given = {Part.of_node(Kind.NODE, name) for name in graph.inputs}
    for name, spelled in spellings(graph).items():
        if not expressions[name].is_Number and given.issuperset(keys(spelled)):
            shapes.setdefault(expressions[name], spelled)

    def tree(expression: Any) -> Formula:
        return from_sympy(expression, shapes)

    steps = [e for e in expressions.values() if e.is_Add]
    known = _arguments(expressions.values())
    forms = [form for form in dict.fromkeys(_forms(raw)) if _same(form, raw)]
    scored = [(_score(form, tree(form), steps, known), at) for at, form in enumerate(forms)]
    return tree(forms[min(scored)[1]])


def _forms(raw: Any) -> Iterator[Any]:
    """The shapes that algebra offers, the raw product of partials first."""
    import sympy

    yield raw
    quick: tuple[Callable[[Any], Any], ...] = (
        sympy.factor_terms,
        sympy.expand_mul,
        lambda e: sympy.collect(sympy.expand_mul(e), sorted(e.atoms(sympy.Function), key=str)),
    )
    slow: tuple[Callable[[Any], Any], ...] = (
        sympy.factor,
        sympy.trigsimp,
        sympy.simplify,
        lambda e: sympy.factor(sympy.trigsimp(e)),
        lambda e: sympy.factor_terms(sympy.expand_mul(e)),
        sympy.cancel,
        sympy.together,
    )
    for change in quick + (slow if sympy.count_ops(raw) < LARGE else ()):
        try:
            yield change(raw)
        except (sympy.PolynomialError, NotImplementedError, TypeError):
            continue  # this shape isn't offered for such an expression


def _score(form: Any, tree: Formula, steps: list[Any], known: set[Any]) -> float:
    """Shorter is better; so is keeping the sums of the computation and its arguments."""
    from sympy import Mul

    pieces = list(walk(tree))
    length = len(pieces)
    foreign = sum(
        f.args[0] not in known or f.func.__name__ not in known for f in form.atoms(_applied())
    )
    kept = sum(1 for step in steps if form.has(step))
    fractions = sum(isinstance(piece, Frac) for piece in pieces)
    calls = sum(isinstance(piece, Call) for piece in pieces)
    minus = sum(isinstance(piece, Neg) for piece in pieces)
    made_up = sum(1 for m in form.atoms(Mul) for f in m.args if _is_made_up(f, steps))
    wide = sum(isinstance(p, Frac) and isinstance(bare(p.above), Add) for p in pieces)
    length += 2 * calls + 2 * fractions + minus + 8 * wide
    return length + 8 * foreign + 2 * made_up - 4 * (kept > 0)


def _is_made_up(factor: Any, steps: list[Any]) -> bool:
    """Whether a bracket is a polynomial that the computation never had."""
    return factor.is_Add and factor not in steps and not factor.atoms(_applied())


def _applied() -> Any:
    from sympy import Function

    return Function


def _arguments(expressions: Any) -> set[Any]:
    """The functions of the computation and their arguments, with what belongs to them."""
    calls = [f for e in expressions for f in e.atoms(_applied())]
    own = {f.func.__name__ for f in calls}
    return {f.args[0] for f in calls} | own | {"sin", "cos", "tan", "exp", "log", "sigma", "step"}


def _same(form: Any, raw: Any) -> bool:
    """Whether a shape still has the value of the raw expression, tried at two places."""
    import sympy

    if form == raw:
        return True
    rng = random.Random(1)
    for _ in range(2):
        place = {
            s: sympy.Rational(rng.randint(20, 180), 100)
            for s in sorted(raw.free_symbols, key=lambda s: str(s.name))
        }
        difference = _numeric((form - raw).subs(place))
        size = _numeric(raw.subs(place))
        if difference is not None and size is not None and difference > 1e-9 * (1 + size):
            return False
    return True


def _numeric(expression: Any) -> float | None:
    """The size of an expression without letters; None where a function isn't SymPy's."""
    import sympy

    sigma = sympy.Function("sigma", real=True)
    expression = expression.replace(sigma, lambda a: 1 / (1 + sympy.exp(-a)))
    try:
        return abs(complex(expression.evalf()))
    except TypeError:
        return None
