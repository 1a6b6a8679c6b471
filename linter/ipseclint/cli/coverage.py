"""`ipseclint coverage`: what traffic is required, requested, exempt, blocked or untouched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ipseclint.cli.messages import fail, say
from ipseclint.escape import json_text

if TYPE_CHECKING:
    from ipseclint.semantics.decisions import GroupCoverage


def command(
    policy: Annotated[str, typer.Argument(help="A file, a machine's folder, or -.", show_default=False)],
    profile: Annotated[str | None, typer.Option(help="domain, private or public; all without it.")] = None,
    direction: Annotated[str, typer.Option(help="out, by the destination, or in, by the source.")] = "out",
    listed: Annotated[int, typer.Option(min=1, help="How many ranges of addresses to list.")] = 64,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    allow_partial: Annotated[bool, typer.Option(help="Answer even if the policy was understood in part.")] = False,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The configuration, for the site's facts.")
    ] = None,
) -> None:
    """Show what the rules do with traffic, by the peer's address."""
    from ipseclint.cli.reading_one import machine_at
    from ipseclint.semantics.decisions import PacketError, coverages

    if form not in {"text", "json"}:
        fail(f"--format {form}: expected text or json")
    try:
        group_coverages = coverages(machine_at(policy, config, allow_partial=allow_partial), profile, listed, direction)
    except PacketError as error:
        fail(str(error))
    if form == "json":
        typer.echo(json_text([_as_dict(each) for each in group_coverages], indent=2))
        return
    for group_coverage in group_coverages:
        _say(group_coverage)
    if not group_coverages:
        say("no rule is for any traffic")


def _say(each: GroupCoverage) -> None:
    from ipseclint.escape import visible
    from ipseclint.semantics.decisions import ALONG, address_range

    answer = each.coverage
    say(f"{visible(each.group)}, IPv{each.family}, {ALONG[each.direction]} ({each.reading.name})")
    for segment in answer.segments:
        where = address_range(each.family, segment.low, segment.high)
        say(f"  {where:<44}{_shares(segment.shares)}{'' if segment.order_known else ' (order not known)'}")
    if answer.unlisted:
        say(f"  {answer.unlisted} more ranges are not listed (--listed N)")
    whole = "in all" if answer.complete else "in all that was looked at"
    say(f"  {whole:<44}{_shares(answer.totals)}")
    for name, packet in answer.examples.items():
        say(f"    {name}: {packet}")
    if each.conditional:
        names = ", ".join(visible(name) for name in each.conditional[:8])
        say(f"  left out, because their meaning is unknown: {names}")
    say("")


def _shares(shares: Any) -> str:
    if shares is None:
        return "too much to tell"
    from ipseclint.words import percent

    return ", ".join(f"{name} {percent(share)}" for name, share in sorted(shares.items(), key=lambda item: -item[1]))


def _as_dict(each: GroupCoverage) -> dict[str, Any]:
    from ipseclint.semantics.decisions import address_range

    answer = each.coverage
    return {
        "group": each.group,
        "reading": each.reading.name,
        "family": each.family,
        "direction": each.direction,
        "segments": [
            {
                "addresses": address_range(each.family, segment.low, segment.high),
                "shares": None if segment.shares is None else dict(segment.shares),
                "order_known": segment.order_known,
            }
            for segment in answer.segments
        ],
        "unlisted": answer.unlisted,
        "totals": dict(answer.totals),
        "examples": {name: str(packet) for name, packet in answer.examples.items()},
        "conditional": list(each.conditional),
        "complete": answer.complete,
    }
