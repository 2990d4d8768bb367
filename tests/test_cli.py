"""The frame of the command line: quick, helpful, and true in what it says."""

from __future__ import annotations

import argparse
import importlib
import shlex
import subprocess
import sys
from types import ModuleType

import pytest

import chainviz
from chainviz import cli
from chainviz.errors import ChainvizError

HEAVY = ("manim", "numpy", "scipy", "sympy", "typst", "av", "cairo")


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def stopped(*words: str) -> int | str | None:
    with pytest.raises(SystemExit) as stop:
        cli.main(words)
    return stop.value.code


def command(name: str) -> ModuleType:
    return importlib.import_module(cli.COMMANDS[name][0])


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A command `fake` whose run() can be set by the test."""
    module = ModuleType("chainviz_fake_command")
    module.EXAMPLES = ("chainviz fake --colour",)  # type: ignore[attr-defined]
    module.add_arguments = lambda parser: parser.add_argument("--colour")  # type: ignore[attr-defined]
    module.run = lambda args: 0  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "chainviz_fake_command", module)
    monkeypatch.setitem(cli.COMMANDS, "fake", ("chainviz_fake_command", "pretend to work"))
    return module


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["rendr"], *([name, "--help"] for name in cli.COMMANDS)]
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    ended = python(
        "import sys\nfrom chainviz.cli import main\n"
        f"try: main({words})\nexcept SystemExit: pass\n"
        f"print('heavy:', *(name for name in {HEAVY} if name in sys.modules))"
    )
    assert ended.stdout.splitlines()[-1] == "heavy:", ended.stderr


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert stopped("--help") == 0
    said = capsys.readouterr().out
    assert all(name in said and line in said for name, (_, line) in cli.COMMANDS.items())


def test_no_command_is_answered_with_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "COMMAND" in capsys.readouterr().out


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_help_shows_examples_that_parse(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    module = command(name)
    assert stopped(name, "--help") == 0
    said = capsys.readouterr().out
    assert module.EXAMPLES
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    for example in module.EXAMPLES:
        assert example in said
        program, called, *words = shlex.split(example, comments=True)
        assert (program, called) == ("chainviz", name)
        parser.parse_args(words)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_option_has_a_line_of_help(name: str) -> None:
    parser = argparse.ArgumentParser()
    command(name).add_arguments(parser)
    assert all(action.help for action in parser._actions)


def test_the_version_needs_no_installation(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"chainviz {chainviz.__version__}\n"


def test_a_mistyped_command_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert stopped("rendr") == 2
    assert "no command 'rendr'; did you mean render?" in capsys.readouterr().err


def test_a_mistyped_option_gets_the_nearest(
    fake: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stopped("fake", "--color=red") == 2
    said = capsys.readouterr().err
    assert "chainviz fake: unknown: --color=red; did you mean --colour?" in said


def test_options_are_never_guessed_from_their_beginning(fake: ModuleType) -> None:
    assert stopped("fake", "--col", "red") == 2


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (ChainvizError("no name 'z'; there are: x, w"), 2, "chainviz fake: no name 'z'"),
        (ImportError("libcairo.so.2: cannot open"), 2, "What to do: chainviz doctor"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_code(
    raised: BaseException,
    code: int,
    said: str,
    fake: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_: argparse.Namespace) -> int:
        raise raised

    monkeypatch.setattr(fake, "run", fail)
    assert cli.main(["fake"]) == code
    complaint = capsys.readouterr().err
    assert said in complaint
    assert "Traceback" not in complaint


def test_a_reader_that_leaves_early_is_no_error() -> None:
    code = (
        "import sys, types\nfrom chainviz import cli\n"
        "long = types.SimpleNamespace(EXAMPLES=(), add_arguments=lambda parser: None)\n"
        "long.run = lambda args: print('x' * 10**6) or 0\n"
        "sys.modules['long'] = long\ncli.COMMANDS['long'] = ('long', 'much')\n"
        "sys.exit(cli.main(['long']))"
    )
    line = f"{shlex.quote(sys.executable)} -c {shlex.quote(code)} | head -c 1"
    ended = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr) == ("x", "")


def test_python_m_chainviz_is_the_command() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "chainviz", "--version"], capture_output=True, text=True, check=False
    )
    assert ended.stdout == f"chainviz {chainviz.__version__}\n"
