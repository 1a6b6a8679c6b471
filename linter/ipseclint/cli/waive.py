"""`ipseclint waive`: accept a finding, with a reason."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipseclint.cli.messages import fail, say
from ipseclint.cli.messages import reason as why
from ipseclint.cli.outputs import file_to_change, output_option
from ipseclint.escape import visible
from ipseclint.late import late
from ipseclint.outcome import Exit
from ipseclint.words import plural

if TYPE_CHECKING:
    from ipseclint.engine.configuration.config import Loaded
    from ipseclint.finding import Finding

_FINGERPRINT = late(r"[0-9a-f]{16}")


def command(
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="The fingerprint, or a rule's code or name.")],
    paths: Annotated[list[str], typer.Argument(help="The inputs that show it.", show_default=False)],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is accepted.")],
    owner: Annotated[str | None, typer.Option(metavar="NAME", help="Who accepts it.")] = None,
    ticket: Annotated[str | None, typer.Option(metavar="TICKET", help="Where it is tracked.")] = None,
    expires: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The last day it holds.")] = None,
    output: Annotated[
        str | None, output_option(("toml",), "The file to add to, if not the one that a check reads")
    ] = None,
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="The same as -o toml:FILE.")] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="The configuration.")] = None,
) -> None:
    """Write a waiver for a finding, bound to its present value."""
    from ipseclint.cli.files import locked, replace_file
    from ipseclint.engine.arguments import configuration
    from ipseclint.engine.configuration.toml_files import ConfigError
    from ipseclint.engine.configuration.waiver_files import waiver_text, with_waivers
    from ipseclint.engine.findings.waivers import FILE_NAME
    from ipseclint.engine.keys.gate import hidden

    if not reason.strip():
        fail("--reason: a waiver needs a reason")
    for name, words in (("reason", reason), ("owner", owner), ("ticket", ticket)):
        if words is not None and not words.isascii() and any("\ud800" <= letter <= "\udfff" for letter in words):
            fail(f"--{name}: not text in the encoding of this system")
    reason, owner, ticket = hidden(reason), owner and hidden(owner), ticket and hidden(ticket)
    day = None if expires is None else _day(expires)
    try:
        loaded = configuration(config)
    except ConfigError as error:
        fail(str(error))
    # Where the next check looks for it.
    file = file_to_change(output, file, "toml") or loaded.beside(loaded.config.waivers or FILE_NAME)
    _refuse_unknown(finding, loaded)
    matched = _matching(finding, paths, loaded)
    if not matched:
        what = "with the fingerprint" if _FINGERPRINT.fullmatch(finding.casefold()) else "of"
        fail(f"no finding {what} {visible(finding)} in these inputs that is not waived already")
    entries = {
        matched_finding.fingerprint: waiver_text(matched_finding, reason, owner, ticket, day)
        for matched_finding in matched
    }
    try:
        with locked(file):
            replace_file(file, with_waivers(file, entries.values()))
    except ConfigError as error:
        fail(f"{error}; it is not a file of waivers, and nothing was added")
    except (OSError, ValueError) as error:
        fail(f"cannot write {file}: {why(error)}")
    say(f"{visible(str(file))}: {plural(len(entries), 'waiver')} added", err=True)


def _refuse_unknown(word: str, config: Loaded) -> None:
    """End where the word is neither a fingerprint nor a rule that can be waived."""
    from ipseclint.engine.configuration.waiver_files import RESERVED
    from ipseclint.engine.rulesets.ruleset import load_ruleset
    from ipseclint.engine.rulesets.shipped import RulesetError
    from ipseclint.words import nearest

    if _FINGERPRINT.fullmatch(word.casefold()):
        return
    try:
        rules = [rule for name in config.config.ruleset for rule in load_ruleset(name).known]
    except RulesetError as error:
        fail(str(error))
    by_name = {name.casefold(): rule for rule in rules for name in (rule.code, rule.name)}
    rule = by_name.get(word.casefold())
    if word.upper().startswith(RESERVED) or (rule and not rule.waivable):
        fail(f"{visible(word)} cannot be waived")
    if rule is None:
        fail(f"no rule is called {visible(word)!r}{nearest(word, (*by_name, *(rule.code for rule in rules)))}")


def _day(text: str) -> str:
    from ipseclint.engine.machines import current_day

    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        fail(f"--expires {text}: expected a date such as 2027-06-30")
    if day < current_day():
        fail(f"--expires {text}: the day has passed, so the waiver would never hold")
    return day.isoformat()


def _matching(word: str, paths: list[str], config: Loaded) -> list[Finding]:
    from ipseclint import ConfigError, check_paths
    from ipseclint.engine.machines import shortfall

    try:
        report = check_paths(paths, config=config)
    except ConfigError as error:
        fail(str(error))
    wanted = word.casefold()
    matched = [
        finding
        for finding in report.findings
        if finding.waiver is None and wanted in {finding.fingerprint, finding.code.casefold(), finding.name}
    ]
    if not matched and (why := next(filter(None, (shortfall(each, report.problems) for each in report.inputs)), None)):
        fail(why, Exit.PARTIAL)
    return matched
