"""What `explain` says of a rule or a Windows error, as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from ipseclint.engine.ruleset import Citation, Ruleset
from ipseclint.finding import BASIS_WORDS, PROBLEM_TITLES, Cause, ProblemCode
from ipseclint.rule import LooksAt, Rule
from ipseclint.semantics.failures import QUEUE_DROPS
from ipseclint.vocabulary.stories import CORRECTIONS, story
from ipseclint.vocabulary.windows_errors import ErrorCode, error_name

WIDTH = 88


def explain_rule(rule: Rule, ruleset: Ruleset) -> str:
    """The whole of a rule: what, why, what an administrator sees, examples, repair, numbers, sources."""
    return "\n".join(_rule_lines(rule, ruleset)) + "\n"


def explain_error(error: ErrorCode, rules: Iterable[Rule]) -> str:
    """A Windows error: its names and numbers, what it says, and the rules that lead to it."""
    return "\n".join(_error_lines(error, rules)) + "\n"


def explain_problem(code: ProblemCode) -> str:
    """A reserved code for trouble with the input."""
    return (
        f"{code} {PROBLEM_TITLES[code]}\n\n"
        + _wrap(
            "Reserved for trouble with the input. It cannot be selected, ignored or waived: a report that "
            "finds nothing must not mean that something was skipped.",
            "",
        )
        + "\n"
    )


def basis_words(rule: Rule) -> str:
    """What a rule stands on: its mechanism, and its threshold if that differs."""
    words = [BASIS_WORDS[each] for each in rule.basis]
    return words[0] if len(words) == 1 else f"mechanism {words[0]}, threshold or last step {words[1]}"


def citation_words(key: str, sources: dict[str, Citation]) -> str:
    """A citation as title, section and address, with how far the text was read."""
    name, _, section = key.partition(" ")
    source = sources[name]
    seen = "" if source.seen == "read" else f" [{source.seen}]"
    return f"{source.title}{f', section {section}' if section else ''}: {source.url}{seen}"


def _rule_lines(rule: Rule, ruleset: Ruleset) -> Iterator[str]:
    settings = ruleset.settings(rule)
    state = "" if settings.enabled else ", off"
    yield f"{rule.code} {rule.name} ({settings.severity}{state} in {ruleset.label})"
    yield ""
    yield _wrap(rule.text.summary, "")
    for heading, text in rule.text.sections:
        yield ""
        yield heading
        for paragraph in text.split("\n\n"):
            yield _wrap(paragraph, "  ")
    yield ""
    yield "Basis"
    yield _wrap(basis_words(rule), "  ")
    if rule.leads_to:
        yield ""
        yield "Leads to"
        yield from (f"  {code} (0x{code:X}) {error_name(code)}" for code in rule.leads_to)
    if settings.options:
        yield ""
        yield f"Numbers of {ruleset.label} (change them in a ruleset of your own)"
        yield from (f"  {key} = {value}" for key, value in settings.options.items())
    if rule.needs:
        yield ""
        yield f"Needs {', '.join(f'site.{fact}' for fact in rule.needs)} in ipseclint.toml"
    if rule.cause is not None:
        yield ""
        yield f"Cause of queue drops: {rule.cause.words}"
    yield ""
    yield f"Stands in {rule.where}"
    if settings.cite:
        yield ""
        yield "Sources"
        yield from (_wrap(citation_words(key, ruleset.sources), "  ", hang=True) for key in settings.cite)
        if settings.unverified:
            yield _wrap("Requirement level taken from a secondary source.", "  ")


def _error_lines(error: ErrorCode, rules: Iterable[Rule]) -> Iterator[str]:
    known = tuple(rules)
    yield f"{error.code} (0x{error.code:X}) {error.name}"
    yield ""
    yield _wrap(f"{error.message[:1].upper()}{error.message[1:]}.", "")
    if error.code in CORRECTIONS:
        yield ""
        yield _wrap(CORRECTIONS[error.code], "")
    text = story(error.code)
    if text is not None:
        yield ""
        yield _with_rules(text.rstrip("\n"), known)
    if error.code in QUEUE_DROPS:
        yield ""
        yield "How many requests end so is predicted by: ipseclint load POLICY --peers N"
    of_it = [rule for rule in known if error.code in rule.leads_to]
    seen = [rule for rule in of_it if LooksAt.EVIDENCE in rule.looks_at]
    leading = [rule for rule in of_it if rule not in seen]
    yield ""
    if not leading:
        yield "No rule of ipseclint finds what leads to it."
    for title, rules_of in (("Rules that lead to it", leading), ("Rules that report it", seen)):
        if rules_of and text is not None:
            yield _wrap(f"{title}: {' '.join(rule.code for rule in rules_of)}", "", hang=True)
        elif rules_of:
            yield title
            yield from (f"  {rule.code} {rule.name}" for rule in rules_of)


def _with_rules(text: str, rules: Sequence[Rule]) -> str:
    """A story in which `{rules of CAUSE}` has become the rules that find that cause in a policy."""
    for cause in Cause:
        codes = " ".join(rule.code for rule in rules if rule.cause is cause)
        place = next(line for line in text.split("\n") if f"{{rules of {cause}}}" in line)
        indent = " " * (len(place) - len(place.lstrip()))
        text = text.replace(place, _wrap(f"Rules: {codes}", indent, hang=True))
    return text


def _wrap(text: str, indent: str, *, hang: bool = False) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + ("  " if hang else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
