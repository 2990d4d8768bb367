"""108 flash: large areas that jump between light and dark, or saturated red."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.timeline import Array, Timeline
from chainviz.colour import luminances

__all__ = ["RULES"]

_STEP = 0.10  # relative luminance
_DARK = 0.80  # the darker of the two must be darker than that
_AREA = 0.25  # share of the screen


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    grids = timeline.flashes
    if len(grids) < 3:
        return
    times = [time for time, _ in grids]
    light = np.stack([luminances(grid) for _, grid in grids])
    red = np.stack([_redness(grid) for _, grid in grids])
    counts = np.maximum(_busiest(times, light, _STEP, _DARK), _busiest(times, red, 20.0, np.inf))
    for at in np.flatnonzero(counts > limit):
        index = max(i for i, s in enumerate(timeline.samples) if s.time <= times[at] + 1e-9)
        measure = f"{counts[at]:.0f} flashes within a second over a quarter of the screen"
        yield Sight(index, (), measure, float(counts[at]), lasting=False, about="the picture")
        return


def _redness(grid: Array) -> Array:
    """WCAG's (R - G - B) x 320 where red makes up 80% of the colour, else 0."""
    r, g, b = grid[..., 0], grid[..., 1], grid[..., 2]
    share = r / np.maximum(r + g + b, 1e-9)
    return np.where(share >= 0.8, np.clip((r - g - b) * 320, 0, None), 0.0)


def _busiest(times: list[float], values: Array, step: float, dark: float) -> Array:
    """For every picture: flashes (pairs of opposing steps) in the second before it."""
    turned = [np.zeros(values[0].shape)]
    low = high = values[0]
    way = np.zeros(values[0].shape)
    for here in values[1:]:
        up = (here - low >= step) & (low < dark) & (way <= 0)
        down = (high - here >= step) & (here < dark) & (way >= 0)
        turned.append((up | down).astype(float))
        way = np.where(up, 1.0, np.where(down, -1.0, way))
        low = np.where(up | down, here, np.minimum(low, here))
        high = np.where(up | down, here, np.maximum(high, here))
    so_far = np.cumsum(turned, axis=0).reshape(len(times), -1)
    first, recent = 0, np.zeros(so_far.shape)
    for at, time in enumerate(times):
        while time - times[first] >= 1.0:
            first += 1
        recent[at] = so_far[at] - so_far[max(first - 1, 0)]
    flashes = np.floor(recent / 2)
    rank = int((flashes.shape[1] - 1) * (1.0 - _AREA))
    return np.asarray(np.partition(flashes, rank, axis=1)[:, rank])


RULES = (
    Rule(
        id="108",
        name="flash",
        level=Level.ERROR,
        limit=3.0,
        limit_words="{limit:g} flashes within a second over 25% of the screen",
        explain="A quarter of the screen or more flashes over three times within a second: "
        "luminance steps of 0.10 up and down again, or saturated red (WCAG 2.3.1). That can "
        "hurt people with photosensitive epilepsy.",
        remedy="slow it down below three a second, make the area smaller or the step gentler",
        check=_check,
    ),
)
