"""The table after a batch, and failures in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chainviz.render.batch import Outcome
from chainviz.render.records import Failure

__all__ = ["as_json", "failure_text", "length", "size", "summary", "table"]

_COLUMNS = ("scene", "file", "length", "size", "time", "x realtime", "")


def length(seconds: float) -> str:
    """``8.3 s`` or ``2:05``."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def size(count: float) -> str:
    """``412 kB`` or ``3.1 MB``."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"


def table(outcomes: Sequence[Outcome], media: Path) -> str:
    """Scene, file, length, size, time, x realtime, cached or rendered or why not."""
    rows = [_COLUMNS, *(_row(outcome, media) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    right = (False, False, True, True, True, True, False)
    lines = [
        "  ".join(
            cell.rjust(width) if from_right else cell.ljust(width)
            for cell, width, from_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def _row(outcome: Outcome, media: Path) -> tuple[str, ...]:
    scene = outcome.planned.scene.name
    if outcome.entry is None:
        cause = outcome.failure.cause if outcome.failure else ""
        return (scene, "-", "-", "-", length(outcome.wall), "-", f"FAILED: {cause}")
    entry = outcome.entry
    file = str(media / entry["outputs"]["clip"])
    made = (length(entry["seconds"]), size(entry["size"]))
    if outcome.cached:
        return (scene, file, *made, "-", "-", "cached")
    speed = entry["seconds"] / outcome.wall if outcome.wall else 0.0
    return (scene, file, *made, length(outcome.wall), f"{speed:.2f}", "rendered")


def summary(outcomes: Sequence[Outcome], wall: float) -> str:
    """One line: how many of each."""
    cached = sum(outcome.cached for outcome in outcomes)
    failed = sum(outcome.failure is not None for outcome in outcomes)
    parts = [(len(outcomes) - cached - failed, "rendered"), (cached, "cached"), (failed, "failed")]
    words = ", ".join(f"{count} {word}" for count, word in parts if count) or "nothing to do"
    return f"{words} in {length(wall)}"


def failure_text(name: str, failure: Failure, *, verbose: bool) -> str:
    """A failure in full: scene, line and cause, the user's traceback, the end of the log."""
    place = f" at {failure.place}" if failure.place else ""
    parts = [f"{name} failed{place}: {failure.cause}"]
    trace = failure.whole if verbose and failure.whole else failure.traceback
    if trace:
        parts.append(_indent(trace))
    needed = not failure.traceback or "See log output" in failure.traceback
    if failure.log and (verbose or needed):
        parts.append(f"the end of what it printed:\n{_indent(failure.log)}")
    return "\n".join(parts)


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.rstrip().splitlines())


def as_json(outcome: Outcome, media: Path) -> dict[str, Any]:
    """One outcome for machines."""
    planned = outcome.planned
    told: dict[str, Any] = {
        "scene": planned.scene.name,
        "source": str(planned.scene.path),
        "line": planned.scene.line,
        "status": "failed" if outcome.failure else "cached" if outcome.cached else "rendered",
        "wall": round(outcome.wall, 3),
    }
    if outcome.failure is not None:
        told |= {"cause": outcome.failure.cause, "place": outcome.failure.place}
        told |= {"traceback": outcome.failure.traceback}
    if outcome.entry is not None:
        entry = outcome.entry
        told |= {key: entry[key] for key in ("seconds", "frames", "size", "fps", "engine")}
        outputs = entry["outputs"]
        told["file"] = str(media / outputs["clip"])
        told["poster"] = str(media / outputs["poster"]) if outputs["poster"] else None
        told["beside"] = [str(media / name) for name in outputs["beside"]]
        told["why_stock"] = entry["why_stock"]
    return told
