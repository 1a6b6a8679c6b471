"""Suggestions for a word that is no rule, error or event: words spelt similarly, or rules that mention it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from ipseclint.engine.explain.lookup import as_meant
from ipseclint.engine.rulesets.ruleset import Ruleset
from ipseclint.late import late
from ipseclint.vocabulary.audit_events import event_texts
from ipseclint.vocabulary.windows_errors import error_table, error_texts
from ipseclint.words import padded_code

_NAME = late(r"\d*[a-z][\w-]{1,40}")


def suggestions(word: str, ruleset: Ruleset) -> Sequence[str]:
    """The suggestions for a word, nearest first."""
    text = as_meant(word[:200]).casefold()
    if padded := ruleset.find(padded_code(text)):
        return [padded.code]
    names: dict[str, str] = {}
    for rule in ruleset.known:
        names |= {rule.code.casefold(): rule.code, rule.name: rule.name}
    for error in error_table().values():
        names |= {error.name.casefold(): error.name, str(error.code): str(error.code)}
        names[error.name.casefold().removeprefix("error_ipsec_").removeprefix("ike_")] = error.name
    names |= {str(number): str(number) for number in event_texts()}
    names |= {reason.casefold().rstrip("."): f'"{reason.rstrip(".")}"' for reason in error_texts().values()}
    begin_so = [name for word, name in names.items() if len(text) > 1 and word.startswith(text)]
    near = [names[word] for word in get_close_matches(text, names, n=3, cutoff=0.7)]
    return list(dict.fromkeys([*begin_so, *near]))[:3]


def speaking_of(word: str, ruleset: Ruleset) -> Sequence[str]:
    """The codes of the rules whose pages contain a word, such as the name of a setting; none for a sentence."""
    text = as_meant(word[:200]).casefold()
    if not _NAME.fullmatch(text):
        return ()
    named = re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])")
    pages = (
        (rule.code, " ".join((rule.text.summary, *(part for _, part in rule.text.sections)))) for rule in ruleset.known
    )
    return [code for code, page in pages if named.search(page.casefold())]
