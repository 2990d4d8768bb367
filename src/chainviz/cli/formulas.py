"""Formulas that a check typesets: in folders of its own, with what is there already at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

__all__ = ["formulas_in"]


@contextmanager
def formulas_in(room: Path) -> Iterator[dict[str, Any]]:
    """Manim's options for one scene of a run whose scenes share a room.

    Nothing is written where the user works. What Manim or ``chainviz render`` has typeset there
    is used, and so is what another scene of this run has.
    """
    import manim as mn

    from chainviz.render.shelf import SHELF, place_on

    config: Any = mn.config
    ours = room / "formulas"
    own = Path(mkdtemp(prefix="Tex-", dir=room))
    with suppress(OSError, KeyError):  # a configuration that says nowhere
        theirs = (config.get_dir("tex_dir"), place_on(config.get_dir("media_dir") / SHELF))
        for folder in (ours, *theirs):
            for path in folder.absolute().glob("*.svg"):
                with suppress(FileExistsError):
                    (own / path.name).symlink_to(path)
    try:
        yield {"tex_dir": str(own)}
    finally:
        ours.mkdir(exist_ok=True)
        for path in own.glob("*.svg"):
            if not path.is_symlink():
                path.replace(ours / path.name)
