"""The one family of errors that chainviz raises on purpose."""

__all__ = ["ChainvizError"]


class ChainvizError(Exception):
    """Something the user can mend: the message names the thing and the way out."""
