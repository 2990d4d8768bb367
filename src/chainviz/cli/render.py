"""chainviz render: any Manim scene file, many scenes at a time, only what has changed."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chainviz.errors import ChainvizError
from chainviz.render import config
from chainviz.render.catalogue import choose, find_files
from chainviz.render.crew import Crew
from chainviz.render.fingerprints import Here
from chainviz.render.manifest import read_manifest
from chainviz.render.plan import Catalogue, Planned, catalogue, plan, shard_of
from chainviz.render.publish import sweep

if TYPE_CHECKING:
    from chainviz.render.batch import Outcome
    from chainviz.render.records import Request

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


@dataclass(frozen=True, slots=True)
class _Batch:
    """The command's words, put in order."""

    args: argparse.Namespace
    request: Request
    media: Path
    timeout: float | None
    jobs: int | None
    here: Here

    @property
    def home(self) -> Path:
        return self.here.home


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
    batch, paths = _settle(args)
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
            return _list(found, batch)
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
        _say_renamed(planned, args)
        if args.dry_run:
            return _dry_run(planned, found, batch)
        with suppress(ChainvizError, OSError):  # what can't be swept now does no harm
            sweep(batch.media)
        outcomes = _render(planned, _broken(found), crew, batch)
    return _report(outcomes, batch, time.monotonic() - begun)


def _settle(args: argparse.Namespace) -> tuple[_Batch, list[str]]:
    here = Path.cwd()
    defaults = config.read_defaults(here)
    values = dict(defaults.values)
    asked = {key: value for key, value in vars(args).items() if value is not None}
    if "quality" in asked:  # -q on the command line beats a finer setting in a file
        values.pop("resolution", None)
        values.pop("fps", None)
    values |= asked
    media = config.media_folder(args.media, here)
    if values.get("jobs") is not None and values["jobs"] < 1:
        raise ChainvizError(f"-j {values['jobs']}: say how many scenes at a time, 1 or more")
    if values.get("timeout") is not None and not values["timeout"] > 0:
        raise ChainvizError(f"--timeout {values['timeout']:g}: say a number of seconds above 0")
    batch = _Batch(
        args,
        config.to_request(values),
        media,
        values.get("timeout"),
        values.get("jobs"),
        Here(media.parent),
    )
    return batch, args.paths or config.usual_paths(here)


def _import_unsure(found: Catalogue, crew: Crew, batch: _Batch) -> None:
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
    planned: Sequence[Planned], broken: list[Outcome], crew: Crew, batch: _Batch
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


def _broken(found: Catalogue) -> list[Outcome]:
    from chainviz.render.batch import Outcome
    from chainviz.render.records import SceneRef

    return [
        Outcome(Planned(SceneRef(file.path.name, file.path), file.path.name, None), failure=failure)
        for file, failure in found.broken
    ]


def _say_renamed(planned: Sequence[Planned], args: argparse.Namespace) -> None:
    for one in planned:
        if one.stem != one.scene.name and not args.json:
            print(
                f"{one.scene.name} of {_near(one.scene.path)} is written to {one.stem}: "
                "another file has a scene of that name",
                file=sys.stderr,
            )


def _list(found: Catalogue, batch: _Batch) -> int:
    scenes = choose(found.scenes, batch.args.scene)
    for scene in scenes:
        if batch.args.json:
            told = {"event": "scene", "scene": scene.name, "source": str(scene.path)}
            print(json.dumps(told | {"line": scene.line}))
        else:
            print(f"{scene.name}  {_near(scene.path)}:{scene.line}")
    return _tell_broken(found, batch)


def _dry_run(planned: Sequence[Planned], found: Catalogue, batch: _Batch) -> int:
    for one in planned:
        if batch.args.json:
            print(json.dumps({"event": "plan", "scene": one.scene.name, "why": one.why}))
        else:
            print(f"{one.stem}: {f'render ({one.why})' if one.why else 'nothing changed'}")
    return _tell_broken(found, batch)


def _tell_broken(found: Catalogue, batch: _Batch) -> int:
    from chainviz.render.report import as_json, failure_text

    for outcome in _broken(found):
        assert outcome.failure is not None
        if batch.args.json:
            print(json.dumps({"event": "done", **as_json(outcome, batch.media)}))
        else:
            path = _near(outcome.planned.scene.path)
            print(failure_text(path, outcome.failure, verbose=False), file=sys.stderr)
    return 1 if found.broken else 0


def _report(outcomes: Sequence[Outcome], batch: _Batch, wall: float) -> int:
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
