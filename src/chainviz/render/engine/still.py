"""The still that stands for a film: its last picture, or the fullest one where that is blank."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from chainviz.render.engine.canvas import words_of

__all__ = ["Fullest", "is_flat", "save_still"]

_STEP = 9
"""How full a picture is, is judged by one pixel in so many, either way."""
_MORE = 1.02
_FAINT = 20
"""Levels, of 255, by which nobody sees anything."""


def is_flat(pixels: Any) -> bool:
    """Whether a picture is one colour, or nearly so, as after everything has faded out."""
    some = pixels[::_STEP, ::_STEP]  # most pictures aren't, as a few pixels tell
    return all(
        int(np.ptp(part[..., channel])) <= _FAINT
        for part in (some, pixels)
        for channel in range(pixels.shape[-1])
    )


class Fullest:
    """Remembers which picture showed most, by what differs from the colour of its corner."""

    def __init__(self) -> None:
        self._spread = 0.0
        self._kept: tuple[tuple[int, ...], Any, Any, Any] | None = None

    def look(self, pixels: Any) -> None:
        """Keep this picture if it is fuller than those before."""
        spread = float(pixels[::_STEP, ::_STEP, :3].std())
        if spread <= _MORE * self._spread:
            return
        self._spread = spread
        words = words_of(pixels).ravel()
        corner = words[0]
        places = np.flatnonzero(words != corner).astype(np.uint32)
        self._kept = (pixels.shape, corner, places, words[places])

    @property
    def pixels(self) -> Any:
        """The fullest picture; None if all were blank."""
        if self._kept is None:
            return None
        shape, corner, places, values = self._kept
        words = np.full(shape[0] * shape[1], corner)
        words[places] = values
        return words.view(np.uint8).reshape(shape)


def save_still(camera: Any, fullest: Fullest | None, target: Path) -> bool:
    """Save what the camera shows, or the fullest picture where it shows nothing.

    Say whether there is anything to be seen on it.
    """
    flat = is_flat(camera.pixel_array)
    better = fullest.pixels if flat and fullest is not None else None
    camera.get_image(better).save(target, compress_level=1)
    return not flat or better is not None
