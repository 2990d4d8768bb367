"""The table of rules: one small module a rule or a family of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chainviz.audit.finding import Rule
from chainviz.audit.rules import (
    arithmetic,
    contrast,
    direction,
    drawn,
    film,
    flash,
    frame,
    labels,
    occluded,
    order,
    overlap,
    place,
    reading,
    roles,
    settle,
    size,
    struck,
)

__all__ = ["RULES"]

_FAMILIES = (
    film, overlap, struck, occluded, frame, size, contrast, roles, flash, reading, settle,
    order, labels, drawn, direction, arithmetic, place,
)  # fmt: skip

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.id: rule
        for rule in sorted(
            (rule for family in _FAMILIES for rule in family.RULES), key=lambda rule: rule.id
        )
    }
)
