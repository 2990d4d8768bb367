"""Formulas set by LaTeX once are not set again, unless what they were set from has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chainviz.render import shelf
from render_desk import Desk

# programs that stand in for LaTeX: they count how often they are asked
LATEX = """#!/bin/sh
echo run >> "$COUNT"
for word; do :; done
: > "${word%.tex}.dvi"
"""
DVISVGM = """#!/bin/sh
for word; do case "$word" in --output=*) out="${word#--output=}";; esac; done
echo '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0L9 0L9 9Z"/></svg>' > "$out"
"""
SCENE = r"""
    from manim import *


    class Formula(Scene):
        def construct(self):
            self.add(Tex(r"{text}"))
            self.wait({seconds})
    """


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(tmp_path)
    for name, text in (("latex", LATEX), ("dvisvgm", DVISVGM)):
        desk.write(f"bin/{name}", text).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("COUNT", str(tmp_path / "count"))
    return desk


def runs(desk: Desk) -> int:
    return len((desk.folder / "count").read_text().split())


def test_formulas_are_kept(desk: Desk) -> None:
    desk.write("main.py", SCENE.format(text="a^2", seconds=0.2))
    assert desk.render("main.py").code == 0
    assert runs(desk) == 1
    desk.write("main.py", SCENE.format(text="a^2", seconds=0.3))
    assert desk.render("main.py").code == 0
    assert runs(desk) == 1
    desk.write("main.py", SCENE.format(text="b^2", seconds=0.3))
    assert desk.render("main.py").code == 0
    assert runs(desk) == 2
    desk.write("bin/latex", LATEX + "# another version\n").chmod(0o755)
    assert "latex changed" in desk.render("main.py", "--dry-run").out
    assert desk.render("main.py").code == 0
    assert runs(desk) == 3
    assert desk.leftovers() == []


def test_manim_itself_works_in_the_same_media_folder(desk: Desk) -> None:
    desk.write("main.py", SCENE.format(text="a^2", seconds=0.2))
    assert desk.render("main.py").code == 0
    assert (desk.media / shelf.SHELF).is_dir()
    desk.write("main.py", SCENE.format(text="b^2", seconds=0.2))
    words = ["-ql", "--media_dir", str(desk.media), "main.py", "Formula"]
    manim = [sys.executable, "-m", "manim", "render", *words]
    ran = subprocess.run(manim, cwd=desk.folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_what_a_formula_reads_counts(desk: Desk) -> None:
    desk.write("words.tex", "first")
    desk.write("main.py", SCENE.format(text=r"\input{words}", seconds=0.2))
    assert desk.render("main.py").code == 0
    assert desk.render("main.py", "--dry-run").out == "Formula: nothing changed\n"
    desk.write("words.tex", "second")
    assert desk.render("main.py", "--dry-run").out == "Formula: render (words.tex changed)\n"
    assert desk.render("main.py").code == 0
    assert runs(desk) == 2  # it is not taken from the shelf, as its name didn't change


def test_styles_in_the_working_folder_count(desk: Desk) -> None:
    desk.write("mine.sty", "first")
    desk.write("main.py", SCENE.format(text="a^2", seconds=0.2))
    assert desk.render("main.py").code == 0
    desk.write("mine.sty", "second")
    assert desk.render("main.py", "--dry-run").out == "Formula: render (mine.sty changed)\n"
    assert desk.render("main.py").code == 0
    assert runs(desk) == 2  # nor is it taken from the shelf


def test_where_latex_looks_and_fonts_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = shelf.place_on(tmp_path)
    assert shelf.place_on(tmp_path) == place
    monkeypatch.setenv("TEXINPUTS", "elsewhere")
    other = shelf.place_on(tmp_path)
    assert other != place
    monkeypatch.setattr(shelf, "fonts", lambda: "other fonts")
    assert shelf.place_on(tmp_path) not in (place, other)


def test_what_typst_has_set_is_not_kept(desk: Desk) -> None:
    text = SCENE.replace('Tex(r"{text}")', 'Typst("$a^2$")')
    desk.write("main.py", text.format(seconds=0.2))
    assert desk.render("main.py").code == 0
    assert not list((desk.media / shelf.SHELF).rglob("*.svg"))


def test_includes(tmp_path: Path) -> None:
    (tmp_path / "part.tex").touch()
    (tmp_path / "picture.png").touch()
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "x.tex").write_text(r"\input part \includegraphics[width=3cm]{picture} \input{gone}")
    assert shelf.included_files(folder, tmp_path) == {
        str(tmp_path / "part.tex"),
        str(tmp_path / "picture.png"),
    }
    assert shelf.included_files(tmp_path / "nowhere", tmp_path) == set()


def test_a_disk_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", no_links)
    job, later = tmp_path / "job", tmp_path / "later"
    job.mkdir()
    (job / "x.svg").write_text("drawn")
    (job / "x.tex").write_text("x")
    shelf.keep(job, tmp_path / "shelf")
    shelf.fetch(tmp_path / "shelf", later)
    assert (later / "x.svg").read_text() == "drawn"
