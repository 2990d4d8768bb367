"""chainviz gallery: one page with everything in the media folder."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from chainviz.render.config import media_folder
from chainviz.render.gallery import write_gallery

__all__ = ["EXAMPLES", "add_arguments", "run"]

EXAMPLES = ("chainviz gallery", "chainviz gallery --media out --title 'The chain rule'")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("--media", metavar="DIR", help="where the films are (default: ./media)")
    parser.add_argument("--title", default="Films", help="the heading of the page")


def run(args: argparse.Namespace) -> int:
    """Write the page and say where it is."""
    path = write_gallery(media_folder(args.media, Path.cwd()), title=args.title)
    print(os.path.relpath(path))
    return 0
