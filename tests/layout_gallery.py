"""Draws layouts as pictures, for the eye: ``python tests/layout_gallery.py OUT [NAME ...]``."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import cairo

from chainviz.layout import Box, Layout, TooLarge, lay_out
from layout_cases import FRAME, GALLERY, needs_for

PIXELS = 100  # to a frame unit


def paint(layout: Layout, path: Path, frame: Box = FRAME, names: bool = True) -> None:
    width, height = 14.222, 8.0
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, int(width * PIXELS), int(height * PIXELS))
    pen = cairo.Context(surface)
    pen.scale(PIXELS, -PIXELS)
    pen.translate(width / 2, -height / 2)
    pen.set_line_width(0.035)
    _box(pen, frame, (0.15, 0.15, 0.15))
    for route in layout.routes.values():
        pen.set_source_rgb(0.73, 0.75, 0.78)
        pen.move_to(*route.start)
        for k in range(route.pieces):
            a, b, c = route.points[3 * k + 1 : 3 * k + 4]
            pen.curve_to(*a, *b, *c)
        pen.stroke()
        (x0, y0), (x1, y1) = route.points[-2], route.end
        _tip(pen, x1, y1, math.atan2(y1 - y0, x1 - x0), 0.2 * layout.scale)
    for name, place in layout.nodes.items():
        pen.set_source_rgb(0.43, 1.0, 0.77)
        pen.new_path()
        pen.arc(place.x, place.y, place.size.height / 2, 0, math.tau)
        pen.stroke()
        if names:
            _text(pen, place.box, name, 0.3 * layout.scale)
    for boxes, colour in (
        (layout.values, (0.07, 0.6, 0.92)),
        (layout.grads, (0.8, 0.71, 0.08)),
        (layout.labels, (0.6, 0.6, 0.65)),
        (layout.partials, (0.77, 0.4, 0.33)),
    ):
        for box in boxes.values():
            _box(pen, box, colour)
    surface.write_to_png(str(path))


def _box(pen: cairo.Context, box: Box, colour: tuple[float, float, float]) -> None:
    pen.set_source_rgb(*colour)
    pen.set_line_width(0.015)
    pen.rectangle(box.x0, box.y0, box.width, box.height)
    pen.stroke()
    pen.set_line_width(0.035)


def _tip(pen: cairo.Context, x: float, y: float, angle: float, size: float) -> None:
    pen.move_to(x, y)
    for side in (-0.4, 0.4):
        pen.line_to(x - size * math.cos(angle + side), y - size * math.sin(angle + side))
    pen.close_path()
    pen.fill()


def _text(pen: cairo.Context, box: Box, text: str, size: float) -> None:
    pen.set_source_rgb(0.95, 0.95, 0.95)
    pen.set_font_matrix(cairo.Matrix(xx=size, yy=-size))
    found = pen.text_extents(text)
    x, y = box.centre
    pen.move_to(x - found.width / 2, y - size * 0.35)
    pen.show_text(text)


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or GALLERY:
        graph = GALLERY[name]
        try:
            layout = lay_out(graph, needs_for(graph))
        except TooLarge as error:
            print(name, "refused:", error)
            layout = lay_out(graph, needs_for(graph), least_scale=0.0)
        paint(layout, out / f"{name}.png")
        print(name, f"scale {layout.scale:.2f}, crossings {layout.crossings}")


if __name__ == "__main__":
    main()
