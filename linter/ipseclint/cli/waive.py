"""`ipseclint waive`: accept a finding, with a reason."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipseclint.cli.exits import Exit
from ipseclint.cli.messages import fail, say
from ipseclint.cli.messages import reason as why
from ipseclint.escape import visible
from ipseclint.words import plural

if TYPE_CHECKING:
    from ipseclint.engine.config import Loaded
    from ipseclint.finding import Finding


def command(
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="The fingerprint, or a rule's code or name.")],
    paths: Annotated[list[str], typer.Argument(help="The inputs that show it.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why it is accepted.")],
    owner: Annotated[str | None, typer.Option(help="Who accepts it.")] = None,
    ticket: Annotated[str | None, typer.Option(help="Where it is tracked.")] = None,
    expires: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The last day it holds.")] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file of waivers, instead of the one that a check reads.")
    ] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="The configuration.")] = None,
) -> None:
    """Write a waiver for a finding, bound to its present value."""
    from ipseclint.cli.files import locked, replace_file
    from ipseclint.engine.arguments import configuration
    from ipseclint.engine.config import ConfigError
    from ipseclint.engine.waivers import FILE_NAME, waiver_text, with_waivers

    if not reason.strip():
        fail("--reason: a waiver without a reason is none")
    for name, words in (("reason", reason), ("owner", owner), ("ticket", ticket)):
        if words is not None and not words.isascii() and any("\ud800" <= letter <= "\udfff" for letter in words):
            fail(f"--{name}: not text in the encoding of this system")
    day = None if expires is None else _day(expires)
    try:
        loaded = configuration(config)
    except ConfigError as error:
        fail(str(error))
    # Where the next check looks for it.
    file = file or loaded.beside(loaded.config.waivers or FILE_NAME)
    matched = _matching(finding, paths, loaded)
    if not matched:
        fail(f"no finding {finding!r} that is not waived already; `-o json` shows fingerprints")
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
