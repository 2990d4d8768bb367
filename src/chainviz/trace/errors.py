"""The error of a function that can't be traced."""

from __future__ import annotations

from chainviz.errors import ChainvizError

__all__ = ["TraceError"]


class TraceError(ChainvizError):
    """A function that can't be traced: which step, why, and what to write instead."""
