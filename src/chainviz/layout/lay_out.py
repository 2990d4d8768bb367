"""From a graph and its needs to a layout that fits the frame, or a clear refusal."""

from __future__ import annotations

import math
from dataclasses import dataclass

from chainviz.errors import ChainvizError
from chainviz.layout.draft import Draft, arrange, first_draft, fullest_rank, split_rank
from chainviz.layout.extents import Order
from chainviz.layout.filling import HOPELESS, filling
from chainviz.layout.geometry import Box, Place
from chainviz.layout.needs import GraphLike, Needs, Spacing
from chainviz.layout.polish import polish
from chainviz.layout.result import Layout

__all__ = ["TooLarge", "best_fit", "lay_out"]

# what is tried before anything is made smaller, and what it is worth beside its scale: the
# share of the gaps that is kept, whether labels get room for their edges to slant, and whether
# long edges get lanes without a bend
TIGHTER = (
    (1.0, True, True, 1.0),
    (0.8, True, True, 0.97),
    (0.6, True, True, 0.93),
    (0.6, False, True, 0.8),
    (0.6, True, False, 0.74),
    (0.45, False, False, 0.68),
)
SMALL = 80  # nodes; a larger graph is tried at its roomiest and its tightest only
SPLITS = 8  # how often a rank that is too tall is dealt out to two columns
PATIENCE = 3  # how many splits in a row may bring nothing
SPLIT_WORTH = 0.97
ENOUGH = 0.8  # the scale at which no rank is split any more


class TooLarge(ChainvizError):
    """A graph that can't be shown in the frame at a readable size."""

    @classmethod
    def of(cls, draft: Draft, scale: float, least: float, *, folded: bool = False) -> TooLarge:
        """The refusal of a drawing that fits only at too small a scale."""
        columns = [
            [i for i in column if i < draft.order.columns.nodes]
            for column in draft.order.columns.columns[::2]
        ]
        fullest = max(columns, key=len)
        names = ", ".join(draft.order.names[i] for i in fullest[:6])
        more = ", ..." if len(fullest) > 6 else ""
        advice = (
            "Everything that may be folded is folded already: draw a part of the graph."
            if folded
            else "Fold parts of it into gates with graph.fold, or draw a part of it."
        )
        return cls(
            f"{len(draft.places)} nodes in {len(columns)} ranks would shrink to {_below(scale)} of "
            f"their size to fit the frame, and {least:.2f} is the least that can be read; the "
            f"fullest rank has {len(fullest)} of them ({names}{more}). {advice}"
        )


def _below(scale: float) -> str:
    """Two figures, never rounded up to the limit it falls short of."""
    return f"{math.floor(scale * 100) / 100:.2f}"


def lay_out(graph: GraphLike, needs: Needs, *, least_scale: float | None = None) -> Layout:
    """Place a graph from left to right, with room for every text that will appear.

    Tighter gaps come first when it doesn't fit, then smaller sizes down to `least_scale` (by
    default what the needs say), then TooLarge.

    >>> from chainviz import parse
    >>> from chainviz.layout import Box, Needs
    >>> layout = lay_out(parse("L = (w*x)^2"), Needs(frame=Box(-6, -3, 6, 3)))
    >>> [round(place.y, 2) for place in layout.nodes.values()]
    [0.65, -0.65, 0.0, 0.0]
    """
    if not graph.nodes:
        return Layout({}, {}, {}, {}, {}, {}, 1.0, Box(0.0, 0.0, 0.0, 0.0))
    fit = best_fit(graph, needs)
    draft = fit.draft
    least = needs.least_scale if least_scale is None else least_scale
    if fit.scale < least:
        raise TooLarge.of(draft, fit.scale, least)
    polish(draft, needs, fit.spacing)
    scale = _fitting(draft.bounds(), needs.frame)
    if scale < least:
        raise TooLarge.of(draft, scale, least)
    return _finish(draft, scale, needs.frame)


@dataclass(frozen=True, slots=True)
class Fit:
    """A drawing, the scale at which it fits, and what it is worth."""

    scale: float
    draft: Draft
    spacing: Spacing
    worth: float


def best_fit(graph: GraphLike, needs: Needs) -> Fit:
    """The finest drawing that can be read; if none can, the one that comes nearest."""
    order = arrange(graph)
    fits = _fits(order, needs, 1.0)
    hopeless = len(order.names) > SMALL or filling(graph, needs) > HOPELESS
    latest = max(fits, key=lambda fit: fit.scale)
    stale = 0
    for split in range(1, SPLITS + 1):
        if needs.frame is None or not _is_too_tall(latest.draft, needs.frame):
            break
        if hopeless or stale > PATIENCE or any(fit.worth >= ENOUGH for fit in fits):
            break
        order = split_rank(order, fullest_rank(latest.draft))
        more = _fits(order, needs, SPLIT_WORTH**split)
        latest = max(more, key=lambda fit: fit.scale)
        best = max(fit.scale for fit in fits)
        stale = 0 if latest.scale > 1.02 * best else stale + 1
        fits += more
    readable = [fit for fit in fits if fit.scale >= min(1.0, needs.least_scale * 1.02)]
    if readable:
        return max(readable, key=lambda fit: fit.worth)
    return max(fits, key=lambda fit: fit.scale)


def _fits(order: Order, needs: Needs, worth: float) -> list[Fit]:
    """Drawings from the roomiest down to the first that fits at full size."""
    fits: list[Fit] = []
    kinds = list(TIGHTER if worth == 1.0 else TIGHTER[2:])
    if len(order.names) > SMALL:
        kinds = [TIGHTER[0], TIGHTER[-1]]
    for factor, slanting, level, beauty in kinds:
        spacing = needs.spacing.times(factor)
        draft = first_draft(order, needs, spacing, slanting=slanting, level=level)
        scale = _fitting(draft.bounds(), needs.frame)
        fits.append(Fit(scale, draft, spacing, scale * beauty * worth))
        if scale >= 1.0:
            break
    return fits


def _is_too_tall(draft: Draft, frame: Box) -> bool:
    """Whether it is the height, not the width, that doesn't fit, and a rank can be split."""
    bounds, columns = draft.bounds(), draft.order.columns
    ranks = [
        column for column in columns.columns[::2] if sum(i < columns.nodes for i in column) > 1
    ]
    return bool(ranks) and bounds.height / frame.height > bounds.width / frame.width


def _fitting(bounds: Box, frame: Box | None) -> float:
    """The scale at which bounds fit a frame; nothing is ever enlarged."""
    if frame is None:
        return 1.0
    return min(frame.width / max(bounds.width, 1e-9), frame.height / max(bounds.height, 1e-9), 1.0)


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
