"""What [tool.chainviz.check] of a pyproject.toml says: limits, allowances, what fails."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chainviz.audit.finding import Level
from chainviz.audit.rules import RULES
from chainviz.errors import ChainvizError

__all__ = ["Allowance", "Settings", "read_settings"]

_NAMES = ("allow", "fail_on", "goldens", "limits", "timeout")


@dataclass(frozen=True, slots=True)
class Allowance:
    """A rule that may be broken, in one scene or in all of them ("*"), and why."""

    rule: str
    reason: str
    scene: str = "*"


@dataclass(frozen=True, slots=True)
class Settings:
    """How strictly to audit."""

    limits: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    allowed: tuple[Allowance, ...] = ()
    fail_on: Level = Level.WARNING
    timeout: float = 60.0
    goldens: str = "tests/golden"  # where approved films are, as seen from the working folder

    def limit(self, rule: str) -> float:
        """The limit in force for a rule."""
        return self.limits.get(rule, RULES[rule].limit)


def read_settings(start: Path | None = None) -> Settings:
    """The settings of the nearest pyproject.toml, from a folder upwards; else the defaults.

    A table like this one::

        [tool.chainviz.check]
        fail_on = "error"
        limits = { small-text = 0.025, 109 = 20 }
        allow = [{ rule = 110, scene = "Teaser", reason = "ends on a cut" }]
    """
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            try:
                told = tomllib.loads(path.read_text("utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise ChainvizError(f"{path} is not TOML: {error}") from error
            table = told.get("tool", {}).get("chainviz", {}).get("check")
            if table is not None:
                return _settings(table, f"{path}, [tool.chainviz.check]")
    return Settings()


def _settings(table: Mapping[str, Any], where: str) -> Settings:
    unknown = set(table) - set(_NAMES)
    if unknown:
        told = f"no setting {min(unknown)!r}; there are: {', '.join(_NAMES)}"
        raise ChainvizError(f"{where}: {told}")
    level = str(table.get("fail_on", "warning")).upper()
    if level not in Level.__members__:
        raise ChainvizError(f"{where}: fail_on = {level.lower()!r}; use error, warning or note")
    limits = {}
    for name, value in table.get("limits", {}).items():
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise ChainvizError(f"{where}: limits.{name} = {value!r} is not a number")
        limits[_rule(name, where)] = float(value)
    return Settings(
        limits=MappingProxyType(limits),
        allowed=tuple(_allowance(row, where) for row in table.get("allow", ())),
        fail_on=Level[level],
        timeout=float(table.get("timeout", 60.0)),
        goldens=str(table.get("goldens", "tests/golden")),
    )


def _allowance(row: Mapping[str, Any], where: str) -> Allowance:
    reason = str(row.get("reason", "")).strip()
    if "rule" not in row or not reason:
        raise ChainvizError(f"{where}: allow = {dict(row)!r} needs both a rule and a reason")
    return Allowance(_rule(str(row["rule"]), where), reason, str(row.get("scene", "*")))


def _rule(name: str, where: str) -> str:
    for rule in RULES.values():
        if name in {rule.id, rule.name} or f"{name:>03}" == rule.id:
            return rule.id
    raise ChainvizError(f"{where}: no rule {name!r}; see chainviz check --explain all")
