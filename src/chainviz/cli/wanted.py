"""The words of chainviz render, put in order with what the configuration says."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from chainviz.errors import ChainvizError
from chainviz.render import config
from chainviz.render.fingerprints import Here
from chainviz.render.records import Request

__all__ = ["Batch", "settle"]


@dataclass(frozen=True, slots=True)
class Batch:
    """The command's words, put in order."""

    args: argparse.Namespace
    request: Request
    media: Path
    timeout: float | None
    jobs: int | None
    here: Here

    @property
    def home(self) -> Path:
        """The folder that the paths in the manifest are relative to."""
        return self.here.home


def settle(args: argparse.Namespace) -> tuple[Batch, list[str]]:
    """The batch that the words ask for, and the paths that they mean."""
    here = Path.cwd()
    defaults = config.read_defaults(here)
    values = dict(defaults.values)
    asked = {key: value for key, value in vars(args).items() if value is not None}
    if "quality" in asked:  # -q on the command line beats a finer setting in a file
        values.pop("resolution", None)
        values.pop("fps", None)
    values |= asked
    media = config.media_folder(args.media, here)
    if values.get("jobs") is not None and values["jobs"] < 1:
        raise ChainvizError(f"-j {values['jobs']}: say how many scenes at a time, 1 or more")
    if values.get("timeout") is not None and not values["timeout"] > 0:
        raise ChainvizError(f"--timeout {values['timeout']:g}: say a number of seconds above 0")
    batch = Batch(
        args,
        config.to_request(values),
        media,
        values.get("timeout"),
        values.get("jobs"),
        Here(media.parent),
    )
    return batch, args.paths or config.usual_paths(here)
