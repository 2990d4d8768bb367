"""001 to 003: films that raise, that play nothing, that never end; and 301, other than approved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.timeline import Timeline

__all__ = ["OVER_TIME", "RULES"]

OVER_TIME = "over time: "  # how the error of a film that was stopped begins
ITS_PROCESS = "its process "  # and that of one that took its process down


def _check_raises(timeline: Timeline, limit: float) -> Iterator[Sight]:
    if timeline.error and not timeline.error.startswith(OVER_TIME):
        died = timeline.error.startswith(ITS_PROCESS)
        yield _said(timeline, timeline.error if died else f"it raises {timeline.error}")


def _check_plays(timeline: Timeline, limit: float) -> Iterator[Sight]:
    if timeline.error or timeline.plays:
        return
    if any(item.visible for sample in timeline.samples for item in sample.items):
        still = "it plays nothing, so it is a single picture and no film"
        yield replace(_said(timeline, still), level=Level.WARNING)
    else:
        yield _said(timeline, "it plays nothing and shows nothing")


def _check_time(timeline: Timeline, limit: float) -> Iterator[Sight]:
    if timeline.error.startswith(OVER_TIME):
        yield _said(timeline, timeline.error.removeprefix(OVER_TIME))


def _check_golden(timeline: Timeline, limit: float) -> Iterator[Sight]:
    """The comparison is the goldens' own; this row documents what it finds."""
    return iter(())


def _said(timeline: Timeline, what: str) -> Sight:
    at = len(timeline.samples) - 1
    return Sight(at, (), what, lasting=False, about="the film", line=timeline.raised_at)


RULES = (
    Rule(
        id="001", name="raises", level=Level.ERROR, limit=0.0, limit_words="a film that runs",
        explain="The scene raises an exception before its end. What it showed up to there is "
        "audited all the same.",
        remedy="run it with manim to see the whole traceback", check=_check_raises,
    ),
    Rule(
        id="002", name="plays-nothing", level=Level.ERROR, limit=0.0, limit_words="one play",
        explain="The scene has no play and no wait, so there is no video. Where it shows "
        "something, Manim saves a picture (a warning), and what can be judged on that is judged.",
        remedy="end construct with self.wait() if it is to be a film; if it is to be a picture, "
        "allow it",
        check=_check_plays,
    ),
    Rule(
        id="003", name="over-time", level=Level.ERROR, limit=60.0,
        limit_words="{limit:g} s of work",
        explain="The scene was stopped because it worked for longer than the time limit, in "
        "seconds of the processor, or did nothing for that long: perhaps it waits in a loop that "
        "never ends. A machine that is slow, or busy with something else, makes no difference.",
        remedy="end the loop, or raise the limit with --timeout", check=_check_time,
    ),
    Rule(
        id="301", name="golden", level=Level.ERROR, limit=0.0, limit_words="the film as approved",
        explain="The film is not what was approved: its timeline, its storyboard, its layout or, "
        "on a machine with the same tools, its stills. Each change is told in words.",
        remedy="mend it; or look at the film, and approve it with make golden "
        "(pytest --update-goldens)", check=_check_golden,
    ),
)  # fmt: skip
