"""From a graph and its needs to a layout that fits the frame, or a clear refusal."""

from __future__ import annotations

from chainviz.errors import ChainvizError
from chainviz.layout.draft import Draft, arrange, first_draft
from chainviz.layout.geometry import Box, Place
from chainviz.layout.needs import GraphLike, Needs
from chainviz.layout.polish import polish
from chainviz.layout.result import Layout

__all__ = ["TooLarge", "lay_out"]

# what is tried before anything is made smaller: the share of the gaps that is kept, and
# whether labels get room for their edges to slant
TIGHTER = ((1.0, True), (0.8, True), (0.6, True), (0.6, False), (0.45, False))

WORTH = 0.92  # a roomier drawing may be this much smaller than the largest one


class TooLarge(ChainvizError):
    """A graph that can't be shown in the frame at a readable size."""


def lay_out(graph: GraphLike, needs: Needs, *, least_scale: float | None = None) -> Layout:
    """Place a graph from left to right, with room for every text that will appear.

    Tighter gaps come first when it doesn't fit, then smaller sizes down to
    `least_scale` (by default what the needs say), then TooLarge.
    """
    order = arrange(graph)
    tries = []
    for factor, slanting in TIGHTER:
        spacing = needs.spacing.times(factor)
        draft = first_draft(order, needs, spacing, slanting=slanting)
        tries.append((_fitting(draft.bounds(), needs.frame), draft, spacing))
        if tries[-1][0] >= 1.0:
            break
    largest = max(scale for scale, _, _ in tries)
    scale, draft, spacing = next(entry for entry in tries if entry[0] >= WORTH * largest)
    polish(draft, needs, spacing)
    scale = _fitting(draft.bounds(), needs.frame)
    least = needs.least_scale if least_scale is None else least_scale
    if needs.frame and scale < least:
        raise TooLarge(_refusal(draft, scale, needs))
    return _finish(draft, min(scale, 1.0), needs.frame)


def _fitting(bounds: Box, frame: Box | None) -> float:
    """The scale at which bounds fit a frame."""
    if frame is None:
        return 1.0
    return min(frame.width / max(bounds.width, 1e-9), frame.height / max(bounds.height, 1e-9), 1.0)


def _refusal(draft: Draft, scale: float, needs: Needs) -> str:
    columns = [
        [i for i in column if i < draft.order.columns.nodes]
        for column in draft.order.columns.columns[::2]
    ]
    fullest = max(range(len(columns)), key=lambda r: len(columns[r]))
    names = ", ".join(draft.order.names[i] for i in columns[fullest][:6])
    return (
        f"{len(draft.places)} nodes in {len(columns)} ranks would have to shrink to "
        f"{scale:.2f} of their size, and {needs.least_scale:.2f} is the least that can be read. "
        f"The fullest rank has {len(columns[fullest])} nodes ({names}). "
        f"Fold sub-expressions into gates (suggest_folds names some), or draw a part of the graph."
    )


def _finish(draft: Draft, scale: float, frame: Box | None) -> Layout:
    """Scale and centre a draft, and key everything by name and edge."""
    bounds = draft.bounds()
    x, y = frame.centre if frame else (0.0, 0.0)
    dx, dy = x - scale * bounds.centre[0], y - scale * bounds.centre[1]
    names, edges = draft.order.names, draft.order.edges

    def put(box: Box) -> Box:
        return box.moved(scale, dx, dy)

    return Layout(
        nodes={
            name: Place(p.x * scale + dx, p.y * scale + dy, p.size.scaled(scale))
            for name, p in zip(names, draft.places, strict=True)
        },
        values={n: put(t[0]) for n, t in zip(names, draft.node_texts, strict=True) if t[0]},
        grads={n: put(t[1]) for n, t in zip(names, draft.node_texts, strict=True) if t[1]},
        routes={e: r.moved(scale, dx, dy) for e, r in zip(edges, draft.routes, strict=True)},
        labels={e: put(t[0]) for e, t in zip(edges, draft.edge_texts, strict=True) if t[0]},
        partials={e: put(t[1]) for e, t in zip(edges, draft.edge_texts, strict=True) if t[1]},
        scale=scale,
        bounds=put(bounds),
        crossings=draft.order.columns.crossings,
    )
