"""Goldens: what they keep, what they notice, how they are approved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import manim as mn
import numpy as np
import pytest

import audit_scenes
from chainviz.golden.film import Film, Moment, Thing, read_film, write_film
from chainviz.golden.stills import Stills, differences, fingerprint, read_stills, write_stills
from chainviz.golden.store import compare, unused, update
from chainviz.golden.words import changes

pytest_plugins = ["pytester"]

THING = Thing("value(sigma)", "intermediate", "0.9975", (0.0, 0.0, 1.0, 0.5), "#6FFDC5", 1.0)
FILM = Film("ComputationalGraph", (Moment("Evaluate", 3.0, (THING,)),), ())


def changed(**to: Any) -> Film:
    return replace(FILM, moments=(Moment("Evaluate", 3.0, (replace(THING, **to),)),))


@pytest.mark.parametrize(
    ("film", "told"),
    [
        (changed(says="0.9976"), "value of sigma 0.9975 -> 0.9976"),
        (changed(colour="#C44E55"), "value of sigma colour #6FFDC5 -> #C44E55"),
        (changed(box=(0.0, 0.3, 1.0, 0.8)), "value of sigma moved by +0.00, +0.30"),
        (changed(opacity=0.4), "value of sigma opacity 1.00 -> 0.40"),
        (changed(role="output"), "value of sigma has the role output, not intermediate"),
        (changed(name="value(u)"), "value of sigma '0.9975' is gone"),
    ],
)
def test_changes_are_told_in_words(film: Film, told: str) -> None:
    assert changes(FILM, film)[0] == f"ComputationalGraph, beat 1 'Evaluate': {told}"


def test_what_rounding_may_do_is_no_change() -> None:
    assert changes(FILM, changed(box=(0.01, 0.0, 1.01, 0.5))) == ()


def test_storyboard_beats_and_time_are_compared() -> None:
    assert changes(FILM, replace(FILM, storyboard="1 Title")) == (
        "ComputationalGraph, storyboard, after line 0: new: 1 Title",
    )
    later = replace(FILM, moments=(Moment("Evaluate", 4.0, (THING,)),))
    assert "ends at 4.00 s, not at 3.00 s" in changes(FILM, later)[0]
    gone = replace(FILM, moments=())
    assert changes(FILM, gone) == ("ComputationalGraph, beat 1 'Evaluate' is gone",)


def test_a_film_survives_its_file() -> None:
    film = replace(FILM, storyboard="1 Title\n2 Reveal ∂L/∂w", layouts=("scale 1\nnode u",))
    assert read_film(write_film(film)) == film


def test_stills_survive_their_file_and_forgive_only_a_hair() -> None:
    frame = np.random.default_rng(0).integers(0, 255, (216, 384, 3), dtype=np.uint8)
    held = read_stills(write_stills(Stills(fingerprint(), (frame, frame[::-1]))))
    assert held.made_by == fingerprint() and "manim" in held.made_by
    assert differences(held, (frame, frame[::-1])) == {}
    near = frame.copy()
    near[0, 0, 0] += 1
    assert differences(held, (near, frame[::-1])) == {}
    far = frame.copy()
    far[0, 0, 0] ^= 128
    assert list(differences(held, (far, frame[::-1]))) == [0]
    assert list(differences(held, (frame,))) == [1]


class Moved(audit_scenes.LabelsOfThings):
    def add(self, *mobjects: Any) -> Any:
        return super().add(*(m.shift(0.1 * mn.UP) for m in mobjects))


Moved.__name__ = "LabelsOfThings"


def test_approve_compare_and_notice(tmp_path: Path) -> None:
    folder, options = tmp_path / "golden", {"media_dir": str(tmp_path)}
    scene = audit_scenes.LabelsOfThings
    missing = compare(scene, folder, options=options)
    assert "no golden" in str(missing) and not missing.ok
    assert "new golden" in str(update(scene, folder, options=options))
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert compare(scene, folder, options=options).ok
    assert not str(update(scene, folder, options=options))  # nothing changed, nothing written
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    off = compare(Moved, folder, options=options, pages=tmp_path / "pages")
    assert "Circle moved by +0.00, +0.10" in str(off)
    assert off.page is not None and "data:image/png" in off.page.read_text("utf-8")
    (folder / "Old.json").write_text("{}", "utf-8")
    assert unused(folder, ["LabelsOfThings"]) == (folder / "Old.json",)


def test_a_spoiled_golden_is_told_and_replaced(tmp_path: Path) -> None:
    folder, options = tmp_path / "golden", {"media_dir": str(tmp_path)}
    scene = audit_scenes.LabelsOfThings
    update(scene, folder, options=options)
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        for content in (b"{}", whole.replace(b'"format": 2', b'"format": 1'), whole[:99]):
            if content != whole:
                path.write_bytes(content)
                assert "approve the film anew" in str(compare(scene, folder, options=options))
        assert str(update(scene, folder, options=options)), "it doesn't say what it approved"
        assert path.read_bytes() == whole


def test_errors_of_the_audit_are_not_approved(tmp_path: Path) -> None:
    for scene in (audit_scenes.TwoTexts, audit_scenes.Raises):
        refused = update(scene, tmp_path / "golden", options={"media_dir": str(tmp_path)})
        assert refused.errors and not refused.ok
    assert not (tmp_path / "golden").exists()


TEST_FILE = """
import manim as mn

