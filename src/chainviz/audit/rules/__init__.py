"""The table of rules: one small module a rule or a family of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chainviz.audit.finding import Rule
from chainviz.audit.rules import (
    contrast,
    film,
    flash,
    frame,
    occluded,
    overlap,
    reading,
    size,
    struck,
)

__all__ = ["RULES"]

_FAMILIES = (film, overlap, struck, occluded, frame, size, contrast, flash, reading)

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.id: rule for family in _FAMILIES for rule in family.RULES}
)
