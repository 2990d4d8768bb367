"""Rules by the words that people call them by: 203, "203" or edge-label."""

from __future__ import annotations

from difflib import get_close_matches

from chainviz.audit.finding import Rule
from chainviz.audit.rules import RULES
from chainviz.errors import ChainvizError

__all__ = ["rule_called"]


def rule_called(word: object) -> Rule:
    """The rule of that id or name.

    >>> rule_called(203).name, rule_called("edge-label").id
    ('edge-label', '203')
    """
    text = str(word).strip()
    for rule in RULES.values():
        if text == rule.name or f"{text:>03}" == rule.id:
            return rule
    names = [known for rule in RULES.values() for known in (rule.name, rule.id)]
    near = get_close_matches(text, names, n=2, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise ChainvizError(f"there is no rule {text!r}; {hint}chainviz check --explain all lists them")
