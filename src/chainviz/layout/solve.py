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
    rows = np.zeros((count, len(apart)))
    for k, row in enumerate(apart):
        for variable, share in row:
            rows[variable, k] += share
    pushed = _solved(system, rows)
    matrix = np.stack([sum(share * pushed[variable] for variable, share in row) for row in apart])
    matrix[np.diag_indices_from(matrix)] += 1e-10 * (1 + np.trace(matrix) / len(apart))
    result: Array = (pushed * _not_negative(matrix, np.array(list(apart.values())))).sum(axis=1)
    return result


def shortfall(heights: Array, apart: Apart) -> float:
    """By how much the worst least distance is missed."""
    return max(
        (least - sum(heights[v] * share for v, share in row) for row, least in apart.items()),
        default=0.0,
    )


def _not_negative(matrix: Array, vector: Array) -> Array:
    """The smallest x'Mx/2 - v'x over x >= 0, by exchanging whole blocks of active sets.

    Blocks change sides together while that helps; else one at a time, which always ends
    (Portugal, Judice and Vicente 1994; Murty 1974).
    """
    x = np.zeros(len(vector))
    slope = -vector
    held = np.zeros(len(vector), dtype=bool)
    tolerance = 1e-9 * max(1.0, float(np.abs(vector).max()))
    fewest, patience = len(vector) + 1, 3
    for _ in range(5 * len(vector) + 20):
        wrong = np.where(held, x < -tolerance, slope < -tolerance)
        count = int(wrong.sum())
        if count == 0:
            break
        if count < fewest:
            fewest, patience = count, 3
        elif patience > 0:
            patience -= 1
        else:
            wrong[: np.flatnonzero(wrong)[-1]] = False
        held ^= wrong
        x[:] = 0.0
        x[held] = _solved(matrix[np.ix_(held, held)], vector[held, None])[:, 0]
        slope = (matrix * x).sum(axis=1) - vector
    return np.maximum(x, 0.0)


def _solved(matrix: Array, right: Array) -> Array:
    """The solution of a symmetric positive definite system, by plain elimination.

    Not LAPACK: its threads fight for the cores of a busy machine (measured: 90 times slower
    there), and its rounding differs from one build to the next, as goldens must not.
    """
    a, b = matrix.copy(), right.copy()
    for k in range(len(a) - 1):
        factors = a[k + 1 :, k, None] / a[k, k]
        a[k + 1 :, k + 1 :] -= factors * a[k, k + 1 :]
        b[k + 1 :] -= factors * b[k]
    for k in range(len(a) - 1, -1, -1):
        b[k] = (b[k] - (a[k, k + 1 :, None] * b[k + 1 :]).sum(axis=0)) / a[k, k]
    return b


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
