"""A poster for a clip whose last picture is blank, found by looking through the clip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["better_poster"]

_ENOUGH = 40  # pictures looked at in a clip whose end is blank


def better_poster(clip: Path, poster: Path) -> None:
    """Replace a blank poster by the picture of the clip that shows most, if any does."""
    found = _fullest(clip)
    if found is not None:
        found.save(poster, compress_level=1)


def _fullest(clip: Path) -> Any:
    """The picture with the largest spread of brightness among some from the whole clip."""
    import av
    from PIL import ImageStat

    best, most = None, 0.0
    with av.open(clip) as film:
        stream = film.streams.video[0]
        stream.thread_type = "AUTO"
        step = max(1, (stream.frames or _ENOUGH) // _ENOUGH)
        for index, frame in enumerate(film.decode(stream)):
            if index % step:
                continue
            small = frame.to_image(width=160, height=90).convert("L")
            spread = ImageStat.Stat(small).stddev[0]
            if spread > most:
                best, most = frame.to_image(), spread
    return best
