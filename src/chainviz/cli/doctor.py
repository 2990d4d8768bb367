"""chainviz doctor: what is installed, what is missing, and what to do about it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

from chainviz.cli.probes import PROBES, Row, Verdict, examine

__all__ = ["EXAMPLES", "add_arguments", "run", "table"]

EXAMPLES = ("chainviz doctor", "chainviz doctor --json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``chainviz doctor``."""
    parser.add_argument("--json", action="store_true", help="print the same for a program to read")


def run(args: argparse.Namespace) -> int:
    """Examine the machine; the exit code is 1 when no render could work."""
    rows = [examine(probe) for probe in PROBES]
    ready = all(row.verdict is not Verdict.MISSING for row in rows)
    if args.json:
        print(json.dumps({"ready": ready, "rows": [asdict(row) for row in rows]}, indent=2))
    else:
        print(table(rows))
        print("Ready to render." if ready else "No render can work before that is mended.")
    return 0 if ready else 1


def table(rows: Sequence[Row]) -> str:
    """The rows in columns, and under them what to do where something is wrong."""
    cells = [("", "found", "needed", ""), *((r.what, r.found, r.needed, r.verdict) for r in rows)]
    widths = [max(len(cell[column]) for cell in cells) for column in range(3)]
    lines = [
        "  ".join([*(text.ljust(w) for text, w in zip(cell, widths, strict=False)), cell[3]])
        for cell in cells
    ]
    remedies = [f"{row.what}: {row.remedy}" for row in rows if row.remedy]
    return "\n".join([*(line.rstrip() for line in lines), "", *remedies])
