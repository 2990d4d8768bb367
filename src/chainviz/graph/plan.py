"""A graph made ready for sweeps: names turned into numbers, once a graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from chainviz.graph.record import Constant, Graph, Node

__all__ = ["Plan", "Stage", "plan_of"]


class Stage(NamedTuple):
    """One op. Its node and its arguments are places in the list of values."""

    place: int
    value: Callable[..., Any]
    sources: tuple[int, ...]  # a place for each slot; constants stand behind the nodes
    links: tuple[tuple[int, int, int], ...]  # (slot, source, number of the edge)
    partials: tuple[Callable[..., Any], ...]  # of an elementwise op
    node: Node
    params: dict[str, Any]


class Plan(NamedTuple):
    """The stages of a graph, in topological order."""

    stages: tuple[Stage, ...]
    places: dict[str, int]  # of the nodes, by name
    inputs: tuple[int, ...]
    output: int
    constants: tuple[Any, ...]
    edges: int  # how many
    scalar: bool  # whether scalar inputs make every value a scalar


def plan_of(graph: Graph) -> Plan:
    """The plan of a graph; it is kept with the graph, which never changes."""
    known = graph.__dict__.get("_plan")
    if known is None:
        known = graph.__dict__["_plan"] = _plan(graph)
    found: Plan = known
    return found


def _plan(graph: Graph) -> Plan:
    places: dict[str, int] = {}
    constants: list[Any] = []
    stages: list[Stage] = []
    inputs: list[int] = []
    count = len(graph.nodes)
    edges = 0
    scalar = True
    for place, node in enumerate(graph.nodes):
        places[node.name] = place
        op = node.op
        if op is None:
            inputs.append(place)
            continue
        sources: list[int] = []
        links: list[tuple[int, int, int]] = []
        for slot, argument in enumerate(node.arguments):
            if type(argument) is Constant:
                sources.append(count + len(constants))
                constants.append(argument.value)
                scalar = scalar and type(argument.value) is float
            else:
                source = places[argument]  # type: ignore[index]
                sources.append(source)
                links.append((slot, source, edges))
                edges += 1
        scalar = scalar and not op.vjps and not node.params
        stages.append(
            Stage(
                place, op.value, tuple(sources), tuple(links), op.partials, node, dict(node.params)
            )
        )
    output = places[graph.output]
    return Plan(tuple(stages), places, tuple(inputs), output, tuple(constants), edges, scalar)
