"""The explanations of `explain` for a key of `ipseclint.toml`: its meaning, its form, and the rules that need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipseclint.engine.configuration.starter import default_of, example_of, keys
from ipseclint.engine.configuration.toml_text import toml_value
from ipseclint.engine.explain.explanation import Explanation, Section
from ipseclint.engine.rulesets.ruleset import Ruleset

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_TABLES = {"site": "[site]", "names": "[names]", "overrides": "[[overrides]]", "intent": "[[intent]]"}


def explain_key(word: str, ruleset: Ruleset) -> tuple[Explanation, ...]:
    """The keys with this name, in full or without their table: `site.peers`, `peers`, `fail-on`."""
    wanted = _folded(word)
    named = [(key, field) for key, field in keys() if wanted in {_folded(key), _folded(key.rpartition(".")[2])}]
    named.sort(key=lambda each: not each[0].startswith("site."))  # what a report waits for is asked for most
    return tuple(_explained(key, field, ruleset) for key, field in named)


def _folded(name: str) -> str:
    return name.casefold().replace("_", "-")


def _explained(key: str, field: FieldInfo, ruleset: Ruleset) -> Explanation:
    table, _, name = key.rpartition(".")
    head = (_TABLES[table],) if table else ()
    written = (*head, f"{name} = {toml_value(example_of(field))}")
    waiting = [rule for rule in ruleset.known if table == "site" and name in rule.needs]
    sections = [
        Section(paragraphs=(f"{field.description}.",)),
        Section("For example, in ipseclint.toml", lines=written),
        Section(paragraphs=(f"Default: {default_of(field)}.",)),
    ]
    if waiting:
        sections.append(Section("Rules that wait for it", items=tuple(f"{each.code} {each.name}" for each in waiting)))
    codes = tuple(each.code for each in waiting)
    return Explanation("key", key, f"{key}, a key of ipseclint.toml", tuple(sections), codes)
