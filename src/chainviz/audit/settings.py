"""What [tool.chainviz.check] of a pyproject.toml says: limits, allowances, what fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chainviz.audit.finding import Level
from chainviz.audit.naming import rule_called
from chainviz.audit.rules import RULES
from chainviz.errors import ChainvizError
from chainviz.pyproject import nearest_table

__all__ = ["Allowance", "Settings", "read_settings"]

# setting -> the types it may have, and what to write
_SETTINGS: Mapping[str, tuple[tuple[type, ...], str]] = MappingProxyType(
    {
        "allow": ((list,), '[{ rule = 110, scene = "Teaser", reason = "ends on a cut" }]'),
        "fail_on": ((str,), '"error", "warning" or "note"'),
        "goldens": ((str,), '"tests/golden"'),
        "limits": ((dict,), "{ small-text = 0.025 }"),
        "timeout": ((int, float), "a number of seconds"),
    }
)


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
    """The settings of the nearest pyproject.toml with [tool.chainviz], from a folder upwards.

    A table like this one::

        [tool.chainviz.check]
        fail_on = "error"
        limits = { small-text = 0.025, 109 = 20 }
        allow = [{ rule = 110, scene = "Teaser", reason = "ends on a cut" }]
    """
    path, told = nearest_table((start or Path.cwd()).absolute())
    where = f"{path}, [tool.chainviz.check]"
    table = told.get("check", {})
    if not isinstance(table, Mapping):
        raise ChainvizError(f"{where}: it must be a table, not {table!r}")
    return _settings(table, where)


def _settings(table: Mapping[str, Any], where: str) -> Settings:
    for name, value in table.items():
        if name not in _SETTINGS:
            near = get_close_matches(name, _SETTINGS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(_SETTINGS)}"
            raise ChainvizError(f"{where}: no setting {name!r}; {hint}")
        kind, example = _SETTINGS[name]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise ChainvizError(f"{where}: {name} = {value!r}; write {example}")
    level = str(table.get("fail_on", "warning")).upper()
    if level not in Level.__members__:
        raise ChainvizError(f"{where}: fail_on = {level.lower()!r}; use error, warning or note")
    timeout = float(table.get("timeout", 60.0))
    if not timeout > 0:
        raise ChainvizError(f"{where}: timeout = {timeout:g}; say a number of seconds above 0")
    limits = {}
    for name, value in table.get("limits", {}).items():
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise ChainvizError(f"{where}: limits.{name} = {value!r} is not a number")
        limits[_rule(name, where)] = float(value)
    return Settings(
        limits=MappingProxyType(limits),
        allowed=tuple(_allowance(row, where) for row in table.get("allow", ())),
        fail_on=Level[level],
        timeout=timeout,
        goldens=str(table.get("goldens", "tests/golden")),
    )


def _allowance(row: Any, where: str) -> Allowance:
    reason = str(row.get("reason", "")).strip() if isinstance(row, dict) else ""
    if not reason or "rule" not in row:
        raise ChainvizError(f"{where}: allow = {row!r} needs both a rule and a reason")
    return Allowance(_rule(row["rule"], where), reason, str(row.get("scene", "*")))


def _rule(name: object, where: str) -> str:
    try:
        return rule_called(name).id
    except ChainvizError as error:
        raise ChainvizError(f"{where}: {error}") from None
