"""chainviz doctor tells what is missing even where Manim and cairo cannot be imported."""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from chainviz.cli import doctor, probes
from chainviz.cli.probes import PROBES, Probe, Row, Verdict, examine

BY_NAME = {probe.what: probe for probe in PROBES}
ROOT = Path(__file__).parent.parent


def without(monkeypatch: pytest.MonkeyPatch, missing: str, error: Exception) -> None:
    real = importlib.import_module

    def pretend(name: str, package: str | None = None) -> ModuleType:
        if name == missing:
            raise error
        return real(name, package)

    monkeypatch.setattr(probes.importlib, "import_module", pretend)


def test_here_everything_is_there() -> None:
    """The tests render, so whatever the doctor calls missing here would be a false alarm."""
    rows = [examine(probe) for probe in PROBES]
    assert [row.what for row in rows if row.verdict is Verdict.MISSING] == []


@pytest.mark.parametrize(
    ("module", "what", "error"),
    [
        ("manim", "Manim", ModuleNotFoundError("No module named 'manim'")),
        ("cairo", "cairo", ImportError("libcairo.so.2: cannot open shared object file")),
        ("manimpango", "pango", OSError("libpango-1.0.so.0: no such file")),
        ("typst", "Typst", ModuleNotFoundError("No module named 'typst'")),
        ("av", "video encoder", ImportError("DLL load failed\nwhile importing _core")),
    ],
)
def test_what_cannot_be_imported_is_a_finding(
    module: str, what: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, module, error)
    row = examine(BY_NAME[what])
    assert row.verdict is Verdict.MISSING
    assert row.found == f"{type(error).__name__}: {str(error).splitlines()[0]}"
    assert row.remedy


def test_another_manim_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("manim.__version__", "0.2.2")
    row = examine(BY_NAME["Manim"])
    assert (row.found, row.verdict) == ("0.2.2", Verdict.MISSING)
    assert "manim==0.22.*" in row.remedy


def test_fonts_that_are_not_inside_typst_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chainviz.draw.typst.FONTS", ("New Computer Modern", "Wingdings"))
    row = examine(BY_NAME["fonts in Typst"])
    assert (row.found, row.verdict) == ("no Wingdings", Verdict.MISSING)


@pytest.mark.parametrize(
    ("free", "verdict"),
    [(10**7, Verdict.MISSING), (10**8, Verdict.LOW), (10**9, Verdict.FINE)],
)
def test_a_full_disk(free: int, verdict: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        probes.shutil, "disk_usage", lambda _: argparse.Namespace(total=10**12, used=0, free=free)
    )
    assert examine(BY_NAME["disk"]).verdict is verdict


@pytest.mark.parametrize(("verdict", "code"), [(v, int(v is Verdict.MISSING)) for v in Verdict])
def test_only_what_stops_a_render_fails(
    verdict: Verdict, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    probe = Probe("tape recorder", "any", lambda: ("one", verdict), "Buy one.")
    monkeypatch.setattr(doctor, "PROBES", (probe,))
    assert doctor.run(argparse.Namespace(json=True)) == code
    said = json.loads(capsys.readouterr().out)
    assert said["ready"] is not bool(code)
    assert said["rows"][0]["verdict"] == verdict.value


def test_the_table_has_columns_and_ends_with_remedies() -> None:
    rows = [
        Row("Python", "3.11.2", "3.11 or newer", Verdict.FINE),
        Row("disk", "0.1 GB", "0.5 GB", Verdict.LOW, "Free some space."),
    ]
    assert doctor.table(rows).splitlines() == [
        "        found   needed",
        "Python  3.11.2  3.11 or newer  fine",
        "disk    0.1 GB  0.5 GB         low",
        "",
        "disk: Free some space.",
    ]


def test_without_manim_and_cairo_the_command_still_works() -> None:
    code = (
        "import sys\nsys.modules |= dict.fromkeys(['manim', 'cairo', 'manimpango', 'numpy'])\n"
        "from chainviz.cli import main\nsys.exit(main(['doctor']))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "No render can work" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_the_versions_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"manim=={probes.MANIM}.*" in project["dependencies"]
    assert f"typst=={probes.TYPST}.*" in project["dependencies"]
