"""Rectangles that are joined until few are left."""

from __future__ import annotations

import random

import pytest

from chainviz.render.engine import region
from chainviz.render.engine.region import Rect, area, intersects, merged

FRAME = 1920, 1080


def scattered(count: int, largest: int, seed: int) -> list[Rect]:
    """So many anywhere in a picture."""
    chance = random.Random(seed)
    rects = []
    for _ in range(count):
        wide, high = chance.randint(1, largest), chance.randint(1, largest)
        left, top = chance.randint(0, FRAME[0] - wide), chance.randint(0, FRAME[1] - high)
        rects.append((left, top, left + wide, top + high))
    return rects


@pytest.mark.parametrize("largest", [1, 30, 700])
@pytest.mark.parametrize("count", [0, 1, 2, 12, 13, 24, 25, 90, 400])
def test_few_disjoint_ones_cover_all_of_them(count: int, largest: int) -> None:
    rects = scattered(count, largest, seed=count + largest)
    done = merged(rects)
    assert len(done) <= 12
    assert not any(intersects(a, b) for i, a in enumerate(done) for b in done[:i])
    for left, top, right, bottom in rects:
        assert any(a <= left and b <= top and right <= c and bottom <= d for a, b, c, d in done)


def test_many_are_joined_with_their_neighbours() -> None:
    """Two heaps far apart stay apart, and what lies between them isn't painted."""
    heap = [(x, y, x + 4, y + 4) for x in range(0, 100, 10) for y in range(0, 100, 10)]
    done = merged([*heap, *(region.moved(one, 1800, 900) for one in heap)])
    assert sum(map(area, done)) <= 2 * 94**2


@pytest.mark.parametrize("count", [60, 200, 1600])
def test_many_take_no_more_looks_at_pairs_than_few(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred dots that move by themselves took a second for each picture."""
    looks = 0
    wasted = region._wasted

    def counted(a: Rect, b: Rect) -> int:
        nonlocal looks
        looks += 1
        return wasted(a, b)

    monkeypatch.setattr(region, "_wasted", counted)
    merged(scattered(count, 3, seed=count))
    assert looks < 4000
