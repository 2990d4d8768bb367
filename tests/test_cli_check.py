"""chainviz check, as its users meet it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from chainviz.audit.finding import Level
from chainviz.audit.rules import RULES
from chainviz.audit.settings import Settings, read_settings
from chainviz.cli import main
from chainviz.errors import ChainvizError
from render_desk import SOURCE, alive, wait_until

SCENES = """
import manim as mn
import chainviz as cv


class Clean(mn.Scene):
    def construct(self):
        self.play(mn.FadeIn(mn.Text("all is well")))
        self.wait(2)


class TwoTexts(mn.Scene):
    def construct(self):
        self.add(mn.Text("one thing"), mn.Text("another"))
        self.wait(2)


@cv.allow(101, "a palimpsest is what this is about")
class Palimpsest(TwoTexts):
    pass


class Raises(mn.Scene):
    def construct(self):
        self.wait(1)
        raise ValueError("halfway")


class Endless(mn.Scene):
    def construct(self):
        while True:
            self.wait(1)


class Dies(mn.Scene):
    def construct(self):
        import os
        os._exit(7)
"""


def start(folder: Path, *words: str, **env: str) -> subprocess.Popen[str]:
    """Start the command in a process of its own, in a folder of its own."""
    paths = [str(SOURCE), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-m", "chainviz", "check", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))} | env,
    )


def check(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    process = start(folder, *words)
    out, err = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "films.py").write_text(SCENES, "utf-8")
    (tmp_path / "broken.py").write_text("import manim as mn\nclass A(mn.Scene)\n", "utf-8")
    return tmp_path


def test_all_kinds_of_scenes_in_one_run(folder: Path) -> None:
    done = check(folder, ".", "--format", "json", "--timeout", "20", "--report", "page")
    assert done.returncode == 1, done.stderr
    told = {verdict["scene"]: verdict for verdict in json.loads(done.stdout)}
    rules = {name: {f["rule"] for f in v["findings"]} for name, v in told.items()}
    assert rules == {
        "Clean": set(),
        "TwoTexts": {"101"},
        "Palimpsest": set(),
        "Raises": {"001"},
        "Endless": {"003"},
        "Dies": {"001"},
        "broken.py": {"001"},
    }
    assert told["Palimpsest"]["allowed"][0]["reason"] == "a palimpsest is what this is about"
    assert told["TwoTexts"]["path"] == "films.py"
    page = (folder / "page" / "index.html").read_text("utf-8")
    assert "data:image/jpeg;base64" in page and "<rect" in page and "http" not in page


def test_clean_scenes_exit_with_0_and_nonsense_with_2(folder: Path) -> None:
    done = check(folder, "films.py", "-s", "Clean")
    assert (done.returncode, done.stdout) == (0, "1 scene: 0 errors, 0 warnings\n"), done.stderr
    assert check(folder, "nowhere.py").returncode == 2


def test_annotations_and_junit(folder: Path) -> None:
    done = check(folder, "films.py", "-s", "TwoTexts", "--format", "github")
    assert done.stdout.startswith("::error file=films.py,line=15,title=TwoTexts 101 text-overlap::")
    done = check(folder, "films.py", "-s", "TwoTexts", "Palimpsest", "--format", "junit")
    root = ET.fromstring(done.stdout)
    assert [suite.get("failures") for suite in root] == ["1", "0"]
    assert len(root.findall(".//failure")) == len(root.findall(".//skipped")) == 1


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("203", "edge-label"):
        assert main(["check", "--explain", word]) == 0
        assert capsys.readouterr().out.startswith("203 edge-label (error; limit: ")
    assert main(["check", "--explain", "all"]) == 0
    pages = capsys.readouterr().out.split("\n\n")
    assert [page.split()[0] for page in pages] == list(RULES)
    assert all("\nTo mend it: " in page for page in pages)
    assert main(["check", "--explain", "edge-lable"]) == 2
    assert "no rule 'edge-lable'; did you mean edge-label" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-j", "0"], "-j 0: say how many scenes at a time, 1 or more"),
        (["--timeout", "0"], "--timeout 0: say a number of seconds above 0"),
        (["-s", "Claen"], "no scene 'Claen'; near it: Clean"),
        (["-s", "Clean", "-o", "films.py/told"], "films.py/told can't be written to"),
        (["-s", "Clean", "--report", "films.py"], "films.py/index.html can't be written to"),
    ],
)
def test_words_that_cannot_be_meant(folder: Path, words: list[str], told: str) -> None:
    done = check(folder, "films.py", *words)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert told in done.stderr


def test_limits_allowances_and_paths_of_a_project_are_in_force(folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "films.py").rename(folder / "mine" / "films.py")

    def told(text: str, *words: str) -> tuple[int, set[str], set[str]]:
        (folder / "pyproject.toml").write_text(f'[tool.chainviz]\npaths = ["mine"]\n{text}')
        done = check(folder, *words, "--format", "json")
        assert done.returncode < 2, done.stderr
        verdicts = json.loads(done.stdout)
        found, allowed = (
            {finding["rule"] for verdict in verdicts for finding in verdict[key]}
            for key in ("findings", "allowed")
        )
        return done.returncode, found, allowed

    assert told("", "-s", "Clean") == (0, set(), set())
    limit = "[tool.chainviz.check]\nlimits = { small-text = 0.5 }\n"
    assert told(limit, "-s", "Clean") == (1, {"105"}, set())
    allow = 'allow = [{ rule = "small-text", scene = "Cl*", reason = "a test" }]\n'
    assert told(limit + allow, "-s", "Clean") == (0, set(), {"105"})
    assert told(limit + allow, "-s", "TwoTexts") == (1, {"101", "105"}, set())


def test_a_rule_that_is_not_there_cannot_be_allowed(tmp_path: Path) -> None:
    (tmp_path / "films.py").write_text(SCENES.replace("@cv.allow(101", "@cv.allow(1001"), "utf-8")
    done = check(tmp_path, "films.py", "-s", "Palimpsest")
    assert done.returncode == 1
    assert "there is no rule '1001'; did you mean" in done.stdout


def settings_of(folder: Path, text: str) -> Settings:
    (folder / "pyproject.toml").write_text(text, "utf-8")
    return read_settings(folder)


def test_settings_change_limits_and_allow_with_reasons(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        '[tool.chainviz.check]\nfail_on = "error"\nlimits = {small-text = 0.03, 109 = 20}\n'
        'allow = [{rule = 110, scene = "Tea*", reason = "ends on a cut"}]\n',
    )
    assert settings.fail_on is Level.ERROR
    assert (settings.limit("105"), settings.limit("109"), settings.limit("101")) == (0.03, 20, 0.2)
    assert settings.allowed[0].rule == "110"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("limits = {tiny = 1}", "no rule 'tiny'"),
        ('limits = {105 = "x"}', "is not a number"),
        ("allow = [{rule = 101}]", "needs both a rule and a reason"),
        ('fail_on = "never"', "use error, warning or note"),
        ("strict = true", "no setting 'strict'"),
        ("time_out = 3", "did you mean timeout?"),
        ('timeout = "soon"', "timeout = 'soon'; write a number of seconds"),
        ("timeout = 0", "say a number of seconds above 0"),
        ("limits = 3", "limits = 3; write"),
        ("allow = [101]", "needs both a rule and a reason"),
        ("limits = {small-txt = 1}", "did you mean small-text"),
    ],
)
def test_settings_that_are_wrong_are_told(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(ChainvizError, match=told):
        settings_of(tmp_path, f"[tool.chainviz.check]\n{line}\n")


def test_goldens_that_are_missing_or_unused_are_told_for_whole_folders(folder: Path) -> None:
    scenes, goldens = folder / "scenes", folder / "approved"
    scenes.mkdir()
    (scenes / "clean.py").write_text(SCENES.split("class TwoTexts")[0], "utf-8")
    words = ("--goldens", "approved", "--format", "json")
    assert check(folder, *words).returncode == 0  # nobody has approved anything
    code = (
        "import manim as mn\nclass New(mn.Scene):\n    def construct(self):\n        self.wait()\n"
    )
    (scenes / "new.py").write_text(code, "utf-8")
    approve = (
        "from pathlib import Path; import runpy; from chainviz.golden.store import update;"
        "update(runpy.run_path('scenes/clean.py')['Clean'], Path('approved'))"
    )
    subprocess.run([sys.executable, "-c", approve], cwd=folder, check=True)
    (goldens / "Gone.json").write_text("{}", "utf-8")
    done = check(folder, *words)
    told = {v["scene"]: [f["measure"] for f in v["findings"]] for v in json.loads(done.stdout)}
    assert told == {
        "Clean": [],
        "New": ["it has no golden in approved, where other scenes have theirs"],
        "Gone.json": ["no scene is called Gone"],
    }, done.stderr
    assert done.returncode == 1
    assert check(folder, "scenes/clean.py", *words).returncode == 0
    assert check(folder, "-s", "Clean", *words).returncode == 0
    allow = 'allow = [{ rule = 301, scene = "[NG]*", reason = "a draft" }]'
    (folder / "pyproject.toml").write_text(f"[tool.chainviz.check]\n{allow}\n", "utf-8")
    assert check(folder, *words).returncode == 1  # a golden that nobody asks for
    (goldens / "Gone.json").unlink()
    assert check(folder, *words).returncode == 0
    (scenes / "clean.py").write_text(
        SCENES.split("class TwoTexts")[0].replace("all is well", "all is different"), "utf-8"
    )
    changed = check(folder, *words)
    assert changed.returncode == 1 and "all is different" in changed.stdout
    (folder / "pyproject.toml").write_text(
        f"[tool.chainviz.check]\n{allow.replace('[NG]*', '*')}\n", "utf-8"
    )
    assert check(folder, *words).returncode == 0
    (goldens / "Clean.json").write_text("{}", "utf-8")
    (folder / "pyproject.toml").unlink()
    assert "approve the film anew: make golden" in check(folder, *words).stdout


def test_what_a_scene_prints_stays_out_of_the_report(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text(
        "import os\nimport manim as mn\nprint('noise {')\n\n\n"
        "class Loud(mn.Scene):\n"
        "    def construct(self):\n"
        "        print('more noise')\n"
        "        os.system('echo and more')\n"
        "        self.play(mn.FadeIn(mn.Square()))\n"
        "        self.wait()\n",
        "utf-8",
    )
    done = check(tmp_path, "loud.py", "--format", "json")
    assert [verdict["scene"] for verdict in json.loads(done.stdout)] == ["Loud"]
    for words in ("noise {", "more noise", "and more"):
        assert words in done.stderr and words not in done.stdout


def test_a_scene_that_takes_its_process_down_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "deadly.py").write_text(
        "import os, signal\nimport manim as mn\n\n\n"
        "class Deadly(mn.Scene):\n"
        "    def construct(self):\n"
        "        os.kill(os.getpid(), signal.SIGSEGV)\n\n\n"
        "class Leaving(mn.Scene):\n"
        "    def construct(self):\n"
        "        os._exit(3)\n",
        "utf-8",
    )
    done = check(tmp_path, "deadly.py")
    assert done.returncode == 1
    assert "its process was killed (SIGSEGV)" in done.stdout
    assert "its process left with exit code 3" in done.stdout
    assert "it raises its process" not in done.stdout


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_check_that_is_stopped_leaves_nothing_running(tmp_path: Path, how: int) -> None:
    (tmp_path / "endless.py").write_text(
        "import os\nfrom pathlib import Path\nimport manim as mn\n\n\n"
        "class Endless(mn.Scene):\n"
        "    def construct(self):\n"
        "        Path('pid').write_text(f'{os.getpid()} ')\n"
        "        while True:\n"
        "            pass\n",
        "utf-8",
    )
    pid, room = tmp_path / "pid", tmp_path / "room"
    room.mkdir()
    process = start(tmp_path, "endless.py", TMPDIR=str(room))
    assert wait_until(lambda: pid.exists() and pid.read_text().endswith(" "))
    process.send_signal(how)
    _, err = process.communicate(timeout=30)
    assert wait_until(lambda: not alive(int(pid.read_text())), 10)
    if how != signal.SIGKILL:
        assert (process.returncode, err) == (130, "chainviz check: interrupted\n")
        assert not list(room.iterdir())


TYPESET = """
from manim import *


