"""What one node says by itself: its definition, its partials, and both with numbers put in."""

from __future__ import annotations

from collections.abc import Callable

from chainviz.formula.names import (
    Numbers,
    grad_name,
    keyed_node,
    keyed_value,
    of_edge,
    partial_name,
)
from chainviz.formula.pieces import bare, rebuild, walk
from chainviz.formula.print_plain import to_plain
from chainviz.formula.read import number, read
from chainviz.formula.rounding import relation
from chainviz.formula.shapes import array_names, by_entries, in_columns, is_large, shape_of
from chainviz.formula.tidy import tidy
from chainviz.formula.tree import (
    Accent,
    Call,
    Eq,
    Formula,
    Frac,
    Keyed,
    Matrix,
    Mul,
    Neg,
    Num,
    Row,
    Sub,
    Sym,
    Text,
)
from chainviz.graph import Constant, Edge, Graph, Node
from chainviz.ops import ARGUMENTS
from chainviz.part import Kind

__all__ = [
    "definition",
    "definition_numbers",
    "partial",
    "partial_body",
    "partial_numbers",
    "pulled",
    "spelled_out",
    "spellings",
]

WriteNode = Callable[[str], Formula]


def definition(graph: Graph, name: str) -> Formula:
    """How a node is made from what flows into it: u = w x. An input is just its name.

    >>> from chainviz.parse import parse
    >>> from chainviz.formula.print_plain import to_plain
    >>> graph = parse("u = w*x; L = (u - 3)^2")
    >>> to_plain(definition(graph, "u")), to_plain(definition(graph, "L"))
    ('u = w·x', 'L = v₁²')
    """
    node = graph.node(name)
    left = keyed_node(graph, name)
    if node.op is None:
        return left
    body = _notation(node, lambda source: keyed_node(graph, source))
    return Eq(left, by_entries(body, array_names(graph)))


def definition_numbers(graph: Graph, name: str, numbers: Numbers) -> Formula:
    """The definition with numbers put in: u = 3 · 2 = 6. An input is its number: x = 2."""
    node = graph.node(name)
    left = keyed_node(graph, name)
    result = keyed_value(name, numbers)
    if node.op is None:
        return Eq(left, result)
    body = _notation(node, lambda source: keyed_value(source, numbers))
    body = by_entries(body, array_names(graph, numbers))
    large = any(isinstance(piece, Num) and is_large(piece.value) for piece in walk(body))
    if large or is_large(numbers.value(name)) or to_plain(body) == to_plain(result):
        return Eq(left, result)
    return in_columns(Eq(left, Eq(body, result, relation(body, numbers.value(name)))))


def _notation(node: Node, write: WriteNode) -> Formula:
    """How the node's value is written, with each argument written by the caller."""
    assert node.op is not None

    def put_in(edge: Edge) -> Formula:
        return Keyed(of_edge(Kind.EDGE, edge), write(edge.source))

    arguments = _arguments(node, put_in)
    if node.op.arity is None:
        return Matrix(tuple((argument,) for argument in arguments))
    if node.op.name == "getitem":
        return Sub(arguments[0], _index(_index_of(node)))
    return _figures_first(read(node.op.notation, dict(zip(ARGUMENTS, arguments, strict=False))))


def _arguments(node: Node, write: Callable[[Edge], Formula]) -> list[Formula]:
    return [
        number(argument.value)
        if isinstance(argument, Constant)
        else write(Edge(argument, node.name, slot))
        for slot, argument in enumerate(node.arguments)
    ]


def _index_of(node: Node) -> tuple[object, ...]:
    return tuple(dict(node.params)["index"])


def _index(index: tuple[object, ...]) -> Formula:
    """The index of an entry: figures, and 1:3 for a stretch."""

    def one(at: object) -> Formula:
        if isinstance(at, int):
            return Num(at)
        assert isinstance(at, tuple)
        return Text(":".join("" if end is None else str(end) for end in at[:2]))

    items: list[Formula] = []
    for at in index:
        items += [Text(","), one(at)] if items else [one(at)]
    return items[0] if len(items) == 1 else Row(tuple(items))


def _figures_first(f: Formula) -> Formula:
    """3x, even where the user wrote x*3; a half as a fraction; a minus before the fraction."""
    match f:
        case Mul((left, Num() as right), "juxtapose") if not isinstance(left, Num):
            return _figures_first(Mul((right, left)))
        case Frac(Neg(above), below):
            return Neg(Frac(above, below))
        case Mul((Num(0.5), right), "juxtapose"):
            return Mul((Frac(Num(1), Num(2)), right))
    return f


def partial_numbers(graph: Graph, edge: Edge, numbers: Numbers) -> Formula:
    """The partial with numbers put in: ∂y/∂u = 2 · 6 = 12."""
    value = numbers.partial_of(edge)
    result = Keyed(of_edge(Kind.PARTIAL, edge), Num(value))
    left = partial_name(graph, edge)
    if shape_of(value):
        return Eq(left, result)
    body = partial_body(graph, edge, lambda name: keyed_value(name, numbers))
    if isinstance(bare(body), Num):
        return Eq(left, result)
    return Eq(left, Eq(body, result, relation(body, value)))


