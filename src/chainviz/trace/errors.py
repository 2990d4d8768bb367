"""The error of a function that can't be traced."""

from __future__ import annotations

from chainviz.errors import ChainvizError

__all__ = ["NoSuchAttribute", "TraceError"]


class TraceError(ChainvizError):
    """A function that can't be traced: which step, why, and what to write instead."""


class NoSuchAttribute(TraceError, AttributeError):
    """A traced value has no such attribute; hasattr() must get to know it."""