class Formula(Scene):
    def construct(self):
        self.add(MathTypst("x^2 + 1"), Text("in words").shift(UP))
        self.wait(3)
"""


def test_nothing_is_left_where_the_scenes_are(tmp_path: Path) -> None:
    (tmp_path / "typeset.py").write_text(TYPESET, "utf-8")
    done = check(tmp_path, "typeset.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in tmp_path.iterdir()} <= {"typeset.py", "__pycache__"}


def test_an_import_that_fails_is_told_with_its_line(tmp_path: Path) -> None:
    text = "from manim import *\n\nimport no_such_thing\n\n\nclass A(Scene):\n    pass\n"
    (tmp_path / "films.py").write_text(text, "utf-8")
    done = check(tmp_path, ".", "--format", "json")
    ((finding,),) = (verdict["findings"] for verdict in json.loads(done.stdout))
    assert finding["line"] == 3 and "No module named 'no_such_thing'" in finding["measure"]
    (tmp_path / "films.py").write_text("class A(Scene)\n", "utf-8")
    ((finding,),) = (
        verdict["findings"]
        for verdict in json.loads(check(tmp_path, ".", "--format", "json").stdout)
    )
    assert finding["line"] == 1 and "expected ':'" in finding["measure"]


def test_an_import_that_fails_is_told_once_for_its_file(tmp_path: Path) -> None:
    scene = "\n\nclass {0}(Scene):\n    def construct(self):\n        raise ValueError\n"
    two = scene.format("One") + scene.format("Two")
    (tmp_path / "bad.py").write_text(f"from manim import *\nimport no_such_thing\n{two}", "utf-8")
    (tmp_path / "films.py").write_text(f"from manim import *\n{two}", "utf-8")
    done = check(tmp_path, ".", "--format", "json")
    told = {verdict["scene"]: verdict["findings"] for verdict in json.loads(done.stdout)}
    assert sorted(told) == ["One", "Two", "bad.py"], "what is wrong with a scene is told of that"
    (found,) = told["bad.py"]
    assert (found["line"], "no_such_thing" in found["measure"]) == (2, True)
    assert [f["rule"] for f in (*told["One"], *told["Two"])] == ["001", "001"]
