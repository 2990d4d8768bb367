"""Heights that keep everything apart and are otherwise as close to straight as can be.

The smallest sum of weighted squares subject to least distances: an exact solution for
drawings that fit a screen, so that what is symmetric comes out symmetric.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from chainviz.layout.geometry import Array

__all__ = ["least_squares", "shortfall", "spread"]

Pull = tuple[int, int, float]  # i, j, weight: how strongly i and j want the same height
Row = tuple[tuple[int, float], ...]  # a sum of heights, each with its share
Apart = Mapping[Row, float]  # the sum that must reach at least the given distance


def least_squares(count: int, pulls: Sequence[Pull], apart: Apart, anchor: float = 1e-3) -> Array:
    """Heights with the smallest weighted squares of the pulls, all least distances kept.

    Everything is drawn weakly to 0, so that the drawing is centred.

    >>> least_squares(2, [(0, 1, 1.0)], {((0, 1.0), (1, -1.0)): 2.0}).round(3).tolist()
    [1.0, -1.0]
    """
    system = np.eye(count) * anchor
    for i, j, weight in pulls:
        system[i, i] += weight
        system[j, j] += weight
        system[i, j] -= weight
        system[j, i] -= weight
    if not apart:
        return np.zeros(count)
    rows = np.zeros((len(apart), count))
    for k, row in enumerate(apart):
        for variable, share in row:
            rows[k, variable] += share
    pushed = np.linalg.solve(system, rows.T)
    matrix = rows @ pushed
    matrix[np.diag_indices_from(matrix)] += 1e-10 * (1 + np.trace(matrix) / len(apart))
    result: Array = pushed @ _not_negative(matrix, np.array(list(apart.values())))
    return result


def shortfall(heights: Array, apart: Apart) -> float:
    """By how much the worst least distance is missed."""
    return max(
        (least - sum(heights[v] * share for v, share in row) for row, least in apart.items()),
        default=0.0,
    )


def _not_negative(matrix: Array, vector: Array) -> Array:
    """The smallest x'Mx/2 - v'x over x >= 0 (Lawson and Hanson's active sets)."""
    x = np.zeros(len(vector))
    active = np.zeros(len(vector), dtype=bool)
    slope = vector.copy()
    tolerance = 1e-9 * max(1.0, float(np.abs(vector).max()))
    for _ in range(4 * len(vector) + 10):
        if active.all() or slope[~active].max() <= tolerance:
            break
        active[np.where(active, -np.inf, slope).argmax()] = True
        while True:
            held = np.flatnonzero(active)
            trial = np.linalg.solve(matrix[np.ix_(held, held)], vector[held])
            if trial.min(initial=1.0) > 0:
                x[:] = 0.0
                x[held] = trial
                break
            low = trial <= 0
            now = x[held]
            step = float((now[low] / np.maximum(now[low] - trial[low], 1e-300)).min())
            x[held] = now + step * (trial - now)
            active[held[x[held] <= 1e-14]] = False
            x[~active] = 0.0
        slope = vector - matrix @ x
    return x


def spread(wanted: Sequence[float], gaps: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Places nearest to the wanted ones, each at least its gap below the one before.

    `gaps[i]` is the least distance from item i down to item i + 1.

    >>> spread([0.0, 0.0, 0.0], [1.0, 1.0], [1, 1, 1])
    [1.0, 0.0, -1.0]
    """
    blocks: list[tuple[float, float, int]] = []  # weighted mean, weight, how many items
    shift = 0.0
    shifts = [0.0]
    for gap in gaps:
        shift += gap
        shifts.append(shift)
    for want, down, weight in zip(wanted, shifts, weights, strict=True):
        mean, mass, length = want + down, weight, 1
        while blocks and blocks[-1][0] < mean:
            other, other_mass, other_length = blocks.pop()
            total = other_mass + mass
            mean = (other * other_mass + mean * mass) / total
            mass, length = total, length + other_length
        blocks.append((mean, mass, length))
    flat = [mean for mean, _, length in blocks for _ in range(length)]
    return [mean - down for mean, down in zip(flat, shifts, strict=True)]
