"""manim.config as an audit needs it, and as it was once the audit is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import manim as mn

__all__ = ["configured"]


@contextmanager
def configured(values: Mapping[str, Any]) -> Iterator[None]:
    """As Manim's tempconfig, but what does not change is not set: setting the renderer is slow."""
    config: Any = mn.config
    before = config.copy()
    _set(config, values)
    try:
        yield
    finally:
        _set(config, {key: before._d[key] for key in before._d})


def _set(config: Any, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if key in config and not _same(config, key, value):
            config[key] = value


def _same(config: Any, key: str, value: Any) -> bool:
    held = config._d.get(key, config[key])
    return type(held) is type(value) and bool(held == value)
