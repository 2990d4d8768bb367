"""Captions and chapters beside a clip: .srt and .vtt files that players and editors read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["Cue", "chapters", "chapters_throughout", "srt", "vtt", "write_captions"]

Cue = tuple[float, float, str]


def _clock(seconds: float, comma: str) -> str:
    whole = max(0, round(seconds * 1000))
    minutes, milliseconds = divmod(whole, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{comma}{milliseconds % 1000:03}"


def _text(words: str) -> str:
    """A cue's text without empty lines, which would end it."""
    return "\n".join(line for line in words.strip().splitlines() if line.strip()) or "…"


def srt(cues: Iterable[Cue]) -> str:
    """SubRip text.

    >>> print(srt([(0, 1.5, "u = g(x)")]), end="")
    1
    00:00:00,000 --> 00:00:01,500
    u = g(x)
    <BLANKLINE>
    """
    return "".join(
        f"{index}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{_text(words)}\n\n"
        for index, (start, end, words) in enumerate(sorted(cues), 1)
    )


def vtt(cues: Iterable[Cue]) -> str:
    """WebVTT text, with what would be markup written out."""
    body = "".join(
        f"{_clock(start, '.')} --> {_clock(end, '.')}\n{_escape(_text(words))}\n\n"
        for start, end, words in sorted(cues)
    )
    return f"WEBVTT\n\n{body}"


def _escape(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def chapters(beats: Sequence[tuple[str, float, float]]) -> tuple[Cue, ...]:
    """The beats that say something, as chapters; none where there's only Manim's own section."""
    return tuple(
        (start, end, name)
        for name, start, end in beats
        if name and name not in ("autocreated", "unnamed") and end > start
    )


def chapters_throughout(beats: Sequence[tuple[str, float, float]]) -> tuple[Cue, ...]:
    """The chapters without gaps, for a container that has no room for any.

    >>> chapters_throughout([("", 0, 1), ("the sum rule", 1, 3)])
    ((0, 1, '…'), (1, 3, 'the sum rule'))
    """
    named = chapters(beats)
    cues = ((start, end, name) for name, start, end in beats if end > start)
    return tuple(cue if cue in named else (*cue[:2], "…") for cue in cues) if named else ()


def write_captions(
    folder: Path, stem: str, captions: Sequence[Cue], beats: Sequence[tuple[str, float, float]]
) -> tuple[Path, ...]:
    """Write what there is to write; returns the files."""
    texts: dict[str, str] = {}
    if captions:
        texts[f"{stem}.srt"] = srt(captions)
        texts[f"{stem}.vtt"] = vtt(captions)
    named = chapters(beats)
    if named:
        texts[f"{stem}.chapters.vtt"] = vtt(named)
    out = folder / "beside"
    if texts:
        out.mkdir(exist_ok=True)
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8")
    return tuple(out / name for name in texts)
