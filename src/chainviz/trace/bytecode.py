"""Where a value goes: the name under which the user's code stores what an instruction made."""

from __future__ import annotations

import opcode
import sys
from types import CodeType

__all__ = ["RETURNED", "destination", "returned_local"]

RETURNED = "return"  # no name can be called so: it is a keyword

# what passes between a value and its store, as (values taken, values left)
_EFFECTS = {
    "LOAD_FAST": (0, 1),
    "LOAD_FAST_BORROW": (0, 1),
    "LOAD_FAST_CHECK": (0, 1),
    "LOAD_FAST_LOAD_FAST": (0, 2),
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": (0, 2),
    "LOAD_CONST": (0, 1),
    "LOAD_SMALL_INT": (0, 1),
    "LOAD_DEREF": (0, 1),
    "LOAD_NAME": (0, 1),
    "PUSH_NULL": (0, 1),
    "BINARY_OP": (2, 1),
    "BINARY_SUBSCR": (2, 1),
    "COMPARE_OP": (2, 1),
    "UNARY_NEGATIVE": (1, 1),
    "LOAD_METHOD": (1, 2),
    "POP_TOP": (1, 0),
}
_SKIPPED = frozenset({"CACHE", "NOP", "RESUME", "PRECALL", "KW_NAMES", "NOT_TAKEN"})
_FARTHEST = 80  # instructions looked at; a store is hardly ever more than three away
_KNOWN: dict[tuple[int, int], tuple[CodeType, str | None]] = {}  # answers, for code that is alive
_MOST = 20_000


def destination(code: CodeType, at: int) -> str | None:
    """The name that the result of the instruction at an offset is stored under.

    RETURNED where it is the result of the function; None where it has no name.
    """
    key = (id(code), at)
    known = _KNOWN.get(key)
    if known is None or known[0] is not code:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        known = _KNOWN[key] = (code, _follow(code, at))
    return known[1]


def _follow(code: CodeType, at: int) -> str | None:
    """Follow a value on the stack from the instruction after the one that made it."""
    raw = code.co_code
    at += 2
    depth = 0  # how many values lie on top of ours
    extended = 0
    in_tuple = -1  # our place in a tuple that was just built
    for _ in range(_FARTHEST):
        if at >= len(raw):
            return None
        name = opcode.opname[raw[at]]
        argument = raw[at + 1] | extended
        at += 2
        extended = argument << 8 if name == "EXTENDED_ARG" else 0
        if name in _SKIPPED or name == "EXTENDED_ARG":
            continue
        if in_tuple >= 0:
            if name != "UNPACK_SEQUENCE":
                return None
            depth, in_tuple = in_tuple, -1
        elif name.startswith("STORE_"):
            stored = _stored(code, name, argument)
            if stored is None:
                return None
            taken, by_depth = stored
            if depth in by_depth:
                return by_depth[depth]
            depth -= taken
        elif name == "RETURN_VALUE":
            return RETURNED if depth == 0 else None
        elif name == "JUMP_FORWARD":
            at += 2 * argument
        elif name == "COPY":
            depth = 0 if argument == depth + 1 else depth + 1
        elif name == "SWAP":
            if depth == 0:
                depth = argument - 1
            elif depth == argument - 1:
                depth = 0
        elif name == "BUILD_TUPLE" and depth < argument:
            in_tuple = argument - 1 - depth
        else:
            effect = _effect(name, argument)
            if effect is None or depth < effect[0]:
                return None
            depth += effect[1] - effect[0]
        if depth < 0:
            return None
    return None


def _effect(name: str, argument: int) -> tuple[int, int] | None:
    if name == "LOAD_GLOBAL":
        return (0, 1 + (argument & 1))
    if name == "LOAD_ATTR":
        method = sys.version_info >= (3, 12) and argument & 1
        return (1, 2 if method else 1)
    if name == "CALL":
        return (argument + 2, 1)
    if name in ("BUILD_TUPLE", "BUILD_LIST"):
        return (argument, 1)
    return _EFFECTS.get(name)


def _stored(code: CodeType, name: str, argument: int) -> tuple[int, dict[int, str]] | None:
    """How many values a store takes, and under which names those at each depth go."""

    def local(number: int) -> str:
        return str(code._varname_from_oparg(number))  # type: ignore[attr-defined]

    if name in ("STORE_FAST", "STORE_DEREF"):
        return 1, {0: local(argument)}
    if name == "STORE_FAST_STORE_FAST":
        return 2, {0: local(argument >> 4), 1: local(argument & 15)}
    if name == "STORE_FAST_LOAD_FAST":
        return 0, {0: local(argument >> 4)}  # one taken, one left
    if name in ("STORE_NAME", "STORE_GLOBAL"):
        return 1, {0: code.co_names[argument]}
    if name == "STORE_ATTR":
        return 2, {1: code.co_names[argument]}
    return None


def returned_local(code: CodeType, at: int) -> str | None:
    """The local variable that the return at an offset gives back, if it gives back just one."""
    raw = code.co_code
    if at < 2 or opcode.opname[raw[at]] != "RETURN_VALUE":
        return None
    name = opcode.opname[raw[at - 2]]
    if name in ("LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_FAST_CHECK", "LOAD_DEREF"):
        return str(code._varname_from_oparg(raw[at - 1]))  # type: ignore[attr-defined]
    if name == "STORE_FAST_LOAD_FAST":
        return str(code._varname_from_oparg(raw[at - 1] & 15))  # type: ignore[attr-defined]
    return None
