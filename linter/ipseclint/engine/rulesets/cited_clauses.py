"""The clauses of documents that the rules of a ruleset cite."""

from __future__ import annotations

from typing import NamedTuple

from ipseclint.engine.rulesets.ruleset import Citation, Ruleset, RuleSettings
from ipseclint.finding import Severity
from ipseclint.report import Standing


class Clause(NamedTuple):
    """One clause of a document with the rule that checks it; `section` is empty where no clause is known."""

    clause: str
    rule: str
    name: str
    severity: Severity
    standing: Standing
    section: str = ""


def clauses_of(ruleset: Ruleset) -> tuple[Clause, ...]:
    """The clauses that enabled rules cite, by document and clause; `own reasoning` for a rule that cites none."""
    rows = []
    for rule in ruleset.known:
        settings = ruleset.settings(rule)
        about = (rule.code, rule.name, settings.severity)
        for key in settings.cite if settings.enabled else ():
            name, _, section = key.partition(" ")
            source = ruleset.sources.get(name)
            words = key if source is None else f"{source.title}{f', {section}' if section else ''}"
            rows.append(Clause(words, *about, _standing(source, settings), section))
        if settings.enabled and not settings.cite:
            rows.append(Clause("own reasoning", *about, Standing.UNVERIFIED))
    return tuple(sorted(rows))


def _standing(source: Citation | None, settings: RuleSettings) -> Standing:
    """How well a clause was read, which is the first word of `seen` for its document."""
    if source is None or settings.unverified:
        return Standing.UNVERIFIED
    if source.seen == "read":
        return Standing.READ
    return Standing.QUOTED if source.seen.startswith("quoted:") else Standing.UNVERIFIED
