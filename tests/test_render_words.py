"""What is written beside the clips and told about them: captions, tables, the page of films."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chainviz.errors import ChainvizError
from chainviz.render import captions, config, gallery, progress, report
from chainviz.render.batch import Outcome
from chainviz.render.estimate import span_of
from chainviz.render.explain import explain, without_ours
from chainviz.render.loading import load_module
from chainviz.render.manifest import Manifest, read_manifest, write_manifest
from chainviz.render.plan import Planned
from chainviz.render.poster import better_poster
from chainviz.render.progress import JsonReporter, LiveReporter, PlainReporter
from chainviz.render.records import Failure, Request, SceneRef, Sources

CUES = [(61.5, 3723.0005, "two\n\nlines"), (0.0, 1.25, "a < b & c")]


def test_srt() -> None:
    assert captions.srt(CUES) == (
        "1\n00:00:00,000 --> 00:00:01,250\na < b & c\n\n"
        "2\n00:01:01,500 --> 01:02:03,000\ntwo\nlines\n\n"
    )


def test_vtt() -> None:
    assert captions.vtt(CUES).startswith(
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.250\na &lt; b &amp; c\n\n"
    )


def test_rounding_never_gives_sixty_seconds() -> None:
    assert "00:01:00,000" in captions.srt([(59.9999, 61, "x")])


def test_chapters_are_beats_that_say_something() -> None:
    beats = [("autocreated", 0, 1), ("one", 1, 2), ("", 2, 3), ("empty", 3, 3), ("two", 3, 4)]
    assert captions.chapters(beats) == ((1, 2, "one"), (3, 4, "two"))


def entry(**changes: Any) -> dict[str, Any]:
    outputs = {"clip": "A.mp4", "poster": "A.png", "beside": []}
    return {
        "scene": "ChainRuleBasic", "stem": "A", "source": "a.py", "line": 3, "seconds": 12.5,
        "frames": 125, "size": 2_500_000, "fps": 10.0, "width": 320, "height": 180,
        "engine": "fast", "why_stock": None, "outputs": outputs,
        "beats": [{"name": "</script> one", "start": 0.0, "end": 2.0}],
        "captions": [{"start": 0.0, "end": 1.0, "text": "hello"}],
    } | changes  # fmt: skip


SCENE = SceneRef("ChainRuleBasic", Path("/x/a.py"), 3)
MADE = Outcome(Planned(SCENE, "A", "new"), entry=entry(), wall=5.0)
KEPT = Outcome(Planned(SCENE, "A", None, entry()), entry=entry(), cached=True)
LOST = Outcome(Planned(SCENE, "A", "new"), failure=Failure("it broke", "/x/a.py:9", "trace"))


def test_table() -> None:
    lines = report.table([MADE, KEPT, LOST], Path("media")).splitlines()
    assert lines[0].split() == ["scene", "file", "length", "size", "time", "x", "realtime"]
    assert lines[1].split()[1:] == [
        "media/A.mp4",
        "12.5",
        "s",
        "2.5",
        "MB",
        "5.0",
        "s",
        "2.50",
        "rendered",
    ]
    assert lines[2].endswith("cached")
    assert lines[3].endswith("FAILED: it broke")
    assert report.summary([MADE, KEPT, LOST], 7) == "1 rendered, 1 cached, 1 failed in 7.0 s"
    assert (report.length(125), report.length(119.7)) == ("2:05", "2:00")
    assert report.size(412) == "1 kB"


def test_failures_in_words() -> None:
    failure = Failure("it broke", "/x/a.py:9", "short trace", "whole trace", "said before")
    short = report.failure_text("A", failure, verbose=False)
    assert short == "A failed at /x/a.py:9: it broke\n    short trace"
    long = report.failure_text("A", failure, verbose=True)
    assert "whole trace" in long
    assert "said before" in long


def test_reporters() -> None:
    for kind in (PlainReporter, LiveReporter, JsonReporter):
        out = io.StringIO()
        reporter = kind(out, Path("media"))
        reporter.started(MADE.planned)
        reporter.progress(MADE.planned, 10, 1.0, "/x/a.py:5")
        reporter.tick()
        for outcome in (MADE, KEPT, LOST):
            reporter.done(outcome)
        text = out.getvalue()
        assert "it broke" in text
        if kind is JsonReporter:
            told = [json.loads(line) for line in text.splitlines()]
            assert [one.get("status") for one in told[-3:]] == ["rendered", "cached", "failed"]


def test_plain_lines_break_a_long_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads a log sees that it goes on, and where; nothing is said of what is quick."""
    now = 1000.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    out = io.StringIO()
    reporter = PlainReporter(out, Path("media"))
    planned = Planned(SCENE, "A", "changed", entry())
    other = Planned(SCENE, "B", "changed", entry())
    for one in (planned, other):
        reporter.started(one)
    for _ in range(195):
        now += 0.1
        reporter.progress(planned, 10, 1.25, "/x/a.py:5")
        reporter.tick()
    assert out.getvalue() == ""
    now += 1
    reporter.tick()
    reporter.tick()
    said = "A: 1.2 s of film after 20.5 s, at a.py:5\nB: 0.0 s of film after 20.5 s\n"
    assert out.getvalue() == said
    now += 15
    reporter.done(replace(MADE, planned=other))
    now += 10
    reporter.tick()
    assert out.getvalue().count("\n") == 3
    now += 10
    reporter.tick()
    assert out.getvalue().splitlines()[3:] == ["A: 1.2 s of film after 55.5 s, at a.py:5"]


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal with room for everything."""
    monkeypatch.setenv("COLUMNS", "160")


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_a_live_line_fits_its_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = io.StringIO()
    reporter = LiveReporter(out, Path("media"))
    planned = Planned(SCENE, "ANameOfOrdinaryLength", "changed", entry())
    reporter.started(planned)
    reporter._states[planned.stem].since -= 100
    reporter.progress(planned, 3000, 6.25, "")
    reporter.tick()
    line = out.getvalue().splitlines()[-1]
    assert line.endswith(" left") and len(line) < columns
    assert line.startswith("ANameOfOrdinaryLength ━━━")


@pytest.mark.usefixtures("wide")
def test_a_live_line_knows_how_long_it_took_last_time() -> None:
    out = io.StringIO()
    reporter = LiveReporter(out, Path("media"))
    planned = Planned(SCENE, "A", "changed", entry())
    reporter.started(planned)
    reporter.progress(planned, 62, 6.25, "")
    reporter.tick()
    assert "━" * 10 + "─" * 10 in out.getvalue()


@pytest.mark.usefixtures("wide")
def test_a_live_line_of_a_newcomer_goes_by_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "new.py"
    lines = ["class New(Scene):", "    def construct(self):", *["        self.wait()"] * 10]
    path.write_text("\n".join(lines))
    planned = Planned(SceneRef("New", path, 1), "New", "new")
    out = io.StringIO()
    reporter = LiveReporter(out, Path("media"))
    reporter.started(planned)
    for line in (3, 8, 5, 99):
        reporter.progress(planned, 5, 0.5, f"{path}:{line}")
    reporter.tick()
    assert "━" * 10 + "─" * 10 in out.getvalue()
    assert span_of(SceneRef("Other", path)) is None
    assert span_of(SceneRef("Other", tmp_path / "nowhere.py")) is None


@pytest.fixture
def films(tmp_path: Path) -> Path:
    manifest = Manifest()
    for name in ("A.mp4", "B.png"):
        outputs: dict[str, Any] = {"clip": name, "poster": None, "beside": []}
        sources = manifest.pack(Sources({}, {}, {}, {}, {}))
        manifest.clips[name] = entry(outputs=outputs, sources=sources, settings={})
        (tmp_path / name).touch()
    manifest.clips["gone.mp4"] = entry(outputs={"clip": "gone.mp4", "poster": None, "beside": []})
    write_manifest(tmp_path, manifest)
    return tmp_path


def test_gallery(films: Path) -> None:
    text = gallery.write_gallery(films, title="Films & <more>").read_text()
    assert "<h1>Films &amp; &lt;more&gt;</h1>" in text
    assert "2 films, 25.0 s" in text
    assert text.count('class="card"') == 2
    assert "Chain Rule Basic" in text
    assert "http" not in text  # nothing is fetched from anywhere
    data = text.split('id="films">')[1].split("</script>")[0]
    films_there = json.loads(data)
    assert list(films_there) == ["A.mp4"]
    assert films_there["A.mp4"]["beats"] == [["</script> one", 0.0, 2.0]]


def test_gallery_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(ChainvizError, match="nothing has been rendered"):
        gallery.write_gallery(tmp_path)


def test_the_manifest_writes_shared_things_once(tmp_path: Path) -> None:
    manifest = Manifest()
    sources = Sources(
        {"a.py": "1"}, {"x.py": "2"}, {"manim": "0.22"}, {"fonts": "3"}, {"HOME": None}
    )
    for name in ("A.mp4", "B.mp4"):
        manifest.clips[name] = {"sources": manifest.pack(sources)}
    manifest.pack(Sources({}, {"unused": "1"}, {}, {}, {}))
    write_manifest(tmp_path, manifest)
    again = read_manifest(tmp_path)
    assert len(again.as_json()["libraries"]) == 1
    assert again.unpack(again.clips["B.mp4"]["sources"]) == sources
    assert again.unpack({"files": {}, "environment": {}, "toolchain": "no such"}) is None
    assert list(tmp_path.iterdir()) == [tmp_path / "manifest.json"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 99, "clips": {"A": 1}}'])
def test_a_manifest_that_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    assert read_manifest(tmp_path).clips == {}


def test_requests() -> None:
    assert config.to_request({}) == Request()
    assert config.to_request({"quality": "h"}) == Request(1920, 1080, 60.0)
    asked = {"quality": "l", "resolution": "640x360", "fps": 12, "theme": "light", "pace": 2}
    assert config.to_request(asked) == Request(640, 360, 12.0, theme="light", pace=2)
    assert config.resolution("1280,720") == (1280, 720)
    for text in ("wide", "3x3", "0x0", "640", "640x-2"):
        with pytest.raises(ChainvizError):
            config.resolution(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("qualty = 'l'", "has no key 'qualty'; did you mean quality?"),
        ("jobs = 'two'", "jobs must be int, not 'two'"),
        ("jobs = true", "jobs must be int, not True"),
        ("jobs =", "pyproject.toml: Invalid value"),
    ],
)
def test_pyproject_is_checked(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.chainviz]\n{text}\n")
    with pytest.raises(ChainvizError, match=told):
        config.read_defaults(tmp_path)


def test_the_nearest_pyproject_with_our_table_counts(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    assert config.usual_paths(inner) == []
    (tmp_path / "pyproject.toml").write_text('[tool.chainviz]\npaths = ["films"]\n')
    (inner / "pyproject.toml").write_text('[project]\nname = "inner"\n')
    assert config.usual_paths(inner) == [str(tmp_path / "films")]
    (inner / "pyproject.toml").write_bytes(b"\xff")
    with pytest.raises(ChainvizError, match=r"inner/pyproject\.toml"):
        config.usual_paths(inner)


def test_layers_of_media(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    assert config.media_folder(None, inner) == inner / "media"
    (inner / "manim.cfg").write_text("[CLI]\nmedia_dir = by_cfg\n")
    assert config.media_folder(None, inner) == inner / "by_cfg"
    (tmp_path / "pyproject.toml").write_text("[tool.chainviz]\nmedia = 'by_toml'\n")
    assert config.media_folder(None, inner) == tmp_path / "by_toml"
    assert config.media_folder("asked", inner) == inner / "asked"


def test_chained_errors_are_told_in_order(tmp_path: Path) -> None:
    path = tmp_path / "scene.py"
    path.write_text(
        "def f():\n    try:\n        1 / 0\n"
        "    except ZeroDivisionError as e:\n        raise ValueError('so') from e\n"
    )
    space: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), space)
    try:
        space["f"]()
    except ValueError as error:
        failure = explain(error, "elsewhere")
    assert failure.cause == "ValueError: so"
    assert failure.place == f"{path}:5"
    assert failure.traceback.index("ZeroDivisionError") < failure.traceback.index("which led to")


def raised(code: str) -> BaseException:
    try:
        exec(compile(code, "scene.py", "exec"), {})
    except BaseException as error:
        trace = error.__traceback__
        return error.with_traceback(trace and trace.tb_next)
    raise AssertionError


@pytest.mark.parametrize(
    ("code", "cause", "place"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero", "scene.py:1"),
        ("raise RuntimeError", "RuntimeError", "scene.py:1"),
        (r"raise ValueError('it\nand\n\nmore')", "ValueError: it", "scene.py:1"),
        (r"raise ValueError('\nit\nmore')", "ValueError: it", "scene.py:1"),
        ("e = ValueError('it'); e.add_note('so'); raise e", "ValueError: it", "scene.py:1"),
        ("\neval('1 +')", "SyntaxError: invalid syntax", "scene.py:2"),
        ("raise SystemExit(3)", "the scene called sys.exit(3)", "scene.py:1"),
        ("raise ValueError('latex error. See log output above or: /tmp/x.log')",
         "ValueError: latex error.", "scene.py:1"),
    ],
)  # fmt: skip
def test_causes_in_one_line_with_their_place(code: str, cause: str, place: str) -> None:
    failure = explain(raised(code), "elsewhere")
    assert (failure.cause, failure.place) == (cause, place)
    assert failure.traceback.startswith('Traceback (most recent call last):\n  File "scene.py"')


def test_the_place_of_a_file_that_is_not_python(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def f()\n")
    with pytest.raises(SyntaxError) as caught:
        load_module(bad, None)
    failure = explain(caught.value, "elsewhere")
    assert (failure.cause, failure.place) == ("SyntaxError: expected ':'", f"{bad}:1")
    bad.write_bytes(b"\0")
    with pytest.raises(SyntaxError) as caught:
        load_module(bad, None)
    assert explain(caught.value.with_traceback(None), "elsewhere").place == "elsewhere"


def test_dumps_of_stacks_leave_this_package_out() -> None:
    ours = Path(captions.__file__).resolve().with_name("jobs.py")
    dump = f"""Current thread (most recent call first):
  File "scene.py", line 3 in construct
  File "{ours}", line 1 in run_job
  File "<string>", line 2 in <module>"""
    assert without_ours(dump) == "\n".join(dump.splitlines()[:2])


def test_what_latex_said_is_told() -> None:
    failure = Failure("cause", traceback="ValueError: latex error. See log output", log="Undefined")
    assert "Undefined" in report.failure_text("S", failure, verbose=False)
    quiet = Failure("cause", traceback="ValueError: other", log="Undefined")
    assert "Undefined" not in report.failure_text("S", quiet, verbose=False)


def test_posters(tmp_path: Path) -> None:
    import av
    import numpy as np
    from PIL import Image

    clip, poster = tmp_path / "a.mp4", tmp_path / "a.png"
    with av.open(clip, "w") as film:
        stream = film.add_stream("libx264", rate=10, width=64, height=36, pix_fmt="yuv420p")
        for index in range(20):
            pixels = np.zeros((36, 64, 3), np.uint8)
            pixels[:, :32] = 12 * index if index < 15 else 0  # then it fades to black
            film.mux(stream.encode(av.VideoFrame.from_ndarray(pixels)))
        film.mux(stream.encode())
    Image.new("RGB", (64, 36)).save(poster)
    better_poster(clip, poster)
    with Image.open(poster) as image:
        assert image.getpixel((5, 5))[0] > 140  # type: ignore[index]
