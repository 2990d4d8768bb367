"""One tracing: the rows so far, and the frames of the user's code in which they were made."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from types import FrameType
from typing import Any

from chainviz.graph import Growth
from chainviz.graph.text import definition
from chainviz.ops import Op
from chainviz.trace.errors import TraceError

__all__ = ["ACTIVE", "Session"]

Site = tuple[FrameType, int]  # a frame, and the instruction in it that made a row or a call

# frames of these modules stand between the user's code and a row, and are not the user's
OURS = (
    "chainviz.ops.row",
    "chainviz.trace.arrays",
    "chainviz.trace.condition",
    "chainviz.trace.expr",
    "chainviz.trace.functions",
    "chainviz.trace.gates",
    "chainviz.trace.session",
)
ROOT = "chainviz.trace.tracer"  # whoever it calls is the traced function


def _globals_of(module: str) -> int:
    """What tells a module's frames from others: a name could be copied, as doctest does."""
    return id(vars(sys.modules[module])) if module in sys.modules else 0


class Session:
    """One tracing. It holds on to frames, whose locals name the rows when all is done."""

    __slots__ = ("_ours", "_root", "callers", "given", "growth", "open", "sites")

    def __init__(self) -> None:
        self.growth = Growth()
        self.sites: list[Site | None] = []
        self.callers: dict[FrameType, Site | None] = {}  # where a frame was called from
        self.given: dict[int, str] = {}  # names that the user has said
        self.open = True
        self._ours = frozenset(map(_globals_of, OURS))
        self._root = _globals_of(ROOT)

    def add(
        self, op: Op, sources: tuple[int, ...], params: tuple[tuple[str, Any], ...] = ()
    ) -> int:
        """Add the row of an op, and remember who asked for it."""
        if not self.open:
            raise TraceError(
                f"a traced value was used in {op.name} after its function had returned; "
                "return it, or trace the function that uses it"
            )
        frame: FrameType = sys._getframe(2)  # 1 is the method or function that calls this one
        if frame not in self.callers:
            while id(frame.f_globals) in self._ours and frame.f_back is not None:
                frame = frame.f_back
            if id(frame.f_globals) == self._root:  # one of our functions is traced itself
                return self._note(None, self.growth.add(op, sources, params))
            if frame not in self.callers:
                self._meet(frame)
        return self._note((frame, frame.f_lasti), self.growth.add(op, sources, params))

    def _note(self, site: Site | None, number: int) -> int:
        """Remember where a row was made, if it is new."""
        if number == len(self.sites):
            self.sites.append(site)
        return number

    def add_input(self, name: str) -> int:
        """Add an input."""
        self.sites.append(None)
        number = self.growth.add(None)
        self.given[number] = name
        return number

    def _meet(self, frame: FrameType) -> None:
        """Note the chain of calls that led to a new frame, as far as it is new."""
        while frame not in self.callers:
            caller = frame.f_back
            while caller is not None and id(caller.f_globals) in self._ours:
                caller = caller.f_back
            if caller is None or id(caller.f_globals) == self._root:
                self.callers[frame] = None
                return
            self.callers[frame] = (caller, caller.f_lasti)
            frame = caller

    def close(self) -> None:
        """Let go of the frames; what was traced can't grow any more."""
        self.open = False
        self.sites.clear()
        self.callers.clear()

    def describe(self, number: int) -> str:
        """Say what a row is, with the names as far as they are known now: ``u = w*x``."""
        from chainviz.trace.naming import names_of

        graph = self.growth.graph(names_of(self, number), number)
        return definition(graph.node(graph.output)).removeprefix("input ")


ACTIVE: ContextVar[Session | None] = ContextVar("chainviz_session", default=None)
