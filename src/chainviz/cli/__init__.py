"""The command line: one module a command, loaded only when that command runs."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from chainviz.errors import ChainvizError

__all__ = ["COMMANDS", "main"]

# name -> (module with add_arguments(parser) and run(args) -> exit code, one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "animate": ("chainviz.cli.animate", "make a film of a formula or of a Python function"),
    "render": ("chainviz.cli.render", "render scenes, many at a time"),
    "check": ("chainviz.cli.check", "audit films and compare them with their goldens"),
    "gallery": ("chainviz.cli.gallery", "write a page that shows everything rendered"),
    "doctor": ("chainviz.cli.doctor", "say what is installed, what is missing and what to do"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="chainviz",
        description="Films of the chain rule and of backpropagation, from a plain function.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    asked = next((word for word in words if word in COMMANDS), None)
    for name, (module, line) in COMMANDS.items():
        sub = commands.add_parser(name, help=line, description=line)
        if name == asked:
            loaded = importlib.import_module(module)
            loaded.add_arguments(sub)
            sub.set_defaults(run=loaded.run)
    args = parser.parse_args(words)
    if args.version:
        from importlib.metadata import version

        print(f"chainviz {version('chainviz')}")
        return 0
    if args.command is None:
        parser.print_help()
        return 2
    try:
        return int(args.run(args))
    except ChainvizError as error:
        print(f"chainviz {args.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
