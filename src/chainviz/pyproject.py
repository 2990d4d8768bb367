"""[tool.chainviz] of a pyproject.toml: where it's found."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chainviz.errors import ChainvizError

__all__ = ["nearest_table"]


def nearest_table(here: Path) -> tuple[Path, Mapping[str, Any]]:
    """The nearest pyproject.toml that has the table, from a folder upwards, and the table.

    Where there's none: the file that would have it here, and nothing in it.
    """
    for folder in (here, *here.parents):
        path = folder / "pyproject.toml"
        if not path.is_file():
            continue
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("chainviz")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ChainvizError(f"{path}: {error}") from None
        if table is not None:
            return path, table
    return here / "pyproject.toml", {}
