"""How a batch shows that it's alive: live lines on a terminal, plain lines elsewhere, or JSON."""

from __future__ import annotations

import json
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from chainviz.render.batch import Outcome, Reporter
from chainviz.render.estimate import Span, span_of
from chainviz.render.plan import Planned
from chainviz.render.report import as_json, length

__all__ = ["JsonReporter", "LiveReporter", "PlainReporter", "reporter_for"]

_BAR, _LEAST_BAR = 20, 6
_TOO_SOON = 0.02
_EVERY = 0.15  # seconds between two pictures of the live lines
_SILENT = 20.0  # seconds after which plain lines say how far it is, if nothing was said meanwhile


@dataclass(slots=True)
class _State:
    """What is known of a scene that's being rendered."""

    planned: Planned
    since: float
    span: Span | None
    frames: int = 0
    seconds: float = 0.0
    reached: float = 0.0
    place: str = ""

    def hear(self, frames: int, seconds: float, place: str) -> None:
        """Take in a report of progress."""
        self.frames, self.seconds, self.place = frames, seconds, place or self.place
        line = place.rpartition(":")[2]
        if self.span is not None and line.isdigit():
            self.reached = max(self.reached, self.span.share(int(line)) or 0.0)

    def share(self) -> float | None:
        """How much is done, 0 to 1: by its length last time; for a newcomer, by its lines."""
        whole = (self.planned.entry or {}).get("seconds")
        if whole:
            return min(0.99, self.seconds / whole)
        return self.reached or None


class PlainReporter:
    """One line when a scene is done, or now and then while it isn't; nothing that moves."""

    def __init__(self, out: IO[str], media: Path, *, verbose: bool = False) -> None:
        self._out = out
        self._media = media
        self._verbose = verbose
        self._states: dict[str, _State] = {}
        self._said = time.monotonic()

    def started(self, planned: Planned) -> None:
        """A scene was taken up."""
        self._watch(planned)
        if self._verbose:
            self._say(f"{planned.stem}: started ({planned.why})")

    def progress(self, planned: Planned, frames: int, seconds: float, place: str) -> None:
        """So far it has come."""
        if planned.stem in self._states:
            self._states[planned.stem].hear(frames, seconds, place)

    def done(self, outcome: Outcome) -> None:
        """A scene is done, or failed."""
        self._states.pop(outcome.name, None)
        self._say(_line_of(outcome, self._media, self._verbose))

    def tick(self) -> None:
        """Draw, where anything moves; else break the silence."""
        if time.monotonic() - self._said >= _SILENT:
            for state in self._states.values():
                self._say(_plain_line(state))

    def _watch(self, planned: Planned) -> None:
        self._states[planned.stem] = _State(planned, time.monotonic(), span_of(planned.scene))

    def _say(self, line: str) -> None:
        self._said = time.monotonic()
        print(line, file=self._out, flush=True)


def _plain_line(state: _State) -> str:
    spent = time.monotonic() - state.since
    line = f"{state.planned.stem}: {length(state.seconds)} of film after {length(spent)}"
    return f"{line}, at {Path(state.place).name}" if state.place else line


def _line_of(outcome: Outcome, media: Path, verbose: bool) -> str:
    if outcome.failure is not None:
        where = f" at {outcome.failure.place}" if outcome.failure.place else ""
        return f"{outcome.name}: failed{where}: {outcome.failure.cause}"
    assert outcome.entry is not None
    entry = outcome.entry
    line = f"{outcome.name}: {length(entry['seconds'])} of film"
    if outcome.cached:
        return f"{line}, nothing changed"
    line += f" in {length(outcome.wall)}"
    if verbose and entry["why_stock"]:
        line += f"; on Manim's own path: {entry['why_stock']}"
    return line


class LiveReporter(PlainReporter):
    """A line per running scene that is drawn again and again, below those that are done."""

    def __init__(self, out: IO[str], media: Path, *, verbose: bool = False) -> None:
        super().__init__(out, media, verbose=verbose)
        self._drawn = 0
        self._last = 0.0

    def started(self, planned: Planned) -> None:
        """A scene was taken up: its line says so."""
        self._watch(planned)

    def done(self, outcome: Outcome) -> None:
        """A scene is done, or failed."""
        self._erase()
        super().done(outcome)
        self._draw()

    def tick(self) -> None:
        """Draw, where anything moves."""
        if time.monotonic() - self._last >= _EVERY:
            self._erase()
            self._draw()

    def _erase(self) -> None:
        if self._drawn:
            self._out.write(f"\x1b[{self._drawn}A\x1b[J")
            self._drawn = 0

    def _draw(self) -> None:
        self._last = time.monotonic()
        width = shutil.get_terminal_size().columns - 1
        names = max((len(state.planned.stem) for state in self._states.values()), default=0)
        for state in self._states.values():
            self._out.write(_live_line(state, names, width)[:width] + "\n")
        self._drawn = len(self._states)
        self._out.flush()


def _live_line(state: _State, names: int, width: int) -> str:
    """Name, bar, what has come of it and what is left: the bar takes what room there is."""
    spent = max(1e-6, time.monotonic() - state.since)
    share = state.share()
    left = length(spent / share * (1 - share)) if share and share > _TOO_SOON else "?"
    rate = f"{state.frames / spent:4.0f} frames/s {state.seconds / spent:5.2f}x"
    begin, end = f"{state.planned.stem:<{names}} ", f" {state.seconds:6.1f} s {rate}, {left} left"
    room = max(_LEAST_BAR, min(_BAR, width - len(begin) - len(end)))
    return f"{begin}{_bar(room, share, spent)}{end}"


def _bar(room: int, share: float | None, spent: float) -> str:
    """Filled so far; something that goes to and fro where nobody knows how far it is."""
    if share is not None:
        full = round(share * room)
        return "━" * full + "─" * (room - full)
    at = int(spent * 8) % (2 * room - 2)
    at = min(at, 2 * room - 2 - at)
    return "".join("━" if abs(at - index) < 2 else "─" for index in range(room))


class JsonReporter:
    """One JSON object a line, for machines."""

    def __init__(self, out: IO[str], media: Path) -> None:
        self._out = out
        self._media = media
        self._last: dict[str, float] = {}

    def say(self, event: str, **content: Any) -> None:
        """Write one event."""
        print(json.dumps({"event": event, **content}), file=self._out, flush=True)

    def started(self, planned: Planned) -> None:
        """A scene was taken up."""
        self.say("started", scene=planned.scene.name, stem=planned.stem, why=planned.why)

    def progress(self, planned: Planned, frames: int, seconds: float, place: str) -> None:
        """So far it has come."""
        now = time.monotonic()
        if now - self._last.get(planned.stem, 0.0) >= 0.5:
            self._last[planned.stem] = now
            self.say("progress", stem=planned.stem, frames=frames, seconds=seconds, place=place)

    def done(self, outcome: Outcome) -> None:
        """A scene is done, or failed."""
        self.say("done", **as_json(outcome, self._media))

    def tick(self) -> None:
        """Draw, where anything moves."""


def reporter_for(media: Path, *, as_json: bool, verbose: bool) -> Reporter:
    """JSON where asked for, live lines on a terminal, plain lines elsewhere."""
    if as_json:
        return JsonReporter(sys.stdout, media)
    if sys.stderr.isatty() and sys.platform != "win32":
        return LiveReporter(sys.stderr, media, verbose=verbose)
    return PlainReporter(sys.stderr, media, verbose=verbose)
