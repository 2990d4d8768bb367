"""How much of a frame a graph would fill: a quick estimate, without laying it out."""

from __future__ import annotations

from chainviz.layout.needs import GraphLike, Needs
from chainviz.layout.ranks import rank_nodes

__all__ = ["HOPELESS", "filling"]

HOPELESS = 1.6  # what fills more than this share won't fit, however it is arranged


def filling(graph: GraphLike, needs: Needs) -> float:
    """What share of the frame the smallest drawing fills; ranks too tall take several columns.

    >>> from chainviz import parse
    >>> from chainviz.layout import Box
    >>> 0.2 < filling(parse("L = (w*x)^2"), Needs(frame=Box(-6, -3, 6, 3))) < 0.6
    True
    """
    frame, gap = needs.frame, needs.spacing.times(0.5)
    if frame is None:
        return 0.0
    number = {node.name: i for i, node in enumerate(graph.nodes)}
    arcs = [(number[edge.source], number[edge.target]) for edge in graph.edges]
    rank = rank_nodes(len(number), arcs)
    width = [0.0] * (max(rank, default=0) + 1)
    height = [0.0] * len(width)
    label = [0.0] * len(width)
    for node, r in zip(graph.nodes, rank, strict=True):
        texts = (needs.value_sizes.get(node.name), needs.grad_sizes.get(node.name))
        column = [needs.body(node.name), *(size for size in texts if size)]
        width[r] = max(width[r], *(size.width for size in column))
        height[r] += sum(size.height + gap.pad for size in column) + gap.between
    for edge, (source, target) in zip(graph.edges, arcs, strict=True):
        sizes = (needs.label_sizes.get(edge), needs.partial_sizes.get(edge))
        room = max((size.width for size in sizes if size), default=0.0)
        label[rank[source]] = max(label[rank[source]], room)
        for r in range(rank[source] + 1, rank[target]):
            height[r] += gap.clear * 2
    filled = 0.0
    for across, tall, room in zip(width, height, label, strict=True):
        columns = max(1.0, tall * needs.least_scale / frame.height)
        filled += columns * (across + room + 2 * gap.beside)
    return filled * needs.least_scale / frame.width
