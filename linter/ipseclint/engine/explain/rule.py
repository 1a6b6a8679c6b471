"""The explanation of `explain` for a rule."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.engine.explain.explanation import Explanation, Section
from ipseclint.engine.rulesets.ruleset import Citation, Ruleset
from ipseclint.finding import BASIS_WORDS
from ipseclint.rule import Rule
from ipseclint.vocabulary.windows_errors import error_name


def explain_rule(rule: Rule, ruleset: Ruleset) -> Explanation:
    """All about a rule: what, why, what an administrator sees, examples, repair, numbers, sources."""
    settings = ruleset.settings(rule)
    state = "" if settings.enabled else ", off"
    title = f"{rule.code} {rule.name} ({settings.severity}{state} in {ruleset.label})"
    return Explanation("rule", rule.code, title, tuple(_rule_sections(rule, ruleset)), (rule.code,))


def basis_words(rule: Rule) -> str:
    """What a rule rests on: its mechanism, and its threshold if that differs."""
    words = [BASIS_WORDS[basis] for basis in rule.basis]
    return words[0] if len(words) == 1 else f"mechanism {words[0]}, threshold or last step {words[1]}"


def citation_words(key: str, sources: dict[str, Citation]) -> str:
    """A citation as title, section and address, and how well the text was read."""
    name, _, section = key.partition(" ")
    source = sources[name]
    seen = "" if source.seen == "read" else f" [{source.seen}]"
    return f"{source.title}{f', section {section}' if section else ''}: {source.url}{seen}"


def _rule_sections(rule: Rule, ruleset: Ruleset) -> Iterator[Section]:
    settings = ruleset.settings(rule)
    yield Section(paragraphs=(rule.text.summary,))
    for heading, text in rule.text.sections:
        yield Section(heading, tuple(text.split("\n\n")))
    yield Section("Basis", (basis_words(rule),))
    if rule.leads_to:
        yield Section("Leads to", items=tuple(f"{code} (0x{code:X}) {error_name(code)}" for code in rule.leads_to))
    if settings.options:
        heading = f"Numbers of {ruleset.label} (change them in a ruleset of your own)"
        yield Section(heading, lines=tuple(f"{key} = {value}" for key, value in settings.options.items()))
    if rule.needs:
        facts = ", ".join(f"site.{fact}" for fact in rule.needs)
        yield Section(paragraphs=(f"Needs {facts} in ipseclint.toml",))
    if rule.cause is not None:
        yield Section(paragraphs=(f"Cause of queue drops: {rule.cause.words}",))
    yield Section(paragraphs=(f"Stands in {rule.where}",))
    if settings.cite:
        sources = [citation_words(key, ruleset.sources) for key in settings.cite]
        if settings.unverified:
            sources.append("Requirement level taken from a secondary source.")
        yield Section("Sources", items=tuple(sources))
