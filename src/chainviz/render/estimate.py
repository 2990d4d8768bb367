"""How far a scene is that was never rendered before: by the line that its construct is at."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from chainviz.render.records import SceneRef

__all__ = ["Span", "span_of"]


@dataclass(frozen=True, slots=True)
class Span:
    """The lines of one method."""

    first: int
    last: int

    def share(self, line: int) -> float | None:
        """How much lies above a line, 0 to 1; None outside."""
        if not self.first <= line <= self.last:
            return None
        return (line - self.first) / (self.last - self.first + 1)


def span_of(scene: SceneRef) -> Span | None:
    """The lines of a scene's construct; None where it has none of its own."""
    try:
        tree = ast.parse(Path(scene.path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == scene.name:
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == "construct":
                    return Span(method.body[0].lineno, method.end_lineno or method.lineno)
    return None
