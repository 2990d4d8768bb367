"""From files and wishes to jobs: what is to be rendered, what lies there already, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chainviz.errors import ChainvizError
from chainviz.render.cache import changed_sources, why_render
from chainviz.render.catalogue import SceneFile, choose, read_listing
from chainviz.render.fingerprints import Here, short
from chainviz.render.manifest import Manifest
from chainviz.render.records import Failure, Request, SceneRef

__all__ = ["Catalogue", "Planned", "catalogue", "names_for", "plan", "shard_of"]


@dataclass(frozen=True, slots=True)
class Planned:
    """One scene of a batch: what its files are called, and why it needs rendering, if it does."""

    scene: SceneRef
    stem: str
    why: str | None
    entry: dict[str, Any] | None = None
    """What the manifest says of an earlier render."""


@dataclass(slots=True)
class Catalogue:
    """Scenes that are known, files that must be imported to know, files that are broken."""

    scenes: list[SceneRef] = field(default_factory=list)
    unsure: list[SceneFile] = field(default_factory=list)
    broken: list[tuple[SceneFile, Failure]] = field(default_factory=list)


def catalogue(files: Sequence[SceneFile], manifest: Manifest, here: Here) -> Catalogue:
    """List the scenes of all files without importing any: by an earlier answer, or by reading."""
    found = Catalogue()
    for file in files:
        known = _remembered(file, manifest, here)
        if known is not None:
            found.scenes += known
            continue
        try:
            listing = read_listing(file)
        except SyntaxError as error:
            found.broken.append((file, _syntax_failure(error)))
            continue
        except (OSError, ValueError) as error:
            found.broken.append((file, Failure(f"{error}", str(file.path))))
            continue
        if listing.certain:
            found.scenes += listing.scenes
        else:
            found.unsure.append(file)
    return found


def _syntax_failure(error: SyntaxError) -> Failure:
    import traceback

    text = "".join(traceback.format_exception_only(error))
    return Failure(text.strip().splitlines()[-1], f"{error.filename}:{error.lineno}", text)


def _remembered(file: SceneFile, manifest: Manifest, here: Here) -> list[SceneRef] | None:
    entry = manifest.files.get(short(file.path, here.home))
    if entry is None or changed_sources(manifest, entry["sources"], here) is not None:
        return None
    return [SceneRef(name, file.path, line, file.module) for name, line in entry["scenes"]]


def names_for(scenes: Sequence[SceneRef], manifest: Manifest, home: Path) -> dict[SceneRef, str]:
    """What the files of each scene are called: its name, with its module's before it if needed.

    Needed where two files of the batch define a scene of that name, or where the media folder
    holds one of that name from another file that still exists.
    """
    count = Counter(scene.name for scene in scenes)
    owners = {entry["stem"]: entry["source"] for entry in manifest.clips.values()}
    names = {}
    for scene in scenes:
        source = short(scene.path, home)
        owner = owners.get(scene.name, source)
        taken = owner != source and (home / owner).exists()
        names[scene] = scene.name
        if count[scene.name] > 1 or taken:
            names[scene] = f"{_module_name(scene, scenes)}-{scene.name}"
    return names


def _module_name(scene: SceneRef, scenes: Sequence[SceneRef]) -> str:
    """As much of the end of a file's path as tells it from the others with such a scene."""
    parts = scene.path.resolve().with_suffix("").parts
    rivals = [
        other.path.resolve().with_suffix("").parts
        for other in scenes
        if other.name == scene.name and other.path.resolve() != scene.path.resolve()
    ]
    length = 1
    while length < len(parts) and any(rival[-length:] == parts[-length:] for rival in rivals):
        length += 1
    return "-".join(part.strip("/\\:") for part in parts[-length:])


def plan(
    scenes: Sequence[SceneRef],
    wanted: Sequence[str],
    *,
    manifest: Manifest,
    request: Request,
    media: Path,
    here: Here,
    force: bool = False,
) -> list[Planned]:
    """Decide for each chosen scene whether it must be rendered."""
    stems = names_for(scenes, manifest, here.home)
    entries = {
        (entry["stem"], entry["source"], entry["settings"].get("format")): entry
        for entry in manifest.clips.values()
    }
    place = short(Path.cwd(), here.home)
    planned = []
    for scene in choose(scenes, wanted):
        entry = entries.get((stems[scene], short(scene.path, here.home), request.format))
        why = why_render(manifest, entry, media=media, request=request, place=place, here=here)
        planned.append(Planned(scene, stems[scene], "asked for" if force else why, entry))
    return planned


def shard_of(planned: Sequence[Planned], text: str | None) -> list[Planned]:
    """The K-th of N parts (``2/5``) of a batch, the same on every machine."""
    if text is None:
        return list(planned)
    part, _, whole = text.partition("/")
    if not (part.isdigit() and whole.isdigit() and 1 <= int(part) <= int(whole)):
        raise ChainvizError(f"--shard {text}: say K/N with K from 1 to N, such as 2/5")
    # not by what its files are called: that depends on what lies in a machine's media folder
    ordered = sorted(planned, key=lambda one: (one.scene.name, str(one.scene.path)))
    chosen = set(map(id, ordered[int(part) - 1 :: int(whole)]))
    return [one for one in planned if id(one) in chosen]
