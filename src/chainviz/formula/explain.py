"""A derivative explained line by line: partials, chain rule, results and numbers put in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chainviz.formula.because import because, because_none
from chainviz.formula.chain import MOST_PATHS, chain, count_paths, over_paths, paths
from chainviz.formula.local import definition, partial, partial_body
from chainviz.formula.names import Numbers, grad_name, grad_number, keyed_value, of_edge
from chainviz.formula.pieces import unkeyed
from chainviz.formula.print_plain import to_plain
from chainviz.formula.rounding import relation
from chainviz.formula.shapes import array_names
from chainviz.formula.step import step, step_numbers
from chainviz.formula.tree import Eq, Formula, Keyed
from chainviz.graph import Edge, Graph
from chainviz.part import Kind

__all__ = ["Line", "derivation", "substituted", "substituted_numbers"]

LineKind = Literal["definition", "partial", "chain", "formulas", "results", "numbers", "number"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation: what it does, its formula, and a remark where one helps."""

    kind: LineKind
    formula: Formula
    note: str | None = None


def derivation(
    graph: Graph, name: str, numbers: Numbers | None = None, *, definitions: bool = False
) -> tuple[Line, ...]:
    """The whole derivation of d(output)/d(name), line by line.

    The partials along the way, the chain rule, the partials' formulas put in, the earlier
    result put in, and with ``numbers`` (a Tape) all numbers and the result.

    >>> from chainviz.parse import parse
    >>> from chainviz.formula.print_plain import to_plain
    >>> for line in derivation(parse("u = w*x; y = u^2; L = y - t"), "w"):
    ...     print(f"{line.kind}:", to_plain(line.formula), *(f"({n})" for n in [line.note] if n))
    partial: ∂L/∂y = 1 (1 because L = y - t grows by as much as y grows)
    partial: ∂y/∂u = 2u
    partial: ∂u/∂w = x
    chain: ∂L/∂w = ∂L/∂y · ∂y/∂u · ∂u/∂w
    formulas: ∂L/∂w = 1 · 2u · x
    results: ∂L/∂w = ∂L/∂u · ∂u/∂w
    """
    if name == graph.output:
        return (Line("chain", chain(graph, name), "1 because it is the thing itself"),)
    if not count_paths(graph, name):
        return (Line("chain", chain(graph, name), because_none(graph, name)),)
    lines = [Line("definition", definition(graph, target)) for target in _targets(graph, name)]
    lines = lines if definitions else []
    used = _edges(graph, name)
    lines += [Line("partial", partial(graph, e), because(graph, e, numbers)) for e in used]
    lines.append(Line("chain", chain(graph, name)))
    written_out = count_paths(graph, name) <= MOST_PATHS and not array_names(graph)
    if written_out:
        lines.append(Line("formulas", substituted(graph, name)))
    lines.append(Line("results", step(graph, name)))
    if numbers is not None and written_out:
        lines.append(Line("numbers", substituted_numbers(graph, name, numbers)))
    if numbers is not None:
        lines.append(Line("number", step_numbers(graph, name, numbers)))
    return tuple(_without_repeats(lines))


def _without_repeats(lines: list[Line]) -> list[Line]:
    """Each formula once: on short ways the chain is the partial, or the step the chain."""
    kept: dict[Formula, Line] = {}
    for line in lines:
        kept.setdefault(unkeyed(line.formula), line)
    return list(kept.values())


def _edges(graph: Graph, name: str) -> list[Edge]:
    """The edges that the chain rule needs, from the output inwards, each once."""
    if count_paths(graph, name) > MOST_PATHS:
        return [e for e in graph.edges_out_of(name) if count_paths(graph, e.target)]
    return list(dict.fromkeys(edge for way in paths(graph, name) for edge in way))


def _targets(graph: Graph, name: str) -> list[str]:
    wanted = {edge.target for edge in _edges(graph, name)}
    return [node.name for node in graph if node.name in wanted]


def substituted(graph: Graph, name: str) -> Formula:
    """The chain with each partial's formula put in: ∂L/∂w = 2(y - t) · 2u · x.

    >>> from chainviz.parse import parse
    >>> from chainviz.formula.print_plain import to_plain
    >>> to_plain(substituted(parse("u = w*x; y = u^2; L = ln(y)"), "w"))
    '∂L/∂w = 1/y · 2u · x'
    """

    def write(edge: Edge) -> Formula:
        return Keyed(of_edge(Kind.PARTIAL, edge), partial_body(graph, edge))

    return Eq(grad_name(graph, name), over_paths(graph, name, write))


def substituted_numbers(graph: Graph, name: str, numbers: Numbers) -> Formula:
    """The same with all numbers put in: ∂L/∂w = 1/36 · 2 · 6 · 2 = 0.6667."""

    def write(edge: Edge) -> Formula:
        body = partial_body(graph, edge, lambda of: keyed_value(of, numbers))
        return Keyed(of_edge(Kind.PARTIAL, edge), body)

    body = over_paths(graph, name, write)
    result = grad_number(name, numbers)
    if to_plain(body) == to_plain(result):
        return Eq(grad_name(graph, name), result)
    return Eq(grad_name(graph, name), Eq(body, result, relation(body, numbers.grad(name))))
