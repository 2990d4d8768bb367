"""Runs mutants and clean films, and says which were caught."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from chainviz.audit.audit import audit
from chainviz.audit.finding import Level
from chainviz.audit.pool import Broken, Late, run_all
from chainviz.audit.record import Recording, record
from chainviz.golden.film import Film, film_of
from chainviz.golden.words import changes
from chainviz.render.catalogue import find_files
from chainviz.render.loading import load_module, scene_classes
from mutants.films import clean_film
from mutants.tools import GOLDEN, Mutant, Scene
from mutants.users import FILMS

__all__ = ["Caught", "catch", "clean_findings", "lesson", "main", "what_catches"]

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Caught:
    """What was seen of one mutant."""

    mutant: str
    wanted: str
    by: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether what should catch it did."""
        return self.wanted in self.by


@lru_cache(maxsize=1)
def _lessons() -> dict[str, Scene]:
    found: dict[str, Scene] = dict(FILMS)
    for file in find_files([str(ROOT / "scenes")], ROOT):
        found |= scene_classes(load_module(file.path, None))
    return found


def lesson(name: str) -> Scene:
    """One of our lessons, or of the films that users make."""
    return _lessons()[name]


Approved = tuple[Film, frozenset[str]]
_known: dict[str, Approved] = {}


def _approved(name: str) -> Approved:
    """A lesson without a defect: its film, and the rules that find something even so."""
    if name not in _known:
        recording = record(lesson(name))
        _known[name] = film_of(recording), _rules(recording)
    return _known[name]


def _rules(recording: Recording) -> frozenset[str]:
    found = audit(recording.timeline).findings
    return frozenset(finding.rule for finding in found if finding.level > Level.NOTE)


def what_catches(scene: Scene, name: str) -> tuple[str, ...]:
    """The rules and goldens that see the difference between a scene and the lesson it was."""
    film, before = _approved(name)
    recording = record(scene)
    seen = sorted(_rules(recording) - before)
    return (*seen, GOLDEN) if changes(film, film_of(recording)) else tuple(seen)


def catch(mutant: Mutant) -> Caught:
    """Run one mutant."""
    by = what_catches(mutant.mutate(lesson(mutant.film)), mutant.film)
    return Caught(mutant.name, mutant.caught_by, by)


def clean_findings(seed: int) -> tuple[str, ...]:
    """What an audit says of the clean film with that number: it should be nothing."""
    scene, told = clean_film(seed)
    found = audit(record(scene).timeline).findings
    return tuple(
        f"{seed}: {told}: {f.rule} {f.name} at {f.time:.1f} s: {f.message}"
        for f in found
        if f.level > Level.NOTE
    )


def _answers(work: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    for index, answer in run_all(work, timeout=300):
        if isinstance(answer, (Late, Broken)):
            print(f"  {answer}", file=sys.stderr)
        yield index, answer


def main(words: Sequence[str], mutants: Iterable[Mutant]) -> int:
    """All mutants and 200 clean films; print both figures."""
    chosen = [m for m in mutants if not words or any(word in m.name for word in words)]
    films = sorted({mutant.film for mutant in chosen})
    for at, answer in _answers([partial(_approved, name) for name in films]):
        if not isinstance(answer, tuple):
            return 1
        _known[films[at]] = answer  # made in a fork: nothing is ever typeset in this process
    missed = 0
    for index, caught in _answers([partial(catch, mutant) for mutant in chosen]):
        mutant = chosen[index]
        ok = isinstance(caught, Caught) and caught.ok
        missed += not ok
        by = ", ".join(caught.by) if isinstance(caught, Caught) else str(caught)
        print(f"{'caught' if ok else 'MISSED'}  {mutant.name}: {mutant.caught_by} (seen: {by})",
              flush=True)  # fmt: skip
    print(f"{len(chosen) - missed} of {len(chosen)} defects caught", flush=True)
    if words:
        return int(missed > 0)
    count, dirty = 200, 0
    for _, told in _answers([partial(clean_findings, seed) for seed in range(count)]):
        if told:
            dirty += 1
            print(*(told if isinstance(told, tuple) else (told,)), sep="\n", flush=True)
    print(f"{count - dirty} of {count} clean films without a finding")
    return int(missed > 0 or dirty > 0)
