"""A pytest plugin: the fixture chainviz_golden holds a scene against what was approved.

In a test file, with the goldens in the folder ``golden`` beside it::

    def test_opening(chainviz_golden):
        chainviz_golden(Opening)

``pytest --update-goldens`` approves today's films, unless the audit has errors, and prints what
changed. A missing golden fails; after a whole run, so does one that no test asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import manim as mn

    from chainviz.golden.store import Compared

    GoldenCheck = Callable[..., Compared]

__all__ = ["chainviz_golden"]

_USED, _SAID = "chainviz_golden_used", "chainviz_golden_said"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare --update-goldens."""
    group = parser.getgroup("chainviz")
    group.addoption(
        "--update-goldens",
        action="store_true",
        help="approve the films as they are now (refused while their audit has errors)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Watch from the main process; the workers of xdist report to it."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Watch(config), "chainviz_golden_watch")


@pytest.fixture
def chainviz_golden(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> GoldenCheck:
    """Call it with a scene class; ``folder`` is where the goldens are (``golden`` beside the test).

    With --update-goldens it approves the film instead of comparing it. What it returns tells of
    the audit, too: ``assert not chainviz_golden(Opening).findings``.
    """

    def check(scene: type[mn.Scene], folder: str | Path | None = None) -> Compared:
        from chainviz.audit.settings import read_settings
        from chainviz.golden.store import compare, update

        settings = read_settings(request.config.rootpath)
        home = Path(folder) if folder is not None else request.path.parent / "golden"
        properties = request.node.user_properties
        properties.append((_USED, [str(home.resolve()), scene.__name__]))
        options = {"media_dir": str(tmp_path_factory.mktemp("media"))}
        if request.config.getoption("--update-goldens"):
            done = update(scene, home, options=options, settings=settings)
            if done.errors:
                pytest.fail(f"not approved, the audit has errors:\n{done}", pytrace=False)
            properties.append((_SAID, str(done)))
            return done
        pages = request.config.rootpath / "media" / "golden"
        found = compare(scene, home, options=options, settings=settings, pages=pages)
        if not found.ok:
            pytest.fail(str(found), pytrace=False)
        if found.advice:
            properties.append((_SAID, str(found)))
        return found

    return check


class _Watch:
    """In the main process: gathers what the tests used and said, wherever they ran."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.used: dict[Path, set[str]] = {}
        self.said: list[str] = []
        self.unused: list[Path] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather from a test."""
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == _USED and isinstance(value, list):
                self.used.setdefault(Path(value[0]), set()).add(value[1])
            elif name == _SAID and value:
                self.said.append(str(value))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail for goldens that a whole run has not asked for."""
        if not self._whole(session):
            return
        from chainviz.golden.store import unused

        for folder, scenes in self.used.items():
            self.unused.extend(unused(folder, scenes))
        if self.unused and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _whole(self, session: pytest.Session) -> bool:
        """Whether every test ran: nothing picked by path, by name or by mark, none stopped."""
        asked = self.config.getoption
        picked = asked("keyword", "") or asked("markexpr", "") or asked("lf", False)
        by_path = self.config.args_source is pytest.Config.ArgsSource.ARGS
        stopped = session.shouldstop or session.shouldfail
        return bool(self.used) and not (picked or by_path or stopped)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print what changed, and what nobody asked for."""
        if self.said or self.unused:
            terminalreporter.section("goldens")
        for line in self.said:
            terminalreporter.write_line(line)
        for path in self.unused:
            terminalreporter.write_line(f"no test asks for {path}: delete it", red=True)
