"""One self-contained HTML page: each finding's frame, with the offenders marked."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chainviz.audit.audit import Verdict
from chainviz.audit.finding import Finding, Level
from chainviz.audit.report.lines import from_here, tally
from chainviz.audit.timeline import Box

__all__ = ["Picture", "picture_of", "render_page"]

_MOST_ROOM = 0.2  # of the frame's height
_MARK_PAD = 0.08  # frame units that a mark keeps from what it marks


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame as JPEG, and the part of the scene that it shows."""

    jpeg: bytes
    frame: Box


def picture_of(pixels: NDArray[np.uint8], frame: Box) -> Picture:
    """A rasterised frame, ready for a page."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=82)
    return Picture(buffer.getvalue(), frame)


def render_page(
    verdicts: Sequence[Verdict], pictures: Mapping[tuple[str, str, int], Picture]
) -> str:
    """The report; ``pictures`` are keyed by (path, scene, sample)."""
    template = Template(files("chainviz.audit.report").joinpath("page.html").read_text("utf-8"))
    body = "\n".join(_scene(verdict, pictures) for verdict in verdicts)
    return template.substitute(tally=escape(tally(verdicts)), body=body)


def _scene(verdict: Verdict, pictures: Mapping[tuple[str, str, int], Picture]) -> str:
    found = [f for f in verdict.findings if f.level > Level.NOTE]
    head = f"<h2>{escape(verdict.scene)}</h2><p class=place>{verdict.duration:.1f} s, "
    head += f"{escape(from_here(verdict.path))}:{verdict.line}</p>" if verdict.path else "</p>"
    cards = "".join(_card(f, pictures.get((verdict.path, verdict.scene, f.sample))) for f in found)
    allowed = "".join(
        f"<li>{escape(a.finding.rule)} {escape(a.finding.name)}: {escape(a.reason)}</li>"
        for a in verdict.allowed
    )
    ending = f"<p>Allowed:</p><ul>{allowed}</ul>" if allowed else ""
    return f"<section>{head}{cards or '<p class=clean>No findings.</p>'}{ending}</section>"


def _card(finding: Finding, picture: Picture | None) -> str:
    until = f" to {finding.until:.2f}" if finding.until > finding.time else ""
    beat = f", beat {escape(finding.beat)}" if finding.beat else ""
    place = f"<dt>where<dd>{escape(from_here(finding.path))}:{finding.line}" if finding.path else ""
    more = f" (and {finding.again} more)" if finding.again else ""
    return (
        f"<article class={finding.level}>"
        f"<h3><b>{finding.level}</b> {finding.rule} {escape(finding.name)}</h3>"
        f"{_figure(finding, picture)}<dl>"
        f"<dt>what<dd>{escape(' and '.join(finding.subjects) or finding.scene)}{more}"
        f"<dt>measure<dd>{escape(finding.measure)}<dt>limit<dd>{escape(finding.limit)}"
        f"<dt>when<dd>{finding.time:.2f}{until} s{beat}{place}"
        f"<dt>to mend it<dd>{escape(finding.remedy)}</dl></article>"
    )


def _figure(finding: Finding, picture: Picture | None) -> str:
    if picture is None:
        return ""
    left, bottom, right, top = picture.frame
    width, height = right - left, top - bottom
    marks = "".join(
        f'<rect x="{x0 - _MARK_PAD - left:.3f}" y="{top - y1 - _MARK_PAD:.3f}" '
        f'width="{x1 - x0 + 2 * _MARK_PAD:.3f}" height="{y1 - y0 + 2 * _MARK_PAD:.3f}"/>'
        for x0, y0, x1, y1 in finding.boxes
    )
    room = _room(finding.boxes, picture.frame)
    data = base64.b64encode(picture.jpeg).decode()
    return (
        f'<svg viewBox="{-room:.3f} {-room:.3f} {width + 2 * room:.3f} {height + 2 * room:.3f}" '
        f'role="img" '
        f'aria-label="the frame at {finding.time:.2f} s">'
        f'<image href="data:image/jpeg;base64,{data}" width="{width:.3f}" height="{height:.3f}"/>'
        f"{marks}</svg>"
    )


def _room(boxes: Sequence[Box], frame: Box) -> float:
    """How much is shown around the frame, so that marks of what lies outside can be seen."""
    over = [
        max(frame[0] - box[0], frame[1] - box[1], box[2] - frame[2], box[3] - frame[3])
        for box in boxes
    ]
    most = max(over, default=0.0)
    return min(most + 2 * _MARK_PAD, _MOST_ROOM * (frame[3] - frame[1])) if most > 0 else 0.0
