"""Every lesson is what was approved: its timeline, its storyboard and layout, its stills."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chainviz.golden.store import Compared
from chainviz.render.catalogue import SceneFile, find_files, read_listing
from chainviz.render.loading import load_module, scene_classes

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"
LESSONS = [
    (file, ref.name)
    for file in find_files([str(ROOT / "scenes")], ROOT)
    for ref in read_listing(file).scenes
]


@pytest.mark.parametrize(("file", "name"), LESSONS, ids=[name for _, name in LESSONS])
def test_lesson_is_as_approved(
    file: SceneFile, name: str, chainviz_golden: Callable[..., Compared]
) -> None:
    compared = chainviz_golden(scene_classes(load_module(file.path, None))[name], GOLDEN)
    assert [f"{f.time:.1f} s: {f.rule} {f.message}" for f in compared.findings] == []


def test_no_golden_is_left_over() -> None:
    from chainviz.golden.store import unused

    assert unused(GOLDEN, [name for _, name in LESSONS]) == ()


def test_goldens_stay_small() -> None:
    assert sum(path.stat().st_size for path in GOLDEN.glob("*")) < 5_000_000
