"""What changes cost an encoder, and so how finely they should be encoded."""

from __future__ import annotations

from collections import deque

from chainviz.render.engine.convert import BLOCK

__all__ = ["Price"]

_RECENT = 8
"""Pictures that are looked at."""
_FEW = 0.02
"""Where less than this share of a picture changes, its price says little."""
_LOW, _HIGH = 1.0, 3.0
"""Bytes for each block that differs: large plain shapes take less, texts and outlines more."""


class Price:
    """Keeps an account of the last pictures: how much of each differed, and what it took."""

    def __init__(self, size: int) -> None:
        self._blocks = size / BLOCK**2
        self._shares: dict[int, float] = {}
        self._last: deque[tuple[int, float]] = deque(maxlen=_RECENT)

    def expect(self, number: int, share: float) -> None:
        """A picture has been given to the encoder, and this share of it differs."""
        self._shares[number] = share

    def note(self, number: int, size: int, *, is_key: bool) -> None:
        """It has become so many bytes."""
        share = self._shares.pop(number, 0.0)
        if not is_key:
            self._last.append((size, share))

    @property
    def is_low(self) -> bool:
        """Whether much changes, for next to nothing."""
        price = self._price()
        return price is not None and price < _LOW

    @property
    def is_high(self) -> bool:
        """Whether what changes costs as much as usual."""
        price = self._price()
        return price is not None and price > _HIGH

    def _price(self) -> float | None:
        """Bytes for a block; None where too little has changed to say."""
        shares = sum(share for _, share in self._last)
        if len(self._last) < _RECENT or shares < _FEW * _RECENT:
            return None
        return sum(size for size, _ in self._last) / (shares * self._blocks)
