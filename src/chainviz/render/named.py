"""Files that a program names in its text: readers written in C open them out of our sight."""

# ruff: noqa: PTH100, PTH109, PTH113, PTH118, PTH120, PTH123
from __future__ import annotations

import ast
import os
import shlex
from collections.abc import Collection, Iterable, Iterator
from typing import Any

__all__ = ["named_in_code", "named_in_words"]

_LONGEST = 255


def named_in_code(path: str, without: Collection[str] = ()) -> Iterator[str]:
    """Existing files that string literals name, seen from the working folder or the file's own.

    ``without`` are classes whose text doesn't count.
    """
    try:
        with open(path, "rb") as file:
            body = ast.parse(file.read()).body
    except (OSError, SyntaxError, ValueError):
        return
    kept = (one for one in body if not (isinstance(one, ast.ClassDef) and one.name in without))
    texts = {
        node.value
        for statement in kept
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for text in sorted(texts):
        yield from _files(text, (os.getcwd(), os.path.dirname(path)))


def named_in_words(words: Iterable[Any], place: str) -> Iterator[str]:
    """Existing files that the words of a command line name, or parts of them do."""
    for word in map(os.fsdecode, words):
        try:
            parts = shlex.split(word)
        except ValueError:
            parts = word.split()
        for part in {word, *parts, *(part.partition("=")[2] for part in parts)}:
            yield from _files(part, (place,))


def _files(text: str, folders: Iterable[str]) -> Iterator[str]:
    if not 0 < len(text) <= _LONGEST or not text.isprintable():
        return
    for folder in folders:
        path = os.path.abspath(os.path.join(folder, text))
        if os.path.isfile(path):
            yield path
