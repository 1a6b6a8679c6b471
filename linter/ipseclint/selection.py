"""Which rules a run uses: those the ruleset switches on, narrowed by what the user selects and ignores."""

from __future__ import annotations

import difflib

from ipseclint.rule import Rule
from ipseclint.rules import all_rules
from ipseclint.ruleset import Ruleset


class SelectionError(Exception):
    """A word that names no rule and no family; the message offers the nearest."""


def selected(ruleset: Ruleset, select: tuple[str, ...], ignore: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of a run. A rule named by itself runs even if the ruleset has it off. Raises SelectionError."""
    rules = all_rules()
    wanted = _codes(select, rules)
    unwanted = _codes(ignore, rules)
    by_itself = {word.casefold() for word in select}
    return tuple(
        rule
        for rule in rules
        if (not select or rule.code in wanted)
        and rule.code not in unwanted
        and (ruleset.settings(rule).enabled or {rule.code.casefold(), rule.name} & by_itself)
    )


def _codes(words: tuple[str, ...], rules: tuple[Rule, ...]) -> set[str]:
    codes: set[str] = set()
    for word in words:
        folded = word.casefold()
        matched = {rule.code for rule in rules if folded in {rule.code.casefold(), rule.name, rule.family.casefold()}}
        if not matched:
            raise SelectionError(f"no rule or family {word!r}{_nearest(folded, rules)}")
        codes |= matched
    return codes


def _nearest(word: str, rules: tuple[Rule, ...]) -> str:
    names = [name for rule in rules for name in (rule.code.casefold(), rule.name)]
    close = difflib.get_close_matches(word, names, n=1)
    return (
        f"; did you mean {close[0].upper() if close[0][:2].isalpha() and close[0][2:].isdigit() else close[0]}?"
        if close
        else ""
    )
