"""Clean films without end: random formulas, the way chainviz animate makes films of them."""

from __future__ import annotations

import math
import random
from typing import Any

from chainviz.errors import ChainvizError
from chainviz.parse import parse
from chainviz.stage import film
from chainviz.tape import run

__all__ = ["clean_film"]

_NAMES = ("x", "w", "b", "t")
_ONE = ("sin({})", "cos({})", "exp({})", "sigma({})", "tanh({})", "({})**2", "ln({})", "sqrt({})")
_TWO = ("{} + {}", "{} - {}", "{} * {}", "({}) * ({})")


def _formula(draw: random.Random, names: tuple[str, ...], depth: int) -> str:
    if depth == 0:
        return draw.choice(names)
    if draw.random() < 0.45:
        return draw.choice(_ONE).format(_formula(draw, names, depth - 1))
    halves = (_formula(draw, names, draw.randrange(depth)) for _ in range(2))
    return draw.choice(_TWO).format(*halves)


def clean_film(seed: int) -> tuple[Any, str]:
    """A film of a random formula at random numbers, and the formula with its numbers."""
    draw = random.Random(seed)
    while True:
        names = _NAMES[: draw.randint(1, 3)]
        text = f"y = {_formula(draw, names, draw.randint(1, 3))}"
        at = {name: round(draw.uniform(0.3, 2.5), draw.randint(0, 2)) or 1.0 for name in names}
        try:
            graph = parse(text)
            if len(graph) < 2:
                continue
            given: dict[str, Any] = {name: at[name] for name in graph.inputs}
            tape = run(graph, **given)
            if all(math.isfinite(tape.value(n.name) + tape.grad(n.name)) for n in graph):
                return film(tape), f"{text} at {at}"
        except (ChainvizError, ArithmeticError):
            continue
