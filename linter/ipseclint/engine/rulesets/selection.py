"""The rules of a run: those that the ruleset enables, narrowed by select and ignore."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ipseclint.engine.configuration.config import Override
from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.rulesets.ruleset import Ruleset
from ipseclint.finding import Finding, Severity
from ipseclint.rule import Rule
from ipseclint.words import nearest


def selected(
    ruleset: Ruleset, select: Sequence[str], ignore: Sequence[str], beside: Sequence[Rule] = ()
) -> tuple[Rule, ...]:
    """The rules of a run. A rule that is selected by itself runs even if the ruleset disables it. Raises ConfigError.

    `beside` are further rules of the run, which may be named too.
    """
    rules = ruleset.known
    wanted = codes(select, (*rules, *beside))
    unwanted = codes(ignore, (*rules, *beside))
    by_itself = {word.casefold() for word in _words(select)}
    return tuple(
        rule
        for rule in rules
        if (not select or rule.code in wanted)
        and rule.code not in unwanted
        and (rule.code in ruleset.enabled or {rule.code.casefold(), rule.name} & by_itself)
    )


def _words(lists: Sequence[str]) -> Iterator[str]:
    """The words in comma-separated lists; a list without any word names nothing.

    Raises ConfigError for another list with an empty part, as where a variable is not set that it is made of.
    """
    for named in lists:
        words = [word.strip() for word in named.split(",")]
        if any(words) and not all(words):
            raise ConfigError(f"{named!r}: before or behind a comma no rule is named")
        yield from filter(None, words)


def codes(words: Sequence[str], rules: Sequence[Rule]) -> set[str]:
    """The codes that codes, names and families stand for. Raises ConfigError for any other word."""
    wanted = {word.casefold(): word for word in _words(words)}
    matched: set[str] = set()
    for folded, word in wanted.items():
        by_itself = {rule.code for rule in rules if folded in {rule.code.casefold(), rule.name}}
        meant = by_itself or {rule.code for rule in rules if rule.family.casefold() == folded}
        if not meant:
            names = [name for rule in rules for name in (rule.code, rule.name)]
            instead = nearest(word, names) or "; `ipseclint rules` lists them"
            raise ConfigError(f"no rule or family {word!r}{instead}")
        matched |= meant
    return matched


def adjustment(
    severities: Mapping[str, Severity], overrides: Sequence[Override], running: Sequence[Rule], known: Sequence[Rule]
) -> Callable[[Finding], Finding | None] | None:
    """A function that applies the configuration to a finding: another severity, or None to drop it for its path.

    None if the configuration changes nothing.

    Raises ConfigError for a rule that does not exist, or is not `running`, so that no setting is dead.
    """
    run = {rule.code for rule in running}

    def running_codes(word: str, key: str) -> set[str]:
        matched = codes([word], known)
        if not matched & run:
            raise ConfigError(f"{key}: {word} does not run, so this has no effect")
        return matched

    by_code = {code: severity for word, severity in severities.items() for code in running_codes(word, "severity")}
    layers = [
        (
            _matcher(override.paths),
            {code for word in override.ignore for code in running_codes(word, "overrides.ignore")},
            {
                code: severity
                for word, severity in override.severity.items()
                for code in running_codes(word, "overrides.severity")
            },
        )
        for override in overrides
    ]

    if not by_code and not layers:
        return None

    def adjust(finding: Finding) -> Finding | None:
        severity = by_code.get(finding.code)
        for matches, ignored, changed in layers:
            if matches(finding.span.path):
                if finding.code in ignored:
                    return None
                severity = changed.get(finding.code, severity)
        return finding if severity is None else finding.model_copy(update={"severity": severity})

    return adjust


def _matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns).match_file
