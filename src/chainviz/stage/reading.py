"""How long a viewer needs to read what has just appeared."""

from __future__ import annotations

from chainviz.formula import Formula, to_plain

__all__ = ["reading_time"]


def reading_time(shown: str | Formula) -> float:
    """Seconds: a sixth for each glyph of a formula, a twelfth for each letter of words."""
    if isinstance(shown, str):
        return max(1.0, len(shown) / 12)
    return max(1.0, sum(not c.isspace() for c in to_plain(shown)) / 6)
