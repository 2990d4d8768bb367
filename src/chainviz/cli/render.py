"""chainviz render: any Manim scene file, many scenes at a time, only what has changed."""

from __future__ import annotations

import argparse
import sys
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
from chainviz.render import config
from chainviz.render.catalogue import find_files
from chainviz.render.crew import Crew
from chainviz.render.manifest import read_manifest
from chainviz.render.plan import Catalogue, Planned, catalogue, plan, shard_of
from chainviz.render.publish import sweep

if TYPE_CHECKING:
    from chainviz.render.batch import Outcome

__all__ = ["EXAMPLES", "add_arguments", "run"]

EXAMPLES = (
    "chainviz render",
    "chainviz render my_scenes.py -q l",
    "chainviz render scenes -s ChainRuleBasic 'Sum*' -q h -j 2",
    "chainviz render talk.py --format mov --transparent",
    "chainviz render scenes --shard 2/5 --json",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    say = parser.add_argument
    say("paths", nargs="*", metavar="PATH", help="files, folders or modules (default: ./scenes)")
    say("-s", "--scene", nargs="+", action="extend", default=[], metavar="SCENE",
        help="only these scenes; patterns such as 'Chain*' work")  # fmt: skip
    say("-q", "--quality", choices="lmhpk",
        help="480p15, 720p30, 1080p60, 1440p60, 2160p60 (default: by manim.cfg)")  # fmt: skip
    say("-j", "--jobs", type=int, metavar="N", help="scenes at a time (default: what fits)")
    say("--format", choices=config.FORMATS, help="kind of file (default: mp4)")
    say("--transparent", action="store_true", default=None, help="keep the background clear")
    say("--fps", type=float, metavar="N", help="frames per second")
    say("--resolution", metavar="WxH", help="such as 1280x720")
    say("--theme", metavar="NAME", help="dark or light, for scenes that draw with chainviz")
    say("--pace", type=float, metavar="X", help="the pace of chainviz lessons")
    say("--media", metavar="DIR", help="where the files go (default: ./media)")
    say("--engine", choices=("fast", "manim"), help="manim: its own renderer throughout")
    say("--force", action="store_true", help="render even what has not changed")
    say("--dry-run", action="store_true", help="say what would be rendered, and why")
    say("--list", action="store_true", help="list the scenes and stop")
    say("--fail-fast", action="store_true", help="stop at the first scene that fails")
    say("--timeout", type=float, metavar="S", help="give up on a scene after so many seconds")
    say("--shard", metavar="K/N", help="only the K-th of N parts of the batch")
    say("--dask", metavar="ADDRESS", help="render on this Dask cluster")
    say("--json", action="store_true", help="tell everything as JSON, one object a line")
    say("-v", "--verbose", action="store_true", help="say why, and show whole tracebacks")


def run(args: argparse.Namespace) -> int:
    """Render; the exit code is 0 if every scene has its clip, 1 if not, 130 if interrupted."""
    from chainviz.render.interrupt import Interrupted, interruptible

    begun = time.monotonic()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # a name or a bar that the terminal's letters lack
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        with interruptible():
            return _run(args, begun)
    except Interrupted:
        print("chainviz render: interrupted; what was finished is kept", file=sys.stderr)
        return 130


def _run(args: argparse.Namespace, begun: float) -> int:
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
    return tell_outcomes(outcomes, batch, time.monotonic() - begun)


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
