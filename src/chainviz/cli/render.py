"""chainviz render: any Manim scene file, many scenes at a time, only what has changed."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress

from chainviz.render.begun import begun_early
from chainviz.render.interrupt import Interrupted, interruptible
from chainviz.render.records import FORMATS

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
    say("--format", choices=FORMATS, help="kind of file (default: mp4)")
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
    since = time.monotonic()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # a name or a bar that the terminal's letters lack
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        looks = args.list or args.dry_run or args.dask
        with (
            interruptible(),
            begun_early(args.paths, args.media, anyway=args.force, wanted=not looks) as begun,
        ):
            from chainviz.cli.rendering import render  # while Manim is being imported

            return render(args, begun, since)
    except Interrupted:
        print("chainviz render: interrupted; what was finished is kept", file=sys.stderr)
        return 130
