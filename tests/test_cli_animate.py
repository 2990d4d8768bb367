"""chainviz animate: a formula in, a film out, and a plain word where it can't be."""

from __future__ import annotations

import sys
from pathlib import Path

import av
import pytest

from chainviz.cli import main

FORMULA = "L = (w*x - t)**2"
AT = ["--at", "x=2", "w=3", "t=10"]


def test_the_storyboard_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["animate", FORMULA, *AT, "--text", "--title", "One neuron"]) == 0
    said = capsys.readouterr().out
    assert '"One neuron"' in said
    assert "∂L/∂w = -16" in said


def test_wrt_keeps_to_what_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["animate", FORMULA, *AT, "--text", "--wrt", "t"]) == 0
    said = capsys.readouterr().out
    assert "∂L/∂t = 8" in said
    assert "∂L/∂w" not in said


def test_a_python_function(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model.py").write_text(
        "import numpy as np\n\ndef loss(x, w):\n    u = w * x\n    return np.tanh(u)\n"
    )
    words = ["animate", f"{tmp_path}/model.py:loss", "--at", "x=2,w=0.5", "--text"]
    assert main(words) == 0
    assert "u = w·x = 0.5 · 2 = 1" in capsys.readouterr().out


def test_arrays(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["animate", "L = sum((w*x)^2)", "--at", "w=[1, 2]", "x=[3, 4]", "--text"]
    assert main(words) == 0
    assert "146" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([FORMULA, "--at", "x=2", "w=3"], "missing: t. The inputs of the formula are w, x, t"),
        ([FORMULA, *AT, "q=1"], "unknown: q. The inputs of the formula are w, x, t"),
        ([FORMULA, *AT, "x=3"], "--at gives x twice"),
        ([FORMULA, "--at", "x=two"], "'two' is no number; write x=2.5"),
        ([FORMULA, "--at", "x"], "write NAME=NUMBER, such as --at w=1 x=2 t=3"),
        (["L = (w*x", *AT], "column 9"),
        (["y = ln(x)", "--at", "x=-1"], "a logarithm needs a number above 0"),
        ([FORMULA, *AT, "--wrt", "q"], "no node 'q'"),
        ([FORMULA, *AT, "--theme", "sepia"], "there are dark, light"),
        ([FORMULA, *AT, "--pace", "0"], "say a number between"),
        ([FORMULA, *AT, "-o", "film.avi"], "must end in .mp4"),
        ([FORMULA, *AT, "-o", "/no/such/film.mp4"], "there is no folder /no/such"),
        (["nofile.py:f", "--at", "x=1"], "there is no file nofile.py"),
    ],
)
def test_what_is_wrong_is_said(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["animate", *words]) == 2
    assert said in capsys.readouterr().err


def test_values_without_their_word(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["animate", FORMULA, "x=2", "w=3"])
    assert "unknown: x=2 w=3; values follow --at: --at x=2 w=3" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that nobody can write to")
def test_a_folder_that_nobody_can_write_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["animate", FORMULA, *AT, "-q", "l", "-o", "/proc/film.mp4"]) == 2
    said = capsys.readouterr().err
    assert "-o /proc/film.mp4: nothing can be written to /proc" in said
    assert "choose another folder" in said


def test_a_function_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.py").write_text("def there(x):\n    return x * x\n")
    assert main(["animate", f"{tmp_path}/other.py:gone", "--at", "x=1"]) == 2
    assert "has no function 'gone'; it has: there" in capsys.readouterr().err


def test_a_film(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "film.mp4"
    words = ["animate", "y = sin(x^2)", "--at", "x=2", "-q", "l", "--pace", "0.1"]
    assert main([*words, "--theme", "light", "-o", str(target)]) == 0
    assert str(target) in capsys.readouterr().out
    with av.open(str(target)) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height) == (854, 480)
        first = next(film.decode(stream)).to_ndarray(format="rgb24")
    assert first.mean() > 250
    assert list(tmp_path.iterdir()) == [target]
