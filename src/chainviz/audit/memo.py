"""What the rules have worked out about one film, remembered until its audit is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

__all__ = ["forgetting", "memo"]

F = TypeVar("F", bound=Callable[..., Any])

_known: list[Any] = []


def memo(function: F) -> F:
    """Answer the same question once a film; items and samples are the same if identical."""
    cached = lru_cache(maxsize=None)(function)
    _known.append(cached)
    return cached  # type: ignore[return-value]


@contextmanager
def forgetting() -> Iterator[None]:
    """When the block ends, nothing is remembered: a film's items can go."""
    try:
        yield
    finally:
        for cached in _known:
            cached.cache_clear()
