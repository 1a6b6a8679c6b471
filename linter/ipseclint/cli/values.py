"""Options with known words as values, and their completion in a shell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ipseclint.cli.lazily import typer

PROFILES = ("domain", "private", "public")
DIRECTIONS = ("out", "in")
INTERFACES = ("lan", "wireless", "ras")
SEVERITIES = ("error", "warning", "info", "never")


def rule_option(meaning: str) -> Any:
    """An option for rules, by code, name or family."""
    return typer.Option(metavar="CODE|NAME", help=meaning, autocompletion=rules)


def ruleset_option(meaning: str) -> Any:
    """An option for a ruleset, by name or file."""
    return typer.Option(metavar="NAME|FILE", help=meaning, autocompletion=rulesets)


def severity_option(meaning: str) -> Any:
    """An option for the severity from which something applies."""
    return typer.Option(metavar="|".join(SEVERITIES), help=meaning, autocompletion=severities)


def word_option(words: Iterable[str], meaning: str) -> Any:
    """An option for one of a few words."""
    known = tuple(words)
    return typer.Option(metavar="|".join(known), help=meaning, autocompletion=one_of(*known))


def day_option() -> Any:
    """An option for the day of judgement."""
    return typer.Option(
        metavar="DATE",
        formats=["%Y-%m-%d"],
        help="Judge what expires, and updates, for this day instead of today: 2027-06-30.",
    )


def site_option() -> Any:
    """An option for the configuration with the site's facts."""
    return typer.Option(metavar="FILE", help="The configuration, for the site's facts.")


def partial_option() -> Any:
    """An option to answer although a policy was understood only in part."""
    return typer.Option(help="Answer even if the policy was understood in part.")


def severities(incomplete: str) -> list[str]:
    """The values of `--fail-on`."""
    return _beginning(incomplete, SEVERITIES)


def formats(incomplete: str) -> list[str]:
    """The formats and stores of a report."""
    from ipseclint.reporters import STORES, format_names

    return _beginning(incomplete, (*format_names(), *STORES))


def rulesets(incomplete: str) -> list[str]:
    """The rulesets that come with the program; a file of one's own is completed by the shell."""
    from ipseclint.engine.rulesets.shipped import available_rulesets

    return _beginning(incomplete, available_rulesets())


def rules(incomplete: str) -> list[str]:
    """Families, codes and names of rules."""
    from ipseclint.rules import all_rules

    known = all_rules()
    families = sorted({rule.code[:2] for rule in known})
    return _beginning(incomplete, (*families, *(word for rule in known for word in (rule.code, rule.name))))


def explained(incomplete: str) -> list[str]:
    """The words that `explain` accepts: rules, errors by number and name, events, facts about the site."""
    from ipseclint.model.site import Site
    from ipseclint.vocabulary.audit_events import event_texts
    from ipseclint.vocabulary.windows_errors import error_table

    errors = error_table().values()
    known = [*map(str, event_texts()), *(str(error.code) for error in errors), *(error.name for error in errors)]
    facts = (f"site.{name}" for name in Site.__struct_fields__)
    return [*rules(incomplete), *_beginning(incomplete, ("defaults", *known, *facts))]


def schedules(incomplete: str) -> list[str]:
    """The values of `load --schedule`."""
    from ipseclint.load.schedules import SCHEDULES

    return _beginning(incomplete, SCHEDULES)


def one_of(*words: str) -> Callable[[str], list[str]]:
    """A completion of a few words."""
    return lambda incomplete: _beginning(incomplete, words)


def _beginning(incomplete: str, words: Iterable[str]) -> list[str]:
    """The words with this beginning, in any case, without duplicates."""
    start = incomplete.casefold()
    return [word for word in dict.fromkeys(words) if word.casefold().startswith(start)]
