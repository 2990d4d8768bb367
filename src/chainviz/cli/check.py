"""chainviz check: audit the films of any Manim scenes, and compare them with their goldens."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainviz.errors import ChainvizError

if TYPE_CHECKING:
    from chainviz.audit.audit import Verdict
    from chainviz.audit.run import Checked
    from chainviz.audit.settings import Settings
    from chainviz.render.catalogue import SceneFile
    from chainviz.render.records import SceneRef

__all__ = ["EXAMPLES", "add_arguments", "run"]

EXAMPLES = (
    "chainviz check",
    "chainviz check my_scenes.py -s Opening 'Chain*'",
    "chainviz check scenes --report audit",
    "chainviz check scenes --format github",
    "chainviz check --explain 203",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    say = parser.add_argument
    say("paths", nargs="*", metavar="PATH", help="files, folders or modules (default: ./scenes)")
    say("-s", "--scene", nargs="+", action="extend", default=[], metavar="SCENE",
        help="only these scenes; patterns such as 'Chain*' work")  # fmt: skip
    say("-j", "--jobs", type=int, metavar="N", help="scenes at a time (default: one a core)")
    say("--format", choices=("text", "json", "github", "junit"), default="text",
        help="how the findings are told (default: text)")  # fmt: skip
    say("-o", "--output", metavar="FILE", help="write them there instead of printing them")
    say("--report", metavar="DIR", help="also write DIR/index.html, with a picture a finding")
    say("--fail-on", choices=("error", "warning", "note"),
        help="the least level that makes the exit code 1 (default: warning)")  # fmt: skip
    say("--notes", action="store_true", help="list notes too: what only flashed by")
    say("--timeout", type=float, metavar="S", help="give up on a scene after S s of work (60)")
    say("--goldens", metavar="DIR", help="where approved films are (default: tests/golden)")
    say("--explain", metavar="RULE", help="say what a rule checks, and stop (all: every rule)")


def run(args: argparse.Namespace) -> int:
    """Audit, tell, and return 0 when clean, 1 with findings, 130 if interrupted."""
    if args.explain is not None:
        return _explain(args.explain)
    from chainviz.render.interrupt import Interrupted, interruptible

    try:
        with interruptible():
            return _run(args)
    except Interrupted:
        print("chainviz check: interrupted", file=sys.stderr)
        return 130


def _run(args: argparse.Namespace) -> int:
    from chainviz.faster.imports import lean_imports

    with lean_imports("av"):
        import chainviz.audit.run  # noqa: F401
    from chainviz.audit.finding import Level
    from chainviz.audit.report.lines import FORMATS
    from chainviz.audit.run import once_a_file
    from chainviz.audit.settings import read_settings
    from chainviz.render.config import usual_paths

    settings = read_settings()
    timeout = settings.timeout if args.timeout is None else args.timeout
    if not timeout > 0:
        raise ChainvizError(f"--timeout {timeout:g}: say a number of seconds above 0")
    if args.jobs is not None and args.jobs < 1:
        raise ChainvizError(f"-j {args.jobs}: say how many scenes at a time, 1 or more")
    paths = args.paths or usual_paths(Path.cwd())
    with tempfile.TemporaryDirectory(prefix="chainviz-") as room:
        work = _work(paths, args, settings, timeout, Path(room))
        done = _carry_out(work, args.jobs, timeout, bool(args.report))
    done = once_a_file(_with_gaps(done, paths, args, settings))
    verdicts = [checked.verdict for checked in done]
    told = FORMATS[args.format](verdicts, notes=args.notes)
    if args.output:
        _write(Path(args.output), told + "\n")
    else:
        print(told)
    if args.report:
        print(f"report: {_write_report(done, Path(args.report))}", file=sys.stderr)
    least = Level[args.fail_on.upper()] if args.fail_on else settings.fail_on
    return int(any(f.level >= least for verdict in verdicts for f in verdict.findings))


def _explain(word: str) -> int:
    from chainviz.audit.report.lines import explain

    print(explain(word))
    return 0


def _work(
    paths: Sequence[str], args: argparse.Namespace, settings: Settings, timeout: float, room: Path
) -> list[tuple[SceneFile, str, int, Callable[[], Any]]]:
    """Every scene that was asked for: its file, its name, its line, and how to check it."""
    from chainviz.render.catalogue import choose, find_files, read_listing
    from chainviz.render.records import SceneRef

    here = Path.cwd()
    refs: list[SceneRef] = []
    of_file: dict[SceneRef, SceneFile] = {}
    for file in find_files(paths, here):
        try:
            listing = read_listing(file)
            found: Sequence[SceneRef] = listing.scenes if listing.certain else _ask(file, timeout)
        except SyntaxError:
            found = (SceneRef("*", file.path, 1, file.module),)  # its import tells the story
        for ref in found:
            refs.append(ref)
            of_file[ref] = file
    if not refs:
        where = ", ".join(paths) or "./scenes"
        raise ChainvizError(f"no scenes in {where}: a scene is a class made from manim.Scene")
    goldens = here / (args.goldens or settings.goldens)
    return [
        (of_file[ref], ref.name, ref.line,
         partial(_check_one, of_file[ref], ref, settings, bool(args.report), goldens, room))
        for ref in choose(refs, args.scene)
    ]  # fmt: skip


def _ask(file: SceneFile, timeout: float) -> Any:
    """The scenes of a file that must be imported to know them; in a process of its own."""
    from chainviz.audit.pool import Broken, Late, run_all
    from chainviz.render.records import SceneRef

    ((_, answer),) = run_all([partial(_list, file)], timeout=timeout)
    if isinstance(answer, (Late, Broken)):
        return (SceneRef("*", file.path, 1, file.module),)
    return answer


def _list(file: SceneFile) -> Any:
    from chainviz.render.loading import load_module, refs_in, scene_classes

    module = load_module(file.path, file.module)
    return refs_in(file.path, file.module, scene_classes(module))


def _check_one(
    file: SceneFile, ref: SceneRef, settings: Settings, pictures: bool, goldens: Path, room: Path
) -> Checked:
    """In the fork: load the file, run the scene, audit it."""
    from chainviz.audit.blame import in_words, line_in
    from chainviz.audit.run import broken, check
    from chainviz.cli.formulas import formulas_in
    from chainviz.golden.store import has_golden, hold, take
    from chainviz.golden.verdict import with_changes
    from chainviz.render.loading import load_module, scene_classes

    tempfile.tempdir = str(room)  # what a scene leaves that is stopped goes with the room
    module: Any = None
    try:
        module = load_module(file.path, file.module)
        scene = scene_classes(module)[ref.name]
    except Exception as error:
        line = line_in(str(file.path), error) or ref.line
        name = file.path.name if ref.name == "*" else ref.name
        return broken(name, str(file.path), line, in_words(error), unread=module is None)
    with formulas_in(room) as options:
        if not has_golden(goldens, ref.name):
            return check(scene, settings, options=options, pictures=pictures)
        recording = take(scene, options)
        checked = check(scene, settings, options=options, pictures=pictures, recording=recording)
        return with_changes(checked, recording, hold(recording, goldens))


def _carry_out(
    work: Sequence[tuple[SceneFile, str, int, Callable[[], Any]]],
    jobs: int | None,
    timeout: float,
    pictures: bool,
) -> list[Checked]:
    import chainviz.audit.run as running  # Manim is imported before anything is forked
    from chainviz.audit.pool import Broken, Late, run_all
    from chainviz.faster.speedups import system_fonts

    if any(b"Typst" in path.read_bytes() for path in {file.path for file, *_ in work}):
        system_fonts()  # searched for all of them
    done: dict[int, Checked] = {}
    for index, answer in run_all([piece for *_, piece in work], jobs=jobs, timeout=timeout):
        file, name, line, _ = work[index]
        scene = file.path.name if name == "*" else name
        if isinstance(answer, Late):
            answer = running.stopped(scene, str(file.path), line, answer.seconds, idle=answer.idle)
        elif isinstance(answer, Broken):
            answer = running.broken(scene, str(file.path), line, answer.why)
        done[index] = answer
    return [done[index] for index in sorted(done)]


def _with_gaps(
    done: list[Checked], paths: Sequence[str], args: argparse.Namespace, settings: Settings
) -> list[Checked]:
    """When whole folders were checked: which goldens are missing, and which are unused."""
    from chainviz.golden.gaps import with_gaps

    here = Path.cwd()
    folders = {(here / path).resolve() for path in paths or ["scenes"]}
    if args.scene or not all(folder.is_dir() for folder in folders):
        return done
    usual = {here.resolve(), (here / "scenes").resolve()}
    all_scenes = not args.paths or not folders.isdisjoint(usual)
    return with_gaps(done, here / (args.goldens or settings.goldens), all_scenes=all_scenes)


def _write_report(done: Sequence[Checked], folder: Path) -> Path:
    from chainviz.audit.report.page import render_page

    verdicts: list[Verdict] = [checked.verdict for checked in done]
    pictures = {
        (checked.verdict.path, checked.verdict.scene, sample): picture
        for checked in done
        for sample, picture in checked.pictures.items()
    }
    target = folder / "index.html"
    _write(target, render_page(verdicts, pictures))
    return target


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ChainvizError(f"{target} can't be written to ({why}); choose another") from None
