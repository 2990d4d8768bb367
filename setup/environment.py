"""Makes .venv/ from the lock files, once, and notices when it has to be made again.

The stamp is written last. It records what .venv/ was made from, where, and what it holds:
a set-up that was interrupted has no stamp; one that was moved, damaged or overtaken by a
new lock file has a stamp that is wrong.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE_FROM = ("build.lock", "requirements.lock", "system-packages.txt", "setup.sh", "environment.py")
STAMP = "chainviz-stamp.json"
SPACE_NEEDED = 1_500_000_000  # bytes: .venv/ with the wheels it is made from
# What would make pip or Python look elsewhere than in .venv/.
MISLEADING = ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")


class SetUpError(Exception):
    """The set-up cannot go on: what happened, and what to do."""


def say(text: str) -> None:
    """One line to the person who waits."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def digest(root: Path) -> str:
    """A hash of everything that .venv/ is made from."""
    import tomllib

    found = hashlib.sha256()
    for name in MADE_FROM:
        found.update((root / "setup" / name).read_bytes())
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    told = [project["project"], project["tool"]["hatch"]]  # the rest concerns no installation
    found.update(json.dumps(told, sort_keys=True).encode())
    return found.hexdigest()


def contents(venv: Path) -> list[str]:
    """The commands and the top of site-packages, relative to .venv/."""
    places = [venv / "bin", *venv.glob("lib/python*/site-packages")]
    return sorted(str(path.relative_to(venv)) for place in places for path in place.iterdir())


def version() -> str:
    """The Python that runs this, as 3.11."""
    return ".".join(map(str, sys.version_info[:2]))


def identity(root: Path) -> dict[str, str]:
    """What has to be the same for an existing .venv/ to serve."""
    return {"folder": str(root), "Python": version(), "set-up": digest(root)}


def complaint(root: Path, wanted: str = "") -> str:
    """Why .venv/ cannot serve (with the Python that is wanted, if one is), or nothing.

    To be asked of .venv's own Python.
    """
    venv = root / ".venv"
    needed = identity(root) | ({"Python": wanted} if wanted else {})
    try:
        record = json.loads((venv / STAMP).read_text(encoding="utf-8"))
        made = {key: record[key] for key in needed}
        gone = [name for name in record["contents"] if not (venv / name).exists()]
    except (OSError, ValueError, KeyError, TypeError):
        return "it was not finished"
    for key, value in needed.items():
        if made[key] != value:
            return f"it was made for another {key}"
    return f"it is damaged ({gone[0]} is gone)" if gone else ""


def ask(root: Path) -> str:
    """Have .venv's own Python look for a complaint; it may be unable to."""
    import subprocess

    question = [str(root / ".venv" / "bin" / "python"), "-I", "-S", __file__, "--complain"]
    if os.environ.get("PYTHON"):  # somebody chose the Python that runs this
        question.append(version())
    try:
        answer = subprocess.run(question, capture_output=True, text=True, check=False)
    except OSError:
        return "its Python is gone"
    return answer.stdout.strip() or ("its Python does not work" if answer.returncode else "")


def stamp(root: Path) -> None:
    """Say that .venv/ is whole, in one atomic step."""
    venv = root / ".venv"
    record = {**identity(root), "contents": contents(venv)}
    fresh = venv / f"{STAMP}.new"
    fresh.write_text(json.dumps(record, indent=1), encoding="utf-8")
    fresh.replace(venv / STAMP)


def check_space(*places: Path) -> None:
    """Refuse to begin what a full disk would interrupt."""
    for place in places:
        free = shutil.disk_usage(place).free
        if free < SPACE_NEEDED:
            raise SetUpError(
                f"the disk that holds {place} has {free / 1e9:.1f} GB free, and the set-up needs "
                f"{SPACE_NEEDED / 1e9:.1f} GB: free some space"
                + ("." if place == ROOT else ", or set TMPDIR to a folder on a larger disk.")
            )


def run(what: str, command: list[str], log: Path) -> None:
    """Run one step with its output in the log; explain it if it fails."""
    import subprocess

    from diagnosis import explain  # beside this file

    say(what)
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    clean = {key: value for key, value in os.environ.items() if key not in MISLEADING}
    with log.open("a", encoding="utf-8") as out:
        out.write(f"\n$ {' '.join(command)}\n")
        out.flush()
        ended = subprocess.run(
            command, cwd=ROOT, env={**clean, "PATH": path}, stdin=subprocess.DEVNULL,
            stdout=out, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    if ended.returncode:
        said = log.read_text(encoding="utf-8", errors="replace").rpartition("\n$ ")[2]
        if shutil.disk_usage(ROOT).free < 20_000_000:  # then the log itself was cut short
            said = "No space left on device"
        raise SetUpError(f"{explain(said, ended.returncode)}\nAll that was said: {log}")


def make(root: Path, log: Path) -> None:
    """Make .venv/ anew."""
    import tempfile

    venv = root / ".venv"
    check_space(root, Path(tempfile.gettempdir()))
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    elif venv.exists():
        (venv / STAMP).unlink(missing_ok=True)
        shutil.rmtree(venv)
    python = str(venv / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    locked = [*pip, "--progress-bar=off", "--require-hashes", "--no-deps", "--no-build-isolation"]
    run(
        f"making .venv/ with Python {sys.version.split()[0]}",
        [sys.executable, "-m", "venv", str(venv)],
        log,
    )
    run("installing what builds packages", [*locked, "-r", "setup/build.lock"], log)
    run(
        "installing what chainviz needs (a minute or three, the first time)",
        [*locked, "-r", "setup/requirements.lock"],
        log,
    )
    run(
        "installing chainviz itself",
        [*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", "."],
        log,
    )
    run("trying it", [python, "-c", "import cairo, manimpango, av, typst, chainviz"], log)
    run("noting that all is there", [python, __file__, "--stamp"], log)


def ready(root: Path) -> None:
    """Make .venv/ where it is not whole; one process at a time."""
    import fcntl

    log = root / "build" / "setup.log"
    log.parent.mkdir(exist_ok=True)
    with (log.parent / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is at work here: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.lexists(root / ".venv"):
            wrong = ask(root)
            if not wrong:
                return
            say(f"the .venv/ that is here cannot serve: {wrong}; making it again")
        log.write_text("", encoding="utf-8")
        make(root, log)
        say("done")


def main() -> int:
    """Make .venv/ ready and explain what stands in the way."""
    if "--complain" in sys.argv:
        wrong = complaint(ROOT, *sys.argv[2:])
        print(wrong)
        return 1 if wrong else 0
    if "--stamp" in sys.argv:
        stamp(ROOT)
        return 0
    try:
        ready(ROOT)
    except SetUpError as error:
        for line in str(error).splitlines():
            say(line)
        return 1
    except PermissionError as error:
        say(f"not allowed to write {error.filename}; whose folder is it?")
        return 1
    except OSError as error:
        say(f"{error.strerror or error}: {error.filename or ROOT}")
        return 1
    except KeyboardInterrupt:
        say("stopped; the next make begins again")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
