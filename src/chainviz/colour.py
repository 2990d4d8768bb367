"""Colour science: contrast, CAM16-UCS distance, and how colour-blind people see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "RGB", "SIGHTS", "cam16_ucs", "contrast", "distance", "linear", "luminance", "luminances",
    "over", "parse_hex", "to_hex",
]  # fmt: skip

RGB = tuple[float, float, float]  # sRGB, 0 to 1
Array = NDArray[np.float64]

# sRGB (linear, D65) -> CIE XYZ, IEC 61966-2-1
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
# Machado, Oliveira and Fernandes (2009), severity 1.0; on linear RGB
_PROTAN = np.array([[0.152286, 1.052583, -0.204868],
                    [0.114503, 0.786281, 0.099216],
                    [-0.003882, -0.048116, 1.051998]])  # fmt: skip
_DEUTAN = np.array([[0.367322, 0.860646, -0.227968],
                    [0.280085, 0.672501, 0.047413],
                    [-0.011820, 0.042940, 0.968881]])  # fmt: skip
# CAM16: sRGB's viewing conditions (64 lux, a fifth of it from the screen), average surround
_CAT16 = np.array([[0.401288, 0.650173, -0.051461],
                   [-0.250268, 1.204414, 0.045854],
                   [-0.002079, 0.048952, 0.953127]])  # fmt: skip
_WHITE = np.array([95.047, 100.0, 108.883])
_ADAPTING, _BACKGROUND = 64 / np.pi / 5, 20.0
_F, _C, _NC = 1.0, 0.69, 1.0


def parse_hex(text: str) -> RGB:
    """``#1298EB`` as three numbers from 0 to 1."""
    digits = text.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def to_hex(colour: Sequence[float]) -> str:
    """Three numbers from 0 to 1 as ``#1298EB``; what follows them is left out."""
    parts = (round(min(1.0, max(0.0, part)) * 255) for part in colour[:3])
    return "#" + "".join(f"{part:02X}" for part in parts)


def linear(colour: ArrayLike) -> Array:
    """SRGB to linear light, for one colour or for an array of them."""
    c = np.asarray(colour, dtype=float)
    return np.asarray(np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4))


def luminances(colours: ArrayLike) -> Array:
    """WCAG relative luminance of every colour of an array."""
    return np.asarray(linear(colours) @ np.array([0.2126, 0.7152, 0.0722]))


def luminance(colour: Sequence[float]) -> float:
    """WCAG relative luminance, 0 to 1."""
    return float(luminances(colour))


@lru_cache(maxsize=4096)
def _luminance(red: float, green: float, blue: float) -> float:
    return luminance((red, green, blue))


def contrast(a: Sequence[float], b: Sequence[float]) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    low, high = sorted((_luminance(*a[:3]), _luminance(*b[:3])))
    return (high + 0.05) / (low + 0.05)


def over(paint: Sequence[float], beneath: Sequence[float]) -> RGB:
    """What is seen of an RGBA paint on an opaque colour."""
    alpha = min(1.0, max(0.0, paint[3]))
    r, g, b = (alpha * p + (1 - alpha) * q for p, q in zip(paint[:3], beneath[:3], strict=True))
    return r, g, b


def cam16_ucs(colour: Sequence[float]) -> Array:
    """CAM16-UCS coordinates J', a', b' of an sRGB colour (Li et al. 2017)."""
    return _ucs_of_linear(linear(colour))


def _ucs_of_linear(light: Array) -> Array:
    k = 1 / (5 * _ADAPTING + 1)
    f_l = 0.2 * k**4 * 5 * _ADAPTING + 0.1 * (1 - k**4) ** 2 * (5 * _ADAPTING) ** (1 / 3)
    n = _BACKGROUND / _WHITE[1]
    z, n_bb = 1.48 + np.sqrt(n), 0.725 * n**-0.2
    degree = np.clip(_F * (1 - np.exp((-_ADAPTING - 42) / 92) / 3.6), 0, 1)
    white = _CAT16 @ _WHITE
    adapt = degree * _WHITE[1] / white + 1 - degree

    def cone(xyz: Array) -> Array:
        rgb = adapt * (_CAT16 @ xyz)
        x = (f_l * np.abs(rgb) / 100) ** 0.42
        return np.asarray(np.sign(rgb) * 400 * x / (x + 27.13))

    r, g, b = cone(_XYZ @ light * 100)
    achromatic_white = (cone(_WHITE) @ [2, 1, 1 / 20]) * n_bb
    a = r - 12 * g / 11 + b / 11
    yellow = (r + g - 2 * b) / 9
    hue = np.arctan2(yellow, a)
    eccentric = (np.cos(hue + 2) + 3.8) / 4
    achromatic = (2 * r + g + b / 20) * n_bb
    lightness = 100 * (max(achromatic, 0.0) / achromatic_white) ** (_C * z)
    t = 50000 / 13 * _NC * n_bb * eccentric * np.hypot(a, yellow) / (r + g + 21 * b / 20 + 0.305)
    chroma = t**0.9 * np.sqrt(lightness / 100) * (1.64 - 0.29**n) ** 0.73
    m = np.log1p(0.0228 * chroma * f_l**0.25) / 0.0228
    return np.array([1.7 * lightness / (1 + 0.007 * lightness), m * np.cos(hue), m * np.sin(hue)])


def _trichromat(light: Array) -> Array:
    return light


def _machado(matrix: Array) -> Callable[[Array], Array]:
    return lambda light: np.clip(matrix @ light, 0, 1)


def _tritan(light: Array) -> Array:
    """Brettel, Vienot and Mollon (1997): two half planes, told apart by the neutral axis."""
    half = _TRITAN_NEAR if light @ _TRITAN_PLANE >= 0 else _TRITAN_FAR
    return np.asarray(np.clip(half @ light, 0, 1))


_TRITAN_NEAR = np.array([[1.01277, 0.13548, -0.14826],
                         [-0.01243, 0.86812, 0.14431],
                         [0.07589, 0.80500, 0.11911]])  # fmt: skip
_TRITAN_FAR = np.array([[0.93678, 0.18979, -0.12657],
                        [0.06154, 0.81526, 0.12320],
                        [-0.37562, 1.12767, 0.24796]])  # fmt: skip
_TRITAN_PLANE = np.array([0.03901, -0.02788, -0.01113])

# kind of sight -> what it makes of linear RGB
SIGHTS: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "normal sight": _trichromat,
        "protanopia": _machado(_PROTAN),
        "deuteranopia": _machado(_DEUTAN),
        "tritanopia": _tritan,
    }
)


def distance(a: Sequence[float], b: Sequence[float], sight: str = "normal sight") -> float:
    """Distance of two colours in CAM16-UCS, as somebody with that sight sees them."""
    see = SIGHTS[sight]
    one, other = (_ucs_of_linear(see(linear(colour))) for colour in (a, b))
    return float(np.linalg.norm(one - other))
