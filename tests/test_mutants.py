"""A quick part of the mutation suite, a defect a rule; `make mutants` runs all of it."""

from __future__ import annotations

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


@pytest.mark.parametrize("seed", [5, 11, 17])
def test_clean_films_have_no_finding(seed: int) -> None:
    assert clean_findings(seed) == ()
