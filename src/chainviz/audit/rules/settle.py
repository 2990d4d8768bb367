"""110 settle: a still picture to end a beat on."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from chainviz.audit.finding import Level, Rule, Sight
from chainviz.audit.timeline import Timeline

__all__ = ["RULES"]


def _check(timeline: Timeline, limit: float) -> Iterator[Sight]:
    samples = timeline.samples
    for last in timeline.ends():
        first = last
        while (
            first > 0
            and samples[first - 1].beat == samples[last].beat
            and samples[first - 1].items is samples[last].items
            and samples[first - 1].frame == samples[last].frame
        ):
            first -= 1
        still = samples[last].time - samples[first].time
        blank = not any(item.visible for item in samples[last].items)
        if not timeline.plays or blank or still > limit - 1e-6:
            continue
        waited = _waited(timeline, last)
        by_itself = waited > limit - 1e-6
        beat, play = timeline.beat_at(last), timeline.play_of(last)
        measure = f"its last picture stands still for {still:.2f} s"
        if by_itself:
            measure += f", and what moves in the last {waited:.1f} s moves by itself"
        where = f" after line {play.line}" if play and play.line else ""
        wait = f"self.wait({ceil((limit - still) * 10 - 1e-6) / 10:g})"
        yield Sight(
            last, (), measure, limit - still, Level.NOTE if by_itself else Level.WARNING,
            lasting=False, about=f"beat '{beat}'" if beat else "the film",
            remedy=f"add {wait}{where}",
        )  # fmt: skip


def _waited(timeline: Timeline, last: int) -> float:
    """For how long a beat only waits at its end, though updaters may move things."""
    plays = [play for play in timeline.plays if play.index <= timeline.samples[last].play]
    waited = 0.0
    while plays and plays[-1].animations == ("Wait",):
        waited += plays[-1].end - plays[-1].start
        plays.pop()
    return waited


RULES = (
    Rule(
        id="110",
        name="settle",
        level=Level.WARNING,
        limit=0.5,
        limit_words="a still picture of {limit:g} s",
        explain="A beat (a section, or the whole film) ends while things still move: the viewer "
        "needs half a second of a still picture to take in what was reached. Updaters that move "
        "things all through the wait at the end are a note.",
        remedy="end it with self.wait(0.5) or more",
        check=_check,
    ),
)
