"""The command line: one module a command, loaded only when that command runs.

A command's module holds ``EXAMPLES`` (command lines, shown by ``--help`` and tested),
``add_arguments(parser)`` and ``run(args) -> exit code``; it imports what is heavy inside ``run``.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import NoReturn

from chainviz.cli.unheard import unheard_if_need_be
from chainviz.errors import ChainvizError

__all__ = ["COMMANDS", "main"]

# name -> (its module, one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "animate": ("chainviz.cli.animate", "make a film of a formula or of a Python function"),
    "render": ("chainviz.cli.render", "render scenes, many at a time"),
    "check": ("chainviz.cli.check", "audit films and compare them with their goldens"),
    "gallery": ("chainviz.cli.gallery", "write a page that shows everything rendered"),
    "doctor": ("chainviz.cli.doctor", "say what is installed, what is missing and what to do"),
}
FAILED, STOPPED = 2, 130


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints end with where to read more."""

    def error(self, message: str) -> NoReturn:
        self.exit(FAILED, f"{self.prog}: {message}\nTry: {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    with unheard_if_need_be():
        return _main(list(sys.argv[1:] if argv is None else argv))


def _main(words: list[str]) -> int:
    asked = next((word for word in words if not word.startswith("-")), "")
    parser = _Parser(
        prog="chainviz",
        description="Films of the chain rule and of backpropagation, from a plain function.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    if asked and asked not in COMMANDS:
        parser.error(f"there is no command {asked!r}{_nearest(asked, COMMANDS)}")
    chosen: argparse.ArgumentParser = parser
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, (module, line) in COMMANDS.items():
        sub = commands.add_parser(
            name,
            help=line,
            description=f"{line[0].upper()}{line[1:]}.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if name == asked:
            _fill(sub, importlib.import_module(module))
            chosen = sub
    args, unknown = parser.parse_known_args(words)
    if unknown:
        options = re.findall(r"--[\w-]+", chosen.format_help())
        word = unknown[0].partition("=")[0]
        hint = _nearest(word, dict.fromkeys(options))
        if "--at" in options and all(re.match(r"\w+=", one) for one in unknown):
            hint = f"; values follow --at: --at {' '.join(unknown)}"
        chosen.error(f"unknown: {' '.join(unknown)}{hint}")
    if args.version:
        from chainviz import __version__

        print(f"chainviz {__version__}")
        return 0
    if args.command is None:
        parser.print_help()
        return FAILED
    return _run(args)


def _fill(parser: argparse.ArgumentParser, module: ModuleType) -> None:
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)
    examples: Iterable[str] = module.EXAMPLES
    parser.epilog = "\n  ".join(["examples:", *examples])


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=2, cutoff=0.5)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _run(args: argparse.Namespace) -> int:
    try:
        return int(args.run(args))
    except ChainvizError as error:
        print(f"chainviz {args.command}: {error}", file=sys.stderr)
        return FAILED
    except ImportError as error:
        # pycairo, ManimPango and PyAV fail so where a system library is gone
        first = re.split(r"\n", str(error), maxsplit=1)[0]
        print(f"chainviz {args.command}: {first}\nWhat to do: chainviz doctor", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return STOPPED
