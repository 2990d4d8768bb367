"""The examples in the docstrings of the computation run, and say what they show."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

ROOMS = ("ops", "graph", "trace", "parse", "tape")


def modules() -> list[str]:
    found = []
    for room in ROOMS:
        package = importlib.import_module(f"chainviz.{room}")
        found += [m.name for m in pkgutil.iter_modules(package.__path__, f"chainviz.{room}.")]
    return found


@pytest.mark.parametrize("name", modules())
def test_examples_run(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module, verbose=False).failed == 0


def test_the_public_functions_have_examples() -> None:
    import chainviz as cv

    names = "trace parse run op gate fold check_gradients sigmoid relu softmax where constant stack"
    for name in names.split():
        assert ">>>" in (getattr(cv, name).__doc__ or ""), name


def test_the_page_about_the_computation_runs() -> None:
    from chainviz.ops.table import _BY_CALL, _BY_NAME

    page = Path(__file__).parent.parent / "docs" / "computation.md"
    space: dict[str, Any] = {}
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    try:
        for block in blocks:
            exec(compile(block, str(page), "exec"), space)
    finally:
        _BY_NAME.pop("cube", None)
        _BY_CALL.pop("cube", None)
