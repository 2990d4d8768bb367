"""What a render needs from the machine: one probe a thing, and none of them may raise."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from chainviz.machine import usable_cores

__all__ = ["PROBES", "Row", "Verdict", "examine"]

GB = 1e9
MANIM, TYPST = "0.22", "0.15"  # as in pyproject.toml; a test compares
DISK, MEMORY = 0.5, 1.0  # GB
AGAIN = "In the repository: make setup. Elsewhere: python3 -m pip install --force-reinstall {}"
HEADERS = (
    "Debian: sudo apt-get install libcairo2-dev libpango1.0-dev pkg-config python3-dev gcc; "
    "Fedora: sudo dnf install cairo-devel pango-devel pkgconf-pkg-config python3-devel gcc; "
    "macOS: brew install cairo pango pkgconf. "
) + AGAIN


class Verdict(StrEnum):
    """What a finding means for a render."""

    FINE = "fine"
    LOW = "low"  # a render may work, slowly or not to the end
    MISSING = "missing"  # no render can work
    UNUSED = "not needed"  # there or not, nothing depends on it


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; the remedy is empty where all is fine."""

    what: str
    found: str
    needed: str
    verdict: Verdict
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """How to find one thing out: ``look`` returns what was found, and how good that is."""

    what: str
    needed: str
    look: Callable[[], tuple[str, Verdict]]
    remedy: str = ""


def examine(probe: Probe) -> Row:
    """Run a probe; whatever it raises is what was found."""
    try:
        found, verdict = probe.look()
    except Exception as error:  # a broken library may raise anything at import: that is a finding
        text = (str(error).splitlines() or [""])[0]
        found, verdict = f"{type(error).__name__}: {text}", Verdict.MISSING
    wanted = verdict in (Verdict.LOW, Verdict.MISSING)
    return Row(probe.what, found, probe.needed, verdict, probe.remedy if wanted else "")


def _python() -> tuple[str, Verdict]:
    version = ".".join(map(str, sys.version_info[:3]))
    return version, Verdict.FINE if sys.version_info >= (3, 11) else Verdict.MISSING


def _manim() -> tuple[str, Verdict]:
    version = importlib.import_module("manim").__version__
    return version, Verdict.FINE if f"{version}.".startswith(f"{MANIM}.") else Verdict.MISSING


def _cairo() -> tuple[str, Verdict]:
    cairo = importlib.import_module("cairo")
    cairo.Context(cairo.ImageSurface(cairo.FORMAT_ARGB32, 8, 8)).paint()
    return f"{cairo.cairo_version_string()} (pycairo {cairo.version})", Verdict.FINE


def _pango() -> tuple[str, Verdict]:
    return str(importlib.import_module("manimpango").pango_version()), Verdict.FINE


def _typst() -> tuple[str, Verdict]:
    from importlib.metadata import version

    importlib.import_module("typst").compile(b"$x^2$", format="svg")
    found = version("typst")
    return found, Verdict.FINE if f"{found}.".startswith(f"{TYPST}.") else Verdict.MISSING


def _fonts() -> tuple[str, Verdict]:
    wanted = importlib.import_module("chainviz.draw.typst").FONTS
    inside = importlib.import_module("typst").Fonts(include_system_fonts=False).families()
    gone = [font for font in wanted if font not in inside]
    if gone:
        return f"no {', no '.join(gone)}", Verdict.MISSING
    return f"{wanted[0]} and {len(wanted) - 1} more", Verdict.FINE


def _encoder() -> tuple[str, Verdict]:
    import io

    av = importlib.import_module("av")
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
        container.mux(stream.encode())
    film.seek(0)
    with av.open(film) as container:
        frames = sum(1 for _ in container.decode(video=0))
    return f"PyAV {av.__version__} with libx264", Verdict.FINE if frames else Verdict.MISSING


def _disk() -> tuple[str, Verdict]:
    free = shutil.disk_usage(Path.cwd()).free
    verdict = Verdict.FINE if free >= DISK * GB else Verdict.LOW
    return f"{free / GB:.2f} GB free here", verdict if free > 20e6 else Verdict.MISSING


def _memory() -> tuple[str, Verdict]:
    if "SC_AVPHYS_PAGES" not in os.sysconf_names:
        return "not told by this system", Verdict.FINE
    meminfo = Path("/proc/meminfo")
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if meminfo.exists():  # counts what the system can give back, too
        lines = (line.split() for line in meminfo.read_text(encoding="utf-8").splitlines())
        free = next((int(w[1]) * 1024 for w in lines if w[0] == "MemAvailable:"), free)
    return f"{free / GB:.1f} GB free", Verdict.FINE if free >= MEMORY * GB else Verdict.LOW


def _cores() -> tuple[str, Verdict]:
    return str(usable_cores()), Verdict.FINE


def _program(name: str) -> Callable[[], tuple[str, Verdict]]:
    def look() -> tuple[str, Verdict]:
        path = shutil.which(name)
        return (path, Verdict.FINE) if path else ("not there", Verdict.UNUSED)

    return look


PROBES: tuple[Probe, ...] = (
    Probe("Python", "3.11 or newer", _python, "Choose another: make PYTHON=/path/to/python3.12"),
    Probe("cairo", "any", _cairo, HEADERS.format("pycairo")),
    Probe("pango", "any", _pango, HEADERS.format("ManimPango")),
    Probe("Manim", MANIM, _manim, AGAIN.format(f"'manim=={MANIM}.*'")),
    Probe("Typst", TYPST, _typst, AGAIN.format(f"'typst=={TYPST}.*'")),
    Probe("fonts in Typst", "those we use", _fonts, AGAIN.format(f"'typst=={TYPST}.*'")),
    Probe("video encoder", "H.264", _encoder, AGAIN.format("av")),
    Probe("disk", f"{DISK} GB", _disk, "Free some space, or render elsewhere: --media FOLDER"),
    Probe("memory", f"{MEMORY} GB", _memory, "Close something, or render one at a time: --jobs 1"),
    Probe("cores", "1", _cores),
    Probe("LaTeX", "optional", _program("latex")),
    Probe("dvisvgm", "optional", _program("dvisvgm")),
    Probe("ffmpeg program", "optional", _program("ffmpeg")),
)
