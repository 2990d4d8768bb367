"""A batch from the words to the table: plan, render what has changed, tell."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from chainviz.cli.telling import (
    broken_files,
    tell_list,
    tell_outcomes,
    tell_plan,
    tell_renamed,
)
from chainviz.cli.wanted import Batch, settle
from chainviz.errors import ChainvizError
from chainviz.render.catalogue import find_files
from chainviz.render.crew import Crew
from chainviz.render.manifest import read_manifest
from chainviz.render.plan import Catalogue, Planned, catalogue, plan, shard_of
from chainviz.render.publish import sweep

if TYPE_CHECKING:
    from chainviz.render.batch import Outcome
    from chainviz.render.begun import Begun

__all__ = ["render"]


def render(args: argparse.Namespace, begun: Begun | None, since: float) -> int:
    """Render what the words ask for; ``begun`` may be taken, and ``since`` is when it all began."""
    batch, paths = settle(args)
    manifest = read_manifest(batch.media)
    files = find_files(paths, Path.cwd())
    with ExitStack() as stack:
        crew = Crew(
            stack,
            media=batch.media,
            request=batch.request,
            files=files,
            jobs=batch.jobs,
            timeout=batch.timeout,
            dask=args.dask,
            begun=begun,
        )
        if (args.force or not manifest.clips) and not (args.list or args.dry_run):
            crew.prepare()
        found = catalogue(files, manifest, batch.here)
        if found.unsure:
            _import_unsure(found, crew, batch)
        if not found.scenes and not found.broken:
            where = ", ".join(paths) or "./scenes"
            raise ChainvizError(f"no scenes in {where}: a scene is a class made from manim.Scene")
        if args.list:
            return tell_list(found, batch)
        planned = plan(
            found.scenes,
            args.scene,
            manifest=read_manifest(batch.media) if found.unsure else manifest,
            request=batch.request,
            media=batch.media,
            here=batch.here,
            force=args.force,
        ) if found.scenes else []  # fmt: skip
        planned = shard_of(planned, args.shard)
        tell_renamed(planned, args)
        if args.dry_run:
            return tell_plan(planned, found, batch)
        with suppress(ChainvizError, OSError):  # what can't be swept now does no harm
            sweep(batch.media)
        outcomes = _render(planned, broken_files(found), crew, batch)
    return tell_outcomes(outcomes, batch, time.monotonic() - since)


def _import_unsure(found: Catalogue, crew: Crew, batch: Batch) -> None:
    from chainviz.render.batch import list_unsure

    scenes, broken = list_unsure(
        found.unsure,
        pool=crew.local,
        folder=crew.folder,
        home=batch.home,
        media=batch.media,
    )
    found.scenes += scenes
    found.broken += broken


def _render(
    planned: Sequence[Planned], broken: list[Outcome], crew: Crew, batch: Batch
) -> list[Outcome]:
    from chainviz.render.batch import Outcome, not_begun, run_batch
    from chainviz.render.progress import reporter_for

    todo = [one for one in planned if one.why is not None]
    reporter = reporter_for(batch.media, as_json=batch.args.json, verbose=batch.args.verbose)
    for outcome in broken:
        reporter.done(outcome)
    done = {one.stem: Outcome(one, entry=one.entry, cached=True) for one in planned}
    for one in planned:
        if one.why is None and batch.args.json:
            reporter.done(done[one.stem])
    if broken and batch.args.fail_fast:
        done |= {one.stem: not_begun(one) for one in todo}
    elif todo:
        folder = crew.folder
        outcomes = run_batch(
            todo,
            request=batch.request,
            media=batch.media,
            home=batch.home,
            folder=folder,
            pool=crew.executor,
            inbox=crew.inbox,
            call=crew.call,
            reporter=reporter,
            fail_fast=batch.args.fail_fast,
        )
        done |= {outcome.name: outcome for outcome in outcomes}
    return [*broken, *(done[one.stem] for one in planned)]
