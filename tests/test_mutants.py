"""A quick part of the mutation suite, a defect a rule; `make mutants` runs all of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chainviz.audit.rules import RULES
from mutants.defects import MUTANTS
from mutants.run import catch, clean_findings
from mutants.tools import GOLDEN, Mutant

QUICK = {mutant.caught_by: mutant for mutant in reversed(MUTANTS)}


@pytest.mark.parametrize("mutant", QUICK.values(), ids=lambda mutant: mutant.name)
def test_defect_is_caught_by_what_should_catch_it(mutant: Mutant) -> None:
    caught = catch(mutant)
    assert caught.ok, caught


def test_every_rule_that_reads_tags_has_a_mutant() -> None:
    assert {rule.id for rule in RULES.values() if rule.tagged} <= set(QUICK)
    assert len(MUTANTS) >= 40
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert {mutant.caught_by for mutant in MUTANTS} <= {*RULES, GOLDEN}


@pytest.mark.parametrize("seed", [5, 11, 17, 95, 154])
def test_clean_films_have_no_finding(seed: int) -> None:
    assert clean_findings(seed) == ()


def test_the_suite_runs_to_its_end_in_forks() -> None:
    """What is typeset in the process that forks would leave the forks waiting for its threads."""
    words = ["a contribution missing from a sum"]  # it sets an equation that no lesson has
    command = [sys.executable, str(Path(__file__).parent / "mutants"), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.stdout.splitlines()[-1] == "1 of 1 defects caught", done.stdout + done.stderr
