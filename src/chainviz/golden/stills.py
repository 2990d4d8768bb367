"""Golden C: stills at the beats' ends, compared exactly where they were made by the same tools."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chainviz.errors import ChainvizError

__all__ = ["SIZE", "Stills", "differences", "fingerprint", "read_stills", "write_stills"]

SIZE = (384, 216)
_STEP, _SHARE = 1, 1e-5  # a value may be off by one of 255, on fewer than so many of them

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Stills:
    """A still a beat, and what made them."""

    made_by: str
    frames: tuple[Pixels, ...]

    @property
    def hashes(self) -> tuple[str, ...]:
        """The exact content of every still."""
        return tuple(hashlib.sha256(f.tobytes()).hexdigest()[:32] for f in self.frames)


def fingerprint() -> str:
    """Everything outside the film that its pixels depend on."""
    import cairo
    import manim

    told = {
        "manim": manim.__version__,
        "typst": version("typst"),
        "cairo": cairo.cairo_version_string(),
        "pycairo": version("pycairo"),
        "numpy": version("numpy").split(".")[0],
    }
    return ", ".join(f"{name} {value}" for name, value in told.items())


def write_stills(stills: Stills) -> bytes:
    """All stills below one another as one lossless WebP; who made them stands in its EXIF."""
    strip = Image.fromarray(np.concatenate(stills.frames, axis=0))
    exif = Image.Exif()
    exif[0x010E] = json.dumps({"made_by": stills.made_by, "count": len(stills.frames)})
    buffer = io.BytesIO()
    strip.save(buffer, "WEBP", lossless=True, quality=90, method=4, exif=exif)
    return buffer.getvalue()


def read_stills(data: bytes) -> Stills:
    """The stills of a golden file; raises ChainvizError where it holds none."""
    try:
        image = Image.open(io.BytesIO(data))
        told: dict[str, Any] = json.loads(image.getexif()[0x010E])
        pixels = np.asarray(image.convert("RGB"))
    except (OSError, LookupError, ValueError):
        words = "the golden's stills can't be read; approve the film anew: make golden"
        raise ChainvizError(words) from None
    return Stills(told["made_by"], tuple(np.split(pixels, int(told["count"]))))


def differences(golden: Stills, frames: Sequence[Pixels]) -> dict[int, float]:
    """The stills that differ, and the share of their values that do."""
    found = {}
    for number, (old, new) in enumerate(zip(golden.frames, frames, strict=False)):
        if old.shape != new.shape:
            found[number] = 1.0
        elif not np.array_equal(old, new):
            off = np.abs(old.astype(int) - new.astype(int))
            share = float((off > 0).mean())
            if off.max() > _STEP or share >= _SHARE:
                found[number] = share
    for number in range(min(len(golden.frames), len(frames)), max(len(golden.frames), len(frames))):
        found[number] = 1.0
    return found
