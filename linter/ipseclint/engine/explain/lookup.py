"""The meaning of a word or text that an administrator has at hand: a rule, an error, an event, a finding.

It may be the code or name of a rule, an error in any form in which Windows writes a number, the number of an event, a
sentence of Event Viewer, or the whole text of an event. Rules are looked up without the tables about Windows.
"""

from __future__ import annotations

from ipseclint.engine.explain.explanation import Explanation
from ipseclint.engine.explain.rule import explain_rule
from ipseclint.engine.rulesets.ruleset import Ruleset
from ipseclint.late import late

_AROUND = " \t\r\n'\"`.,;:!?\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
"""Characters around a copied number or sentence that do not belong to it."""
_BETWEEN = late(r"[\s,;+/&]+")
_NOT_CODES = frozenset({"rule", "rules", "and", "code"})
_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-")
_THOUSANDS = late(r"(\D{0,20}\b\d{1,2})[,.'\u2019\u00a0\u202f](\d{3})")
_OF_INTENTS = frozenset({"it001", "intent-broken"})
"""The rule of intents, which is in no ruleset and made on demand."""
_MAX_TEXT = 100_000
_MAX_RULES = 8


def explanations(word: str, ruleset: Ruleset) -> tuple[Explanation, ...]:
    """The explanations of a word; none if it is unknown."""
    text = as_meant(word[:_MAX_TEXT])
    rule = ruleset.find(text)
    if rule is not None:
        return (explain_rule(rule, ruleset),)
    if text.casefold() in _OF_INTENTS:
        from ipseclint.engine.configuration.intents import intent_plan

        intents = intent_plan((), ruleset)
        return (explain_rule(intents.rules[0], intents.ruleset),)
    if several := _rules_in(text, ruleset):
        return several
    from ipseclint.engine.explain.lookup_of_windows import otherwise_known

    return otherwise_known(text, ruleset)


def _rules_in(text: str, ruleset: Ruleset) -> tuple[Explanation, ...]:
    """The rules that a text names, if it holds nothing but codes and separators."""
    words = [word for word in _BETWEEN.split(text) if word and word.casefold() not in _NOT_CODES]
    rules = [rule for word in words[:_MAX_RULES] if (rule := ruleset.find(word)) is not None]
    return tuple(explain_rule(rule, ruleset) for rule in rules) if len(rules) == len(words) else ()


def as_meant(word: str) -> str:
    """A word as one would type it: without the quotes, full stops, dashes and thousands separators that copying brings
    along."""
    text = word.translate(_DASHES).strip(_AROUND)
    grouped = _THOUSANDS.fullmatch(text)
    return text if grouped is None else f"{grouped[1]}{grouped[2]}"
