"""The messages of `ipseclint fix` about a repair: its effect on protection, what is left out and why, what remains."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from ipseclint.cli.messages import in_words, say
from ipseclint.escape import visible
from ipseclint.outcome import Exit
from ipseclint.words import plural

if TYPE_CHECKING:
    from ipseclint.finding import Finding
    from ipseclint.repair.plan import LeftOut, Repair
    from ipseclint.repair.steps import Step


def step_notes(step: Step) -> Iterator[str]:
    """Notes on a step: its effect on protection, whether it may cut connections, what a person must do."""
    for impact in step.told_impacts:
        yield f"  protection: {impact}"
    if step.risky:
        yield "  may cut connections"
    for note in dict.fromkeys((*step.notes, *step.on_peers)):
        yield f"  note: {note}"


def say_repair(result: Repair) -> None:
    """Say what a repair resolves, leaves and causes, and its effect on protection."""
    from ipseclint.cli.terminal import for_terminal
    from ipseclint.reporters import RenderOptions
    from ipseclint.reporters.console import Console

    console = Console(for_terminal(RenderOptions(), color=False))
    for title, findings in (
        ("resolved", result.resolved),
        ("remaining", result.remaining),
        ("introduced", result.introduced),
    ):
        for line in _by_rule((finding, "") for finding in findings):
            say("\n".join(console.wrapped(f"{title}: {line}")))
    for line in _by_rule((left.finding, f" ({_why(left)})") for left in result.left_out):
        say("\n".join(console.wrapped(f"left out: {line}")))
    resolved, remaining, introduced = map(len, (result.resolved, result.remaining, result.introduced))
    say(f"{plural(resolved, 'finding')} resolved, {remaining} remaining, {introduced} introduced")
    if result.steps:
        say("\n".join(console.wrapped(f"protection: {visible(str(result.impact))}")))


def say_notes(result: Repair) -> None:
    """Say the findings and the notes of the steps on stderr, for repairs that are no script."""
    for step in result.steps:
        notes = [f"   {visible(line.strip())}" for line in step_notes(step)]
        if notes:
            say("\n".join((*(f"ipseclint: {in_words(finding)}" for finding in step.findings), *notes)), err=True)


def say_left(result: Repair, wanted: Collection[str]) -> Exit:
    """Say what is left out, and if nothing could be written, why. `wanted` are the codes that were asked for, or none.

    The exit code says whether something could not be written, or errors remain for which nothing was written.
    """
    for line in _by_rule((left.finding, f": {_why(left)}{_option(left)}") for left in result.left_out):
        say(f"ipseclint: left out: {line}", err=True)
    for line in _by_rule((finding, "") for finding in result.introduced):
        say(f"ipseclint: comes of it: {line}", err=True)
    unwritable = any(left.kept.option is None for left in result.left_out)
    if result.steps:
        return Exit.FINDINGS if unwritable else Exit.CLEAN
    met = {finding.code for finding in result.remaining} | {left.finding.code for left in result.left_out}
    of_none = ": no finding of what --only names" if wanted and not met.intersection(wanted) else " by script"
    say(f"ipseclint: nothing to repair{of_none}", err=True)
    named = {left.finding.fingerprint for left in result.left_out}
    stays = [finding for finding in result.remaining if not wanted or finding.code in wanted]
    for line in _by_rule(
        (finding, f": {visible(_advice(result, finding))}")
        for finding in stays
        if finding.severity.rank > 0 and finding.fingerprint not in named
    ):
        say(f"ipseclint: stays: {line}", err=True)
    errors = any(finding.severity.rank == 2 for finding in stays)
    return Exit.FINDINGS if errors or unwritable else Exit.CLEAN


def _by_rule(findings: Iterable[tuple[Finding, str]]) -> Iterator[str]:
    """One line for all findings of one rule with the same text, followed by that text."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding, said in findings:
        alike.setdefault((finding.code, said), []).append(finding)
    for (_, said), (first, *others) in alike.items():
        yield f"{in_words(first, len(others))}{said}"


def _option(left: LeftOut) -> str:
    return f" ({left.kept.option} takes it)" if left.kept.option else ""


def _why(left: LeftOut) -> str:
    return visible(left.kept.value + (f": {left.why}" if left.why else ""))


def _advice(result: Repair, finding: Finding) -> str:
    return result.advice.get(finding.fingerprint) or "no command repairs this; its page says what to do"
