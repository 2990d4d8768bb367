"""Decides whether a clip that lies there is still the one that would be rendered now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chainviz.render.fingerprints import Here, environment_hash, hash_of_file
from chainviz.render.manifest import Manifest
from chainviz.render.records import Request, Sources

__all__ = ["changed_sources", "why_render"]


def changed_sources(manifest: Manifest, packed: Mapping[str, Any], here: Here) -> str | None:
    """The first thing that isn't any more what it was; None where all is the same."""
    sources = manifest.unpack(packed)
    if sources is None:
        return "the manifest doesn't say what it was made of"
    change = next(_own_changes(sources, here), None)
    if change is not None:
        return change
    # many clips were made with the same tools: that is looked at once for all of them
    key = packed["toolchain"]
    if key not in here.judged:
        here.judged[key] = next(_tool_changes(sources, here), None)
    return here.judged[key]


def _own_changes(sources: Sources, here: Here) -> Iterator[str]:
    for name, was in sources.files.items():
        now = here.hash_of(name)
        if now != was:
            yield f"{name} {'is new' if was is None else 'is gone' if now is None else 'changed'}"
    for name, was in sources.environment.items():
        if environment_hash(name) != was:
            yield f"the environment variable {name} changed"


def _tool_changes(sources: Sources, here: Here) -> Iterator[str]:
    for name, version in sources.versions.items():
        if here.version_of(name) != version:
            yield f"the version of {name} changed"
    for name, was in sources.library.items():
        if here.hash_of(str(_PACKAGE / name)) != was:
            yield f"chainviz/{name} changed"
    for name, state in sources.stats.items():
        if here.stat_of(name) != state:
            yield f"{name} changed"


_PACKAGE = Path(__file__).resolve().parent.parent


def why_render(
    manifest: Manifest,
    entry: Mapping[str, Any] | None,
    *,
    media: Path,
    request: Request,
    place: str,
    here: Here,
) -> str | None:
    """Why a scene must be rendered; None where the clip of that entry will do."""
    if entry is None:
        return "not rendered yet"
    if entry.get("settings") != request.as_json() or entry.get("place") != place:
        return "other settings"
    spoiled = _spoiled(entry, media)
    if spoiled:
        return spoiled
    return changed_sources(manifest, entry["sources"], here)


def _spoiled(entry: Mapping[str, Any], media: Path) -> str | None:
    outputs = entry["outputs"]
    clip = media / outputs["clip"]
    try:
        found = clip.stat()
    except OSError:
        return f"{clip.name} is missing"
    same_state = [found.st_size, found.st_mtime_ns] == [entry["size"], entry["mtime_ns"]]
    if not same_state and hash_of_file(clip) != entry["hash"]:
        return f"{clip.name} was changed by somebody else"
    for name in filter(None, (outputs["poster"], *outputs["beside"])):
        if not (media / name).exists():
            return f"{name} is missing"
    return None