class Dot(mn.Scene):
    def construct(self):
        self.add(mn.Circle())
        self.wait({wait})

def test_dot(chainviz_golden):
    assert not chainviz_golden(Dot).findings
"""


def test_the_plugin_in_a_project_of_its_own(pytester: pytest.Pytester) -> None:
    def run(*words: str) -> Any:
        plugin = [] if _installed() else ["-p", "chainviz.golden.plugin"]
        return pytester.runpytest_subprocess(*plugin, "-W", "ignore", *words)

    write: Callable[[str], Any] = lambda text: pytester.makepyfile(test_dot=text)  # noqa: E731
    write(TEST_FILE.format(wait=1))
    run().assert_outcomes(failed=1)
    run("--update-goldens").stdout.fnmatch_lines(["*Dot: new golden*"])
    run().assert_outcomes(passed=1)
    write(TEST_FILE.format(wait=2))
    run().stdout.fnmatch_lines(["*Dot, beat 1: ends at 2.00 s, not at 1.00 s*"])
    write(TEST_FILE.format(wait=1))
    (pytester.path / "golden" / "Gone.json").write_text("{}", "utf-8")
    left = run()
    left.stdout.fnmatch_lines(["*no test asks for*Gone.json*"])
    assert left.ret == 1


SMALL = TEST_FILE.replace("mn.Circle()", "mn.Text('too small', font_size=6)")


def test_the_plugin_refuses_errors_unless_the_project_allows_them(
    pytester: pytest.Pytester,
) -> None:
    plugin = [] if _installed() else ["-p", "chainviz.golden.plugin"]
    pytester.makepyfile(test_dot=SMALL.format(wait=2))
    refused = pytester.runpytest_subprocess(*plugin, "-W", "ignore", "--update-goldens")
    refused.stdout.fnmatch_lines(["*not approved, the audit has errors:*", "*105 small-text*"])
    assert not (pytester.path / "golden").exists()
    allow = '{ rule = "small-text", reason = "a test" }, { rule = 109, reason = "a test" }'
    pytester.makepyprojecttoml(f"[tool.chainviz.check]\nallow = [{allow}]\n")
    for words in (["--update-goldens"], []):
        ran = pytester.runpytest_subprocess(*plugin, "-W", "ignore", *words)
        ran.assert_outcomes(passed=1)


def _installed() -> bool:
    from importlib.metadata import entry_points

    return any(found.name == "chainviz_golden" for found in entry_points(group="pytest11"))
