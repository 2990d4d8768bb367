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


def identity(root: Path) -> dict[str, str]:
    """What has to be the same for an existing .venv/ to serve."""
    python = ".".join(map(str, sys.version_info[:2]))
    return {"inputs": digest(root), "root": str(root), "python": python}


def is_fresh(root: Path) -> bool:
    """Whether .venv/ is whole and made from today's files; to be asked of .venv's own Python."""
    venv = root / ".venv"
    try:
        stamp = json.loads((venv / "chainviz-stamp.json").read_text(encoding="utf-8"))
        same = all(stamp[key] == value for key, value in identity(root).items())
        return same and all((venv / name).exists() for name in stamp["contents"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def stamp(root: Path) -> None:
    """Say that .venv/ is whole, in one atomic step."""
    venv = root / ".venv"
    record = {**identity(root), "contents": contents(venv)}
    fresh = venv / "chainviz-stamp.json.new"
    fresh.write_text(json.dumps(record, indent=1), encoding="utf-8")
    fresh.replace(venv / "chainviz-stamp.json")


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
        raise SetUpError(f"{explain(said, ended.returncode)}\nAll that was said: {log}")


def make(root: Path, log: Path) -> None:
    """Make .venv/ anew."""
    import tempfile

    venv = root / ".venv"
    check_space(root, Path(tempfile.gettempdir()))
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    elif venv.exists():
        say("the .venv/ that is here is unfinished, damaged, moved or out of date: removing it")
        (venv / "chainviz-stamp.json").unlink(missing_ok=True)
        shutil.rmtree(venv)
    python = str(venv / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    locked = [*pip, "--progress-bar=off", "--require-hashes", "--no-deps", "--no-build-isolation"]
    version = ".".join(map(str, sys.version_info[:3]))
    run(f"making .venv/ with Python {version}", [sys.executable, "-m", "venv", str(venv)], log)
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


def main() -> int:
    """Make .venv/ ready, one process at a time."""
    if "--is-fresh" in sys.argv:
        return 0 if is_fresh(ROOT) else 1
    if "--stamp" in sys.argv:
        stamp(ROOT)
        return 0
    import fcntl
    import subprocess

    python = ROOT / ".venv" / "bin" / "python"
    log = ROOT / "build" / "setup.log"
    try:
        log.parent.mkdir(exist_ok=True)
        with (log.parent / "setup.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("another set-up is at work here: waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
                asked = [str(python), "-I", "-S", __file__, "--is-fresh"]
                if python.exists() and not subprocess.run(asked, check=False).returncode:
                    return 0
            log.write_text("", encoding="utf-8")
            make(ROOT, log)
    except SetUpError as error:
        for line in str(error).splitlines():
            say(line)
        return 1
    except OSError as error:
        say(f"{error.strerror or error}: {error.filename or ROOT}")
        say("Mend that (is the disk full, or the folder somebody else's?) and run make again.")
        return 1
    except KeyboardInterrupt:
        say("stopped; the next make begins again where nothing is half done.")
        return 130
    say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