def spelled_out(graph: Graph, name: str, limit: int = 200) -> Formula:
    """A node in the inputs alone, just as it is computed; nothing is simplified.

    Nodes whose spelling would have more pieces than the limit keep their names.

    >>> from chainviz.parse import parse
    >>> from chainviz.formula.print_plain import to_plain
    >>> to_plain(spelled_out(parse("u = w*x + b; s = sigma(u); L = -ln(s)"), "L"))
    'L = -ln(σ(w·x + b))'
    """
    return Eq(keyed_node(graph, name), spellings(graph, limit)[graph.node(name).name])


def spellings(graph: Graph, limit: int = 200) -> dict[str, Formula]:
    """Every node in the inputs alone, as it is computed."""
    found: dict[str, Formula] = {}
    sizes: dict[str, int] = {}
    for node in graph:
        if node.op is None:
            found[node.name], sizes[node.name] = keyed_node(graph, node.name), 1
            continue
        size = 1 + sum(sizes[edge.source] for edge in graph.edges_into(node.name))
        body = _figures_first(_unedged(_notation(node, found.__getitem__)))
        found[node.name] = body if size <= limit else keyed_node(graph, node.name)
        sizes[node.name] = size if size <= limit else 1
    return found


def _unedged(f: Formula) -> Formula:
    """The formula without the keys of edges, which mean nothing once steps are put together."""
    if isinstance(f, Keyed) and f.part.kind is Kind.EDGE:
        return f.body
    return rebuild(f, _unedged)


def partial(graph: Graph, edge: Edge) -> Formula:
    """The local derivative on an edge: ∂y/∂u = 2u.

    An op on whole arrays has no such fraction: there stands what it makes of the gradient that
    comes back, ∂L/∂x = Wᵀ ∂L/∂h (with ← for = where other contributions are added).

    >>> from chainviz.parse import parse
    >>> from chainviz.formula.print_plain import to_plain
    >>> graph = parse("u = w*x; y = u^2")
    >>> [to_plain(partial(graph, edge)) for edge in graph.edges]
    ['∂u/∂w = x', '∂u/∂x = w', '∂y/∂u = 2u']
    >>> graph = parse("h = W @ x; L = norm_squared(h)")
    >>> [to_plain(partial(graph, edge)) for edge in graph.edges]
    ['∂L/∂W = ∂L/∂h xᵀ', '∂L/∂x = Wᵀ ∂L/∂h', '∂L/∂h = 2h']
    """
    op = graph.node(edge.target).op
    assert op is not None
    body = partial_body(graph, edge)
    left = partial_name(graph, edge)
    if body == left:
        return left
    if op.elementwise or edge.target == graph.output:
        return Eq(left, body)
    sign = "=" if len(graph.edges_out_of(edge.source)) == 1 else "←"
    return Eq(grad_name(graph, edge.source), Keyed(of_edge(Kind.PARTIAL, edge), body), sign)


def partial_body(graph: Graph, edge: Edge, write: WriteNode | None = None) -> Formula:
    """The right side of a partial, with each node written by the caller (or by its name).

    An op whose table row says no formula gets f'(x), or just the partial's name.
    """
    node = graph.node(edge.target)
    assert node.op is not None
    write = write or (lambda name: keyed_node(graph, name))
    arrays = array_names(graph)
    if not node.op.elementwise:
        output = edge.target == graph.output
        return pulled(graph, edge, None if output else grad_name(graph, edge.target), write)
    names = dict(zip(ARGUMENTS, _arguments(node, lambda e: write(e.source)), strict=False))
    text = _formula_text(node, edge.slot)
    if text:
        return by_entries(tidy(read(text, {**names, "y": write(node.name)})), arrays)
    if node.op.arity == 1:
        return Call(Accent("prime", Text(node.op.name)), tuple(names.values()))
    return partial_name(graph, edge)


def _formula_text(node: Node, slot: int) -> str:
    assert node.op is not None
    formulas = node.op.formulas
    if not formulas:
        return ""
    return formulas[0] if node.op.arity is None else formulas[slot]


def pulled(graph: Graph, edge: Edge, grad: Formula | None, write: WriteNode) -> Formula:
    """What an op on whole arrays makes of the gradient that comes back (None: it is 1)."""
    node = graph.node(edge.target)
    assert node.op is not None
    text = _formula_text(node, edge.slot)
    if not text:
        name = partial_name(graph, edge)
        return name if grad is None else Mul((grad, name), "dot")
    names = dict(zip(ARGUMENTS, _arguments(node, lambda e: write(e.source)), strict=False))
    came = Num(1) if grad is None else grad
    if node.op.arity is None:
        return Sub(came, Num(edge.slot))
    if node.op.name == "getitem" and all(isinstance(at, int) for at in _index_of(node)):
        return tidy(Mul((came, Sub(Accent("bold", Sym("e")), _index(_index_of(node))))))
    body = tidy(read(text, {**names, "y": write(node.name), "g": came}))
    return by_entries(body, array_names(graph))
