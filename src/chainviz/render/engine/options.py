"""How x264 is told to encode what was drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["BUSY", "CROWDED", "FINER", "LITTLE", "LONG", "How", "how_for", "options_for"]

_OPTIONS = {
    "preset": "superfast",
    "threads": "1",
    "x264-params": (
        "keyint=infinite:force-cfr=1:ipratio=1.1:b-adapt=0:scenecut=0:no-deblock=1"
        ":me=umh:merange=40:subme=7:ref=1:8x8dct=0:trellis=1:psy=0:sliced-threads=0"
        ":colormatrix=smpte170m:colorprim=bt709:transfer=iec61966-2-1:fullrange=off"
    ),
}
"""Measured on drawn films: smooth edges need no deblocking, a constant quantiser spares the
encoder a look at the future, and what little moves may be looked at closely, and far away, because
the rest of the frame is skipped. Only the nearest pictures are referred to, since one that is
repeated pushes others out of a player's memory that an encoder would still count on. The numbers
are Rec. 601's, as Manim's are; Manim doesn't say so, and players then guess wrongly for a film of
this size."""


@dataclass(frozen=True, slots=True)
class How:
    """What depends on how long a picture is seen."""

    quantiser: int
    """How coarse a picture is that others refer to."""
    little: int
    """The same for what changes but little of a picture, which costs little."""
    crowded: int
    """The same for what changes so much of it that nothing stays to look at."""
    fading: int
    """The same for what fades."""
    coarser: float
    """By how much B-frames are coarser, as a ratio of steps."""
    row: int
    """How many of them follow each other."""
    fine: float
    """By how much they are coarser where what changes does so smoothly."""
    busy: int
    """How many follow each other where much changes: they would be seen."""
    high: int
    """How many do at the most in high pictures, which take memory for each."""
    weighed: int
    """How many do at the most if high pictures are weighed, which takes more."""
    moving: float
    """High pictures are encoded plainly where no more than this share of them changes."""
    calm: float
    """Blocks of B-frames are split in four where no more than this share of a picture changes."""


_RATES = (
    (20, How(20, 20, 20, 20, 5.2, 2, 1.5, 1, 2, 2, moving=0, calm=1)),
    (40, How(22, 21, 22, 21, 4.1, 6, 2.5, 3, 6, 3, moving=0, calm=1)),
    (math.inf, How(24, 24, 23, 23, 5.0, 6, 2.0, 3, 5, 2, moving=0.007, calm=0.05)),
)
"""Up to so many pictures a second. The shorter a picture is seen the coarser it may be, and coarse
B-frames are how what moves costs less than what stays; what stays must be fine, or what moves
leaves a trail. Chosen by what Manim's own encoder makes of the same films: about its size, and
no worse by PSNR and by SSIM, but for what docs/rendering.md names."""

LITTLE = 0.007
"""Little of a picture changes where no more than this share of it does."""
BUSY, CROWDED = 0.08, 0.12
"""Much changes where a picture differs from the one before on more than this share of it; and very
much on more than that."""
LONG, FINER = 10, 8
"""A picture after which its band stays as it is for so many frames is so many steps finer: it is
looked at, and everything that comes begins with it."""
_LASTING = 6
"""So many steps finer is what stays as it is for as long as a stretch lasts."""
_HEEDING = "mbtree=0:rc-lookahead=0:qcomp=1:aq-mode=1:aq-strength=0.0001"
"""With these a quantiser is as constant as with ``qp``, but single pictures may be finer. For that
x264 takes one more look at each picture, which takes its time in high ones."""


def options_for(
    rate: Fraction,
    *,
    weighs: bool = False,
    fine: bool = False,
    little: bool = False,
    crowded: bool = False,
    calm: bool = False,
    plain: bool = False,
    heeds: bool = False,
    lasting: bool = False,
    row: int | None = None,
    whole: bool = False,
) -> dict[str, str]:
    """The encoder's options for a film of so many pictures a second.

    One that ``weighs`` finds out by how much a picture is brighter than what it refers to. What
    fades then takes half of the bytes, and everything more time and memory. A ``fine`` one is for
    what changes smoothly, a ``little`` one for what changes but little of a picture, a ``crowded``
    one for what changes very much of it, a ``calm`` one if it's worth a closer look. A ``plain``
    one takes less memory and time: its B-frames don't refer to each other. One that ``heeds`` marks
    takes a marked picture for a finer one. A ``lasting`` one gets a single picture, to be looked at
    for long. At most so many B-frames follow each other in a ``row``. One for a ``whole`` film can
    do all of it, and keeps as many pictures as a player has to; the others forget them as soon as
    they can.
    """
    how = how_for(rate)
    between = f"bframes={row or how.row}:pbratio={how.fine if fine else how.coarser}"
    middle = "normal" if whole else "none" if plain else "strict"
    between += f":b-pyramid={middle}:weightp={weighs or whole:d}"
    usual = how.little if little else how.crowded if crowded else how.quantiser
    quantiser = (how.fading if weighs else usual) - _LASTING * lasting
    parts = "p8x8,b8x8,i4x4" if calm else "p8x8,i4x4"
    params = f"{between}:analyse={parts}:{_OPTIONS['x264-params']}"
    if heeds:
        params += f":{_HEEDING}"
    return _OPTIONS | {"crf" if heeds else "qp": str(quantiser), "x264-params": params}


def how_for(rate: Fraction) -> How:
    """What a film of so many pictures a second is encoded with."""
    return next(how for most, how in _RATES if rate <= most)
