"""The answer of the layout: where everything stands, in frame units, and the same as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chainviz.layout.geometry import Box, Place, Point, Route
from chainviz.layout.needs import EdgeLike

__all__ = ["Layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Places, texts and routes; sizes are the asked-for ones times `scale`."""

    nodes: Mapping[str, Place]
    values: Mapping[str, Box]
    grads: Mapping[str, Box]
    routes: Mapping[EdgeLike, Route]
    labels: Mapping[EdgeLike, Box]
    partials: Mapping[EdgeLike, Box]
    scale: float
    bounds: Box
    crossings: int = 0

    def text(self) -> str:
        """The layout as lines that can be compared, rounded to 0.01."""
        lines = [f"scale {_number(self.scale)}", f"bounds {_box(self.bounds)}"]
        for name, place in self.nodes.items():
            body = f"{_number(place.size.width)} x {_number(place.size.height)}"
            lines.append(f"node {name} at {_point((place.x, place.y))}, {body}")
            for kind, boxes in (("value", self.values), ("grad", self.grads)):
                if name in boxes:
                    lines.append(f"  {kind} {_box(boxes[name])}")
        for edge, route in self.routes.items():
            lines.append(f"edge {edge.source} -> {edge.target} #{edge.slot}")
            lines.append("  route " + " ".join(map(_point, route.points)))
            for kind, texts in (("label", self.labels), ("partial", self.partials)):
                if edge in texts:
                    lines.append(f"  {kind} {_box(texts[edge])}")
        return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"


def _point(point: Point) -> str:
    return f"({_number(point[0])},{_number(point[1])})"


def _box(box: Box) -> str:
    return f"[{_number(box.x0)},{_number(box.y0)} {_number(box.x1)},{_number(box.y1)}]"
