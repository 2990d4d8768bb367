"""What chainviz render prints: lists, plans, failures, the table."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chainviz.render.catalogue import choose
from chainviz.render.plan import Catalogue, Planned

if TYPE_CHECKING:
    from chainviz.cli.wanted import Batch
    from chainviz.render.batch import Outcome

__all__ = ["broken_files", "tell_list", "tell_outcomes", "tell_plan", "tell_renamed"]


def broken_files(found: Catalogue) -> list[Outcome]:
    """Files that hold no scenes because they can't be read or imported, as failures."""
    from chainviz.render.batch import Outcome
    from chainviz.render.records import SceneRef

    return [
        Outcome(Planned(SceneRef(file.path.name, file.path), file.path.name, None), failure=failure)
        for file, failure in found.broken
    ]


def tell_renamed(planned: Sequence[Planned], args: argparse.Namespace) -> None:
    """Say which scenes are written to files of another name."""
    for one in planned:
        if one.stem != one.scene.name and not args.json:
            print(
                f"{one.scene.name} of {_near(one.scene.path)} is written to {one.stem}: "
                "another file has a scene of that name",
                file=sys.stderr,
            )


def tell_list(found: Catalogue, batch: Batch) -> int:
    """Print the scenes (--list); returns the exit code."""
    scenes = choose(found.scenes, batch.args.scene)
    for scene in scenes:
        if batch.args.json:
            told = {"event": "scene", "scene": scene.name, "source": str(scene.path)}
            print(json.dumps(told | {"line": scene.line}))
        else:
            print(f"{scene.name}  {_near(scene.path)}:{scene.line}")
    return _tell_broken(found, batch)


def tell_plan(planned: Sequence[Planned], found: Catalogue, batch: Batch) -> int:
    """Print what would be rendered, and why (--dry-run); returns the exit code."""
    for one in planned:
        if batch.args.json:
            print(json.dumps({"event": "plan", "scene": one.scene.name, "why": one.why}))
        else:
            print(f"{one.stem}: {f'render ({one.why})' if one.why else 'nothing changed'}")
    return _tell_broken(found, batch)


def _tell_broken(found: Catalogue, batch: Batch) -> int:
    from chainviz.render.report import as_json, failure_text

    for outcome in broken_files(found):
        assert outcome.failure is not None
        if batch.args.json:
            print(json.dumps({"event": "done", **as_json(outcome, batch.media)}))
        else:
            path = _near(outcome.planned.scene.path)
            print(failure_text(path, outcome.failure, verbose=False), file=sys.stderr)
    return 1 if found.broken else 0


def tell_outcomes(outcomes: Sequence[Outcome], batch: Batch, wall: float) -> int:
    """Print failures in full, the table and the sum; returns the exit code."""
    from chainviz.render.report import failure_text, summary, table

    failed = [outcome for outcome in outcomes if outcome.failure is not None]
    if batch.args.json:
        told = {"event": "summary", "wall": round(wall, 3), "failed": len(failed)}
        print(json.dumps(told | {"scenes": len(outcomes)}), flush=True)
        return 1 if failed else 0
    for outcome in failed:
        assert outcome.failure is not None
        text = failure_text(outcome.name, outcome.failure, verbose=batch.args.verbose)
        print(f"\n{text}", file=sys.stderr, flush=True)
    print(table(outcomes, Path(_near(batch.media))))
    print(summary(outcomes, wall))
    return 1 if failed else 0


def _near(path: Path) -> str:
    """A path as it's shortest from here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
